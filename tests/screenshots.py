"""Pictures of the window in its states, in both languages and at two scales.

A real model drafts the sample meeting once; the pictures show that draft, given again by the scripted engine.
Usage: python -m tests.screenshots OUT_DIR --model FILE [--docs DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.app import sample_inputs
from desktop.engine.scripted import Do, Rule, Script, Step
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.model_holder import ChosenModel
from desktop.session.speed_book import MEASURED_TEXT, WARM_UP
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.ui.bridge import Bridge
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.sheet import Phase
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench
from tests.support.recording import Answer, RecordingEngine, replay

STATES = ("empty", "reading", "writing", "done", "error", "history")
LANGUAGES = ("ja", "en")
SCALES = (100, 150)
SIZE = (1366, 768)
PATIENCE_MS = 60_000
SETTLE_MS = 600

ANSWERS = "answers.json"


def main() -> int:
    """Take every picture in a process of its own: the scale is fixed when Qt starts."""
    parser = argparse.ArgumentParser(description="pictures of the window in its states")
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, help="the model that writes the draft; without it the last one is shown")
    parser.add_argument("--docs", type=Path, help="put the pictures for the README here as well, made small")
    parser.add_argument("--one", nargs=2, metavar=("STATE", "LANGUAGE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        return take(options.out, *options.one)
    if options.model:
        (options.out / ANSWERS).write_text(json.dumps(record(options.model)), encoding="utf-8")
    for scale in SCALES:
        for language in LANGUAGES:
            for state in STATES:
                run_one(options.out, scale, language, state)
    if options.docs:
        publish(options.out, options.docs)
    return 0


def record(model: Path) -> list[tuple[str, str]]:
    """Have the sample meeting drafted by a real model; returns questions and answers."""
    engine = RecordingEngine(ChildEngine())
    with tempfile.TemporaryDirectory() as home:
        chosen = ChosenModel(model.stem, model, "")
        desk = Desk(Folders.discover({"FUMIZUKUE_HOME": home}), Settings(), engine=engine, model=chosen)
        desk.open().result()
        number = desk.create("minutes", sample_inputs(desk.template("minutes"))).result()
        ended = desk.draft(number, lambda _: print(".", end="", flush=True)).result()
        desk.close().result()
    if ended.error is not None:
        raise ended.error
    measured = (WARM_UP, MEASURED_TEXT)
    return [(answer.question, answer.text) for answer in engine.answers if answer.question not in measured]


def run_one(out: Path, scale: int, language: str, state: str) -> None:
    """Take one picture; its name says what it shows."""
    folder = out / f"{scale}"
    platform = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale / 100)}
    command = [sys.executable, "-m", "tests.screenshots", str(folder), "--one", state, language]
    subprocess.run(command, env={**os.environ, **platform}, check=True, timeout=180)
    print(folder / f"{state}-{language}.png")


def publish(out: Path, docs: Path) -> None:
    """Write the pictures at 100 %, as small as they get without losing a colour."""
    docs.mkdir(parents=True, exist_ok=True)
    for picture in sorted((out / "100").glob("*.png")):
        image = QImage(str(picture)).convertToFormat(QImage.Format.Format_RGB888)
        image.save(str(docs / picture.name), quality=0)


class Photographer:
    """Opens the window, brings it into one state with a real run, and takes its picture."""

    def __init__(self, app: QApplication, home: Path, answers: Path, state: str, language: str) -> None:
        """Build the program around a scripted engine."""
        self._app = app
        self._state = state
        self._waiting = True
        folders = Folders.discover({"FUMIZUKUE_HOME": str(home)})
        engine = ChildEngine(script_of(state, answers, home))
        desk = Desk(folders, Settings(language=language), engine=engine)
        self._bench = Workbench(desk, Bridge(app))
        self._keeper = Keeper(self._bench, Languages(app), language)
        self._keeper.finished.connect(app.quit)
        self._bench.ready.connect(self._begin)
        self._bench.runner.moved.connect(self._moved)
        self._bench.ended.connect(self._ended)

    def take(self, target: Path) -> int:
        """Take the picture; returns an exit code."""
        self._target = target
        self._keeper.window.resize(*SIZE)
        self._keeper.show()
        QTimer.singleShot(PATIENCE_MS, lambda: self._app.exit(1))
        self._bench.open()
        return self._app.exec()

    def _begin(self) -> None:
        template = self._bench.desk.template("minutes")
        self._bench.begin(template, None if self._state == "empty" else sample_inputs(template))
        if self._state == "empty":
            self._shoot_after(SETTLE_MS)
        else:
            self._bench.draft()

    def _moved(self) -> None:
        progress = self._bench.runner.progress
        wanted = {"reading": (Phase.READING, 0.4), "writing": (Phase.WRITING, 0.39)}.get(self._state)
        if wanted and progress.phase is wanted[0] and (progress.fraction or 0) >= wanted[1]:
            self._shoot_after(SETTLE_MS)

    def _ended(self) -> None:
        if self._state == "history":
            self._keeper.window.left.show_tab(history=True)
        if self._state in ("done", "error", "history"):
            self._shoot_after(SETTLE_MS)

    def _shoot_after(self, wait_ms: int) -> None:
        if self._waiting:
            self._waiting = False
            QTimer.singleShot(wait_ms, self._shoot)

    def _shoot(self) -> None:
        self._keeper.window.grab().save(str(self._target))
        self._keeper.window.close()


def script_of(state: str, answers: Path, home: Path) -> tuple[str, ...]:
    """Return the engine's arguments for a state; the script is a file, because it is long."""
    given = [Answer(question, text) for question, text in json.loads(answers.read_text(encoding="utf-8"))]
    middle = len(given) // 2
    script = {
        "reading": replay(given, [Step(Do.PREFILL, count=100, every=0.5)], count=40, every=0),
        "writing": replay(given, [Step(Do.PREFILL, count=2)], count=6, every=0.03),
        "error": replay(given, [], count=40, every=0, breaks_at=middle),
    }.get(state, replay(given, [], count=40, every=0))
    # The model is measured as an office terminal would be: the pictures show a time of minutes.
    measured = (Step(Do.PREFILL, count=1, every=1.2), Step(Do.FILL, count=2, every=0.12))
    rules = (Rule(measured, when=MEASURED_TEXT), Rule((Step(Do.FILL),), when=WARM_UP), *script.rules)
    path = home / "script.json"
    path.write_text(Script(rules).dumps(), encoding="utf-8")
    return ("scripted", "--script", str(path))


def take(out: Path, state: str, language: str) -> int:
    """Take one picture in this process."""
    app = QApplication(["fumizukue"])
    app.setQuitOnLastWindowClosed(False)
    dress(app)
    with tempfile.TemporaryDirectory() as home:
        return Photographer(app, Path(home), out.parent / ANSWERS, state, language).take(
            out / f"{state}-{language}.png"
        )


if __name__ == "__main__":
    sys.exit(main())
