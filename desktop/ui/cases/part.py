"""Opens what the window has for cases, and carries between it and the desk."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.errors import ErrorCode, UserFault
from desktop.learning.cases import Case
from desktop.session.case_desk import body_of
from desktop.store.records import DocumentState
from desktop.ui.cases.dialog import CaseDialog, Finished
from desktop.ui.cases.gallery import CaseGallery
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.workbench import Workbench


class CasePart(QObject):
    """The gallery and the dialog of one window."""

    def __init__(self, workbench: Workbench, parent: QWidget, notices: NoticeArea, language: str) -> None:
        """Open nothing yet; `notices` is where the window speaks."""
        super().__init__(parent)
        self._bench = workbench
        self._parent = parent
        self._notices = notices
        self._language = language
        self.gallery: CaseGallery | None = None
        self.dialog: CaseDialog | None = None

    def open_gallery(self, begin: Callable[[str], object]) -> None:
        """Show everybody's cases; `begin` starts the template of the one that is chosen."""
        if self.gallery is not None:
            self.gallery.raise_()
            return
        gallery = self.gallery = CaseGallery(self._parent, self._language)
        gallery.begin_asked.connect(begin)
        gallery.finished.connect(self._gallery_closed)
        self._bench.library_changed.connect(self._refresh)
        self._refresh()
        gallery.show()

    def _refresh(self) -> None:
        gallery, desk = self.gallery, self._bench.desk
        if gallery is None:
            return
        offered = {template.id for template in desk.templates}
        self._bench.bridge.then(
            desk.cases.read(), gallery, lambda shelf: gallery.show_shelf(shelf, offered), gallery.show_failure
        )

    def _gallery_closed(self) -> None:
        gallery, self.gallery = self.gallery, None
        if gallery is not None:
            self._bench.library_changed.disconnect(self._refresh)
            gallery.deleteLater()

    def introduce(self, set_share: Callable[[], object]) -> None:
        """Let the person tell of the open document; `set_share` opens the settings of the share."""
        bench, sheet = self._bench, self._bench.sheet
        bench.saver.flush()
        if sheet is None or sheet.state is not DocumentState.COMPLETE or not sheet.has_draft or bench.runner.running:
            title = self.tr("好事例にできるのは、書き上がった文書です")
            text = self.tr("下書きができた文書を開いてから、もう一度選んでください。")
            self._notices.show_notice("case", Notice(Kind.INFO, title, text))
            return
        levels = bench.desk.cases.levels
        if not levels:
            choose = Action(self.tr("共有フォルダーを決める…"), set_share, primary=True)
            fault = UserFault(ErrorCode.CASE_NOWHERE)
            self._notices.show_notice("case", fault_notice(fault, self._language, (choose,)))
            return
        self._notices.clear("case")
        finished = Finished(sheet.template, body_of(sheet.template, sheet.contents))
        dialog = CaseDialog(self._parent, finished, levels, bench.desk.settings.section, self._language)
        dialog.publish_asked.connect(self._publish)
        dialog.finished.connect(self._dialog_closed)
        self.dialog = dialog
        dialog.open()

    def _publish(self, level: str, case: Case) -> None:
        dialog, bench = self.dialog, self._bench
        assert dialog is not None
        bench.bridge.then(bench.desk.cases.publish(level, case), dialog, self._published, dialog.show_failure)

    def _published(self, place: str) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        title = self.tr("好事例を公開しました。ありがとうございます。")
        text = self.tr("共有フォルダーの「{place}」にあります。取り下げるときは、このファイルを消してください。")
        self._notices.show_notice("case", Notice(Kind.DONE, title, text.format(place=place)))

    def _dialog_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
