"""Reading a damaged table through SQLite: up to the damage, over it, and from behind back to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from desktop.store.database import BUSY_SECONDS, connect
from desktop.store.sqlite import sqlite3
from desktop.store.trees import Value

_LARGEST = 2**63 - 1
_FARTHEST_JUMP = 2**40

# SQLite's own words about a damaged page may be no UTF-8 themselves.
_UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)

Numbered = tuple[int, tuple[Value, ...]]


class Source:
    """A damaged database. Each question has its own connection: an encrypted one reads no more after a bad page."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path

    def rows(self, sql: str, values: tuple[int, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of an answer; raises what SQLite raises, and as `connect`."""
        with closing(connect(self._path, "ro", BUSY_SECONDS)) as db:
            yield from db.execute(sql, values)


def rows_by_sql(old: Source, table: str, *, by_number: bool) -> Iterator[Numbered]:
    """Yield the rows that can be read with their numbers (0 for a table that numbers none), no row twice.

    Raises SQLite's error when the table itself cannot be found.
    """
    if not by_number:
        yield from _both_ways(old, table)
        return
    last, jump = -_LARGEST, 0
    while True:
        begin = last + jump
        top = None
        try:
            for number, *values in old.rows(
                f'SELECT rowid, * FROM "{table}" WHERE rowid > ? ORDER BY rowid',  # noqa: S608 -- a name of our schema
                (begin,),
            ):
                if jump:
                    # The damage was jumped over: what lies between it and here is read from this end.
                    yield from _downwards(old, table, last, number)
                    jump = 0
                yield number, tuple(values)
                last = top = number
        except _UNREADABLE:
            jump = 1 if top is not None or not jump else jump * 2
            if last == -_LARGEST:
                last = 0
            if jump > _FARTHEST_JUMP:
                return
        else:
            if jump:
                yield from _downwards(old, table, last, _LARGEST)
            return


def _downwards(old: Source, table: str, above: int, below: int) -> Iterator[Numbered]:
    try:
        for number, *values in old.rows(
            f'SELECT rowid, * FROM "{table}" WHERE rowid > ? AND rowid < ? ORDER BY rowid DESC',  # noqa: S608 -- a name of our schema
            (above, below),
        ):
            yield number, tuple(values)
    except _UNREADABLE:
        return


def _both_ways(old: Source, table: str) -> Iterator[Numbered]:
    """Read a table that is its own index from both ends up to the damage."""
    keys = [name for *_, name, _, _, _, key in old.rows(f'PRAGMA table_info("{table}")') if key]
    met = set[tuple[Value, ...]]()
    for direction in ("ASC", "DESC"):
        order = ", ".join(f'"{key}" {direction}' for key in keys) or "1"
        try:
            for values in old.rows(f'SELECT * FROM "{table}" ORDER BY {order}'):  # noqa: S608 -- names of our schema
                if tuple(values) in met:
                    return
                yield 0, tuple(values)
                met.add(tuple(values))
        except _UNREADABLE:
            continue
        return
