"""When the history is cared for by itself: once after it was opened, in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.session.care_desk import CareDone
from desktop.ui.workbench import Workbench

# Later than what a person waits for at the start, the window and the model.
AFTER_OPENING_MS = 10_000


class Caretaker(QObject):
    """Has the desk make the day's copy and the week's check, and tells what went wrong."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Wait until the history is open."""
        super().__init__(parent)
        self._workbench = workbench
        self._timer = QTimer(self, singleShot=True, interval=AFTER_OPENING_MS)
        self._timer.timeout.connect(self.care)
        workbench.ready.connect(self._timer.start)

    def care(self) -> None:
        """Begin now."""
        future = self._workbench.desk.care.after_start()
        self._workbench.bridge.then(future, self, self._told, lambda error: self._workbench.failed.emit("care", error))

    def _told(self, done: CareDone) -> None:
        for fault in done.faults:
            self._workbench.failed.emit("care", fault)
