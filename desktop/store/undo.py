"""Undo and redo of a section across restarts: a place in the row of its versions, kept with the versions.

Going back adds one version at the end that stands for an earlier one, and moves it on further steps; no other version
is changed or removed. What is written next comes after it, so that what was undone stays in the row.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from sqlite_utils import Database

from desktop.store.records import SectionVersion
from desktop.store.rows import stored_time
from desktop.store.versions import one_version


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    number: int
    text_id: int
    stands_for: int | None


def step_back(db: Database, document_id: int, section_key: str, now: dt.datetime) -> SectionVersion | None:
    """Make the section what it was before its last change, and return that; `None` when there is nothing before."""
    rows = _rows(db, document_id, section_key)
    target = _before(rows)
    return None if target is None else _stand(db, (document_id, section_key), rows, target, now)


def step_forward(db: Database, document_id: int, section_key: str, now: dt.datetime) -> SectionVersion | None:
    """Take back the last `step_back`; `None` when there is none, or something was written since."""
    rows = _rows(db, document_id, section_key)
    target = _after(rows)
    return None if target is None else _stand(db, (document_id, section_key), rows, target, now)


def steps_possible(db: Database, document_id: int, section_key: str) -> tuple[bool, bool]:
    """Tell whether a step back and a step forward would find something."""
    rows = _rows(db, document_id, section_key)
    return _before(rows) is not None, _after(rows) is not None


def _rows(db: Database, document_id: int, section_key: str) -> list[_Row]:
    found = db.execute(
        "SELECT id, number, text_id, stands_for FROM section_versions"
        " WHERE document_id = ? AND section_key = ? ORDER BY number",
        (document_id, section_key),
    )
    return [_Row(*row) for row in found]


def _standing(rows: list[_Row], index: int) -> int:
    """Return where a row leads to: to itself, or to the one that it stands for."""
    numbers = [row.number for row in rows]
    while (wanted := rows[index].stands_for) is not None:
        found = bisect_left(numbers, wanted)
        if found >= index or numbers[found] != wanted:
            break
        index = found
    return index


def _before(rows: list[_Row]) -> _Row | None:
    """Return the nearest earlier row with another text."""
    if not rows:
        return None
    shown = rows[-1].text_id
    index = _standing(rows, len(rows) - 1)
    while index > 0:
        index -= 1
        if rows[index].text_id != shown:
            return rows[index]
        index = _standing(rows, index)
    return None


def _after(rows: list[_Row]) -> _Row | None:
    """Return the nearest later row with another text, if the last row stands for an earlier one."""
    if not rows or rows[-1].stands_for is None:
        return None
    *kept, last = rows
    start = bisect_right([row.number for row in kept], rows[-1].stands_for)
    return next((row for row in kept[start:] if row.text_id != last.text_id), None)


def _stand(db: Database, section: tuple[int, str], rows: list[_Row], target: _Row, now: dt.datetime) -> SectionVersion:
    """Let the last version stand for the target; the target itself is shown where it is the last one."""
    last, number, at = rows[-1], rows[-1].number, stored_time(now)
    if last.stands_for is None:
        number += 1
        db.execute(
            "INSERT INTO section_versions (document_id, section_key, number, origin, finished, created_at, updated_at,"
            " text_id, stands_for) SELECT document_id, section_key, ?, origin, finished, ?, ?, text_id, number"
            " FROM section_versions WHERE id = ?",
            (number, at, at, target.id),
        )
    elif target.number == rows[-2].number:
        db.execute("DELETE FROM section_versions WHERE id = ?", (last.id,))
        number = target.number
    else:
        db.execute(
            "UPDATE section_versions SET (origin, finished, text_id, stands_for, created_at, updated_at) ="
            " (SELECT origin, finished, text_id, number, ?, ? FROM section_versions WHERE id = ?) WHERE id = ?",
            (at, at, target.id, last.id),
        )
    return one_version(db, *section, number)
