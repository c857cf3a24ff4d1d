"""A short text with the found characters marked, broken into few lines and cut so that the first mark is in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from desktop.ui.style import FOUND, INK_SOFT

Marks = tuple[tuple[int, int], ...]

# What stays before the first mark when the beginning has to go.
BEFORE = 8
ELLIPSIS = "…"
_BREAKS = str.maketrans("\n\r\t\u2028\u2029", "     ")


def marked(text: str, marks: Marks, place: str = "", *, most_lines: int = 0) -> MarkedText | None:
    """Return the text with its marks after the place it stands in; `None` when there is nothing to mark or to cut."""
    if not marks and not most_lines:
        return None
    start = max(0, marks[0][0] - BEFORE) if marks and most_lines else 0
    head = f"{place}　" if place else ""
    lead = head + (ELLIPSIS if start else "")
    moved = tuple((a - start + len(lead), b - start + len(lead)) for a, b in marks if b > start)
    return MarkedText(lead + text[start:].translate(_BREAKS), moved, len(head), most_lines)


@dataclass(frozen=True, slots=True)
class MarkedText:
    """What is drawn: `head` characters in a soft colour, the marks on a ground and bold, never more than the lines."""

    text: str
    marks: Marks
    head: int
    most_lines: int

    def height(self, font: QFont, width: int) -> int:
        """Return the height in device independent pixels."""
        layout = self._layout(font, width)
        return math.ceil(layout.boundingRect().height())

    def draw(self, painter: QPainter, font: QFont, box: QRect) -> None:
        """Draw the text into the box."""
        self._layout(font, box.width()).draw(painter, QPointF(box.topLeft()))

    def _layout(self, font: QFont, width: int) -> QTextLayout:
        layout = _broken(self.text, font, width, self._formats(font))
        if self.most_lines and layout.lineCount() > self.most_lines:
            last = layout.lineAt(self.most_lines - 1)
            kept = self.text.encode("utf-16-le")[: 2 * (last.textStart() + last.textLength() - 1)]
            cut = kept.decode("utf-16-le", "ignore").rstrip() + ELLIPSIS
            layout = _broken(cut, font, width, self._formats(font))
        return layout

    def _formats(self, font: QFont) -> list[QTextLayout.FormatRange]:
        soft, found = QTextCharFormat(), QTextCharFormat()
        soft.setForeground(QColor(INK_SOFT))
        strong = QFont(font)
        strong.setBold(True)
        found.setFont(strong)
        found.setBackground(QColor(FOUND))
        ranges = [(0, self.head, soft), *((start, end, found) for start, end in self.marks)]
        return [self._range(start, end, form) for start, end, form in ranges if end > start]

    def _range(self, start: int, end: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
        made: Any = QTextLayout.FormatRange()  # the binding's stubs do not know the members of this structure
        made.start = units(self.text[:start])
        made.length = units(self.text[start:end])
        made.format = form
        return cast("QTextLayout.FormatRange", made)


def units(text: str) -> int:
    """Return the length of a text as Qt counts: rare kanji outside the basic plane count twice."""
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def _broken(text: str, font: QFont, width: int, formats: Sequence[QTextLayout.FormatRange]) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(list(formats))
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout
