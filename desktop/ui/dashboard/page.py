"""What the dashboard shows of one section in one year: the numbers at the top, the plots, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.learning.usage import View
from desktop.ui.dashboard import words
from desktop.ui.dashboard.words import TableLine
from desktop.ui.parts import content_label, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, WIDE, give_role

_FIRST_NUMBER = 2


class Sheet(QFrame):
    """A white sheet with the figures and plots of a view; this is what a PNG holds."""

    def __init__(self, view: View, title: str, names: Mapping[str, str], language: str) -> None:
        """Lay the sheet out."""
        super().__init__()
        # Only now, when somebody looks: the library takes its time to come.
        from desktop.ui.dashboard import plots  # noqa: PLC0415 -- see above

        give_role(self, "paper")
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, LARGE, WIDE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(content_label(title, "heading"))
        column.addLayout(self._tiles(view))
        grid = QGridLayout()
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(MEDIUM)
        hours = plots.hours_by_month(view.months, language)
        grid.addWidget(plots.documents_by_month(view.months, language), 0, 0)
        grid.addWidget(hours or self._no_hours(), 1, 0)
        grid.addWidget(plots.documents_by_template(view.templates, names), 0, 1, 2, 1)
        grid.setRowStretch(0, 3)
        grid.setRowStretch(1, 2 if hours else 0)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid, 1)
        column.addWidget(label(words.kindness(), "soft", wrap=True))

    def _no_hours(self) -> QWidget:
        said = self.tr("月ごとの短くなった時間は、答えた人がまだ少ないため表示しません。")
        return label(said, "soft", wrap=True)

    def _tiles(self, view: View) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(WIDE)
        total = view.total
        tiles = [
            (self.tr("できた文書"), self.tr("{count}件").format(count=f"{total.documents:,}"), ""),
            (self.tr("使った人"), words.people(total.people), ""),
        ]
        if total.minutes is None:
            tiles.append((self.tr("短くなった時間"), "—", self.tr("答えた人が5人になると表示します")))
        else:
            shown = self.tr("{hours}時間").format(hours=words.hours(total.minutes))
            note = self.tr("{people}が{count}件に回答").format(
                people=words.people(view.answering), count=total.answered
            )
            tiles.append((self.tr("短くなった時間"), shown, note))
        for name, number, note in tiles:
            tile = QVBoxLayout()
            tile.setSpacing(0)
            tile.addWidget(label(name, "soft"))
            tile.addWidget(label(number, "title"))
            tile.addWidget(label(note, "soft"))
            row.addLayout(tile)
        row.addStretch(1)
        return row


class Figures(QTableWidget):
    """The same numbers as a table, for the keyboard and for screen readers."""

    def __init__(self) -> None:
        """Start empty."""
        columns = words.headings()
        super().__init__(0, len(columns))
        self.setHorizontalHeaderLabels(columns)
        self.setAccessibleName(self.tr("活用状況の表"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(WIDE * 4)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + SMALL + TIGHT)

    def show_lines(self, lines: Sequence[TableLine]) -> None:
        """Show other numbers."""
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(line.cells()):
                item = QTableWidgetItem(text or "—")
                if column >= _FIRST_NUMBER:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
