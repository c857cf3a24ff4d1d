"""What the window shows of the templates: the library at the left, the open one's state, and what is wrong with any."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.session.wording import describe
from desktop.store.records import DocumentSummary
from desktop.ui.form import FormPanel
from desktop.ui.left_pane import LeftPane
from desktop.ui.notices import Action, Kind, Notice, NoticeArea
from desktop.ui.office_dialog import OfficeDialog
from desktop.ui.template_list import origin_words
from desktop.ui.version_notice import version_notice
from desktop.ui.workbench import Workbench


class Window(Protocol):
    """The parts of the window that templates are shown in."""

    left: LeftPane
    form: FormPanel
    notices: NoticeArea


class TemplatePart(QObject):
    """Keeps the window true to the library; a widget of the window's own lives elsewhere."""

    def __init__(self, workbench: Workbench, window: Window, language: str) -> None:
        """Show the library in a window whose parts are there already."""
        parent = window if isinstance(window, QWidget) else None
        super().__init__(parent)
        self._bench = workbench
        self._window = window
        self._parent = parent
        self._language = language
        self._used: set[str] = set()  # templates of documents in the history
        self._told: tuple[str, str] = ("", "")  # versions the notice stands for, so that a closed one stays closed
        window.left.favoured.connect(workbench.set_favourite)
        window.form.favoured.connect(self._favour)
        window.form.again_asked.connect(workbench.fill_again)
        workbench.library_changed.connect(self._show_library)
        workbench.history_came.connect(self._history_came)
        self._show_library()

    def _show_library(self) -> None:
        desk = self._bench.desk
        self._window.left.templates.show_library(desk.library.shelf.library)
        self._window.left.templates.show_habits(favourites=desk.settings.favourites)
        self._tell_broken()
        self.show_sheet()

    def _history_came(self, documents: list[DocumentSummary]) -> None:
        self._used = {document.template_id for document in documents}
        self.show_sheet()

    def show_sheet(self) -> None:
        """Show where the open template comes from, whether it is a favourite, and what can be done with it."""
        head, sheet, desk = self._window.form.head, self._bench.sheet, self._bench.desk
        if sheet is None or head is None:
            return
        identity = sheet.template.id
        head.show_favourite(favourite=identity in desk.settings.favourites)
        head.offer_again(offered=not sheet.number and identity in self._used)
        offered = {one.template.id: one for one in desk.library.shelf.library.offered}.get(identity)
        present = offered is not None and offered.template.source == sheet.template.source
        head.show_origin(origin_words(offered.origin, time.time()) if offered is not None and present else "")
        self._tell_newer()

    def _tell_newer(self) -> None:
        sheet, newer = self._bench.sheet, self._bench.newer_template()
        notices = self._window.notices
        if sheet is None or newer is None:
            self._told = ("", "")
            notices.clear("version")
            return
        versions = (sheet.template.source, newer.source)
        if versions != self._told:
            self._told = versions
            move = self._bench.move_to_present_version
            notices.show_notice("version", version_notice(sheet.template, newer, move))

    def _tell_broken(self) -> None:
        """Tell of a template on the share that is broken and that this person can mend."""
        desk, notices = self._bench.desk, self._window.notices
        person = desk.settings.person
        mine = [one for one in desk.library.shelf.library.troubles if one.mender and one.mender == person]
        if not mine:
            notices.clear("template")
            return
        words = describe(mine[0].fault, self._language)
        action = Action(self.tr("くわしく見る"), self.open_office)
        notices.show_notice("template", Notice(Kind.WARN, words.title, words.action, words.detail, (action,)))

    def _favour(self, favourite: bool) -> None:  # noqa: FBT001 -- a slot
        if self._bench.sheet is not None:
            self._bench.set_favourite(self._bench.sheet.template.id, favourite)

    def open_office(self) -> None:
        """Open the person's details and the state of the share."""
        bench = self._bench
        dialog = OfficeDialog(self._parent, bench.desk.settings, self._language)
        dialog.kept.connect(bench.set_office)
        dialog.sync_asked.connect(bench.desk.library.sync_now)
        bench.library_changed.connect(dialog.refresh)
        dialog.refresh_from(lambda: bench.desk.library.shelf)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
