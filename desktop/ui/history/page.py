"""The history in the left pane: a line to search in, filters, and below them the documents or what was found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.store.records import DocumentSummary
from desktop.store.search import Hit
from desktop.ui.dates import moment
from desktop.ui.history.filters import Drawer, FilterBox
from desktop.ui.history.search_line import SearchLine
from desktop.ui.history.words import state_name
from desktop.ui.lists import ENTRY, Entry, EntryList
from desktop.ui.parts import YieldingLabel, button, label
from desktop.ui.sheet import CONTINUABLE
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, give_role

# More than this many are not counted to the end.
MOST = 1000


class HistoryPage(QWidget):
    """Shows documents; tells what is asked of them. It finds nothing itself."""

    asked = Signal(object, bool)  # SearchQuery, whether it need not wait for a pause in typing
    left = Signal()  # nothing is searched for any more
    more_asked = Signal()
    chosen = Signal(object)  # Hit
    trash_asked = Signal(object)  # DocumentSummary
    tags_asked = Signal(object)  # DocumentSummary
    trash_opened = Signal()
    narrowing = Signal()  # the filters come into sight

    def __init__(self, language: str) -> None:
        """Start empty."""
        super().__init__()
        self._language = language
        self._current = 0
        self._documents: Sequence[Hit] = ()
        self._searching = False
        self.line = SearchLine()
        self.filters = FilterBox(language)
        self.drawer = Drawer(self.filters)
        self.narrow = button("", self._fold, "quiet")
        self.narrow.setCheckable(True)
        self.told = YieldingLabel("soft")
        self.list = EntryList(self.tr("履歴の一覧"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.more = button(self.tr("もっと見る"), self.more_asked.emit)
        self.trash = button(self.tr("ごみ箱を見る"), self.trash_opened.emit, "quiet")
        self.none = label(role="soft", wrap=True)
        self.none.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self._arrange()
        self._connect()
        self.drawer.hide()
        self._name_narrow()
        self.show_documents((), more=False)

    def _arrange(self) -> None:
        self.setFocusProxy(self.list)
        around = QVBoxLayout()
        around.setContentsMargins(SMALL, SMALL, SMALL, TIGHT)
        around.setSpacing(TIGHT)
        around.addWidget(self.line)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self.told, 1)
        row.addWidget(self.narrow)
        around.addLayout(row)
        footer = QWidget()
        give_role(footer, "footer")
        below = QHBoxLayout(footer)
        below.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        below.addWidget(self.trash)
        below.addStretch(1)
        further = QHBoxLayout()
        further.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        further.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(around)
        column.addWidget(self.drawer)
        column.addWidget(self.none)
        column.addWidget(self.list, 1)
        column.addLayout(further)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        column.addWidget(footer)

    def _connect(self) -> None:
        self.line.textChanged.connect(lambda _text: self._ask(at_once=False))
        self.line.stepped.connect(self._step)
        self.line.taken.connect(self._take)
        self.line.cleared.connect(self.line.clear)
        self.filters.changed.connect(self._filtered)
        self.list.chosen.connect(lambda _key: self._choose())
        self.list.customContextMenuRequested.connect(self._offer)
        self.list.installEventFilter(self)

    # -- asking ----------------------------------------------------------------------------------------------------

    @property
    def searching(self) -> bool:
        """Whether words or filters narrow what is shown."""
        return bool(self.line.text().strip()) or bool(self.filters.count)

    def _ask(self, *, at_once: bool) -> None:
        if self.searching:
            self._searching = True
            self.asked.emit(self.filters.narrowed(self.line.text().strip()), at_once)
        elif self._searching:
            self._searching = False
            self.left.emit()

    def _filtered(self) -> None:
        self._name_narrow()
        self._ask(at_once=True)

    def _fold(self) -> None:
        if self.narrow.isChecked():
            self.narrowing.emit()
        self.drawer.setVisible(self.narrow.isChecked())

    def _name_narrow(self) -> None:
        count = self.filters.count
        words = self.tr("絞り込み（{count}）").format(count=count) if count else self.tr("絞り込み")
        self.narrow.setText(words)

    def start(self) -> None:
        """Give the keyboard to the search line, with what stands in it ready to be typed over."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_documents(self, documents: Sequence[Hit], *, more: bool) -> None:
        """Show the documents of the history while nothing is searched for."""
        self._show(documents, more=more)
        self.told.setText("")
        self.none.setText(self.tr("まだ文書がありません。\n作った文書は自動でここに残ります。"))

    def show_hits(self, hits: Sequence[Hit], *, more: bool) -> None:
        """Show what was found, with the found words marked."""
        self._show(hits, more=more)
        if not hits:
            self.told.setText("")
            self.none.setText(self._advice())

    def _show(self, hits: Sequence[Hit], *, more: bool) -> None:
        row = self.list.currentRow()
        held = self.list.item(row).data(ENTRY).key if self.line.hasFocus() and row >= 0 else str(self._current)
        self._documents = tuple(hits)
        self.list.show_entries([self._entry(hit) for hit in hits], held)
        self.more.setVisible(more)
        self.none.setVisible(not hits)
        self.list.setVisible(bool(hits))
        self._filler.setVisible(not hits)

    def show_count(self, count: int) -> None:
        """Say how many documents were found."""
        if self.searching and count:
            many = self.tr("{count}件以上") if count >= MOST else self.tr("{count}件")
            self.told.setText(many.format(count=count))

    def _advice(self) -> str:
        lines = [self.tr("見つかりません。")]
        if self.line.text().strip():
            lines.append(self.tr("短い言葉にするか、言葉を一つ減らしてお試しください。"))
        if self.filters.count:
            lines.append(self.tr("絞り込みの条件を外すと、見つかるかもしれません。"))
        lines.append(self.tr("ごみ箱の中は探しません。"))
        return "\n".join(lines)

    def _entry(self, hit: Hit) -> Entry:
        document = hit.summary
        at = moment(document.updated_at, self._language)
        titled = document.title != document.template_name
        in_title = bool(hit.excerpt) and not hit.key and hit.excerpt == document.title
        return Entry(
            str(document.id),
            document.title,
            f"{document.template_name}\n{at}" if titled else at,
            state_name(document.state),
            urgent=document.state in CONTINUABLE,
            title_marks=hit.marks if in_title else (),
            place=hit.key,
            excerpt="" if in_title else hit.excerpt,
            excerpt_marks=() if in_title else hit.marks,
            data=hit,
        )

    def set_current(self, document: int) -> None:
        """Know which document is open, for what is shown next."""
        self._current = document

    def mark(self, document: int) -> None:
        """Show which document is open."""
        self.set_current(document)
        self.list.mark(str(document))

    # -- choosing --------------------------------------------------------------------------------------------------

    def _step(self, rows: int) -> None:
        if self.list.count():
            at = self.list.currentRow()
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, at + rows)))

    def _take(self) -> None:
        if self.list.count():
            if self.list.currentRow() < 0:
                self.list.setCurrentRow(0)
            self._choose()

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(ENTRY).data)

    def _offer(self, at: QPoint) -> None:
        entry = self.list.indexAt(at).data(ENTRY)
        if entry is not None:
            menu = self.menu_of(entry.data)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, hit: Hit) -> QMenu:
        """Return what can be done with a document of the list."""
        menu = QMenu(self)
        menu.addAction(self.tr("開く"), lambda: self.chosen.emit(hit))
        menu.addAction(self.tr("タグ…"), lambda: self.tags_asked.emit(hit.summary))
        menu.addSeparator()
        menu.addAction(self.tr("ごみ箱に入れる"), lambda: self.trash_asked.emit(hit.summary))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Delete put the chosen document into the trash, and Esc end the search."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            item = self.list.currentItem()
            if event.key() == Qt.Key.Key_Delete and item is not None:
                self.trash_asked.emit(item.data(ENTRY).data.summary)
                return True
        return super().eventFilter(watched, event)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [self.line, self.narrow, *self.filters.stops(), self.list, self.more, self.trash]


def as_hits(documents: Sequence[DocumentSummary]) -> list[Hit]:
    """Return documents as hits in which nothing is marked."""
    return [Hit(document) for document in documents]
