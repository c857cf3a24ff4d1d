"""Pictures of the template editor: form, faults, trial, the question before publishing, the comparison.

Usage: python -m tests.editor_screenshots OUT_DIR
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.template_work import SharePlace
from desktop.settings.settings import Settings
from desktop.templates.publishing import Edition, publish
from desktop.ui.bridge import Bridge
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.template_editor.open_editors import OpenEditors
from desktop.ui.workbench import Workbench
from tests.support.album import album
from tests.support.window import folders_at

OFFICE = "総務部/総務課"
SIZE = (1240, 800)
SETTLE_MS = 600
PATIENCE_SECONDS = 60


def take(out: Path, language: str) -> None:
    """Take all pictures of one language, at a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        Photographer(Path(home), out, language).take()


class Photographer:
    """One person's editor on a share, where a colleague publishes in between."""

    def __init__(self, home: Path, out: Path, language: str) -> None:
        """Open the editor of the notice."""
        self._out = out
        self._language = language
        self._app = QApplication(["fumizukue"])
        self._app.setQuitOnLastWindowClosed(False)
        dress(self._app)
        Languages(self._app).speak(language)
        self._share = home / "ひな形"
        (self._share / OFFICE).mkdir(parents=True)
        engine = ChildEngine(one_rule(Step(Do.FILL, count=60)).arguments())
        self._bench = Workbench(Desk(folders_at(home), Settings(language=language), engine=engine), Bridge(self._app))
        self._bench.open()
        _wait(lambda: self._bench.is_ready)
        place = SharePlace(self._share, OFFICE, "総務課　田中")
        self._window = OpenEditors.of(self._bench).open("notice", language, place=place)
        self._window.resize(*SIZE)
        _wait(lambda: self._window.state.preview is not None)

    def take(self) -> None:
        """Go through the states and take a picture of each."""
        window = self._window
        self._shoot(window, "form")
        window.tabs.form.reveal(("field", 2, "help"))
        self._shoot(window, "field")
        window.preview.tabs.setCurrentIndex(2)
        self._shoot(window, "prompt")
        window.preview.tabs.setCurrentIndex(0)
        window.tabs.setCurrentIndex(1)
        good = window.state.edits.text
        self._write(good.replace('kind = "list"', 'kind = "lisst"', 1).replace('"{担当者}"', '"{担当物}"'))
        window.ask_publish()
        self._shoot(window, "faults")
        self._write(good)
        window.preview.try_it()
        _wait(lambda: not window.run.running)
        self._shoot(window, "trial")
        self._publish("publish")
        self._shoot(window, "published")
        self._meet()
        done: list[bool] = []
        window.close()
        self._bench.close(lambda: done.append(True))
        _wait(lambda: bool(done))

    def _meet(self) -> None:
        """Have a colleague publish first, and publish then."""
        path = next(self._share.rglob("*.toml"))
        text = path.read_text("utf-8")
        theirs = text.replace("各自治会長　様", "各自治会長・町内会長　様", 1)
        publish(Edition(self._share, OFFICE, theirs, text, "市民課　鈴木", "町内会長を加えた", path.name))
        mine = self._window.state.edits.text.replace("各自治会長　様", "各自治会長　様、各学校長　様", 1)
        self._write(mine.replace("例：総第123号", "例：総務第123号"))
        self._publish("")
        self._shoot(self._window, "comparison")

    def _write(self, text: str) -> None:
        state = self._window.state
        state.set_text(text)
        _wait(lambda: state.preview is not None and state.preview.text == text)

    def _publish(self, picture: str) -> None:
        self._window.ask_publish()
        box = self._window.publisher.box
        _wait(box.send.isEnabled)
        box.change.setText("学校長を加えた")
        if picture:
            self._shoot(box, picture)
        box.send.click()
        _wait(lambda: not self._window.state.publishing)

    def _shoot(self, widget: QWidget, name: str) -> None:
        QTest.qWait(SETTLE_MS)
        widget.grab().save(str(self._out / f"{name}-{self._language}.png"))


def _wait(met: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not met():
        if time.monotonic() > end:
            raise TimeoutError
        QTest.qWait(20)


if __name__ == "__main__":
    sys.exit(album("tests.editor_screenshots", take))
