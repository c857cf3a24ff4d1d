"""The filters of a search as conditions of SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from desktop.store.rows import stored_text, stored_time
from desktop.store.search_query import SearchQuery
from desktop.store.tags import tidy


@dataclass(slots=True)
class Condition:
    """Conditions that must all hold, with their values, on the table `documents`.

    `narrow` says whether they may leave out most of the history.
    """

    narrow: bool = False
    _parts: list[str] = field(default_factory=list)
    values: list[str | int] = field(default_factory=list)

    @property
    def sql(self) -> str:
        """The conditions as one expression."""
        return " AND ".join(self._parts)

    def add(self, sql: str, *values: str | int, narrow: bool = True) -> None:
        """Add a condition."""
        self._parts.append(sql)
        self.values += values
        self.narrow = self.narrow or narrow


def condition_of(query: SearchQuery) -> Condition:
    """Return what a query asks of documents, apart from its words and sections."""
    found = Condition()
    found.add(f"trashed_at IS {'NOT ' if query.trashed else ''}NULL", narrow=query.trashed)
    if query.template_ids:
        found.add(any_of("template_id", len(query.template_ids)), *map(stored_text, query.template_ids))
    if query.states:
        found.add(any_of("state", len(query.states)), *sorted(state.value for state in query.states))
    if query.since is not None:
        found.add("updated_at >= ?", _midnight(query.since))
    if query.until is not None and query.until < dt.date.max:
        found.add("updated_at < ?", _midnight(query.until + dt.timedelta(days=1)))
    for tag in query.tags:
        found.add("documents.id IN (SELECT document_id FROM document_tags WHERE tag = ?)", tidy(tag))
    return found


def any_of(column: str, count: int) -> str:
    """Return the condition that a column has one of so many values."""
    return f"{column} IN ({', '.join('?' * count)})"


def _midnight(day: dt.date) -> str:
    """Return the beginning of a day in local time, as moments are stored; days no clock can name are the nearest."""
    try:
        return stored_time(dt.datetime.combine(day, dt.time()).astimezone())
    except (OverflowError, ValueError, OSError):
        return "" if day.year < dt.MAXYEAR // 2 else "9999-12-31"
