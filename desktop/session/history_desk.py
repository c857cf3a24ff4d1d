"""What a desk does with the history: opening it, reading documents, keeping edits, always on the store's own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import Content
from desktop.session.audit_desk import AuditDesk
from desktop.session.care_desk import CareDesk
from desktop.session.encryption_desk import NOT_SWITCHED, EncryptionDesk, SwitchReport
from desktop.session.open_document import OpenDocument, latest_inputs_in, opened_in
from desktop.session.retention_desk import RetentionDesk
from desktop.session.saving import Result, StoreCall
from desktop.session.search_desk import SearchDesk, TagDesk, TrashDesk
from desktop.settings.settings import Settings
from desktop.store.history import HistoryStore
from desktop.store.inputs import FieldVersion
from desktop.store.records import DocumentSummary, Inputs, SectionVersion


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What opening the history found: drafts that a crash broke off, newest first, and how the encryption went."""

    recovered: tuple[DocumentSummary, ...]
    encryption: SwitchReport = NOT_SWITCHED


class HistoryDesk:
    """The use cases of the history. Every method returns at once; futures resolve on the store's thread."""

    def __init__(self, history_file: Path, settings: Callable[[], Settings] = Settings) -> None:
        """Open nothing yet; `settings` gives those in force."""
        self._history_file = history_file
        self._store: HistoryStore | None = None
        self._store_pool = ThreadPoolExecutor(1, "store")
        self.audit = AuditDesk(self._in_store, settings)
        self.retention = RetentionDesk(self._in_store, settings)
        self.care = CareDesk(history_file, self._while_closed)
        self.search = SearchDesk(self._in_store)
        self.trash = TrashDesk(self._in_store)
        self.tags = TagDesk(self._in_store)
        self.encryption = EncryptionDesk(history_file)

    def open(self, *, read_only: bool = False) -> Future[OpenReport]:
        """Open the history; fails with the `StoreFault` that says why it cannot be used."""

        def work() -> OpenReport:
            # One that is opened anew is not open meanwhile, nor afterwards if that fails.
            before, self._store = self._store, None
            if before is not None:
                before.close()
            self.encryption.unlock_key()
            switched = NOT_SWITCHED if read_only else self.encryption.prepare()
            store = self._opened(read_only=read_only)
            return OpenReport(tuple(store.load(found).summary for found in store.recovered), switched)

        return self._store_pool.submit(work)

    def _opened(self, *, read_only: bool = False) -> HistoryStore:
        self._store = HistoryStore.open(self._history_file, read_only=read_only)
        self._store.audit.terms = self.audit.terms
        return self._store

    def _while_closed(self, call: Callable[[], Result]) -> Future[Result]:
        """Do something with the history's file while nobody has it open; what was open is opened again after it."""

        def work() -> Result:
            store, self._store = self._store, None
            if store is None:
                return call()
            store.close()
            try:
                return call()
            finally:
                self._opened()

        return self._store_pool.submit(work)

    def _in_store(self, call: StoreCall[Result]) -> Future[Result]:
        def work() -> Result:
            if self._store is None:
                raise StoreFault(ErrorCode.STORE_FAILED, reason="not open")
            return call(self._store)

        return self._store_pool.submit(work)

    def load(self, document_id: int) -> Future[OpenDocument]:
        """Return a document as it stands."""
        return self._in_store(lambda store: opened_in(store, document_id))

    def latest_inputs(self, template_id: str) -> Future[Inputs | None]:
        """Return what stands in the form of the latest document of a template."""
        return self._in_store(lambda store: latest_inputs_in(store, template_id))

    def history(self, limit: int = 200) -> Future[list[DocumentSummary]]:
        """Return the latest documents, newest change first."""
        return self._in_store(lambda store: store.list_documents(limit))

    def save_edit(self, document_id: int, section_key: str, content: Content) -> Future[SectionVersion]:
        """Keep a person's edit of a section."""
        return self._in_store(lambda store: store.save_edit(document_id, section_key, content))

    def versions(self, document_id: int, section_key: str) -> Future[list[SectionVersion]]:
        """Return a section's versions, newest first."""
        return self._in_store(lambda store: store.versions(document_id, section_key))

    def restore_version(self, document_id: int, section_key: str, number: int) -> Future[SectionVersion]:
        """Make a copy of an earlier version the latest one."""
        return self._in_store(lambda store: store.restore_version(document_id, section_key, number))

    def undo(self, document_id: int, section_key: str) -> Future[SectionVersion | None]:
        """Make a section what it was before its last change; the future gives `None` when nothing was before."""
        return self._in_store(lambda store: store.undo(document_id, section_key))

    def redo(self, document_id: int, section_key: str) -> Future[SectionVersion | None]:
        """Take the last `undo` back; the future gives `None` when there is none, or something was written since."""
        return self._in_store(lambda store: store.redo(document_id, section_key))

    def undo_possible(self, document_id: int, section_key: str) -> Future[tuple[bool, bool]]:
        """Tell whether `undo` and `redo` would find something."""
        return self._in_store(lambda store: store.undo_possible(document_id, section_key))

    def field_versions(self, document_id: int, field_key: str) -> Future[list[FieldVersion]]:
        """Return a form field's earlier values, newest first."""
        return self._in_store(lambda store: store.fields.listed(document_id, field_key))

    def restore_field(self, document_id: int, field_key: str, version_id: int) -> Future[None]:
        """Put an earlier value back into its field."""
        return self._in_store(lambda store: store.fields.restore(document_id, field_key, version_id))

    def _close_history(self) -> None:
        """Wait for what the store still does, and close it."""
        self.care.close()
        if self._store is not None:
            self._store_pool.submit(self._store.close).result()
        self._store_pool.shutdown()
