"""The use cases of the audit log: telling it of what happens outside the store, checking it, writing it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import BinaryIO

from desktop.core.files import write_atomically
from desktop.session.saving import InStore
from desktop.settings.settings import Settings
from desktop.store.audit import AuditKind, AuditTerms
from desktop.store.audit_chain import AuditRow, Head, Verdict
from desktop.store.history import HistoryStore

# Rows read at a time: a log of a million rows takes no more memory than a short one.
PART = 5000
# A spreadsheet would run a cell that begins like this. The sign for text itself is marked too, so that taking one away
# gives every cell back as it was.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
# What the window remembers by itself is no change of settings.
_REMEMBERED = ("last_template", "favourites")
# Of these only the name is logged: they are about a person.
_PERSONAL = ("section", "person", "telephone", "mail")


@dataclass(frozen=True, slots=True)
class AuditCsv:
    """What was written: the file, and the head that belongs to it."""

    path: Path
    head: Head


class AuditDesk:
    """Every method returns at once; futures resolve on the store's thread."""

    def __init__(self, in_store: InStore, settings: Callable[[], Settings]) -> None:
        """Read the `settings` in force at each call."""
        self._in_store = in_store
        self._settings = settings

    def terms(self) -> AuditTerms:
        """Return who works and what the rows may hold, as the settings say now."""
        now = self._settings()
        return AuditTerms(now.person, now.section, now.audit_content, now.audit_file_names)

    def published(self, template_id: str, version: str, place: str) -> None:
        """Log that a template was published to a folder of the share; nothing where the history is not open."""
        kind = AuditKind.TEMPLATE_PUBLISHED
        self._in_store(
            lambda store: store.audit.record(kind, template=template_id, template_version=version, place=place)
        )

    def exported(self, document_id: int, path: Path) -> Future[None]:
        """Log that a document was written to a file; its name only where the settings allow it."""
        details = {"format": path.suffix.lower().removeprefix(".")}
        if self._settings().audit_file_names:
            details["file"] = path.name

        def work(store: HistoryStore) -> None:
            text = store.audit.text_of(document_id)
            store.audit.record(AuditKind.DOCUMENT_EXPORTED, document_id, text=text, **details)

        return self._in_store(work)

    def settings_changed(self, before: Settings, after: Settings) -> None:
        """Log which settings changed, one row each; nothing where the history is not open."""
        old, new = asdict(before), asdict(after)
        changed = [key for key in new if key not in _REMEMBERED and old[key] != new[key]]

        def work(store: HistoryStore) -> None:
            for key in changed:
                if key in _PERSONAL:
                    store.audit.record(AuditKind.SETTINGS_CHANGED, key=key)
                else:
                    before_that, now = _shown(old[key]), _shown(new[key])
                    store.audit.record(AuditKind.SETTINGS_CHANGED, key=key, old=before_that, new=now)

        if changed:
            self._in_store(work)

    def head(self) -> Future[Head]:
        """Return where the log ends."""
        return self._in_store(lambda store: store.audit.head())

    def verify(self, noted: Head | None = None) -> Future[Verdict]:
        """Check the whole log, against a head that an auditor noted when there is one."""
        return self._in_store(lambda store: store.audit.verify(noted))

    def latest(self, limit: int = 500) -> Future[list[AuditRow]]:
        """Return the last rows, newest first."""
        return self._in_store(lambda store: store.audit.latest(limit))

    def export(self, path: Path, *, overwrite: bool = False) -> Future[AuditCsv]:
        """Write the log as CSV for auditors, whole or not at all; UTF-8 with a mark, as Excel wants it.

        Fails with what `write_atomically` raises.
        """

        def work(store: HistoryStore) -> AuditCsv:
            head = store.audit.head()
            write_atomically(path, lambda stream: _write(store, head, stream), overwrite=overwrite)
            return AuditCsv(path, head)

        return self._in_store(work)


def _write(store: HistoryStore, head: Head, stream: BinaryIO) -> None:
    stream.write(b"\xef\xbb\xbf")
    stream.write(_lines([[field.name for field in fields(AuditRow)]]))
    after = 0
    while after < head.count:
        part = store.audit.after(after, min(PART, head.count - after))
        if not part:
            return
        stream.write(_lines([[_safe(cell) for cell in astuple(row)] for row in part]))
        after = part[-1].number


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def _safe(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
