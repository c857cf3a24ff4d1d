"""Opens what the window has for usage, hands the figures on by itself where that is set, and speaks with the desk."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.session.usage_desk import UsageRead
from desktop.ui.dashboard.sending import SendingDialog
from desktop.ui.dashboard.window import UsageWindow
from desktop.ui.notices import Kind, Notice, NoticeArea
from desktop.ui.workbench import Workbench

SEND_EVERY_MS = 4 * 3600 * 1000


class UsagePart(QObject):
    """The page and the dialog of one window."""

    def __init__(self, workbench: Workbench, parent: QWidget, notices: NoticeArea, language: str) -> None:
        """Open nothing yet; `notices` is where the window speaks."""
        super().__init__(parent)
        self._bench = workbench
        self._parent = parent
        self._notices = notices
        self._language = language
        self.page: UsageWindow | None = None
        self.dialog: SendingDialog | None = None
        workbench.ready.connect(self.send_quietly)
        timer = QTimer(self, interval=SEND_EVERY_MS)
        timer.timeout.connect(self.send_quietly)
        timer.start()

    def send_quietly(self) -> None:
        """Hand the figures on where that is set; what goes wrong disturbs nobody and is tried again."""
        desk = self._bench.desk
        if desk.settings.usage_share:
            self._bench.bridge.then(desk.usage.send(), self, lambda _count: None, lambda _error: None)

    def open_page(self) -> None:
        """Show a department's figures, at first those of the folder that one's own go to."""
        if self.page is not None:
            self.page.raise_()
            return
        desk = self._bench.desk
        names = {one.id: one.name_en for one in desk.templates if one.name_en} if self._language == "en" else {}
        page = self.page = UsageWindow(self._parent, self._language, names)
        page.folder_chosen.connect(self._read)
        page.finished.connect(self._page_closed)
        if desk.settings.usage_share:
            self._read(desk.settings.usage_share)
        page.show()

    def _read(self, folder: str) -> None:
        page, bench = self.page, self._bench
        if page is None:
            return
        page.wait_for(folder)

        def show(read: UsageRead) -> None:
            page.show_read(read, folder)

        bench.bridge.then(bench.desk.usage.read(folder), page, show, page.show_failure)

    def _page_closed(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            page.deleteLater()

    def open_sending(self) -> None:
        """Let the person hand their own figures on."""
        bench = self._bench
        dialog = self.dialog = SendingDialog(self._parent, bench.desk.settings, self._language)
        dialog.send_asked.connect(self._send)
        dialog.kept.connect(self._keep)
        dialog.finished.connect(self._dialog_closed)
        bench.bridge.then(bench.desk.usage.outgoing(), dialog, dialog.show_files, dialog.show_failure)
        dialog.open()

    def _send(self, folder: str) -> None:
        dialog, bench = self.dialog, self._bench
        assert dialog is not None
        bench.bridge.then(bench.desk.usage.send(folder), dialog, lambda _count: self._sent(folder), dialog.show_failure)

    def _sent(self, folder: str) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        title = self.tr("活用状況を出しました。ありがとうございます。")
        self._notices.show_notice("usage", Notice(Kind.DONE, title, folder))

    def _keep(self, folder: str, always: bool, ask: bool) -> None:  # noqa: FBT001 -- a slot
        settings = self._bench.desk.settings
        changed = dataclasses.replace(settings, usage_share=folder if always else "", ask_minutes=ask)
        if changed != settings:
            self._bench.keep_settings(changed)

    def _dialog_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
