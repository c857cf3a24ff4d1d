"""Pictures of the history's pages, in both languages and at two scales.

Usage: python -m tests.history_screenshots OUT_DIR
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState
from desktop.ui.bridge import Bridge
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench
from tests.support.album import LOOKS, album
from tests.support.past import an_office_year

SIZE = (1366, 768)
PATIENCE_MS = 60_000


def take(out: Path, language: str) -> None:
    """Take all pictures of one language, on a history of a year."""
    with tempfile.TemporaryDirectory() as home:
        Album(out, language, Path(home)).take()


class Album:
    """One run of the program, brought from picture to picture."""

    def __init__(self, out: Path, language: str, home: Path) -> None:
        """Open the program on a history of a year."""
        self._app = QApplication(["fumizukue"])
        dress(self._app)
        self._out = out
        self._language = language
        folders = Folders.discover({"FUMIZUKUE_HOME": str(home)})
        self._meeting = an_office_year(folders.history_file)
        engine = ChildEngine(one_rule(Step(Do.FILL, count=1)).arguments())
        self._bench = Workbench(Desk(folders, Settings(language=language), engine=engine), Bridge(self._app))
        self._keeper = Keeper(self._bench, Languages(self._app), language)
        self._window = self._keeper.window

    def take(self) -> None:
        """Bring the window into its states, one after the other."""
        self._window.resize(*SIZE)
        self._keeper.show()
        self._bench.open()
        left, page = self._window.left, self._window.left.page
        self._until(lambda: page.list.count() > 0)
        left.show_search()
        self._shoot(self._window, "history")
        self._search("窓口")
        self._shoot(self._window, "search")
        page.line.taken.emit()
        self._until(lambda: self._bench.sheet is not None and self._bench.sheet.number == self._meeting)
        self._shoot(self._window, "search-opened")
        page.narrow.click()
        page.filters.period.setText("今年度")
        page.filters.state.setCurrentIndex(page.filters.state.findData(DocumentState.COMPLETE))
        self._until(lambda: page.filters.tag.count() > 1)
        self._wait(700)
        self._shoot(self._window, "filters")
        self._search("水道料金")
        page.filters.period.setText("いつか")
        self._wait(900)
        self._shoot(self._window, "nothing")
        page.line.clear()
        page.filters.reset()
        page.narrow.click()
        self._versions()
        self._trash()

    def _versions(self) -> None:
        window = self._window
        window.draft.page.cards["主な意見"].earlier.click()
        self._until(lambda: bool(self._menus()))
        self._shoot(self._menus()[0], "versions-menu")
        words = {"ja": "くらべる", "en": "Compare"}[self._language]
        compare = next(action for action in self._menus()[0].actions() if words in action.text())
        self._menus()[0].close()
        compare.trigger()
        self._until(lambda: window.versions.dialog is not None)
        dialog = window.versions.dialog
        assert dialog is not None
        dialog.before.choice.setCurrentIndex(2)
        self._shoot(dialog, "comparison")
        dialog.apart.setChecked(True)
        self._shoot(dialog, "comparison-apart")
        dialog.reject()
        window.versions.compare_document()
        self._until(lambda: window.versions.dialog is not None)
        whole = window.versions.dialog
        assert whole is not None
        self._shoot(whole, "comparison-document")
        whole.reject()

    def _trash(self) -> None:
        window, page = self._window, self._window.left.page
        summary = page.list.entries()[2].data
        page.trash_asked.emit(summary.summary)  # type: ignore[attr-defined]  # entries of this list hold hits
        self._until(lambda: window.notices.card("trash") is not None)
        self._shoot(window, "trashed")
        window.history.open_trash()
        dialog = window.history.trash
        assert dialog is not None
        self._until(lambda: dialog.list.count() > 0)
        self._shoot(dialog, "trash")
        dialog.delete.click()
        self._shoot(dialog, "trash-confirm")
        dialog.reject()
        page.show_documents((), more=False)
        self._shoot(window, "empty")

    def _search(self, words: str) -> None:
        line = self._window.left.page.line
        line.setText(words)
        self._wait(600)

    def _menus(self) -> list[QMenu]:
        return [menu for menu in self._window.draft.findChildren(QMenu) if menu.isVisible()]

    def _shoot(self, widget: QWidget, name: str) -> None:
        widget.show()
        self._wait(250)
        widget.grab().save(str(self._out / f"{name}-{self._language}.png"))
        print(name, self._language, flush=True)

    def _wait(self, milliseconds: int) -> None:
        end = QDeadlineTimer(milliseconds)
        while not end.hasExpired():
            self._app.processEvents()

    def _until(self, reached: Callable[[], bool]) -> None:
        end = QDeadlineTimer(PATIENCE_MS)
        while not reached():
            assert not end.hasExpired(), "the window does not come into this state"
            self._app.processEvents()


if __name__ == "__main__":
    sys.exit(album("tests.history_screenshots", take, LOOKS[:3]))
