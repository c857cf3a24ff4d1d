"""The benchmark: all its parts or some, on one model or both: `python -m tests.bench [PART ...]`.

A whole run takes about two hours on two cores, after the rivals are installed and llama.cpp's tools are built
(15 minutes more, once); nothing else should run on the machine meanwhile. Each part's result is kept under
build/bench, so that a table can be put together from parts that were measured one by one (`report` measures nothing).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import cancels, endurance, first_token, footprint, groups, rates, report, rows, speculation
from tests.bench.native_tools import ToolMissing, tool
from tests.bench.rivals import RIVALS, install
from tests.bench.setting import BUILD, ROOT, Setting, conditions

Part = Callable[[Setting], Iterator[rows.Row]]
PARTS: dict[str, Part] = {
    "rates": lambda setting: rates.measure(setting, _size(setting)),
    "rivals": lambda setting: rates.rivals(setting, _size(setting)),
    "first-token": first_token.measure,
    "speculation": speculation.measure,
    "groups": groups.measure,
    "memory": footprint.measure,
    "cancels": cancels.measure,
    "endurance": endurance.measure,
}
# What one model shows as well as two; it is done on the first.
ONCE = ("endurance",)
MODELS = ("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
FULL_ROUNDS, QUICK_ROUNDS = 5, 1


def main() -> int:
    """Run the parts, print each line as it comes and the table's tally at the end; write the file when asked to."""
    options = _options()
    models = options.model or [ROOT / "models" / name for name in MODELS[: 1 if options.quick else None]]
    folder = BUILD / ("quick" if options.quick else "results")
    chosen = [name for name in PARTS if name in options.part] or ([] if options.part else list(PARTS))
    if "prepare" in options.part or chosen:
        prepare()
    if options.part != ["prepare"]:
        rounds = options.rounds or (QUICK_ROUNDS if options.quick else FULL_ROUNDS)
        for number, model in enumerate(models):
            names = [name for name in chosen if number == 0 or name not in ONCE]
            _measure(Setting(model, rounds, options.quick, tuple(options.rival)), names, folder)
        results = rows.load(folder, PARTS, [model.stem for model in models])
        print(report.tally(row for result in results for row in result.rows))
        if options.out:
            report.write(results, options.out, _missing(results, [model.stem for model in models]))
            print(f"written: {options.out}")
    return 0


def prepare() -> None:
    """Install and build what the rivals need; what cannot be had is said here and stands in the table."""
    for name in RIVALS:
        try:
            install(name)
        except ToolMissing as missing:
            print(f"{name}: {missing}", file=sys.stderr, flush=True)
    try:
        tool("llama-server")
    except ToolMissing as missing:
        print(f"llama-server: {missing}", file=sys.stderr, flush=True)


def _missing(results: list[rows.Result], models: list[str]) -> list[str]:
    """Name the parts without a result, so that a table of some parts is not taken for the whole."""
    wanted = [(model, part) for n, model in enumerate(models) for part in PARTS if n == 0 or part not in ONCE]
    had = {(result.model, result.part) for result in results}
    return [f"{part} ({model})" for model, part in wanted if (model, part) not in had]


def _size(setting: Setting) -> rates.Size:
    return rates.Size(128, 32) if setting.quick else rates.Size()


def _measure(setting: Setting, names: list[str], folder: Path) -> None:
    for name in names:
        print(f"\n{setting.model.stem}: {name}", flush=True)
        began, found = time.monotonic(), []
        for row in PARTS[name](setting):
            print(report.plain(row), flush=True)
            found.append(row)
            # At once, so that a part that is broken off leaves what it has measured.
            seconds = time.monotonic() - began
            rows.save(rows.Result(name, setting.model.stem, tuple(found), conditions(setting), seconds), folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*PARTS, "prepare", "report"]
    parser.add_argument("part", nargs="*", help=f"one or more of: {', '.join(names)} (default: all)")
    parser.add_argument("--model", type=Path, action="append", default=[], help="GGUF file (may be repeated)")
    parser.add_argument("--rival", choices=RIVALS, action="append", default=[], help="rivals: only against this one")
    parser.add_argument("--rounds", type=int, default=0, help=f"paired rounds (default {FULL_ROUNDS})")
    parser.add_argument("--quick", action="store_true", help="one short round of everything on the smaller model")
    parser.add_argument("--out", type=Path, help="file for the table, from all results kept so far")
    options = parser.parse_args()
    if unknown := [part for part in options.part if part not in names]:
        parser.error(f"no such part: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
