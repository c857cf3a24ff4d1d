"""The template's text with line numbers, faulty lines marked; changes by another hand can be undone like one's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop.ui.style import INK_FAINT, PANEL, SMALL, give_role
from desktop.ui.writing import least_change

# The frame that the style sheet draws, in pixels; the numbers leave it alone.
FRAME = 2
LEAST_DIGITS = 2


class _Numbers(QWidget):
    """The column of line numbers at the left."""

    def __init__(self, view: SourceView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        """Return the room for the last number."""
        return QSize(self._view.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight."""
        self._view.paint_numbers(self, event)


class SourceView(QPlainTextEdit):
    """Plain text; `edited` comes only when a person changes it."""

    edited = Signal()

    def __init__(self, *, read_only: bool = False) -> None:
        """Start empty."""
        super().__init__()
        self._showing = False
        self._numbers = _Numbers(self)
        give_role(self, "source")
        self.setReadOnly(read_only)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._scrolled)
        self.textChanged.connect(self._changed)
        self._make_room()

    def text(self) -> str:
        """Return the text exactly as it stands: `toPlainText` would turn hard spaces into soft ones."""
        return self.document().toRawText().replace("\u2029", "\n")

    def show_text(self, text: str) -> None:
        """Make the text stand here by the least change, as one step that can be undone."""
        change = least_change(self.text(), text)
        if change is None:
            return
        self._showing = True
        cursor = QTextCursor(self.document())
        cursor.setPosition(change.start)
        cursor.setPosition(change.start + change.removed, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(change.inserted)
        self._showing = False

    def begin_with(self, text: str) -> None:
        """Show a text that undo does not reach behind."""
        self._showing = True
        self.setPlainText(text)
        self._showing = False

    def _changed(self) -> None:
        if not self._showing:
            self.edited.emit()

    def mark_lines(self, colours: Mapping[int, str]) -> None:
        """Give lines, counted from 1, a ground of their own."""
        marks = []
        for line, colour in colours.items():
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                mark = QTextEdit.ExtraSelection()
                # PySide's stub of ExtraSelection lacks its two members.
                mark.format.setBackground(QColor(colour))  # type: ignore[attr-defined]
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # type: ignore[attr-defined]
                mark.cursor = QTextCursor(block)  # type: ignore[attr-defined]
                marks.append(mark)
        self.setExtraSelections(marks)

    def go_to(self, line: int) -> None:
        """Bring a line, counted from 1, to the middle, with the caret in it."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount()) - 1))
        self.setTextCursor(QTextCursor(block))
        self.centerCursor()

    # -- line numbers ----------------------------------------------------------------------------------------------

    def number_width(self) -> int:
        """Return the width of the column of numbers."""
        digits = max(LEAST_DIGITS, len(str(self.blockCount())))
        return SMALL + self.fontMetrics().horizontalAdvance("0") * digits + SMALL

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)

    def _scrolled(self, place: QRect, by: int) -> None:
        if by:
            self._numbers.scroll(0, by)
        else:
            self._numbers.update(0, place.y(), self._numbers.width(), place.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers beside the text."""
        super().resizeEvent(event)
        inner = self.rect()
        self._numbers.setGeometry(FRAME, FRAME, self.number_width(), inner.height() - 2 * FRAME)

    def changeEvent(self, event: QEvent) -> None:
        """Make room for larger numbers."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._make_room()

    def paint_numbers(self, column: QWidget, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight into their column."""
        painter = QPainter(column)
        painter.fillRect(event.rect(), QColor(PANEL))
        painter.setFont(self.font())
        painter.setPen(QColor(INK_FAINT))
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        height, width = self.fontMetrics().height(), column.width() - SMALL
        above = self.viewport().geometry().top() - FRAME
        while block.isValid():
            top = round(self.blockBoundingGeometry(block).translated(offset).top()) + above
            if top > event.rect().bottom():
                break
            if block.isVisible():
                painter.drawText(0, top, width, height, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            block = block.next()
        painter.end()
