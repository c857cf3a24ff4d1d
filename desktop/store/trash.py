"""The trash: documents that are out of sight and can be brought back until they are deleted for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.store.connection import OpenHistory
from desktop.store.faults import DamagedRowError
from desktop.store.records import DocumentSummary
from desktop.store.rows import SUMMARY_COLUMNS, stored_time, summary_of
from desktop.store.search_index import forget_document


@dataclass(frozen=True, slots=True)
class TrashedDocument:
    """A document in the trash and when it was put there (aware, UTC)."""

    summary: DocumentSummary
    trashed_at: dt.datetime


class Trash:
    """The trash of an open history. A trashed document can be opened; lists and searches leave it out."""

    def __init__(self, history: OpenHistory) -> None:
        """Serve this history."""
        self._open = history

    def put(self, document_id: int) -> None:
        """Put a document into the trash; one that lies there stays as it is. Raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.changing(document_id):
            self._open.db.execute(
                "UPDATE documents SET trashed_at = ? WHERE id = ? AND trashed_at IS NULL",
                (stored_time(self._open.now()), document_id),
            )

    def restore(self, document_id: int) -> None:
        """Bring a document back, as it was; its place in the list is by its last change. Raises as `put`."""
        with self._open.changing(document_id):
            self._open.db.execute("UPDATE documents SET trashed_at = NULL WHERE id = ?", (document_id,))

    def listed(self, limit: int = 1000) -> list[TrashedDocument]:
        """Return what lies in the trash, put there last first."""
        with self._open.reading() as db:
            rows = db.execute(
                f"SELECT trashed_at, {SUMMARY_COLUMNS} FROM documents"  # noqa: S608 -- the column names are a constant
                " WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC, id DESC LIMIT ?",
                (limit,),
            ).fetchall()
            return [TrashedDocument(summary_of(row), _moment(at)) for at, *row in rows]

    def empty(self, document_ids: Iterable[int] | None = None) -> int:
        """Delete what lies in the trash, or these of it, for good, and return how many there were.

        A document that does not lie in the trash is never deleted.
        """
        wanted = None if document_ids is None else set(document_ids)
        with self._open.writing() as db:
            found = db.execute("SELECT id FROM documents WHERE trashed_at IS NOT NULL").fetchall()
            gone = [number for (number,) in found if wanted is None or number in wanted]
            for number in gone:
                forget_document(db, number)
                db.execute("DELETE FROM documents WHERE id = ?", (number,))
        return len(gone)


def _moment(stored: object) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(str(stored))
    except ValueError as error:
        raise DamagedRowError from error
