"""Whether a history is sound: the quick look at every start, the full check every week, and when which was due."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import UserFault
from desktop.core.files import write_atomically
from desktop.store.sqlite import sqlite3

# The look at start takes no longer than this, in seconds, and is left to the background for a file beyond this size
# in bytes: SQLite goes through a whole table's pages without asking whether to stop.
LOOK_SECONDS = 0.5
LOOK_BYTES = 64 * 1024 * 1024
FULL_CHECK_EVERY = dt.timedelta(days=7)
LOOK_EVERY = dt.timedelta(days=1)
BACKUP_EVERY = dt.timedelta(days=1)
# A clock that runs this far ahead was wrong; less is a change of time zone or a correction.
CLOCK_SLACK = dt.timedelta(days=1)

_MOST_PROBLEMS = 100
_STEPS_BETWEEN = 2_000


class CheckStoppedError(Exception):
    """The check was stopped from outside before its end."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a full check found: SQLite's own lines (pages, tables, numbers; no content), and dangling references."""

    problems: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class CareTimes:
    """When what was done last, aware, in UTC."""

    looked_at: dt.datetime | None = None
    checked_at: dt.datetime | None = None
    backed_up_at: dt.datetime | None = None


def is_due(last: dt.datetime | None, now: dt.datetime, every: dt.timedelta) -> bool:
    """Tell whether it is time again; a clock that was set back neither puts it off for years nor makes it repeat."""
    return last is None or now - last >= every or last - now > CLOCK_SLACK


@contextmanager
def bounded(connection: sqlite3.Connection, seconds: float, stop: threading.Event | None = None) -> Iterator[None]:
    """Interrupt what runs inside when the time is over or `stop` is set; SQLite then raises its `interrupted`."""
    end = time.monotonic() + seconds

    def over() -> int:
        return int(time.monotonic() > end or (stop is not None and stop.is_set()))

    connection.set_progress_handler(over, _STEPS_BETWEEN)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def quick_look(db: Database, size: int, seconds: float = LOOK_SECONDS) -> bool | None:
    """Tell whether the pages and rows are sound; `None` when the file (`size` in bytes) is too large to tell in time.

    Raises SQLite's errors but the one of the time that is over.
    """
    if size > LOOK_BYTES:
        return None
    with bounded(db.conn, seconds):
        try:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_INTERRUPT":
                raise
            return None


def check(db: Database, stop: threading.Event | None = None, *, full: bool = True) -> CheckReport:
    """Go through every page and row, with `full` through every index entry and reference as well.

    Raises `CheckStoppedError` when `stop` is set, and SQLite's other errors.
    """
    pragma = "integrity_check" if full else "quick_check"
    with bounded(db.conn, float("inf"), stop):
        try:
            lines = [str(line) for (line,) in db.execute(f"PRAGMA {pragma}({_MOST_PROBLEMS})").fetchall()]
            problems = [] if lines == ["ok"] else lines
            if full:
                dangling = db.execute("PRAGMA foreign_key_check").fetchmany(_MOST_PROBLEMS)
                problems += [
                    f"{table} row {row} refers to a missing row of {parent}" for table, row, parent, _ in dangling
                ]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_INTERRUPT":
                raise
            raise CheckStoppedError from error
    return CheckReport(tuple(problems))


class CareBook:
    """Remembers in a small file beside the history when it was looked at, checked and backed up."""

    def __init__(self, history: Path) -> None:
        """Use the file that belongs to this history."""
        self._file = history.with_name(f"{history.name}.care.json")

    def read(self) -> CareTimes:
        """Return the times; what cannot be read was never done."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return CareTimes()
        return CareTimes(**{name: _moment(kept, name) for name in CareTimes.__slots__})

    def note(self, **done: dt.datetime) -> None:
        """Keep what was done when. A book that cannot be written costs a check too many, so it is no fault."""
        times = replace(self.read(), **done)
        held = {name: getattr(times, name) for name in CareTimes.__slots__}
        text = json.dumps({name: at.isoformat() for name, at in held.items() if at is not None}, indent=1)
        with suppress(UserFault):
            write_atomically(self._file, lambda stream: stream.write(text.encode()), overwrite=True)


def _moment(kept: object, name: str) -> dt.datetime | None:
    """Return a time that was kept, or nothing for anything else."""
    try:
        found = dt.datetime.fromisoformat(str(kept.get(name)) if isinstance(kept, dict) else "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
