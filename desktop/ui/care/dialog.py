"""「履歴を控えから戻す」: the copies with what is in each, to go back to one or to take one document out of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.errors import ErrorCode
from desktop.session.wording import describe
from desktop.store.rescue import Copy
from desktop.ui.care.words import entry
from desktop.ui.dates import moment
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.lists import Entry, EntryList
from desktop.ui.notices import NoticeArea, fault_notice
from desktop.ui.parts import button, label, rule
from desktop.ui.style import LARGE, MEDIUM, SMALL, WIDE

SIZE = (880, 620)
LIST_WIDTH = 300


class RestoreDialog(QDialog):
    """Shows copies; the signals give the file of the one that is chosen."""

    restore_asked = Signal(Path)
    document_asked = Signal(Path, int)
    backup_asked = Signal()

    def __init__(self, parent: QWidget | None, language: str) -> None:
        """Start before the copies were read."""
        super().__init__(parent)
        self._language = language
        self._copies: dict[str, Copy] = {}
        self._waiting = ""
        self._may_take = True
        self.setWindowTitle(self.tr("履歴を控えから戻す"))
        self.copies = EntryList(self.tr("控えの一覧"))
        self.copies.currentRowChanged.connect(lambda _row: self._show_copy())
        self.documents = EntryList(self.tr("この控えにある、新しい文書"))
        self.documents.currentRowChanged.connect(lambda _row: self._allow())
        self.notices = NoticeArea()
        self.heading = label(role="heading", wrap=True)
        self.inside = label(self.tr("控えを調べています…"), "soft", wrap=True)
        self.state = label(role="soft", wrap=True)
        self.take = button(self.tr("この文書だけ取り出す"), self._take)
        self.cancel = button(self.tr("やめる"), self.reject)
        self.backup = button(self.tr("今の控えを作る"), self.backup_asked.emit)
        self.restore = button(self.tr("この控えに戻す"), self._restore, "primary")
        self._arrange()
        self._allow()

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        column.addWidget(self.notices)
        head = QVBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, LARGE)
        head.setSpacing(SMALL)
        head.addWidget(label(self.tr("履歴を控えから戻す"), "title"))
        words = self.tr("戻しても、今の履歴は消えません。日付を付けてよけておき、この一覧からいつでも元に戻せます。")
        head.addWidget(label(words, "soft", wrap=True))
        column.addLayout(head)
        column.addWidget(rule())
        body = QHBoxLayout()
        body.setSpacing(0)
        self.copies.setFixedWidth(LIST_WIDTH)
        body.addWidget(self.copies)
        body.addLayout(self._right(), 1)
        column.addLayout(body, 1)
        column.addWidget(foot(self.backup, self.state, self.cancel, self.restore))

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setContentsMargins(LARGE, LARGE, WIDE, LARGE)
        right.setSpacing(MEDIUM)
        right.addWidget(self.heading)
        right.addWidget(self.inside)
        right.addWidget(self.documents, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.take)
        right.addLayout(row)
        right.addStretch(0)
        return right

    def show_copies(self, found: list[Copy]) -> None:
        """Show what there is, the newest chosen."""
        self._copies = {str(copy.path): copy for copy in found}
        entries = [entry(copy, self._language) for copy in found]
        self.copies.show_entries(entries, entries[0].key if entries else "")
        self._show_copy()

    @property
    def chosen(self) -> Copy | None:
        """The copy whose content is shown."""
        row = self.copies.currentRow()
        return None if row < 0 else self._copies.get(self.copies.entries()[row].key)

    def _show_copy(self) -> None:
        copy = self.chosen
        if copy is None:
            self.heading.setText("")
            self.inside.setText(self.tr("控えはまだありません。文机を使う日に一つずつ、自動で作られます。"))
            self.documents.show_entries([])
        else:
            self.heading.setText(moment(copy.made_at, self._language))
            self.inside.setText(self._words(copy))
            lines = [
                Entry(str(one.id), one.title, f"{one.template_name}　{moment(one.updated_at, self._language)}")
                for one in copy.newest
            ]
            self.documents.show_entries(lines)
        self.documents.setVisible(self.documents.count() > 0)
        self.take.setVisible(self.documents.count() > 0)
        self._allow()

    def _words(self, copy: Copy) -> str:
        if copy.fault is not None and copy.fault.code is ErrorCode.STORE_DAMAGED:
            return self.tr("このファイルは壊れているため、戻せません。消さずに残してあります。")
        if copy.fault is not None:
            return describe(copy.fault, self._language).title
        if copy.documents > len(copy.newest):
            words = self.tr("文書 {count}件。新しいほうから{shown}件：")
            return words.format(count=copy.documents, shown=len(copy.newest))
        return self.tr("文書 {count}件：").format(count=copy.documents)

    def _restore(self) -> None:
        if self.chosen is not None:
            self.restore_asked.emit(self.chosen.path)

    def _take(self) -> None:
        row = self.documents.currentRow()
        if self.chosen is not None and row >= 0:
            self.document_asked.emit(self.chosen.path, int(self.documents.entries()[row].key))

    def allow_taking(self, *, allowed: bool) -> None:
        """Say whether there is an open history that a document can be brought into."""
        self._may_take = allowed
        self._allow()

    def wait(self, words: str) -> None:
        """Let nothing be pressed while something is done; `words` say what, none that it is done."""
        self._waiting = words
        self._allow()

    def _allow(self) -> None:
        usable = self.chosen is not None and self.chosen.fault is None and not self._waiting
        self.restore.setEnabled(usable)
        self.take.setEnabled(usable and self._may_take and self.documents.currentRow() >= 0)
        self.backup.setEnabled(self._may_take and not self._waiting)
        self.copies.setEnabled(not self._waiting)
        self.state.setText(self._waiting)

    def reject(self) -> None:
        """Stay open while the history is being exchanged."""
        if not self._waiting:
            super().reject()

    def show_failure(self, error: BaseException) -> None:
        """Say why it was not done; the history is as it was."""
        self.wait("")
        self.notices.show_notice("care", fault_notice(error, self._language))
