"""Text whose differences are marked by line and by colour, so that they are seen without colours as well."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QColor, QFontInfo, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QTextEdit

from desktop.core.differences import Change, Piece
from desktop.ui.parts import CONTENT, label
from desktop.ui.style import CALM, CALM_SOFT, FAULT, FAULT_SOFT, INK, LINE_HEIGHT, give_role

# A line break cannot be underlined: this stands for it where it came or went.
BREAK = "↵"
MARGIN = 14


def format_of(change: Change) -> QTextCharFormat:
    """Return how a piece looks: what is gone struck through, what has come underlined."""
    form = QTextCharFormat()
    form.setForeground(QColor({Change.SAME: INK, Change.REMOVED: FAULT, Change.ADDED: CALM}[change]))
    if change is Change.REMOVED:
        form.setFontStrikeOut(True)
        form.setBackground(QColor(FAULT_SOFT))
    elif change is Change.ADDED:
        form.setFontUnderline(True)
        form.setBackground(QColor(CALM_SOFT))
    return form


def legend(change: Change, words: str) -> QLabel:
    """Return words that look as the pieces of this kind do."""
    made = label(words)
    give_role(made, f"piece-{change.value}")
    return made


class ComparisonText(QTextEdit):
    """Pieces of text that can be read and copied, not changed."""

    def __init__(self, name: str) -> None:
        """Start empty; `name` is what a screen reader calls the text."""
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setProperty(CONTENT, True)
        self.document().setDocumentMargin(MARGIN)
        give_role(self, "compared")

    def show_pieces(self, pieces: Iterable[Piece]) -> None:
        """Show these pieces from the first line on."""
        self.clear()
        cursor = QTextCursor(self.document())
        shape = QTextBlockFormat()
        height = round(QFontInfo(self.font()).pixelSize() * LINE_HEIGHT)
        shape.setLineHeight(height, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor.setBlockFormat(shape)
        for piece in pieces:
            changed = piece.change is not Change.SAME
            text = piece.text.replace("\n", f"{BREAK}\n") if changed else piece.text
            cursor.insertText(text, format_of(piece.change))
        self.moveCursor(QTextCursor.MoveOperation.Start)


def follow_each_other(one: QTextEdit, other: QTextEdit) -> None:
    """Scroll both texts together, by the share of each that is above."""

    def lead(leader: QTextEdit, led: QTextEdit) -> None:
        bar, other_bar = leader.verticalScrollBar(), led.verticalScrollBar()
        if bar.maximum():
            other_bar.setValue(round(bar.value() / bar.maximum() * other_bar.maximum()))

    one.verticalScrollBar().valueChanged.connect(lambda _value: lead(one, other) if one.underMouse() else None)
    other.verticalScrollBar().valueChanged.connect(lambda _value: lead(other, one) if other.underMouse() else None)
