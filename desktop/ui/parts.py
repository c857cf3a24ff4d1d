"""Small pieces that every panel is made of: labels and buttons with a role, and the order in which Tab visits them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.ui.style import give_role

# Marks a widget whose text is a person's or a template's, in whatever language that is.
CONTENT = "content"


def in_language(language: str, japanese: str, english: str) -> str:
    """Return a template's own words in the window's language, as far as the template has them."""
    return english if language == "en" and english else japanese


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a plain text label; text from files or people is never read as rich text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        give_role(made, role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def content_label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label for words that are not the program's own."""
    made = label(text, role, wrap=wrap)
    made.setProperty(CONTENT, True)
    return made


class YieldingLabel(QLabel):
    """A line that gives up its room to the buttons beside it, and ends in an ellipsis where it has too little."""

    def __init__(self, role: str) -> None:
        """Start empty."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        give_role(self, role)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of the text as fits."""
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter = QPainter(self)
        low = int(self.alignment())
        self.style().drawItemText(painter, room, low, self.palette(), self.isEnabled(), shown, self.foregroundRole())
        painter.end()


def button(text: str, pressed: Callable[[], object], role: str = "", name: str = "") -> QPushButton:
    """Return a button; `name` is its accessible name where the text alone does not say what it acts on."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked: pressed())
    if role:
        give_role(made, role)
    if name:
        made.setAccessibleName(name)
        made.setToolTip(name)
    return made


def search_line(placeholder: str, name: str) -> QLineEdit:
    """Return a line to search in, with a button that empties it; `name` is what a screen reader calls the line."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    made.setAccessibleName(name)
    offer_clearing(made)
    return made


def offer_clearing(line: QLineEdit) -> None:
    """Put a button into a line to search in that empties it."""
    line.setClearButtonEnabled(True)
    for inner in line.findChildren(QToolButton):
        inner.setAccessibleName(QCoreApplication.translate("Parts", "探す言葉を消す"))


def rule() -> QFrame:
    """Return a thin horizontal line."""
    made = QFrame()
    give_role(made, "rule")
    return made


def chain(widgets: Iterable[QWidget]) -> None:
    """Let Tab visit the widgets in this order."""
    for first, second in pairwise(widgets):
        QWidget.setTabOrder(first, second)
