"""The head of the form: what the template is, where it comes from, and two things to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.templates.model import Template
from desktop.ui.parts import button, content_label, in_language
from desktop.ui.style import SMALL, TIGHT


class FormHead(QWidget):
    """Tells of a template; `favoured` gives whether it is to be a favourite, `again_asked` the wish for old values."""

    favoured = Signal(bool)
    again_asked = Signal()

    def __init__(self, template: Template, language: str) -> None:
        """Show a template."""
        super().__init__()
        self._favourite = False
        self.star = button("", lambda: self.favoured.emit(not self._favourite), "quiet")
        self.again = button(self.tr("前回の内容を入れる"), self.again_asked.emit, "quiet")
        self.again.setToolTip(self.tr("このひな形で前に作った文書から、宛先などを写します（日付と資料は写しません）"))
        self.again.hide()
        self.origin = content_label(role="soft", wrap=True)
        self.origin.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(content_label(in_language(language, template.name, template.name_en), "title", wrap=True))
        about = in_language(language, template.description, template.description_en)
        column.addWidget(content_label(about, "soft", wrap=True))
        column.addWidget(self.origin)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.star)
        row.addWidget(self.again)
        row.addStretch(1)
        column.addLayout(row)
        self.show_favourite(favourite=False)

    def show_favourite(self, *, favourite: bool) -> None:
        """Show whether the template is a favourite."""
        self._favourite = favourite
        self.star.setText(self.tr("★ お気に入り") if favourite else self.tr("☆ お気に入りに入れる"))

    def show_origin(self, words: str) -> None:
        """Say where the template comes from; nothing for one of the program."""
        self.origin.setText(words)
        self.origin.setVisible(bool(words))

    def offer_again(self, *, offered: bool) -> None:
        """Offer the values of an earlier document."""
        self.again.setVisible(offered)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [self.star, self.again]
