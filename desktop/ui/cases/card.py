"""One case as a card: what it saved, what worked, and a button that starts the same template."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.learning.case_share import SharedCase
from desktop.ui.cases.words import day, saving
from desktop.ui.parts import button, content_label, label, rule
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, give_role


class CaseCard(QFrame):
    """Shows one case; tips and the document's text unfold on demand."""

    begin_asked = Signal(str)

    def __init__(self, shared: SharedCase, language: str, *, offered: bool) -> None:
        """Lay the card out; `offered` tells whether this person has the template."""
        super().__init__()
        case = self.case = shared.case
        give_role(self, "paper")
        self.setAccessibleName(case.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        column.setSpacing(SMALL)
        words = [case.template_name, case.office, case.author, day(case.updated, language)]
        column.addWidget(content_label(case.title, "heading", wrap=True))
        column.addWidget(content_label("　".join(filter(None, words)), "soft", wrap=True))
        column.addWidget(label(saving(case.minutes_before, case.minutes_after), "saving"))
        column.addWidget(content_label(case.worked, wrap=True))
        self._more = QFrame()
        self._more.setLayout(self._details())
        self._more.hide()
        column.addWidget(self._more)
        column.addLayout(self._foot(offered=offered))

    def _details(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, TIGHT, 0, TIGHT)
        column.setSpacing(TIGHT)
        for title, text in ((self.tr("こつ"), self.case.tips), (self.tr("できた文書"), self.case.body)):
            if text:
                column.addWidget(rule())
                column.addWidget(label(title, "label"))
                column.addWidget(content_label(text, wrap=True))
        return column

    def _foot(self, *, offered: bool) -> QHBoxLayout:
        case = self.case
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        missing = "" if offered else self.tr("このひな形は、今の場所（課）では使えません。")
        row.addWidget(label(missing, "soft", wrap=True), 1)
        self.unfold = button(self.tr("くわしく"), self._fold, "quiet", self._named(self.tr("くわしく")))
        self.unfold.setVisible(bool(case.tips or case.body))
        row.addWidget(self.unfold)
        self.begin = button(
            self.tr("このひな形で始める"),
            lambda: self.begin_asked.emit(case.template),
            name=self._named(self.tr("このひな形で始める")),
        )
        self.begin.setEnabled(offered)
        row.addWidget(self.begin)
        return row

    def _named(self, what: str) -> str:
        return self.tr("{title}：{what}").format(title=self.case.title, what=what)

    def _fold(self) -> None:
        self._more.setVisible(self._more.isHidden())
        self.unfold.setText(self.tr("くわしく") if self._more.isHidden() else self.tr("たたむ"))
