"""A text on the page: grows with its content, and can be written to while a person reads, selects or edits in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from desktop.ui.ime import is_composing
from desktop.ui.marked_text import units
from desktop.ui.style import CELL_LINE_HEIGHT, INK_SOFT, LINE_HEIGHT, give_role

BULLET_INDENT = 20
BULLET_RADIUS = 2.2
LEAST_WIDTH = 48
# Border and padding above and below together, as the style sheet gives them to each role.
FRAMES = {"writing": 6, "cell": 7}
_MARKS = str.maketrans("\u2029\u2028", "\n\n")


@dataclass(frozen=True, slots=True)
class Change:
    """The least change between two texts. Positions and lengths are in UTF-16 units, as Qt counts."""

    start: int
    removed: int
    inserted: str

    def moved(self, position: int) -> int:
        """Return where a position of the old text stands in the new one; text that arrives at it comes after it."""
        if position <= self.start:
            return position
        if position < self.start + self.removed:
            return min(position, self.start + units(self.inserted))
        return position - self.removed + units(self.inserted)


def least_change(old: str, new: str) -> Change | None:
    """Return the change from `old` to `new`, or `None` when they are equal."""
    if old == new:
        return None
    shorter = min(len(old), len(new))
    same = 0
    while same < shorter and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < shorter - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Change(units(old[:same]), units(old[same : len(old) - tail]), new[same : len(new) - tail])


class TextEditor(QTextEdit):
    """Plain text as high as its content; `edited` comes only when a person changes it."""

    edited = Signal()
    undo_exhausted = Signal()  # the person asks for more than was typed since the text was put here
    redo_exhausted = Signal()

    def __init__(self, role: str, *, bulleted: bool = False) -> None:
        """Start empty; with `bulleted` each line is an item of a list."""
        super().__init__()
        self._bulleted = bulleted
        self._is_cell = role == "cell"
        self._showing = False
        give_role(self, role)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(3)
        # A cell is as high as the highest of its row; any other text is as high as it is.
        vertical = QSizePolicy.Policy.Minimum if self._is_cell else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self._frame = FRAMES[role]
        self._shape_text()
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.textChanged.connect(self._changed)

    def _shape_text(self) -> None:
        """Give the first block its line height, which every later one takes over, and make room for bullets."""
        shape = QTextBlockFormat()
        height = QFontInfo(self.font()).pixelSize() * (CELL_LINE_HEIGHT if self._is_cell else LINE_HEIGHT)
        shape.setLineHeight(round(height), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        if self._bulleted:
            shape.setLeftMargin(BULLET_INDENT)
        QTextCursor(self.document()).setBlockFormat(shape)

    def text(self) -> str:
        """Return the text exactly as it stands."""
        raw = self.document().toRawText()
        return raw.translate(_MARKS)

    def show_text(self, text: str) -> None:
        """Make the text stand here by the least change, keeping caret, selection and scroll position.

        Undo does not reach behind it: what the model wrote is not for the person to undo letter by letter.
        """
        change = least_change(self.text(), text)
        if change is None:
            return
        held = self.textCursor()
        anchor, position = change.moved(held.anchor()), change.moved(held.position())
        self._showing = True
        self.document().setUndoRedoEnabled(False)
        cursor = QTextCursor(self.document())
        cursor.setPosition(change.start)
        cursor.setPosition(change.start + change.removed, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(change.inserted)
        self.document().setUndoRedoEnabled(True)
        self._hold(anchor, position)
        self._showing = False

    def _hold(self, anchor: int, position: int) -> None:
        held = self.textCursor()
        if (held.anchor(), held.position()) == (anchor, position):
            return
        held.setPosition(anchor)
        held.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(held)

    @property
    def composing(self) -> bool:
        """Whether the input method holds unsettled text in this editor."""
        return is_composing(self)

    def _changed(self) -> None:
        if not self._showing:
            self.edited.emit()

    def _fit(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size at which nothing has to be scrolled."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the least size: narrow, but never lower than the text."""
        return QSize(LEAST_WIDTH, math.ceil(self.document().size().height()) + self._frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what was typed; where that ends, ask for what was here before."""
        document = self.document()
        if event.matches(QKeySequence.StandardKey.Undo) and not document.isUndoAvailable():
            self.undo_exhausted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) and not document.isRedoAvailable():
            self.redo_exhausted.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: there is nothing to scroll in here."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, and the bullets before the items that are not empty."""
        super().paintEvent(event)
        if not self._bulleted:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK_SOFT))
        block = self.document().begin()
        while block.isValid():
            if block.text().strip():
                painter.drawEllipse(self._bullet_place(block), BULLET_RADIUS, BULLET_RADIUS)
            block = block.next()
        painter.end()

    def _bullet_place(self, block: QTextBlock) -> QPointF:
        place = self.document().documentLayout().blockBoundingRect(block)
        line = block.layout().lineAt(0)
        # A line higher than its letters has its air above them.
        middle = line.y() + line.height() - self.fontMetrics().height() / 2
        return QPointF(self.document().documentMargin() + BULLET_INDENT / 2, place.top() + middle)
