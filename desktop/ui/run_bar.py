"""What the model is doing, in one line with a bar: percent, time left, which section; and the button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.ui.dates import expected, left
from desktop.ui.parts import button, label
from desktop.ui.sheet import Phase, Progress
from desktop.ui.style import LARGE, MEDIUM, SMALL, give_role

STEPS = 1000


class RunBar(QWidget):
    """Shown only while the model is at work."""

    stop_asked = Signal()
    look_asked = Signal(str)

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self._section = ""
        self.words = label(role="label", wrap=True)
        self.expected = label(role="soft", wrap=True)
        self.quiet = label(role="soft", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("進みぐあい"))
        self.look = button(self.tr("書いている所を見る"), lambda: self.look_asked.emit(self._section), "quiet")
        self.stop = button(self.tr("停止(&S)"), self.stop_asked.emit)
        self.stop.setToolTip(self.tr("ここまでの文章を残して止めます（Esc）"))
        give_role(self, "footer")
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.words, 1)
        row.addWidget(self.look)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        column.setSpacing(SMALL)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.expected)
        column.addWidget(self.quiet)
        self.hide()

    def show_progress(self, progress: Progress, section_title: str) -> None:
        """Show how far the model is."""
        self.setVisible(progress.phase is not Phase.RESTING)
        if progress.phase is Phase.RESTING:
            return
        self._section = progress.section
        self.words.setText(self._sentence(progress, section_title))
        if progress.fraction is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(round(progress.fraction * STEPS))
        self.look.setVisible(progress.phase is Phase.WRITING)
        self.stop.setEnabled(not progress.stopping)
        self.expected.setVisible(progress.expected is not None)
        if progress.expected is not None:
            self.expected.setText(expected(progress.expected))
        self.quiet.setVisible(progress.silent > 0)
        if progress.silent > 0:
            pattern = self.tr(
                "{count}秒のあいだ応答がありません。しばらく待つか、停止してください。停止しても文章は残り、「続きから」で再開できます。"
            )
            self.quiet.setText(pattern.format(count=round(progress.silent)))

    def _sentence(self, progress: Progress, section_title: str) -> str:
        if progress.stopping:
            return self.tr("停止しています…")
        percent = "" if progress.fraction is None else f" {progress.fraction:.0%}"
        if progress.phase is Phase.LOADING:
            return self.tr("モデルを準備しています{percent}").format(percent=percent)
        if progress.phase is Phase.MEASURING:
            return self.tr("この端末での速さを測っています（最初の1回だけ、数秒）")
        if progress.phase is Phase.READING:
            words = self.tr("資料を読んでいます{percent}").format(percent=percent)
        else:
            words = self.tr("「{section}」を書いています").format(section=section_title)
        return words if progress.seconds_left is None else f"{words} — {left(progress.seconds_left)}"
