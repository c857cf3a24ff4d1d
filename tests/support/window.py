"""What tests of the window share: a real window on a real desk with a scripted engine, opened and closed in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import sample_inputs
from desktop.engine.scripted import Do, Script, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.events import Ended
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import Inputs
from desktop.ui.bridge import Bridge
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.main_window import MainWindow
from desktop.ui.section_card import SectionCard
from desktop.ui.workbench import Workbench
from desktop.ui.writing import TextEditor

PATIENCE_MS = 300_000
FAST = one_rule(Step(Do.FILL, count=60))
SLOW = one_rule(Step(Do.PREFILL, count=2), Step(Do.FILL, count=3, every=0.01))


class Opened:
    """One run of the program: a window with its workbench and engine."""

    def __init__(self, qtbot: QtBot, app: QApplication, desk: Desk, engine: ChildEngine | None = None) -> None:
        """Build the window around a desk; `open` shows it. `engine` is the desk's, when a test wants to harm it."""
        self.qtbot = qtbot
        self.desk = desk
        self.engine = engine
        self.bench = Workbench(desk, Bridge())
        self.languages = Languages(app)
        self.keeper = Keeper(self.bench, self.languages, desk.settings.language)
        self.closed = False

    @property
    def engine_pid(self) -> int:
        """The number of the inference process that is running."""
        assert self.engine is not None
        assert self.engine.pid is not None
        return self.engine.pid

    @property
    def window(self) -> MainWindow:
        """The window that is shown now."""
        return self.keeper.window

    def open(self) -> Opened:
        """Show the window and wait until the history is open."""
        self.window.resize(1366, 768)
        self.keeper.show()
        with self.qtbot.waitSignal(self.bench.ready, timeout=PATIENCE_MS):
            self.bench.open()
        self.window.activateWindow()
        return self

    def close(self) -> None:
        """Close the window and wait until the program would end."""
        if not self.closed:
            self.closed = True
            with self.qtbot.waitSignal(self.keeper.finished, timeout=PATIENCE_MS):
                self.window.close()
            self.window.deleteLater()
            self.bench.deleteLater()
            # The next test's window speaks Japanese again.
            self.languages.speak("ja")

    def begin(self, template: str = "minutes", inputs: Inputs | None = None) -> None:
        """Put a template's form on the desk, by default empty."""
        self.bench.begin(self.desk.template(template), inputs)

    def begin_sample(self) -> None:
        """Put the sample meeting on the desk."""
        self.begin("minutes", sample_inputs(self.desk.template("minutes")))

    def run(self, start: Callable[[], object]) -> Ended:
        """Start a run and wait for its end."""
        with self.qtbot.waitSignal(self.bench.ended, timeout=PATIENCE_MS) as ended:
            start()
        assert ended.args is not None
        result = ended.args[0]
        assert isinstance(result, Ended)
        return result

    def wait_for_text(self, key: str, chars: int = 1) -> None:
        """Wait until the model has written this much of a section onto the page."""
        if len(self.text(key)) < chars:
            with self.qtbot.waitSignal(
                self.bench.grew, timeout=PATIENCE_MS, check_params_cb=lambda _key: len(self.text(key)) >= chars
            ):
                pass

    def wait_saved(self) -> None:
        """Wait until everything typed is on the disk."""
        if not self.bench.saver.at_rest:
            with self.qtbot.waitSignal(
                self.bench.saver.changed, timeout=PATIENCE_MS, check_params_cb=lambda: self.bench.saver.at_rest
            ):
                pass

    def card(self, key: str) -> SectionCard:
        """Return a section's card."""
        return self.window.draft.page.cards[key]

    def editor(self, key: str) -> TextEditor:
        """Return the first text of a section."""
        return self.card(key).editors()[0]

    def text(self, key: str) -> str:
        """Return what a section shows, as text."""
        return "\n".join(editor.text() for editor in self.card(key).editors())

    def page(self) -> dict[str, str]:
        """Return what all sections show."""
        return {key: self.text(key) for key in self.window.draft.page.cards}

    def inner(self, key: str) -> QWidget:
        """Return the widget a person types into for a field."""
        return self.window.form.rows[key].control.inner


def pressable(root: QObject, words: str) -> QPushButton:
    """Return the one visible button with these words (mnemonics aside)."""
    found = [
        button
        for button in root.findChildren(QPushButton)
        if words in button.text().replace("&", "") and button.isVisible()
    ]
    assert len(found) == 1, f"{words}: {[button.text() for button in root.findChildren(QPushButton)]}"
    return found[0]


def folders_at(home: Path) -> Folders:
    """Return folders below `home`, with no model but what is put there."""
    found = Folders.discover({"FUMIZUKUE_HOME": str(home)})
    return Folders(found.data, found.config, found.cache, found.logs, (found.own_models,))


def scripted(qtbot: QtBot, app: QApplication, home: Path, *, script: Script = FAST, language: str = "ja") -> Opened:
    """Build the program on a folder with a scripted engine."""
    engine = ChildEngine(script.arguments())
    return Opened(qtbot, app, Desk(folders_at(home), Settings(language=language), engine=engine), engine)
