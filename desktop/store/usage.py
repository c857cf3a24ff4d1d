"""What the history knows of how the program is used: answers on minutes saved, and counts by month and template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.connection import OpenHistory
from desktop.store.faults import DamagedRowError
from desktop.store.records import DocumentState
from desktop.store.rows import stored_text, stored_time

MOST_MINUTES = 6000

# A document belongs to the month, on the terminal's own clock, in which it was begun. Of a template's names in a month
# the latest counts: SQLite takes the other columns from the row that has the maximum.
_COUNTS = """
    SELECT strftime('%Y-%m', created_at, 'localtime') AS month, template_id, template_name, max(id),
        count(*), count(minutes), coalesce(sum(minutes), 0)
    FROM documents LEFT JOIN saved_minutes ON document_id = documents.id
    WHERE state = 'complete' GROUP BY month, template_id ORDER BY month, template_id
"""


@dataclass(frozen=True, slots=True)
class TemplateCount:
    """The finished documents of one template in one month; `answered` of them have an answer, `minutes` in all."""

    month: dt.date
    template_id: str
    template_name: str
    documents: int
    answered: int
    minutes: int


@dataclass(frozen=True, slots=True)
class OwnUsage:
    """All of a person's counts, with the installation's identity and the sections of months handed on before."""

    identity: str
    counts: tuple[TemplateCount, ...]
    sections: Mapping[dt.date, str]


class UsageBook:
    """Usage in the open history. Methods raise what `HistoryStore`'s raise."""

    def __init__(self, history: OpenHistory) -> None:
        """Use the open history."""
        self._open = history
        self._db = history.db

    def begin_asking(self, document_id: int) -> bool:
        """Tell whether the minutes saved may be asked of a document, and note that they are: true once in its life.

        Only a finished document is asked about.
        """
        with self._open.writing():
            if self._open.summary(document_id).state is not DocumentState.COMPLETE:
                return False
            added = self._db.execute(
                "INSERT INTO saved_minutes (document_id, asked_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (document_id, stored_time(self._open.now())),
            )
            return bool(added.rowcount)

    def answer(self, document_id: int, minutes: int) -> None:
        """Keep how many minutes a document saved; raises `ValueError` outside of 0 to `MOST_MINUTES`."""
        if not 0 <= minutes <= MOST_MINUTES:
            raise ValueError("minutes out of range")
        with self._open.writing():
            changed = self._db.execute(
                "UPDATE saved_minutes SET minutes = ? WHERE document_id = ?", (minutes, document_id)
            )
            if not changed.rowcount:
                raise StoreFault(ErrorCode.DOCUMENT_NOT_FOUND, id=document_id)

    def own_usage(self) -> OwnUsage:
        """Return all counts by month and template, oldest month first; no text of a document is read."""
        with self._open.reading():
            (identity,) = self._db.execute("SELECT identity FROM usage_identity").fetchone() or ("",)
            rows = self._db.execute(_COUNTS).fetchall()
            sections = self._db.execute("SELECT month, section FROM usage_months").fetchall()
            try:
                counts = tuple(
                    TemplateCount(_month(month), template_id, name, documents, answered, minutes)
                    for month, template_id, name, _, documents, answered, minutes in rows
                )
                return OwnUsage(identity, counts, {_month(month): section for month, section in sections})
            except (TypeError, ValueError) as error:
                raise DamagedRowError from error

    def keep_sections(self, sections: Mapping[dt.date, str]) -> None:
        """Remember under which section months are handed on; a month that has one keeps it."""
        with self._open.writing():
            for month, section in sections.items():
                self._db.execute(
                    "INSERT INTO usage_months VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (f"{month:%Y-%m}", stored_text(section)),
                )


def _month(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")
