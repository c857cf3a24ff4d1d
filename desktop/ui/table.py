"""A table on the page: a grid of small texts that grow, with rows that can be added and taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop.core.sections import SectionSpec
from desktop.ui.parts import button, content_label
from desktop.ui.style import TIGHT
from desktop.ui.writing import TextEditor

# A column of 8 characters still needs room for a date; one of 80 must not push the others aside.
LEAST_WEIGHT = 14
MOST_WEIGHT = 60

Row = tuple[TextEditor, ...]


class TableEditor(QWidget):
    """Rows of cells; `edited` comes only when a person changes a cell or the number of rows."""

    edited = Signal()
    rows_changed = Signal()
    undo_exhausted = Signal()
    redo_exhausted = Signal()

    def __init__(self, spec: SectionSpec) -> None:
        """Start with the heads of the columns and no row."""
        super().__init__()
        self._spec = spec
        self._rows: list[tuple[Row, QPushButton]] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        for index, column in enumerate(spec.columns):
            head = content_label(column.title, "columnhead")
            head.setProperty("first", index == 0)
            self._grid.addWidget(head, 0, index)
            self._grid.setColumnStretch(index, max(LEAST_WEIGHT, min(MOST_WEIGHT, column.max_chars)))
        self._add = button(self.tr("＋ 行を追加"), self._add_row, "quiet", self._named(self.tr("{section}に行を追加")))
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 0, 0, 0)
        column_of_all.setSpacing(TIGHT)
        column_of_all.addLayout(self._grid)
        column_of_all.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def _named(self, pattern: str, row: int = 0, column: str = "") -> str:
        return pattern.format(section=self._spec.title, row=row, column=column)

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows in which anything stands."""
        read = (tuple(cell.text() for cell in cells) for cells, _ in self._rows)
        return tuple(row for row in read if any(text.strip() for text in row))

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Make these rows stand here, cell by cell, by the least change."""
        if len(rows) != len(self._rows):
            while len(self._rows) > len(rows):
                self._drop(len(self._rows) - 1)
            while len(self._rows) < len(rows):
                self._append()
            self._name_all()
        for (cells, _), texts in zip(self._rows, rows, strict=True):
            for cell, text in zip(cells, texts, strict=False):
                cell.show_text(text)

    def cells(self) -> list[TextEditor]:
        """Return all cells, row by row."""
        return [cell for cells, _ in self._rows for cell in cells]

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in the table, in order."""
        stops: list[QWidget] = []
        for cells, remove in self._rows:
            stops += [*cells, remove]
        return [*stops, self._add]

    def _append(self) -> None:
        place = self._grid.rowCount()
        cells = tuple(TextEditor("cell") for _ in self._spec.columns)
        for index, cell in enumerate(cells):
            cell.setProperty("first", index == 0)
            cell.edited.connect(self.edited)
            cell.undo_exhausted.connect(self.undo_exhausted)
            cell.redo_exhausted.connect(self.redo_exhausted)
            self._grid.addWidget(cell, place, index)
        remove = button("×", lambda: self._remove(remove), "quiet")
        self._grid.addWidget(remove, place, len(cells), Qt.AlignmentFlag.AlignTop)
        self._rows.append((cells, remove))

    def _drop(self, index: int) -> None:
        cells, remove = self._rows.pop(index)
        for widget in (*cells, remove):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _name_all(self) -> None:
        cell_name = self.tr("{section} {row}行目 {column}")
        remove_name = self.tr("{section}の{row}行目を消す")
        for number, (cells, remove) in enumerate(self._rows, start=1):
            for cell, column in zip(cells, self._spec.columns, strict=True):
                cell.setAccessibleName(self._named(cell_name, number, column.title))
            remove.setAccessibleName(self._named(remove_name, number))
            remove.setToolTip(self._named(remove_name, number))
        self.rows_changed.emit()

    def _add_row(self) -> None:
        self._append()
        self._name_all()
        self._rows[-1][0][0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, pressed: QPushButton) -> None:
        index = next(number for number, (_, remove) in enumerate(self._rows) if remove is pressed)
        self._drop(index)
        self._name_all()
        next_stop = self._rows[min(index, len(self._rows) - 1)][0][0] if self._rows else self._add
        next_stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()
