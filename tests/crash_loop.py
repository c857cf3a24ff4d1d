"""Kills the whole program in mid-draft, again and again, and prints what was lost: `make crash-loop`.

Promise: at most the last 500 ms of model text and nothing a person typed more than a second before.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop.core.sections import Content, ListContent, TextContent
from desktop.settings.folders import Folders
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentRecord, DocumentState

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
MODEL_TEXT_SECONDS = 0.5
TYPED_SECONDS = 1.0
FIRST_TEXT_SECONDS = 180.0
ORPHAN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Note:
    """What the window showed at a time (seconds since the epoch)."""

    at: float
    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Outcome:
    """One kill: what is missing that should be there (empty: nothing), and how old the newest loss was in seconds."""

    faults: tuple[str, ...]
    model_lag: float
    typed_lag: float


def read_notes(path: Path) -> list[Note]:
    """Return the notes; a last line cut by the kill is left out."""
    notes = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            notes.append(Note(**json.loads(line)))
        except ValueError:
            continue
    return notes


def run_and_kill(home: Path, notes: Path, delay: float) -> float:
    """Start the program, wait for the model's first text, then `delay` seconds, and kill it; returns the time."""
    command = [sys.executable, "-m", "tests.support.crash_child", str(MODEL), str(home), str(notes)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + FIRST_TEXT_SECONDS
        while not any(_has_text(note) for note in read_notes(notes)):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError("the program ended or wrote nothing")
            time.sleep(0.05)  # a script's wait, not a test's
        time.sleep(delay)  # the random moment
        children = psutil.Process(process.pid).children(recursive=True)
        killed_at = time.time()
        process.send_signal(signal.SIGKILL)
        process.wait()
    _, alive = psutil.wait_procs(children, timeout=ORPHAN_SECONDS)
    if alive:
        raise RuntimeError("the model's process outlived the program")
    return killed_at


def _has_text(note: Note) -> bool:
    """Tell whether the window showed words of the model, and not only the place where they will stand."""
    return isinstance(note.value, list) and any(text.strip() for text in note.value[1])


def judge(record: DocumentRecord, notes: Sequence[Note], killed_at: float) -> Outcome:
    """Compare what is in the history with what the window had shown."""
    faults = [] if record.summary.state is DocumentState.INTERRUPTED else [f"state {record.summary.state}"]
    typed = [note for note in notes if note.kind == "typed"]
    kept_typed = record.inputs.values.get("場所", "")
    typed_lag = _lag(typed, lambda note: kept_typed.startswith(str(note.value)), killed_at)
    model_lag = 0.0
    for key in {note.value[0] for note in notes if isinstance(note.value, list)}:
        shown = [note for note in notes if isinstance(note.value, list) and note.value[0] == key]
        kept = record.sections[key].content if key in record.sections else None
        model_lag = max(model_lag, _lag(shown, functools.partial(_is_kept, kept), killed_at))
    if model_lag > MODEL_TEXT_SECONDS:
        faults.append(f"model text of {model_lag:.2f} s before")
    if typed_lag > TYPED_SECONDS:
        faults.append(f"typed text of {typed_lag:.2f} s before")
    return Outcome(tuple(faults), model_lag, typed_lag)


def _lag(notes: Sequence[Note], is_kept: Callable[[Note], bool], killed_at: float) -> float:
    """Return how long before the kill the oldest lost note was shown: the first one after the last that is kept.

    Notes before a kept one are not lost, even where they differ: a row may be put into the record's own words when
    it is finished.
    """
    last_kept = max((number for number, note in enumerate(notes) if is_kept(note)), default=-1)
    lost = notes[last_kept + 1 :]
    return killed_at - lost[0].at if lost else 0.0


def _is_kept(kept: Content | None, note: Note) -> bool:
    assert isinstance(note.value, list)
    return _holds(kept, "\n".join(note.value[1]))


def _holds(kept: Content | None, shown: str) -> bool:
    """Tell whether everything the window showed is kept; how lists and tables are laid out does not matter."""
    if kept is None:
        return not shown.strip()
    if isinstance(kept, TextContent):
        parts: Sequence[str] = [kept.text]
    elif isinstance(kept, ListContent):
        parts = kept.items
    else:
        parts = [cell for row in kept.rows for cell in row]
    return _letters("".join(parts)).startswith(_letters(shown))


def _letters(text: str) -> str:
    return "".join(text.split())


def main() -> int:
    """Kill, look, print; returns 1 when anything was lost that should not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311 -- delays, no secret
    outcomes = []
    for number in range(1, arguments.times + 1):
        delay = chance.uniform(0.0, 4.0)
        with tempfile.TemporaryDirectory() as folder:
            home, notes = Path(folder) / "home", Path(folder) / "notes.jsonl"
            killed_at = run_and_kill(home, notes, delay)
            with HistoryStore.open(Folders.discover({"FUMIZUKUE_HOME": str(home)}).history_file) as store:
                record = store.load(store.list_documents()[0].id)
            outcome = judge(record, read_notes(notes), killed_at)
        outcomes.append(outcome)
        result = "; ".join(outcome.faults) or "ok"
        lost = f"model text lost: last {outcome.model_lag:.2f} s, typed: last {outcome.typed_lag:.2f} s"
        print(f"{number:>3}  killed {delay:.2f} s after the first text  {lost}  {result}", flush=True)
    failed = sum(bool(outcome.faults) for outcome in outcomes)
    worst_model = max(outcome.model_lag for outcome in outcomes)
    worst_typed = max(outcome.typed_lag for outcome in outcomes)
    print(f"{len(outcomes)} kills, {failed} with a loss beyond the promise")
    print(f"oldest lost model text {worst_model:.2f} s, oldest lost typed text {worst_typed:.2f} s before the kill")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
