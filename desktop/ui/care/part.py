"""Opens the restore screen, offers what can be done about a damaged history, and carries both to the desk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.errors import EngineFault, ErrorCode, StoreFault
from desktop.store.rescue import Exchanged
from desktop.ui.care.dialog import RestoreDialog
from desktop.ui.care.words import exchanged
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.workbench import Workbench

T = TypeVar("T")

_SLOT = "open"


class CarePart(QObject):
    """The restore screen and the notices about damage of one window."""

    def __init__(self, workbench: Workbench, parent: QWidget, notices: NoticeArea, language: str) -> None:
        """Open nothing yet; `notices` is where the window speaks."""
        super().__init__(parent)
        self._bench = workbench
        self._parent = parent
        self._notices = notices
        self._language = language
        self.dialog: RestoreDialog | None = None

    def offers(self, error: BaseException) -> tuple[Action, ...]:
        """Return what can be done about a fault that is damage; each keeps the damaged file."""
        if not isinstance(error, StoreFault) or error.code is not ErrorCode.STORE_DAMAGED:
            return ()
        return (
            Action(self.tr("控えから戻す…"), self.open_restore, primary=True),
            Action(self.tr("読めるものを救い出す"), self.rescue),
            Action(self.tr("空の履歴で始める"), self.begin_anew),
        )

    # -- the restore screen ----------------------------------------------------------------------------------------

    def open_restore(self) -> None:
        """Show the copies."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = self.dialog = RestoreDialog(self._parent, self._language)
        dialog.allow_taking(allowed=self._bench.is_ready)
        dialog.restore_asked.connect(self._restore)
        dialog.document_asked.connect(self._take)
        dialog.backup_asked.connect(self._back_up)
        dialog.finished.connect(self._closed)
        self._refresh()
        dialog.open()

    def _refresh(self) -> None:
        dialog = self.dialog
        if dialog is not None:
            self._bench.bridge.then(self._bench.desk.care.copies(), dialog, dialog.show_copies, dialog.show_failure)

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _restore(self, path: Path) -> None:
        self._from_dialog(self.tr("戻しています…"), lambda: self._bench.desk.care.restore(path), self._restored)

    def _restored(self, done: Exchanged) -> None:
        self._leave_dialog()
        self._exchanged(done)

    def _take(self, path: Path, number: int) -> None:
        care = self._bench.desk.care
        self._from_dialog(self.tr("取り出しています…"), lambda: care.copy_document(path, number), self._taken)

    def _taken(self, number: int) -> None:
        self._leave_dialog()
        self._bench.refresh_history()
        self._bench.open_document(number)

    def _back_up(self) -> None:
        self._from_dialog(
            self.tr("控えを作っています…"), self._bench.desk.care.back_up, lambda _made: self._backed_up()
        )

    def _backed_up(self) -> None:
        if self.dialog is not None:
            self.dialog.wait("")
            self._refresh()

    def _from_dialog(self, words: str, begin: Callable[[], Future[T]], then: Callable[[T], object]) -> None:
        dialog = self.dialog
        assert dialog is not None
        if self._bench.runner.running:
            dialog.show_failure(EngineFault(ErrorCode.ENGINE_BUSY))
            return
        dialog.notices.clear("care")
        dialog.wait(words)
        self._when_saved(lambda: self._bench.bridge.then(begin(), dialog, then, dialog.show_failure))

    def _leave_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.wait("")
            self.dialog.accept()

    # -- damage ----------------------------------------------------------------------------------------------------

    def rescue(self) -> None:
        """Make a history of what can still be read."""
        self._from_notice(self.tr("読めるものを救い出しています…"), self._bench.desk.care.rescue)

    def begin_anew(self) -> None:
        """Begin with an empty history."""
        self._from_notice(self.tr("空の履歴を作っています…"), self._bench.desk.care.begin_anew)

    def _from_notice(self, words: str, begin: Callable[[], Future[Exchanged]]) -> None:
        self._notices.clear("care")
        self._notices.show_notice(_SLOT, Notice(Kind.INFO, words, closable=False))
        self._when_saved(lambda: self._bench.bridge.then(begin(), self, self._exchanged, self._failed))

    def _failed(self, error: BaseException) -> None:
        again = (
            Action(self.tr("控えから戻す…"), self.open_restore, primary=True),
            Action(self.tr("空の履歴で始める"), self.begin_anew),
        )
        self._notices.show_notice(_SLOT, fault_notice(error, self._language, again))

    # -- what both share -------------------------------------------------------------------------------------------

    def _when_saved(self, then: Callable[[], object]) -> None:
        """Call `then` when all that was typed is on the disk or has failed to come there."""
        saver = self._bench.saver
        saver.flush()

        def look() -> None:
            if saver.at_rest:
                saver.changed.disconnect(look)
                then()

        saver.changed.connect(look)
        look()

    def _exchanged(self, done: Exchanged) -> None:
        """Open the history that is there now: an empty form takes the place of a document that may not be in it."""
        bench = self._bench
        if bench.sheet is not None:
            bench.begin(bench.first_template())
        self._notices.clear(_SLOT)
        self._notices.clear("left")
        title, text, whole = exchanged(done)
        self._notices.show_notice("exchanged", Notice(Kind.DONE if whole else Kind.WARN, title, text))
        bench.open()
