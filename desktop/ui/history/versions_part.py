"""The versions of the draft in the window: the menu of a section, the comparison, undo beyond what the editor knows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from desktop.ui.draft_panel import DraftPanel
from desktop.ui.history.comparison import ComparisonDialog
from desktop.ui.history.editions import Edition, of_document, of_section
from desktop.ui.history.section_history import SectionHistory, Versions
from desktop.ui.notices import Kind, Notice
from desktop.ui.versions_menu import Steps, versions_menu
from desktop.ui.workbench import Workbench

ENOUGH = 2


class VersionsPart(QObject):
    """Opens what a person asks for of the versions, and carries out what they choose there."""

    def __init__(self, workbench: Workbench, draft: DraftPanel, language: str) -> None:
        """Listen to the draft's page."""
        super().__init__(draft)
        self._bench = workbench
        self._draft = draft
        self._language = language
        self.history = SectionHistory(workbench, self)
        self.dialog: ComparisonDialog | None = None
        draft.page.versions_asked.connect(self._ask)
        draft.page.undo_asked.connect(self.history.undo)
        draft.page.redo_asked.connect(self.history.redo)

    def _ask(self, key: str) -> None:
        self.history.versions([key], lambda found: self._ask_steps(key, found))

    def _ask_steps(self, key: str, found: Versions) -> None:
        sheet = self._bench.sheet
        if sheet is None or not sheet.number:
            self._offer(key, found, (False, False))
            return
        possible = self._bench.desk.undo_possible(sheet.number, key)
        self._bench.bridge.then(
            possible,
            self,
            lambda steps: self._offer(key, found, steps),
            lambda error: self._bench.failed.emit("load", error),
        )

    def _offer(self, key: str, found: Versions, possible: tuple[bool, bool]) -> None:
        card = self._draft.page.cards.get(key)
        if card is None:
            return
        back, forth = possible
        steps = Steps(
            undo=(lambda: self.history.undo(key)) if back else None,
            redo=(lambda: self.history.redo(key)) if forth else None,
            compare=lambda: self._compare_section(key, found),
            compare_all=self.compare_document,
        )
        menu = versions_menu(
            card.earlier, found.get(key, []), self._language, lambda number: self.history.restore(key, number), steps
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(card.earlier.mapToGlobal(QPoint(0, card.earlier.height())))

    def _compare_section(self, key: str, found: Versions) -> None:
        card = self._draft.page.cards.get(key)
        if card is not None and len(found.get(key, [])) >= ENOUGH:
            self._open(card.spec.title, of_section(found[key]), [key])

    def compare_document(self) -> None:
        """Compare the states of the whole open document."""
        sheet = self._bench.sheet
        if sheet is None or self._bench.runner.running:
            return
        specs = sheet.template.sections
        keys = [spec.key for spec in specs]

        def show(found: Versions) -> None:
            if self._bench.sheet is not sheet:
                return
            editions = of_document(found, specs)
            if len(editions) >= ENOUGH:
                self._open(sheet.title, editions, keys)
            else:
                words = self.tr("くらべられる前の状態は、まだありません")
                self._draft.notices.show_notice("versions", Notice(Kind.INFO, words))

        self.history.versions(keys, show)

    def _open(self, title: str, editions: Sequence[Edition], keys: Sequence[str]) -> None:
        parent = self._draft.window()
        assert isinstance(parent, QWidget)
        dialog = self.dialog = ComparisonDialog(parent, title, editions, self._language)
        dialog.restore_asked.connect(lambda edition: self.history.restore_edition(edition, keys))
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
