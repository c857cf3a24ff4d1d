"""The trash: what lies in it, the way back, and the end of it, which is asked for twice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.store.trash import TrashedDocument
from desktop.ui.dates import moment
from desktop.ui.frames import foot, stacked
from desktop.ui.lists import ENTRY, Entry, EntryList
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, WIDE
from desktop.ui.workbench import Workbench

SIZE = (560, 520)


class TrashDialog(QDialog):
    """Lists the documents in the trash; restores them or deletes them for good."""

    def __init__(self, parent: QWidget | None, workbench: Workbench, language: str) -> None:
        """Ask the store what lies in the trash."""
        super().__init__(parent)
        self._bench = workbench
        self._language = language
        self.setWindowTitle(self.tr("ごみ箱"))
        self.resize(*SIZE)
        self.notices = NoticeArea()
        self.notices.setContentsMargins(0, 0, 0, MEDIUM)
        self.list = EntryList(self.tr("ごみ箱の一覧"))
        self.none = label(self.tr("ごみ箱は空です。"), "soft", wrap=True)
        self.back = button(self.tr("元に戻す"), self._restore, "primary")
        self.delete = button(self.tr("完全に削除…"), self._ask_delete)
        self.empty = button(self.tr("ごみ箱を空にする…"), self._ask_empty)
        self._arrange()
        self.list.itemSelectionChanged.connect(self._allow)
        self.list.chosen.connect(lambda _key: self._allow())
        self.refresh()

    def _arrange(self) -> None:
        column = stacked(self)
        head = QVBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        head.setSpacing(SMALL)
        head.addWidget(label(self.tr("ごみ箱"), "title"))
        words = self.tr("ここにある文書は、一覧にも検索にも出ません。元に戻せば、前と同じです。")
        head.addWidget(label(words, "soft", wrap=True))
        head.addWidget(self.none)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        column.addWidget(self.notices)
        close = button(self.tr("閉じる"), self.reject)
        column.addWidget(foot(self.back, self.delete, self.empty, None, close))

    def refresh(self) -> None:
        """Read anew what lies in the trash."""
        self._bench.bridge.then(self._bench.desk.trash.listed(), self, self._show, self._fail)

    def _show(self, found: Sequence[TrashedDocument]) -> None:
        self.list.show_entries([self._entry(one) for one in found])
        if found:
            self.list.setCurrentRow(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.none.setVisible(not found)
        self.list.setVisible(bool(found))
        self._filler.setVisible(not found)
        self.empty.setEnabled(bool(found))
        self._allow()

    def _entry(self, one: TrashedDocument) -> Entry:
        at = self.tr("{moment} にごみ箱へ").format(moment=moment(one.trashed_at, self._language))
        return Entry(str(one.summary.id), one.summary.title, f"{one.summary.template_name}\n{at}", data=one)

    def _chosen(self) -> TrashedDocument | None:
        item = self.list.currentItem()
        found = item.data(ENTRY).data if self.list.currentRow() >= 0 else None
        return found if isinstance(found, TrashedDocument) else None

    def _allow(self) -> None:
        for pressed in (self.back, self.delete):
            pressed.setEnabled(self._chosen() is not None)

    def _restore(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            future = self._bench.desk.trash.restore(chosen.summary.id)
            self._bench.bridge.then(future, self, lambda _done: self._changed(), self._fail)

    def _ask_delete(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            title = self.tr("「{title}」を完全に削除しますか").format(title=chosen.summary.title)
            self._confirm(title, [chosen.summary.id])

    def _ask_empty(self) -> None:
        numbers = [int(entry.key) for entry in self.list.entries()]
        self._confirm(self.tr("ごみ箱の{count}件を、すべて完全に削除しますか").format(count=len(numbers)), numbers)

    def _confirm(self, title: str, numbers: Sequence[int]) -> None:
        """Delete only after a second yes; what was put into the trash meanwhile is not among the numbers."""
        text = self.tr("文章も前の版も消え、二度と元に戻せません。")
        actions = (
            Action(self.tr("完全に削除する"), lambda: self._delete(numbers)),
            Action(self.tr("やめる"), lambda: None, primary=True),
        )
        self.notices.show_notice("delete", Notice(Kind.WARN, title, text, actions=actions, closable=False))

    def _delete(self, numbers: Sequence[int]) -> None:
        future = self._bench.desk.trash.empty(numbers)
        self._bench.bridge.then(future, self, lambda _count: self._changed(), self._fail)

    def _changed(self) -> None:
        self.notices.clear("delete")
        self.refresh()
        self._bench.refresh_history()

    def _fail(self, error: BaseException) -> None:
        self.notices.show_notice("delete", fault_notice(error, self._language))
