"""The table of how fast models were: what runs took is added, and the latest is read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import astuple, fields

from sqlite_utils import Database

from desktop.store.records import Speed
from desktop.store.rows import stored_text, stored_time

# What is older says little about the terminal as it is today.
NEWEST = 20

_COLUMNS = ", ".join(field.name for field in fields(Speed))
_MARKS = ", ".join("?" for _ in fields(Speed))


def add(db: Database, terminal: str, model: str, speed: Speed, now: dt.datetime) -> None:
    """Add a line; runs inside the caller's transaction."""
    values = (stored_text(value) if isinstance(value, str) else value for value in astuple(speed))
    db.execute(
        f"INSERT INTO speeds (terminal, model, measured_at, {_COLUMNS}) VALUES (?, ?, ?, {_MARKS})",  # noqa: S608 -- the column names are a constant
        (stored_text(terminal), stored_text(model), stored_time(now), *values),
    )


def newest(db: Database, terminal: str, model: str) -> list[Speed]:
    """Return the latest lines of a model on a terminal, newest first; one that cannot be true is left out."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM speeds WHERE terminal = ? AND model = ? ORDER BY id DESC LIMIT ?",  # noqa: S608 -- the column names are a constant
        (stored_text(terminal), stored_text(model), NEWEST),
    ).fetchall()
    return [Speed(*row) for row in rows if _plausible(row)]


def _plausible(row: Sequence[object]) -> bool:
    """Tell whether every number of a row is one: a damaged disk must not make an estimate absurd."""
    name, *numbers = row
    return isinstance(name, str) and all(
        isinstance(number, int | float) and math.isfinite(number) and number >= 0 for number in numbers
    )
