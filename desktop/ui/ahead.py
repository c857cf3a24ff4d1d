"""When the model gets ready by itself: after the window has opened, and when a person pauses in filling in a form."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.store.records import Inputs
from desktop.ui.workbench import Workbench

# Long enough that the window is drawn and the first keys are typed before the model takes a share of the processor.
AFTER_OPENING_MS = 2500
# After the pause in which the time is reckoned; most pauses between two sentences are shorter.
AFTER_PAUSE_MS = 1500


class GetReady(QObject):
    """Asks the desk to prepare for what is on the form."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Watch a workbench."""
        super().__init__(parent)
        self._workbench = workbench
        self._inputs: Inputs | None = None
        self._read: Inputs | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._prepare)
        workbench.opened.connect(self._opened)
        workbench.form_settled.connect(self._settled)

    def _opened(self) -> None:
        self._read = self._inputs = None

    def _settled(self, inputs: Inputs) -> None:
        first = self._read is None
        self._inputs = inputs
        self._timer.start(AFTER_OPENING_MS if first else AFTER_PAUSE_MS)

    def _prepare(self) -> None:
        sheet, inputs = self._workbench.sheet, self._inputs
        if sheet is None or inputs is None or inputs == self._read or self._workbench.runner.running:
            return
        if self._read is None and sheet.has_draft:
            # A document taken out of the history is read, not written; only a change in its form tells otherwise.
            self._read = inputs
            return
        self._read = inputs
        self._workbench.prepare(inputs)
