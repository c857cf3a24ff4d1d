"""When to save what is being typed: soon after a pause, and never later than a second."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

QUIET_MS = 400
LIMIT_MS = 800  # a timer may be late by a twentieth, and the store takes its time


class Autosave(QObject):
    """Turns a stream of changes into a few moments to save."""

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        """Start with nothing to save."""
        super().__init__(parent)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._limit = QTimer(self, singleShot=True, interval=LIMIT_MS)
        self._quiet.timeout.connect(self.flush)
        self._limit.timeout.connect(self.flush)
        self._pending = False

    @property
    def pending(self) -> bool:
        """Whether a change waits for its moment."""
        return self._pending

    def touch(self) -> None:
        """Note a change."""
        self._quiet.start()
        if not self._pending:
            self._pending = True
            self._limit.start()

    def flush(self) -> None:
        """Save now what is waiting, if anything is."""
        if not self._pending:
            return
        self._pending = False
        self._quiet.stop()
        self._limit.stop()
        self.due.emit()
