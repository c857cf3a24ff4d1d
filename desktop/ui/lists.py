"""What the two lists at the left have in common: entries of a title and a soft line below, drawn with air around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.marked_text import MarkedText, Marks, marked
from desktop.ui.parts import CONTENT
from desktop.ui.style import ACCENT, ACCENT_SOFT, CALM, INK, INK_SOFT, LARGE, LINE, SMALL, SMALL_POINTS, TIGHT, WARN

ENTRY = Qt.ItemDataRole.UserRole
CURRENT_BAR = 4
LEAST_WIDTH = 40
EXCERPT_LINES = 2
HIGHEST = 10_000
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. A heading groups what follows and cannot be chosen; `badge` is a state in words.

    `title_marks` and `excerpt_marks` are the found characters; `place` says where the excerpt stands. `data` is for
    who made the entry.
    """

    key: str
    title: str
    below: str = ""
    badge: str = ""
    urgent: bool = False
    heading: bool = False
    title_marks: Marks = ()
    place: str = ""
    excerpt: str = ""
    excerpt_marks: Marks = ()
    data: object = None


class EntryDelegate(QStyledItemDelegate):
    """Draws entries; their height follows the width of the list."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one entry."""
        entry, place = index.data(ENTRY), _Place.of(option)
        painter.save()
        if entry.heading:
            self._paint_heading(painter, place, entry.title, first=index.row() == 0)
        else:
            self._paint_ground(painter, place)
            self._paint_lines(painter, place, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, place: _Place, title: str, *, first: bool) -> None:
        """Draw a group's name under a line that parts it from the group before."""
        box = place.rect.adjusted(LARGE, 0, -LARGE, -TIGHT)
        if not first:
            painter.setPen(QColor(LINE))
            painter.drawLine(box.left(), box.top() + SMALL, box.right(), box.top() + SMALL)
        painter.setFont(place.heading)
        painter.setPen(QColor(ACCENT))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)

    def _paint_ground(self, painter: QPainter, place: _Place) -> None:
        rect, state = place.rect, place.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(ACCENT_SOFT))
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), CURRENT_BAR, rect.height()), QColor(ACCENT))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(ACCENT))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_lines(self, painter: QPainter, place: _Place, entry: Entry) -> None:
        enabled = bool(place.state & QStyle.StateFlag.State_Enabled)
        top = place.rect.top() + SMALL
        for line in place.lines(entry):
            box = QRect(place.rect.left() + LARGE, top, place.width, line.height(place.width))
            painter.setPen(QColor(line.colour if enabled else INK_SOFT))
            line.draw(painter, box)
            top = box.bottom() + TIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room the entry needs at the list's present width."""
        entry, place = index.data(ENTRY), _Place.of(option)
        if entry.heading:
            return QSize(0, QFontMetrics(place.heading).height() + LARGE + TIGHT)
        heights = [line.height(place.width) + TIGHT for line in place.lines(entry)]
        return QSize(0, sum(heights) - TIGHT + 2 * SMALL)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and in what state an entry is drawn; `width` is the room for text in device independent pixels."""

    rect: QRect
    state: QStyle.StateFlag
    font: QFont
    width: int

    @classmethod
    def of(cls, option: QStyleOptionViewItem) -> _Place:
        """Read Qt's option."""
        known: Any = option  # the binding's stubs do not know the members of style options
        whole = known.widget.viewport().width() if isinstance(known.widget, QListWidget) else known.rect.width()
        return cls(QRect(known.rect), known.state, QFont(known.font), max(LEAST_WIDTH, whole - 2 * LARGE))

    @property
    def small(self) -> QFont:
        """The font of the lines below the title."""
        font = QFont(self.font)
        font.setPointSizeF(SMALL_POINTS)
        return font

    @property
    def heading(self) -> QFont:
        """The font of a group's name."""
        font = self.small
        font.setWeight(QFont.Weight.DemiBold)
        return font

    @property
    def strong(self) -> QFont:
        """The font of the title."""
        font = QFont(self.font)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def lines(self, entry: Entry) -> list[_Line]:
        """Return the parts of an entry from top to bottom."""
        lines = [_Line(entry.title, self.strong, INK, marked(entry.title, entry.title_marks))]
        if entry.excerpt:
            cut = marked(entry.excerpt, entry.excerpt_marks, entry.place, most_lines=EXCERPT_LINES)
            lines.append(_Line(entry.excerpt, self.small, INK, cut))
        if entry.below:
            lines.append(_Line(entry.below, self.small, INK_SOFT))
        if entry.badge:
            lines.append(_Line(entry.badge, self.small, WARN if entry.urgent else CALM))
        return lines


@dataclass(frozen=True, slots=True)
class _Line:
    """One part of an entry; `marked` where characters in it were found."""

    text: str
    font: QFont
    colour: str
    marked: MarkedText | None = None

    def height(self, width: int) -> int:
        """Return the height of the text, broken at the width."""
        if self.marked is not None:
            return self.marked.height(self.font, width)
        return QFontMetrics(self.font).boundingRect(QRect(0, 0, width, HIGHEST), _WRAP, self.text).height()

    def draw(self, painter: QPainter, box: QRect) -> None:
        """Draw the text in the painter's colour."""
        if self.marked is not None:
            self.marked.draw(painter, self.font, box)
            return
        painter.setFont(self.font)
        painter.drawText(box, _WRAP, self.text)


class EntryList(QListWidget):
    """A list of entries; `chosen` gives an entry's key on a click or Enter, not while arrow keys pass over it."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        """Start empty; `name` is what a screen reader calls the list."""
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty(CONTENT, True)
        self.setItemDelegate(EntryDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.itemClicked.connect(self._choose)

    def show_entries(self, entries: list[Entry], current: str = "") -> None:
        """Show these entries in place of those before, and mark the current one."""
        position = self.verticalScrollBar().value()
        self.clear()
        for entry in entries:
            item = QListWidgetItem()
            item.setData(ENTRY, entry)
            found = f"{entry.place} {entry.excerpt}".strip()
            spoken = ", ".join(filter(None, (entry.title, found, entry.below, entry.badge)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setToolTip(entry.excerpt or entry.below)
            if entry.heading:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        self.mark(current)
        self.verticalScrollBar().setValue(position)

    def mark(self, key: str) -> None:
        """Show which entry is open, or none."""
        self.clearSelection()
        for row in range(self.count()):
            entry = self.item(row).data(ENTRY)
            if entry.key == key and not entry.heading:
                self.setCurrentRow(row)
                return
        self.setCurrentRow(-1)

    def entries(self) -> list[Entry]:
        """Return what the list shows."""
        return [self.item(row).data(ENTRY) for row in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses what the arrow keys reached."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and item is not None:
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        entry = item.data(ENTRY)
        if not entry.heading:
            self.chosen.emit(entry.key)
