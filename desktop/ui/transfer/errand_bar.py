"""How far a long errand is, in words and as a bar; the widget that holds it can stop it."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.session.errand import Errand, Phase
from desktop.ui.bridge import Bridge
from desktop.ui.parts import label
from desktop.ui.style import TIGHT

STEPS = 1000


class ErrandBar(QWidget):
    """Hidden unless an errand runs."""

    def __init__(self, bridge: Bridge) -> None:
        """`bridge` carries what the errand tells into the main thread."""
        super().__init__()
        self._bridge = bridge
        self._stop = threading.Event()
        self._shown: tuple[Phase, int] | None = None
        self.words = label(role="soft", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether an errand runs that nobody has stopped yet."""
        return not self.isHidden()

    def begin(self) -> Errand:
        """Show the bar and return the errand to hand to the desk."""
        stop = self._stop = threading.Event()
        self._shown = None
        self.words.setText("")
        self.bar.setValue(0)
        self.show()
        return Errand(self._told, stop.is_set)

    def stop(self) -> None:
        """Ask the errand to end; it ends as a stopped one."""
        self._stop.set()
        self.words.setText(self.tr("止めています…"))

    def end(self) -> None:
        """Hide the bar: the errand has come to its end."""
        self.hide()

    def _told(self, phase: Phase, done: int, total: int) -> None:
        # On the errand's thread: only what can be seen crosses over.
        step = done * STEPS // max(1, total)
        if (phase, step) != self._shown:
            self._shown = (phase, step)
            self._bridge.call(self, lambda: self._show(phase, step, done, total))

    def _show(self, phase: Phase, step: int, done: int, total: int) -> None:
        if self._stop.is_set():
            return
        self.bar.setValue(step)
        numbers = f"{done * 100 // max(1, total)} %" if phase is Phase.CHECKING else f"{done:,} / {total:,}"
        self.words.setText(f"{self._words(phase)}　{numbers}")
        self.bar.setAccessibleName(self._words(phase))

    def _words(self, phase: Phase) -> str:
        return {
            Phase.WRITING: self.tr("文書を書き出しています"),
            Phase.WORD: self.tr("Word ファイルを作っています"),
            Phase.CHECKING: self.tr("ファイルが揃っているか確かめています"),
            Phase.TAKING_IN: self.tr("取り込んでいます"),
        }[phase]
