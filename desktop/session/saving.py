"""Saving a growing draft: soon after it grew, but not at every token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from desktop.session.asks import Growth
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState

Result = TypeVar("Result")
StoreCall = Callable[[HistoryStore], Result]


class InStore(Protocol):
    """Runs a call on the store's thread."""

    def __call__(self, call: StoreCall[Result], /) -> Future[Result]:
        """Return at once; the future fails with the store's faults."""
        ...


# The promise is that at most the last 500 ms of model text can be lost; half of that leaves room for the disk.
SAVE_WITHIN_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The draft at one moment: the model's text as received, and the sections read from it."""

    raw_text: str = ""
    sections: Growth = field(default_factory=dict)


class PartialSaver:
    """Hands the latest snapshot to the store thread at most `SAVE_WITHIN_SECONDS` after it changed."""

    def __init__(self, submit: Callable[[StoreCall[None]], Future[None]], document_id: int) -> None:
        """`submit` runs a call on the store thread."""
        self._submit = submit
        self._document_id = document_id
        self._lock = threading.Lock()
        self._latest = Snapshot()
        self._timer: threading.Timer | None = None
        self._pending: Future[None] | None = None

    def grew(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot; raises the `StoreFault` of an earlier save that failed."""
        failed = self._pending
        if failed is not None and failed.done():
            failed.result()
        with self._lock:
            self._latest = snapshot
            if self._timer is None:
                self._timer = threading.Timer(SAVE_WITHIN_SECONDS, self._save)
                self._timer.name = "partial-save"
                self._timer.daemon = True
                self._timer.start()

    def _save(self) -> None:
        with self._lock:
            self._timer = None
            latest = self._latest
        document_id = self._document_id
        self._pending = self._submit(lambda store: store.save_partial(document_id, latest.raw_text, latest.sections))

    def end(self, state: DocumentState, error_code: str) -> None:
        """Write the last snapshot and the final state in one transaction; waits until it is on disk."""
        with self._lock:
            timer, self._timer = self._timer, None
            latest = self._latest
        if timer is not None:
            timer.cancel()
            timer.join()
        document_id = self._document_id
        self._submit(
            lambda store: store.end_run(document_id, state, latest.raw_text, latest.sections, error_code=error_code)
        ).result()
