"""The only crossing from the worker threads to the widgets: futures and draft events arrive in the main thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from desktop.session.events import DraftEvent, Ended, SectionGrew

T = TypeVar("T")
Failure = Callable[[BaseException], object]

# A fast model gives hundreds of events a second; a person reads no faster than this.
REPAINT_MS = 50


class Bridge(QObject):
    """Carries what worker threads hand in to the thread this object lives in."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Make the one queued connection that everything crosses on."""
        super().__init__(parent)
        self._arrived.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def then(
        self, future: Future[T], owner: QObject, success: Callable[[T], object], failure: Failure | None = None
    ) -> None:
        """Call `success` or `failure` in the main thread when the future is settled.

        Nothing is called once `owner` is deleted or the future was cancelled. A failure that nobody takes is raised
        in the main thread, where it is reported.
        """

        def settle(done: Future[T]) -> None:
            self._arrived.emit(lambda: _settle(done, owner, success, failure))

        future.add_done_callback(settle)

    def call(self, owner: QObject, action: Callable[[], object]) -> None:
        """Run `action` in the main thread unless `owner` is deleted by then; may be called in any thread."""
        self._arrived.emit(lambda: action() if isValid(owner) else None)

    def _run(self, action: Callable[[], object]) -> None:
        action()


def _settle(done: Future[T], owner: QObject, success: Callable[[T], object], failure: Failure | None) -> None:
    if done.cancelled() or not isValid(owner):
        return
    error = done.exception()
    if error is None:
        success(done.result())
    elif failure is not None:
        failure(error)
    else:
        raise error


class DraftRelay(QObject):
    """The listener of one run: gathers events on the engine's thread, hands the latest on at most 20 times a second.

    `Ended` is not handed on: the run's future carries it. `flush` gives at once what is still held.
    """

    arrived = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject) -> None:
        """Start with nothing gathered."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._gathered: dict[str, DraftEvent] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.flush)
        self._since = QElapsedTimer()
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def __call__(self, event: DraftEvent) -> None:
        """Take an event; called on the engine's thread."""
        if isinstance(event, Ended):
            return
        # The latest content of each section and the latest event of every other kind, in the order of their last
        # arrival: what is told once, as the time expected, must not be lost to what follows at once.
        name = f"section {event.key}" if isinstance(event, SectionGrew) else type(event).__name__
        with self._lock:
            first = not self._gathered
            self._gathered.pop(name, None)
            self._gathered[name] = event
        if first:
            self._woken.emit()

    def _wake(self) -> None:
        waited = self._since.elapsed() if self._since.isValid() else REPAINT_MS
        if waited >= REPAINT_MS:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start(REPAINT_MS - waited)

    def flush(self) -> None:
        """Hand on everything gathered, now; main thread only."""
        self._timer.stop()
        self._since.start()
        with self._lock:
            events = list(self._gathered.values())
            self._gathered.clear()
        for event in events:
            self.arrived.emit(event)
