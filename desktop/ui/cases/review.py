"""The second page of telling of a case: how it will be read, with every masked place to be confirmed or undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.learning.masking import Spot, chosen, mask, propose, shown
from desktop.ui.cases.words import kind_name
from desktop.ui.parts import CONTENT, button, label
from desktop.ui.style import ACCENT, ACCENT_SOFT, INK_SOFT, LARGE, SMALL, TIGHT

CONTEXT = 12
PLACE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Run:
    """Where a piece of a text stands in the preview; offsets in code points."""

    key: str
    at: int
    shown: int
    start: int
    length: int
    masked: bool


class MaskReview(QWidget):
    """A preview, the places proposed for masking, and the person's word that they looked at all of it."""

    confirmed_changed = Signal()

    def __init__(self) -> None:
        """Start without a text."""
        super().__init__()
        self._texts: dict[str, str] = {}
        self._titles: Mapping[str, str] = {}
        self._spots: dict[str, tuple[Spot, ...]] = {}
        self._undone: set[tuple[str, Spot]] = set()
        self._runs: list[_Run] = []
        self.preview = QTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setProperty(CONTENT, True)
        self.preview.setAccessibleName(self.tr("載る文章"))
        self.places = QListWidget()
        self.places.setProperty(CONTENT, True)
        self.places.setAccessibleName(self.tr("伏せる所"))
        self.places.setWordWrap(True)
        self.places.setSpacing(TIGHT)
        self.places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add = button(self.tr("選んだ所も伏せる"), self._mask_selection)
        self.add.setEnabled(False)
        self.confirmed = QCheckBox(self.tr("全体を読み、個人情報が残っていないことを確かめました"))
        self.found = label(role="soft", wrap=True)
        self._arrange()
        self.preview.selectionChanged.connect(lambda: self.add.setEnabled(self.preview.textCursor().hasSelection()))
        self.places.itemChanged.connect(self._toggled)
        self.places.currentItemChanged.connect(lambda item, _before: self._go_to(item))
        self.confirmed.toggled.connect(lambda _on: self.confirmed_changed.emit())

    def _arrange(self) -> None:
        left, right = QWidget(), QWidget()
        for side, head, widget, below in (
            (left, self.tr("このように載ります"), self.preview, self.add),
            (right, self.tr("伏せる所（印を外せば載ります）"), self.places, self.found),
        ):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(TIGHT)
            column.addWidget(label(head, "label", wrap=True))
            column.addWidget(widget, 1)
            row = QHBoxLayout()
            row.addWidget(below, 1 if below is self.found else 0)
            if below is self.add:
                row.addStretch(1)
            column.addLayout(row)
        sides = QHBoxLayout()
        sides.setSpacing(LARGE)
        sides.addWidget(left, 3)
        sides.addWidget(right, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        words = self.tr(
            "氏名や電話番号らしい所を伏せました。見落としがあります。残っていれば、左の文章でなぞって「選んだ所も伏せる」を押してください。"
        )
        column.addWidget(label(words, wrap=True))
        column.addLayout(sides, 1)
        column.addWidget(self.confirmed)

    def show_texts(self, texts: Mapping[str, str], titles: Mapping[str, str]) -> None:
        """Propose masks for these texts; what was decided about a text that did not change stays."""
        for key, text in texts.items():
            if self._texts.get(key) != text:
                self._spots[key] = propose(text)
                self._undone = {place for place in self._undone if place[0] != key}
        self._spots = {key: self._spots[key] for key in texts}
        self._texts, self._titles = dict(texts), titles
        self._list()
        self._show()
        self.preview.verticalScrollBar().setValue(0)

    def masked(self) -> dict[str, str]:
        """Return the texts as they will be read by others."""
        return {key: shown(pieces) for key, pieces in mask(self._texts, self._active()).items()}

    def _active(self) -> dict[str, list[Spot]]:
        return {key: [one for one in spots if (key, one) not in self._undone] for key, spots in self._spots.items()}

    def _list(self) -> None:
        self.places.blockSignals(True)
        self.places.clear()
        for key, spots in self._spots.items():
            for spot in spots:
                text = self._texts[key]
                before = text[max(0, spot.start - CONTEXT) : spot.start].rpartition("\n")[2]
                after = text[spot.end : spot.end + CONTEXT].partition("\n")[0]
                hit = text[spot.start : spot.end].replace("\n", " ")
                item = QListWidgetItem(f"{kind_name(spot.kind)}「{hit}」\n…{before}【{hit}】{after}…")
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked if (key, spot) in self._undone else Qt.CheckState.Checked)
                item.setData(PLACE, (key, spot))
                self.places.addItem(item)
        self.places.blockSignals(False)
        count = self.places.count()
        nothing = self.tr("伏せる所は見つかりませんでした。それでも、文章を一度読んでください。")
        self.found.setText(self.tr("{count}か所").format(count=count) if count else nothing)

    def _toggled(self, item: QListWidgetItem) -> None:
        place = item.data(PLACE)
        if item.checkState() is Qt.CheckState.Checked:
            self._undone.discard(place)
        else:
            self._undone.add(place)
        self._show()

    def _show(self) -> None:
        """Show the texts with their masks; the person has to confirm again what changed."""
        self.confirmed.setChecked(False)
        place = self.preview.verticalScrollBar().value()
        self.preview.clear()
        self._runs = []
        cursor = self.preview.textCursor()
        heading, plain, hidden = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        heading.setForeground(QColor(INK_SOFT))
        hidden.setForeground(QColor(ACCENT))
        hidden.setBackground(QColor(ACCENT_SOFT))
        at = 0
        for key, pieces in mask(self._texts, self._active()).items():
            head = ("\n\n" if at else "") + self._titles[key] + "\n"
            cursor.insertText(head, heading)
            at, start = at + len(head), 0
            for piece in pieces:
                cursor.insertText(piece.shown, hidden if piece.kind else plain)
                length = len(piece.original)
                self._runs.append(_Run(key, at, len(piece.shown), start, length, bool(piece.kind)))
                at, start = at + len(piece.shown), start + length
        self.preview.verticalScrollBar().setValue(place)

    def _go_to(self, item: QListWidgetItem | None) -> None:
        """Bring the place of an entry into view."""
        if item is None:
            return
        key, spot = item.data(PLACE)
        text = self.preview.toPlainText()
        for run in self._runs:
            if run.key == key and run.start <= spot.start < run.start + run.length:
                at = run.at if run.masked else run.at + spot.start - run.start
                cursor = self.preview.textCursor()
                cursor.setPosition(_units(text[:at]))
                self.preview.setTextCursor(cursor)
                self.preview.ensureCursorVisible()
                return

    def _mask_selection(self) -> None:
        """Mask what the person marked in the preview, in each of the texts it touches."""
        cursor: QTextCursor = self.preview.textCursor()
        text = self.preview.toPlainText()
        first, last = _points(text, cursor.selectionStart()), _points(text, cursor.selectionEnd())
        ranges: dict[str, tuple[int, int]] = {}
        for run in self._runs:
            if first < run.at + run.shown and run.at < last:
                start, end = run.start, run.start + run.length
                if not run.masked:
                    start, end = run.start + max(0, first - run.at), run.start + min(run.length, last - run.at)
                known = ranges.get(run.key, (start, end))
                ranges[run.key] = min(known[0], start), max(known[1], end)
        for key, (start, end) in ranges.items():
            self._spots[key] = chosen(self._spots[key], start, end)
        self._list()
        self._show()


def _units(text: str) -> int:
    """Return the length as Qt counts it: signs beyond the first 65,536 are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _points(text: str, units: int) -> int:
    """Return how many signs the first so many units of Qt are."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))
