"""Opens what the window has for records, and carries between it and the desk."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.session.retention_desk import Due, Purged
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.records.audit_dialog import AuditDialog
from desktop.ui.records.retention_dialog import RetentionDialog
from desktop.ui.workbench import Workbench


class RecordsPart(QObject):
    """The two dialogs of one window, holds, and what is deleted at start where the settings order it."""

    def __init__(self, workbench: Workbench, parent: QWidget, notices: NoticeArea, language: str) -> None:
        """Open nothing yet; `notices` is where the window speaks."""
        super().__init__(parent)
        self._bench = workbench
        self._parent = parent
        self._notices = notices
        self._language = language
        self.retention: RetentionDialog | None = None
        self.audit: AuditDialog | None = None
        workbench.ready.connect(self._at_start)

    def _spared(self) -> list[int]:
        """Return the documents that nobody may take away: the open one, and those that wait to be continued."""
        sheet = self._bench.sheet
        waiting = [summary.id for summary in self._bench.recovered]
        return waiting + ([sheet.number] if sheet is not None and sheet.number else [])

    def _at_start(self) -> None:
        bench = self._bench
        bench.bridge.then(bench.desk.retention.at_start(self._spared()), self, self._started, self._failed)

    def _started(self, done: Purged) -> None:
        if done.documents:
            title = self.tr("保存期間の過ぎた文書を{count}件削除しました").format(count=done.documents)
            self._notices.show_notice("retention", Notice(Kind.INFO, title))
            self._bench.refresh_history()

    def _failed(self, error: BaseException) -> None:
        self._notices.show_notice("retention", fault_notice(error, self._language))

    # -- retention -------------------------------------------------------------------------------------------------

    def open_retention(self) -> None:
        """Show what the rules would delete."""
        dialog = self.retention = RetentionDialog(self._parent, self._language)
        retention = self._bench.desk.retention
        dialog.hold_asked.connect(lambda number: self._changed(retention.hold(number)))
        dialog.release_asked.connect(lambda number: self._changed(retention.release(number)))
        dialog.delete_asked.connect(self._delete)
        dialog.finished.connect(self._retention_closed)
        self._preview()
        dialog.open()

    def _preview(self) -> None:
        dialog, bench = self.retention, self._bench
        if dialog is not None:
            found = bench.desk.retention.preview(self._spared())
            bench.bridge.then(found, dialog, dialog.show_preview, dialog.show_failure)

    def _changed(self, change: Future[None]) -> None:
        dialog = self.retention
        assert dialog is not None
        self._bench.bridge.then(change, dialog, lambda _: self._preview(), dialog.show_failure)

    def _delete(self, due: tuple[Due, ...], with_copies: bool) -> None:  # noqa: FBT001 -- a slot
        dialog, bench = self.retention, self._bench
        assert dialog is not None

        def done(purged: Purged) -> None:
            dialog.show_done(purged)
            self._preview()
            bench.refresh_history()

        purging = bench.desk.retention.apply(due, with_copies=with_copies)
        bench.bridge.then(purging, dialog, done, dialog.show_failure)

    def _retention_closed(self) -> None:
        dialog, self.retention = self.retention, None
        if dialog is not None:
            dialog.deleteLater()

    def hold_open_document(self) -> None:
        """Put the open document on hold, and offer to lift that again."""
        bench, sheet = self._bench, self._bench.sheet
        bench.saver.flush()
        if sheet is None or not sheet.number:
            title = self.tr("保留にできるのは、履歴にある文書です")
            self._notices.show_notice("hold", Notice(Kind.INFO, title))
            return
        number = sheet.number

        def lift() -> None:
            bench.bridge.then(bench.desk.retention.release(number), self, lambda _: None, self._failed)

        def held(_: None) -> None:
            title = self.tr("この文書を保留にしました")
            text = self.tr("保留を解くまで、保存期間が過ぎても、ごみ箱を空にしても、削除されません。")
            self._notices.show_notice(
                "hold", Notice(Kind.DONE, title, text, actions=(Action(self.tr("保留を解く"), lift),))
            )

        bench.bridge.then(bench.desk.retention.hold(number), self, held, self._failed)

    # -- audit log -------------------------------------------------------------------------------------------------

    def open_audit(self) -> None:
        """Show the latest rows of the log."""
        bench = self._bench
        dialog = self.audit = AuditDialog(self._parent, self._language)
        audit = bench.desk.audit

        def export(path: Path) -> None:
            bench.bridge.then(audit.export(path, overwrite=True), dialog, dialog.show_written, dialog.show_failure)

        dialog.verify_asked.connect(
            lambda: bench.bridge.then(audit.verify(), dialog, dialog.show_verdict, dialog.show_failure)
        )
        dialog.export_asked.connect(export)
        dialog.finished.connect(self._audit_closed)
        bench.bridge.then(audit.latest(), dialog, dialog.show_rows, dialog.show_failure)
        dialog.open()

    def _audit_closed(self) -> None:
        dialog, self.audit = self.audit, None
        if dialog is not None:
            dialog.deleteLater()
