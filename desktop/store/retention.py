"""Which documents a rule may delete, holds on single ones, and deleting them with a line in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import StoreFault
from desktop.store import backup_purge
from desktop.store.audit import AuditKind, AuditLog
from desktop.store.backup_purge import Holding
from desktop.store.connection import OpenHistory
from desktop.store.deletion import delete_documents, scrub, scrubbing_wanted, want_scrubbing
from desktop.store.rows import stored_text, stored_time

# So many documents go in one transaction: others wait for the store meanwhile.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as retention sees it. Times are aware (UTC); `hold` is the reason of a hold, `None` without one."""

    id: int
    template_id: str
    template_name: str
    title: str
    created_at: str
    changed_at: dt.datetime
    hold: str | None


class Retention:
    """Retention in one history; raises `StoreFault` as every part of the store does."""

    def __init__(self, history: OpenHistory, audit: AuditLog) -> None:
        """Work on the open history."""
        self._open = history
        self._audit = audit

    def unchanged_since(self, moment: dt.datetime) -> list[Kept]:
        """Return the documents last changed before a moment, oldest change first; none that is being written."""
        with self._open.reading():
            return self._kept("state <> 'streaming' AND updated_at < ?", stored_time(moment))

    def held(self) -> list[Kept]:
        """Return the documents on hold."""
        with self._open.reading():
            return self._kept("reason IS NOT ?", None)

    def _kept(self, condition: str, value: str | None) -> list[Kept]:
        rows = self._open.db.execute(
            "SELECT id, template_id, template_name, title, created_at, updated_at, reason"  # noqa: S608 -- the condition is ours
            f" FROM documents LEFT JOIN holds ON document_id = id WHERE {condition} ORDER BY updated_at, id",
            (value,),
        )
        return [
            Kept(number, template_id, template_name, title, created_at, dt.datetime.fromisoformat(changed_at), hold)
            for number, template_id, template_name, title, created_at, changed_at, hold in rows
        ]

    def hold(self, document_id: int, reason: str) -> None:
        """Keep a document from every deletion; raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.changing(document_id):
            self._open.db.execute(
                "INSERT INTO holds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason",
                (document_id, stored_text(reason), stored_time(self._open.now())),
            )
            self._audit.add(AuditKind.HOLD_SET, document_id)

    def release(self, document_id: int) -> None:
        """Lift a hold; raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.changing(document_id) as before:
            self._open.db.execute("DELETE FROM holds WHERE document_id = ?", (document_id,))
            if self._open.db.conn.total_changes > before:
                self._audit.add(AuditKind.HOLD_LIFTED, document_id)

    def delete(self, rules: Mapping[int, str]) -> int:
        """Delete documents, each by the rule that is given with it, in one transaction; returns how many went.

        One that is on hold, or being written, stays.
        """
        with self._open.writing() as db:
            writing = {number for (number,) in db.execute("SELECT id FROM documents WHERE state = 'streaming'")}
            deleted = delete_documents(db, [number for number in rules if number not in writing])
            for number in deleted:
                self._audit.add(AuditKind.DOCUMENT_DELETED, number, reason="retention", rule=rules[number])
            if deleted:
                want_scrubbing(self._open)
        return len(deleted)

    @property
    def scrubbing_wanted(self) -> bool:
        """Whether text of deleted documents may still lie in the file."""
        return scrubbing_wanted(self._open)

    def scrub(self) -> bool:
        """Overwrite what is left of deleted text; false when that has to wait (full disk, another reader)."""
        try:
            scrub(self._open)
        except StoreFault:
            return False
        return True

    def copies_holding(self, documents: Mapping[int, str]) -> tuple[Holding, ...]:
        """Return the backups and set-aside files that hold the documents (number to `created_at`)."""
        return backup_purge.holding(self._open.path, documents)

    def purge_copies(self, documents: Mapping[int, str]) -> tuple[int, tuple[Path, ...]]:
        """Take documents out of every copy; returns how many copies were rewritten and which could not be."""
        done, failed = 0, []
        for copy in self.copies_holding(documents):
            try:
                if copy.documents < 0:
                    failed.append(copy.path)
                else:
                    backup_purge.purge(copy.path, documents)
                    done += 1
            except StoreFault:
                failed.append(copy.path)
        return done, tuple(failed)

    def note_purge(self, documents: int, copies: int, *, overwritten: bool) -> None:
        """Log what was done about the traces of deleted documents."""
        with self._open.writing():
            self._audit.add(AuditKind.HISTORY_PURGED, documents=documents, copies=copies, overwritten=int(overwritten))
