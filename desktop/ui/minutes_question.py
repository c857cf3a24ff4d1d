"""One quiet question after a finished document was saved as a file: how many minutes the draft saved."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from desktop.ui.parts import button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, give_role
from desktop.ui.workbench import Workbench

CHOICES = (0, 10, 30, 60)
MOST = 999


class MinutesQuestion(QFrame):
    """Hidden until it may ask. Going on with other work passes it over; it is asked once for a document."""

    def __init__(self, workbench: Workbench) -> None:
        """Wait for a document to be saved as a file."""
        super().__init__()
        self._bench = workbench
        self._number = 0
        give_role(self, "notice-info")
        self._question = label(self.tr("この下書きで、だいたい何分助かりましたか？"), "label", wrap=True)
        self.choices = [self._choice(count) for count in CHOICES]
        self.other = button(self.tr("その他"), self._ask_other)
        self.never = button(self.tr("聞かないで"), self._never, "quiet", self.tr("この質問を、これからは出さない"))
        self.skip = button("×", self.hide, "quiet", self.tr("この質問に答えない"))
        self.count = QSpinBox()
        self.keep = button(self.tr("この分数にする"), lambda: self._answer(self.count.value()))
        self.thanks = label(self.tr("ありがとうございます。"), "calm", wrap=True)
        self._rows = QWidget()
        self._typed = QWidget()
        self._arrange()
        self.hide()
        workbench.exported.connect(lambda _path: self._exported())
        workbench.opened.connect(self.hide)

    def _choice(self, count: int) -> QWidget:
        return button(self.tr("{count}分").format(count=count), lambda: self._answer(count))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, SMALL, MEDIUM, SMALL)
        column.setSpacing(TIGHT)
        head = QHBoxLayout()
        head.addWidget(self._question, 1)
        head.addWidget(self.skip)
        column.addLayout(head)
        row = QHBoxLayout(self._rows)
        row.setContentsMargins(0, 0, 0, TIGHT)
        row.setSpacing(TIGHT)
        for one in (*self.choices, self.other):
            one.setMinimumSize(QSize(0, 0))
            give_role(one, "small")
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.never)
        typed = QHBoxLayout(self._typed)
        typed.setContentsMargins(0, 0, 0, TIGHT)
        typed.setSpacing(SMALL)
        self.count.setRange(0, MOST)
        self.count.setSuffix(self.tr("分"))
        self.count.setAccessibleName(self.tr("助かった分数"))
        typed.addWidget(self.count)
        typed.addWidget(self.keep)
        typed.addStretch(1)
        for part in (self._rows, self._typed, self.thanks):
            column.addWidget(part)

    def _exported(self) -> None:
        sheet, bench = self._bench.sheet, self._bench
        if sheet is None or not sheet.number or self._number == sheet.number:
            return
        number = sheet.number

        def ask(may: bool) -> None:  # noqa: FBT001 -- what a future gives
            if may and self._bench.sheet is sheet:
                self._show(number)

        # A question is never worth a message about what went wrong.
        bench.bridge.then(bench.desk.usage.begin_asking(number), self, ask, lambda _error: None)

    def _show(self, number: int) -> None:
        self._number = number
        self.thanks.hide()
        self._typed.hide()
        self._rows.show()
        self._question.show()
        self.setAccessibleName(self._question.text())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _ask_other(self) -> None:
        self._rows.hide()
        self._typed.show()
        self.count.setFocus()
        self.count.selectAll()

    def _answer(self, minutes: int) -> None:
        bench = self._bench
        future = bench.desk.usage.answer(self._number, minutes)
        bench.bridge.then(future, self, lambda _kept: None, lambda error: bench.failed.emit("save", error))
        self._thank(self.tr("ありがとうございます。"))

    def _never(self) -> None:
        self._bench.keep_settings(dataclasses.replace(self._bench.desk.settings, ask_minutes=False))
        self._thank(self.tr("もう聞きません。「表示」の「活用状況を出す…」で、また聞くようにできます。"))

    def _thank(self, words: str) -> None:
        for part in (self._question, self._rows, self._typed):
            part.hide()
        self.thanks.setText(words)
        self.thanks.show()

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [*self.choices, self.other, self.count, self.keep, self.never, self.skip]
