"""The audit log of a history: who did what when, added in the transaction of what it tells of."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import dumps
from desktop.core.terminal import computer_name, login_name
from desktop.store import versions
from desktop.store.audit_chain import (
    COLUMNS,
    AuditRow,
    Head,
    Verdict,
    canonical,
    hash_at,
    head_of,
    row_hash,
    rows,
    text_hash,
)
from desktop.store.audit_chain import verify as verify_chain
from desktop.store.audit_head import read_head, write_head
from desktop.store.connection import OpenHistory
from desktop.store.database import BUSY_SECONDS, connect, transaction
from desktop.store.faults import translated
from desktop.store.migrations import applied_names
from desktop.store.rows import stored_text, stored_time
from desktop.store.schema_audit import audit

Detail = str | int


class AuditKind(StrEnum):
    """What the log tells of."""

    DOCUMENT_CREATED = "document_created"
    DOCUMENT_EXPORTED = "document_exported"
    DOCUMENT_TRASHED = "document_trashed"
    DOCUMENT_TAKEN_BACK = "document_taken_back"
    DOCUMENT_DELETED = "document_deleted"
    DRAFT_BEGUN = "draft_begun"
    DRAFT_ENDED = "draft_ended"
    HOLD_SET = "hold_set"
    HOLD_LIFTED = "hold_lifted"
    SETTINGS_CHANGED = "settings_changed"
    TEMPLATE_PUBLISHED = "template_published"
    HISTORY_EXPORTED = "history_exported"
    HISTORY_IMPORTED = "history_imported"
    HISTORY_PURGED = "history_purged"  # deleted text was overwritten, and what was done about the backups
    BACKUP_RESTORED = "backup_restored"
    AUDIT_GAP = "audit_gap"  # at opening, the log did not reach the head that was noted


@dataclass(frozen=True, slots=True)
class AuditTerms:
    """Who works, as the settings say, and what the rows may hold beside the facts."""

    person: str = ""
    section: str = ""
    content: bool = False
    file_names: bool = False


class AuditLog:
    """The log of the open history.

    `add` belongs into the caller's own transaction, so that the row is there exactly when its matter is; `record` is
    for what happens outside the database. After the commit the log's head is noted beside the history.
    """

    def __init__(self, history: OpenHistory) -> None:
        """`terms` may be replaced at any time."""
        self._open = history
        self._added = False
        self._schema = _schema(history.db)
        # A schema from before the log, as only a test opens it for writing, has no rows. A table that was dropped
        # is another thing: then nothing can be written.
        self._kept = any(name.endswith(f"_{audit.__name__}") for name in applied_names(history.db))
        self.terms: Callable[[], AuditTerms] = AuditTerms
        history.committed.append(self._note_head)

    def add(self, kind: AuditKind, document_id: int = 0, *, text: str | None = None, **details: Detail) -> int:
        """Add a row inside the caller's transaction (`OpenHistory.writing`) and return its number.

        `text` is kept only where the terms allow content. Details never hold what a person or the model wrote.
        """
        if not self._kept:
            return 0
        db, terms, head = self._open.db, self.terms(), head_of(self._open.db)
        number = head.count + 1
        if text is not None and terms.content:
            details["text_sha256"] = self._keep_text(number, document_id, stored_text(text))
        row = AuditRow(
            number=number,
            at=stored_time(self._open.now()),
            kind=kind.value,
            person=stored_text(terms.person),
            section=stored_text(terms.section),
            login=stored_text(login_name()),
            terminal=stored_text(computer_name()),
            document=document_id,
            details=stored_text(canonical(details)),
        )
        _insert(db, replace(row, hash=row_hash(head.hash, row)))
        self._added = True
        return number

    def text_of(self, document_id: int) -> str | None:
        """Return a document's text as the log keeps it, `None` unless the terms allow content."""
        if not self.terms().content:
            return None
        latest = versions.latest_versions(self._open.db, document_id)
        return canonical({version.section_key: dumps(version.content) for version in latest})

    def _keep_text(self, number: int, document_id: int, text: str) -> str:
        salt = secrets.token_hex(16)
        self._open.db.execute("INSERT INTO audit_texts VALUES (?, ?, ?, ?)", (number, document_id, salt, text))
        return text_hash(salt, text)

    def record(self, kind: AuditKind, document_id: int = 0, *, text: str | None = None, **details: Detail) -> None:
        """Add a row in a transaction of its own; a history opened for reading only gets it beside its writer.

        Raises `StoreFault` as every writing does; STORE_FAILED (reason) when the file has another schema.
        """
        if not self._open.db.execute("PRAGMA query_only").fetchone()[0]:
            with self._open.writing():
                self.add(kind, document_id, text=text, **details)
            return
        path = self._open.path
        with translated(path), closing(connect(path, "rw", BUSY_SECONDS)) as db:
            db.execute("PRAGMA synchronous = FULL")
            if _schema(db) != self._schema:
                raise StoreFault(ErrorCode.STORE_FAILED, reason="schema")
            beside = AuditLog(OpenHistory(db, path, self._open.now))
            beside.terms = self.terms
            beside.record(kind, document_id, text=text, **details)

    def _note_head(self) -> None:
        if self._added:
            self._added = False
            write_head(self._open.path, head_of(self._open.db))

    def check_head(self) -> None:
        """Compare the log with the head noted beside it, once after opening for writing.

        A log that does not reach its head, or has another row there, gets a row that says so; a head that is merely
        older, as a crash leaves it, is noted anew.
        """
        if not self._kept:
            return
        noted, found = read_head(self._open.path), head_of(self._open.db)
        if noted == found or (noted is None and not found.count):
            return
        if noted is None or hash_at(self._open.db, noted.count) != noted.hash:
            noted = noted or Head(0, "")
            self.record(AuditKind.AUDIT_GAP, found=found.count, noted=noted.count, noted_sha256=noted.hash)
        else:
            write_head(self._open.path, found)

    def head(self) -> Head:
        """Return where the log ends, for an auditor to note."""
        with self._open.reading():
            return head_of(self._open.db)

    def verify(self, noted: Head | None = None) -> Verdict:
        """Check the whole log against itself and against a head: the one given, else the one beside the history.

        A log with rows but no head beside it is one whose head was removed: it counts as cut after its last row.
        """
        with self._open.reading():
            beside = read_head(self._open.path)
            if noted is None and beside is None and (last := head_of(self._open.db)).count:
                beside = Head(last.count + 1, "")
            return verify_chain(self._open.db, noted or beside)

    def latest(self, limit: int) -> list[AuditRow]:
        """Return the last rows, newest first."""
        with self._open.reading():
            start = max(0, head_of(self._open.db).count - limit)
            return list(rows(self._open.db, start))[::-1]

    def after(self, number: int, limit: int) -> list[AuditRow]:
        """Return up to `limit` rows after a number, in order: a long log is read in parts."""
        with self._open.reading():
            found = rows(self._open.db, number)
            return [row for row, _ in zip(found, range(limit), strict=False)]


def carry_over(restored: Path, source: Path) -> int:
    """Append to a restored history's log the rows that another file's log has more; returns how many.

    For a backup that takes the place of a newer history, before it is opened: what was logged since is not lost with
    it. Nothing is done when the restored log is no beginning of the other. Raises `StoreFault` when one cannot be read.
    """
    with (
        translated(source),
        closing(connect(source, "ro", BUSY_SECONDS)) as other,
        closing(connect(restored, "rw", BUSY_SECONDS)) as db,
        transaction(db),
    ):
        if not {"audit", "audit_texts"} <= set(db.table_names()) & set(other.table_names()):
            return 0
        here = head_of(db)
        if hash_at(other, here.count) != here.hash:
            return 0
        for row in rows(other, here.count):
            _insert(db, row)
        texts = "SELECT number, document, salt, text FROM audit_texts WHERE number > ?"
        db.conn.executemany("INSERT INTO audit_texts VALUES (?, ?, ?, ?)", other.execute(texts, (here.count,)))
        return head_of(db).count - here.count


def _insert(db: Database, row: AuditRow) -> None:
    db.execute(
        f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 -- the column names are a constant
        astuple(row),
    )


def _schema(db: Database) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
