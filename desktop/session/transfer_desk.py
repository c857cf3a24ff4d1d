"""Writing the history out and taking one in, for the window and the console: with progress, and stopped at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop.session.errand import Errand, Phase
from desktop.session.history_folder import (
    SETTINGS_NAME,
    Source,
    Wanted,
    WrittenOut,
    history_file_in,
    moved_settings,
    write_folder,
)
from desktop.session.saving import InStore
from desktop.settings.settings import Settings
from desktop.store.audit import AuditKind
from desktop.store.moved_file import Counts, counts_of, documents_in
from desktop.store.transfer import TakenIn

_BYTES_A_STEP = 1_000_000


@dataclass(frozen=True, slots=True)
class Terminal:
    """What of the desk is needed beside the history: a document as a Word file, and the settings."""

    export: Callable[[int, Path], Future[Any]]
    settings: Callable[[], Settings]
    save_settings: Callable[[Settings], Future[None]]


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What came in: documents, and the names of the settings that were empty here before."""

    taken: TakenIn
    settings: tuple[str, ...] = ()


class TransferDesk:
    """One errand at a time, on a thread of its own. Futures fail with `ErrandStopped` when the person stops it."""

    def __init__(self, in_store: InStore, terminal: Terminal) -> None:
        """`in_store` runs a call on the store's thread."""
        self._in_store = in_store
        self._terminal = terminal
        self._pool = ThreadPoolExecutor(1, "transfer")
        self._closing = threading.Event()

    def document_count(self) -> Future[int]:
        """Return how many documents the history has, those in the trash included."""
        return self._in_store(lambda store: len(store.transfer.document_numbers()))

    def write_out(
        self, folder: Path, errand: Errand, *, language: str, word: bool = True, settings: bool = False
    ) -> Future[WrittenOut]:
        """Write the history into a new folder, as `write_folder` does."""
        source = Source(
            numbers=lambda: self._in_store(lambda store: store.transfer.document_numbers()).result(),
            read=lambda number: self._in_store(lambda store: store.transfer.read(number)).result(),
            export=lambda number, path: self._terminal.export(number, path).result(),
        )
        wanted = Wanted(language, word, self._terminal.settings() if settings else None)
        asked = self._kept(errand)

        def work() -> WrittenOut:
            written = write_folder(folder, source, wanted, asked)
            documents = written.counts.documents
            self._in_store(lambda store: store.audit.record(AuditKind.HISTORY_EXPORTED, documents=documents)).result()
            return written

        return self._pool.submit(work)

    def check(self, path: Path, errand: Errand) -> Future[Counts]:
        """Read a whole file (or the one in a folder that was written) and return what it holds; nothing comes in.

        Fails as `documents_in` and `history_file_in` raise.
        """
        asked = self._kept(errand)
        return self._pool.submit(lambda: _checked(history_file_in(path), asked))

    def take_in(self, path: Path, errand: Errand) -> Future[TakenIn]:
        """Check a file as `check` does, then take in what it holds: all of it, or nothing with whatever goes wrong."""
        asked = self._kept(errand)
        return self._pool.submit(lambda: self._take_in(path, asked))

    def _take_in(self, path: Path, errand: Errand) -> TakenIn:
        file = history_file_in(path)
        counts = _checked(file, errand)
        # The store's thread is held meanwhile; what the window saves waits for it.
        documents = documents_in(file, lambda _done, _total: None)
        taken: TakenIn = self._in_store(
            lambda store: store.transfer.take_in(
                documents, lambda done: errand.step(Phase.TAKING_IN, done, counts.documents)
            )
        ).result()
        return taken

    def move_in(self, folder: Path, errand: Errand) -> Future[MovedIn]:
        """Take in what `write_out` with settings wrote on another terminal; settings that stand here stay."""
        asked = self._kept(errand)

        def work() -> MovedIn:
            # Looked at before anything comes in.
            found = (folder / SETTINGS_NAME).is_file()
            own = self._terminal.settings()
            settings, changed = moved_settings(folder, own) if found else (own, ())
            taken = self._take_in(folder, asked)
            if changed:
                self._terminal.save_settings(settings).result()
            return MovedIn(taken, changed)

        return self._pool.submit(work)

    def _kept(self, errand: Errand) -> Errand:
        """Return the errand so that the end of the program stops it too."""
        return replace(errand, stopped=lambda: self._closing.is_set() or errand.stopped())

    def close(self) -> None:
        """Stop what runs, and wait for it."""
        self._closing.set()
        self._pool.shutdown()


def _checked(path: Path, errand: Errand) -> Counts:
    told = 0

    def watch(done: int, total: int) -> None:
        nonlocal told
        if done >= told or done == total:
            told = done + _BYTES_A_STEP
            errand.step(Phase.CHECKING, done, total)

    return counts_of(path, watch)
