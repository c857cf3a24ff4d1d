"""The open history as its parts share it: transactions on a document, with SQLite's errors translated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.database import snapshot, transaction
from desktop.store.faults import translated
from desktop.store.records import DocumentState, DocumentSummary
from desktop.store.rows import SUMMARY_COLUMNS, stored_time, summary_of

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OpenHistory:
    """The database, where it lies, and the clock. Used from the one thread that opened it.

    What is done inside the context managers below raises `StoreFault` in place of SQLite's and the system's errors.
    """

    db: Database
    path: Path
    now: Callable[[], dt.datetime]
    # Called after each transaction of `writing` that went through.
    committed: list[Callable[[], None]] = field(default_factory=list)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Let several reads see one and the same state."""
        with translated(self.path), snapshot(self.db):
            yield self.db

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Write everything inside at once or nothing."""
        with translated(self.path), transaction(self.db):
            yield self.db
        for call in self.committed:
            call()

    @contextmanager
    def reading_of(self, document_id: int) -> Iterator[DocumentSummary]:
        """Read an existing document; raises DOCUMENT_NOT_FOUND (id)."""
        with self.reading():
            yield self.summary(document_id)

    @contextmanager
    def changing(self, document_id: int) -> Iterator[int]:
        """Change an existing document; gives the connection's count of changes so far. Raises as `reading_of`."""
        with self.writing():
            self.summary(document_id)
            yield self.db.conn.total_changes

    def summary(self, document_id: int) -> DocumentSummary:
        """Return a document's line, inside the caller's transaction; raises DOCUMENT_NOT_FOUND (id)."""
        row = None
        if 0 < document_id <= _LARGEST_ID:
            row = self.db.execute(
                f"SELECT {SUMMARY_COLUMNS} FROM documents WHERE id = ?",  # noqa: S608 -- the column names are a constant
                (document_id,),
            ).fetchone()
        if row is None:
            raise StoreFault(ErrorCode.DOCUMENT_NOT_FOUND, id=document_id)
        return summary_of(row)

    def touch(self, document_id: int, state: DocumentState | None = None) -> None:
        """Mark the document as changed now, and in its new state if there is one; inside the caller's transaction."""
        self.db.execute(
            "UPDATE documents SET updated_at = ?, state = coalesce(?, state) WHERE id = ?",
            (stored_time(self.now()), state.value if state else None, document_id),
        )
