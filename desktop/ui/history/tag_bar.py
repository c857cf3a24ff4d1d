"""The tags of the open document: each with its way out, and a line to give another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QPushButton, QWidget

from desktop.ui.flow import FlowLayout
from desktop.ui.ime import LineEdit
from desktop.ui.parts import CONTENT, button, label
from desktop.ui.style import LARGE, SMALL, give_role
from desktop.ui.workbench import Workbench

LINE_WIDTH = 150
LONGEST = 40


class TagBar(QWidget):
    """Shows and changes tags; `changed` comes when the store has them."""

    changed = Signal()

    def __init__(self, workbench: Workbench) -> None:
        """Start hidden: a document that is not in the history yet has no tags."""
        super().__init__()
        self._bench = workbench
        self._number = 0
        self.tags: tuple[str, ...] = ()
        self.chips: list[QPushButton] = []
        self.line = LineEdit()
        self.line.setPlaceholderText(self.tr("＋ タグを付ける"))
        self.line.setAccessibleName(self.tr("タグを付ける"))
        self.line.setToolTip(self.tr("予算、議会など。履歴をタグで絞り込めます（Enterで付きます）"))
        give_role(self.line, "tag")
        self.line.setMaxLength(LONGEST)
        self.line.setFixedWidth(LINE_WIDTH)
        self._known = QStringListModel()
        completer = QCompleter(self._known, self.line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.line.setCompleter(completer)
        self.line.returnPressed.connect(self._add)
        self._row = FlowLayout(SMALL)
        self._row.setContentsMargins(LARGE, SMALL, LARGE, 0)
        self._head = label(self.tr("タグ"), "soft")
        self.setLayout(self._row)
        self._show(())
        self.hide()
        workbench.opened.connect(self._opened)
        workbench.saver.changed.connect(self._begun)
        if workbench.is_ready:
            self._begun()

    def _opened(self) -> None:
        self._number = 0
        self._show(())
        self.hide()
        self._begun()

    def _begun(self) -> None:
        """Show the tags as soon as the document is in the history."""
        sheet = self._bench.sheet
        if sheet is None or not sheet.number or sheet.number == self._number:
            return
        number = self._number = sheet.number
        self.show()
        self._bench.bridge.then(self._bench.desk.tags.tags_of(number), self, partial(self._took, number), self._fail)
        self._offer_known()

    def _offer_known(self) -> None:
        known = self._bench.desk.tags.all_tags()
        self._bench.bridge.then(known, self, lambda found: self._known.setStringList(list(found)), self._fail)

    def _took(self, number: int, tags: Sequence[str]) -> None:
        if number == self._number:
            self._show(tags)

    def _show(self, tags: Sequence[str]) -> None:
        for chip in self.chips:
            chip.deleteLater()
        while self._row.takeAt(0) is not None:
            pass
        self.tags = tuple(tags)
        self.chips = [self._chip(tag) for tag in tags]
        for widget in (self._head, *self.chips, self.line):
            self._row.addWidget(widget)
        self.updateGeometry()

    def _chip(self, tag: str) -> QPushButton:
        name = self.tr("タグ「{tag}」を外す").format(tag=tag)
        words = f"{tag}　×".replace("&", "&&")
        made = button(words, lambda: self._set([one for one in self.tags if one != tag]), "chip", name)
        made.setProperty(CONTENT, True)
        return made

    def _add(self) -> None:
        typed = self.line.text().strip()
        if typed:
            self._set([*self.tags, typed])

    def _set(self, tags: Sequence[str]) -> None:
        number = self._number

        def kept(now: Sequence[str]) -> None:
            self._took(number, now)
            self.line.clear()
            self._offer_known()
            self.changed.emit()

        if number:
            self._bench.bridge.then(self._bench.desk.tags.set_tags(number, tags), self, kept, self._fail)

    def _fail(self, error: BaseException) -> None:
        self._bench.failed.emit("save", error)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [*self.chips, self.line]
