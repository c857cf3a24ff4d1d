"""The history of a person's documents: what was asked, what the model wrote, what the person made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from desktop.core.sections import Content
from desktop.store import search_index, speeds, texts, uids, undo, versions
from desktop.store.audit import AuditKind, AuditLog
from desktop.store.connection import OpenHistory
from desktop.store.conversion import tidy
from desktop.store.database import BUSY_SECONDS, open_read_only, open_writable
from desktop.store.exchange import finish_exchange, refuse_unfinished
from desktop.store.faults import translated
from desktop.store.inputs import FieldVersions, inputs_of, put_inputs
from desktop.store.lock import StoreLock
from desktop.store.migrations import STEPS, Step
from desktop.store.places import refuse_network
from desktop.store.records import (
    DocumentRecord,
    DocumentState,
    DocumentSummary,
    Inputs,
    RunFacts,
    SectionVersion,
    Speed,
    TemplateStamp,
)
from desktop.store.retention import Retention
from desktop.store.rows import SUMMARY_COLUMNS, stored_text, stored_time, summary_of
from desktop.store.search import HistorySearch
from desktop.store.tags import Tags
from desktop.store.transfer import HistoryTransfer
from desktop.store.trash import Trash
from desktop.store.usage import UsageBook


def utc_now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


class HistoryStore:
    """One person's history in one SQLite file, used from the one thread that opened it.

    What a method has written when it returns survives the death of the program and of the machine. Every method
    raises `StoreFault`: STORE_DISK_FULL, STORE_LOCKED, STORE_DAMAGED, STORE_FOLDER_NOT_WRITABLE, else STORE_FAILED
    (reason: SQLite's name of the error); after a fault nothing of the call is stored and the next call may succeed.
    Methods with a document's number raise DOCUMENT_NOT_FOUND (id) when it does not exist.
    """

    def __init__(
        self,
        db: Database,
        path: Path,
        now: Callable[[], dt.datetime],
        lock: StoreLock | None,
    ) -> None:
        """Use `open`. Sweeps drafts that a crash broke off when the store is writable, that is, has a lock."""
        self._open = OpenHistory(db, path, now)
        self.fields = FieldVersions(self._open)
        self.search = HistorySearch(self._open)
        self.tags = Tags(self._open)
        self._db = db
        self._now = now
        self._lock = lock
        self.audit = AuditLog(self._open)
        self.transfer = HistoryTransfer(self._open, self.audit)
        self.trash = Trash(self._open, self.audit)
        self.retention = Retention(self._open, self.audit)
        self.usage = UsageBook(self._open)
        self.recovered: tuple[int, ...] = () if lock is None else self._sweep()
        if lock is not None:
            self.audit.check_head()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: Callable[[], dt.datetime] = utc_now,
        read_only: bool = False,
        busy_seconds: float = BUSY_SECONDS,
        steps: Sequence[Step] = STEPS,
    ) -> HistoryStore:
        """Open the history at `path`, creating it and its folder or migrating it as needed.

        With `read_only` nothing is created, locked, migrated or swept (SQLite may leave empty companion files), and
        it works beside a program that writes.
        Raises `StoreFault`: STORE_LOCKED (path) when another program has it open or holds its write lock for
        `busy_seconds`, STORE_FROM_FUTURE (found, known), STORE_DAMAGED (path; the file stays as it is),
        STORE_MIGRATION_FAILED (backup; the file stays as it is), STORE_FOLDER_NOT_WRITABLE (path, reason),
        STORE_DISK_FULL (path), STORE_ON_NETWORK (path, kind); for an encrypted file also as `cipher.connect`.
        `steps` is the schema; tests put later steps behind it.
        """
        refuse_network(path)
        with translated(path):
            if read_only:
                refuse_unfinished(path)
                return cls(open_read_only(path, steps, busy_seconds), path, now, None)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = StoreLock(path)
            try:
                finish_exchange(path)
                tidy(path)
                db = open_writable(path, steps, now(), busy_seconds)
            except BaseException:
                lock.release()
                raise
            try:
                return cls(db, path, now, lock)
            except BaseException:
                db.close()
                lock.release()
                raise

    def _sweep(self) -> tuple[int, ...]:
        with self._open.writing():
            rows = self._db.execute(
                "SELECT id FROM documents WHERE state = 'streaming' ORDER BY updated_at DESC, id DESC"
            ).fetchall()
            self._db.execute("UPDATE documents SET state = 'interrupted' WHERE state = 'streaming'")
            for (number,) in rows:
                # What was written when the program died was not in the index yet.
                search_index.index_document(self._db, number)
                self.audit.add(AuditKind.DRAFT_ENDED, number, state=DocumentState.INTERRUPTED.value, error="crash")
        return tuple(number for (number,) in rows)

    def create_document(self, template: TemplateStamp, title: str, inputs: Inputs) -> int:
        """Begin a document in state PREPARING and return its number; numbers are never used again."""
        at = stored_time(self._now())
        with self._open.writing():
            document_id = self._db.execute(
                "INSERT INTO documents"
                " (template_id, template_name, template_version, title, state, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(stored_text(text) for text in (template.id, template.name, template.version, title)),
                    DocumentState.PREPARING.value,
                    at,
                    at,
                ),
            ).lastrowid
            assert document_id is not None
            uids.give(self._db, document_id, uids.new_uid())
            self._db.execute(
                "INSERT INTO template_sources VALUES (?, ?)", (document_id, texts.put(self._db, template.source))
            )
            put_inputs(self._db, document_id, inputs, self._now())
            search_index.index_document(self._db, document_id)
            self.audit.add(
                AuditKind.DOCUMENT_CREATED, document_id, template=template.id, template_version=template.version
            )
        return document_id

    def save_inputs(self, document_id: int, title: str, inputs: Inputs) -> None:
        """Keep what stands in the form; only fields that changed are written."""
        with self._open.changing(document_id) as before:
            put_inputs(self._db, document_id, inputs, self._now())
            name = stored_text(title)
            self._db.execute("UPDATE documents SET title = ? WHERE id = ? AND title <> ?", (name, document_id, name))
            if self._db.conn.total_changes > before:
                search_index.index_form(self._db, document_id)
                self._open.touch(document_id)

    def begin_run(self, document_id: int, run: RunFacts, *, raw_text: str = "") -> None:
        """Note, before the model is asked, that a run begins: from here on the document is STREAMING.

        `raw_text` is what an interrupted run already had when this one continues it.
        """
        with self._open.changing(document_id):
            self._db.execute(
                "INSERT INTO runs (document_id, model_name, model_sha256, settings, started_at, raw)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    document_id,
                    stored_text(run.model_name),
                    stored_text(run.model_sha256),
                    stored_text(run.settings),
                    stored_time(self._now()),
                    texts.packed(raw_text),
                ),
            )
            self._open.touch(document_id, DocumentState.STREAMING)
            self.audit.add(AuditKind.DRAFT_BEGUN, document_id, **self._run_details(document_id))

    def save_partial(self, document_id: int, raw_text: str, sections: Mapping[str, tuple[Content, bool]]) -> None:
        """Keep what the model has written so far in this run: all of its text, and the sections read from it.

        `sections` maps the keys this run has reached to content and whether it is finished. An empty `raw_text`
        leaves the one that is kept. Raises `LookupError` when no run was begun.
        """
        with self._open.changing(document_id):
            self._put_partial(document_id, raw_text, sections)
            finished = [key for key, (_, done) in sections.items() if done]
            search_index.index_sections(self._db, document_id, finished)
            self._open.touch(document_id)

    def end_run(
        self,
        document_id: int,
        state: DocumentState,
        raw_text: str,
        sections: Mapping[str, tuple[Content, bool]],
        *,
        error_code: str = "",
    ) -> None:
        """Keep the last of a run's text and how it ended, in one transaction; otherwise as `save_partial`."""
        if state is DocumentState.STREAMING:
            raise ValueError("a run cannot end as streaming")
        with self._open.changing(document_id):
            run_id = self._put_partial(document_id, raw_text, sections)
            ended = (stored_time(self._now()), error_code, run_id)
            self._db.execute("UPDATE runs SET ended_at = ?, error_code = ? WHERE id = ?", ended)
            search_index.index_document(self._db, document_id)
            self._open.touch(document_id, state)
            details = self._run_details(document_id)
            text = self.audit.text_of(document_id)
            self.audit.add(
                AuditKind.DRAFT_ENDED, document_id, text=text, state=state.value, error=error_code, **details
            )

    def _run_details(self, document_id: int) -> dict[str, str]:
        row = self._db.execute(
            "SELECT template_id, template_version, model_name, model_sha256, settings"
            " FROM documents JOIN runs ON document_id = documents.id WHERE documents.id = ?"
            " ORDER BY runs.id DESC LIMIT 1",
            (document_id,),
        ).fetchone()
        return dict(zip(("template", "template_version", "model", "model_sha256", "sampling"), row, strict=True))

    def _put_partial(self, document_id: int, raw_text: str, sections: Mapping[str, tuple[Content, bool]]) -> int:
        run_id: int | None = self._db.execute(
            "SELECT max(id) FROM runs WHERE document_id = ?", (document_id,)
        ).fetchone()[0]
        if run_id is None:
            raise LookupError("no run was begun")
        if raw_text:
            # A run that dies before its first character has no text yet; that of the run it continues stays.
            self._db.execute("UPDATE runs SET raw = ? WHERE id = ?", (texts.packed(raw_text), run_id))
        now = self._now()
        for key, (content, finished) in sections.items():
            versions.write_for_run(self._db, document_id, run_id, (key, content, finished), now)
        return run_id

    def save_edit(self, document_id: int, section_key: str, content: Content) -> SectionVersion:
        """Keep a person's edit and return the section's latest version (rules: `versions.write_for_person`)."""
        with self._open.changing(document_id) as before:
            edited = versions.write_for_person(self._db, document_id, section_key, content, self._now())
            if self._db.conn.total_changes > before:
                search_index.index_sections(self._db, document_id, [section_key])
                self._open.touch(document_id)
        return edited

    def versions(self, document_id: int, section_key: str) -> list[SectionVersion]:
        """Return a section's versions, newest first."""
        with self._open.reading_of(document_id):
            return versions.all_versions(self._db, document_id, section_key)

    def restore_version(self, document_id: int, section_key: str, number: int) -> SectionVersion:
        """Make a copy of an earlier version the latest; raises `LookupError` when there is no such number."""
        with self._open.changing(document_id) as before:
            restored = versions.put_back(self._db, document_id, section_key, number, self._now())
            if self._db.conn.total_changes > before:
                search_index.index_sections(self._db, document_id, [section_key])
                self._open.touch(document_id)
        return restored

    def undo(self, document_id: int, section_key: str) -> SectionVersion | None:
        """Make a section what it was before its last change and return that; `None` when nothing was before."""
        with self._open.changing(document_id):
            shown = undo.step_back(self._db, document_id, section_key, self._now())
            if shown is not None:
                search_index.index_sections(self._db, document_id, [section_key])
                self._open.touch(document_id)
        return shown

    def redo(self, document_id: int, section_key: str) -> SectionVersion | None:
        """Take the last `undo` back; `None` when there is none, or something was written since."""
        with self._open.changing(document_id):
            shown = undo.step_forward(self._db, document_id, section_key, self._now())
            if shown is not None:
                search_index.index_sections(self._db, document_id, [section_key])
                self._open.touch(document_id)
        return shown

    def undo_possible(self, document_id: int, section_key: str) -> tuple[bool, bool]:
        """Tell whether `undo` and `redo` would find something."""
        with self._open.reading_of(document_id):
            return undo.steps_possible(self._db, document_id, section_key)

    def load(self, document_id: int) -> DocumentRecord:
        """Return everything kept of a document, as of one moment."""
        with self._open.reading_of(document_id) as summary:
            template_version, template_text = self._db.execute(
                "SELECT template_version, text_id FROM documents"
                " LEFT JOIN template_sources ON document_id = id WHERE id = ?",
                (document_id,),
            ).fetchone()
            run, raw_text, error_code = self._latest_run(document_id)
            return DocumentRecord(
                summary=summary,
                template_version=template_version,
                template_source=texts.get(self._db, template_text),
                inputs=inputs_of(self._db, document_id),
                run=run,
                raw_text=raw_text,
                error_code=error_code,
                sections={found.section_key: found for found in versions.latest_versions(self._db, document_id)},
            )

    def _latest_run(self, document_id: int) -> tuple[RunFacts | None, str, str]:
        row = self._db.execute(
            "SELECT model_name, model_sha256, settings, raw, error_code FROM runs"
            " WHERE document_id = ? ORDER BY id DESC LIMIT 1",
            (document_id,),
        ).fetchone()
        if row is None:
            return None, "", ""
        return RunFacts(*row[:3]), texts.unpacked(row[3]), row[4]

    def list_documents(self, limit: int = 200, offset: int = 0) -> list[DocumentSummary]:
        """Return the lines of the history list, latest change first, without the trash; no texts are read."""
        with translated(self._open.path):
            rows = self._db.execute(
                f"SELECT {SUMMARY_COLUMNS} FROM documents"  # noqa: S608 -- the column names are a constant
                " WHERE trashed_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
            return [summary_of(row) for row in rows]

    def add_speed(self, terminal: str, model: str, speed: Speed) -> None:
        """Keep what a run, or a measurement, of a model took on a terminal."""
        with self._open.writing():
            speeds.add(self._db, terminal, model, speed, self._now())

    def speeds(self, terminal: str, model: str) -> list[Speed]:
        """Return the latest speeds of a model on a terminal, newest first."""
        with translated(self._open.path):
            return speeds.newest(self._db, terminal, model)

    def close(self) -> None:
        """Close the file and let others open it; safe to call twice."""
        try:
            with translated(self._open.path):
                self._db.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()
