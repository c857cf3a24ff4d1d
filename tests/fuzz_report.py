"""Harms a history thousands of times, opens and salvages it each time, and prints what came of it.

Usage: python -m tests.fuzz_report [--trials 3000] [--seed 0]; `make fuzz-report`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.damage import fill, fill_log, harms, rows_of
from tests.support.fuzz import try_damage


def main() -> int:
    """Print a line for each kind of harm and return 1 when a readable row was missed or a loss was silent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        fill(home / "history.sqlite3")
        whole = rows_of(home / "history.sqlite3")
        content = (home / "history.sqlite3").read_bytes()
        taken = fill_log(home / "history.sqlite3", home / "log")
        log = Path(f"{taken}-wal").read_bytes()
        whole_with_log = rows_of(taken)
        for number, (harm_name, harm, chance) in zip(range(options.trials), harms(options.seed), strict=False):
            kind = harm_name.partition(" #")[0]
            # Every third history has a log, and every sixth a harmed one.
            with_log = log if number % 3 == 0 else b""
            # A log that was cut off looks like one that was never longer: no reader of it can tell.
            log_harmed = number % 6 == 0 and kind != "truncated"
            harmed_log = harm(with_log, chance) if log_harmed else with_log
            with tempfile.TemporaryDirectory() as folder:
                trial = try_damage(
                    Path(folder) / "t", harm(content, chance), whole_with_log if with_log else whole, harmed_log
                )
            one = counts.setdefault(kind, Counter())
            one["trials"] += 1
            one["opened"] += trial.opened == "opened"
            one["refused"] += trial.opened != "opened"
            one["salvaged"] += trial.report is not None
            one["complete"] += trial.report is not None and trial.report.complete
            one["rows lost, counted"] += 0 if trial.silent else trial.gone
            # Where the log went bad, SQLite reads an older state than the one that is saved.
            one["older rows"] += len(trial.missed) if log_harmed else 0
            one["MISSED"] += bool(trial.missed) and not log_harmed
            one["SILENT"] += trial.silent
            if (trial.missed and not log_harmed) or trial.silent:
                print(f"{harm_name}: missed {trial.missed[:5]}, silent {trial.silent}", flush=True)
    _print(counts)
    return 1 if any(one["MISSED"] or one["SILENT"] for one in counts.values()) else 0


def _print(counts: dict[str, Counter[str]]) -> None:
    heads = (
        "trials",
        "opened",
        "refused",
        "salvaged",
        "complete",
        "rows lost, counted",
        "older rows",
        "MISSED",
        "SILENT",
    )
    print(f"{'harm':<24} " + " ".join(f"{head:>10}" for head in heads))
    total = Counter[str]()
    for kind, one in counts.items():
        total.update(one)
        print(f"{kind:<24} " + " ".join(f"{one[head]:>{max(10, len(head))}}" for head in heads))
    print(f"{'all':<24} " + " ".join(f"{total[head]:>{max(10, len(head))}}" for head in heads))


if __name__ == "__main__":
    sys.exit(main())
