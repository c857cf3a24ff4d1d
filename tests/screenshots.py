"""Pictures of the window in its states, in both languages and at two scales, from real runs of the scripted engine.

Usage: python tests/screenshots.py OUT_DIR [--docs DIR]
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
from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.ui.bridge import Bridge
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.sheet import Phase
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench

STATES = ("empty", "reading", "writing", "done", "error", "history")
LANGUAGES = ("ja", "en")
SCALES = (100, 150)
SIZE = (1366, 768)
PATIENCE_MS = 60_000
SETTLE_MS = 600

# A finished draft of the sample meeting, as a good model writes it.
ANSWER = {
    "議題": ["窓口の混雑の状況", "「書かない窓口」の試行", "日曜開庁"],
    "主な意見": [
        "佐藤：3月下旬から4月上旬の受付は1日平均312件、待ち時間は最長95分で、昨年より15分ほど延びた。",
        "佐藤：市民の声は28件で、「あと何人待つのか分からない」がほとんどである。",
        "鈴木：転入の手続の後に児童手当の窓口へ来る人が夕方に集中する。",
        "田中：機器は県の貸出しを使い、用紙と消耗品は6万円ほどを見込む。",
    ],
    "決定事項": [
        {
            "内容": "「書かない窓口」を転入届に限って試行する。",
            "担当": "市民課",
            "期限": "12月14日から1月15日まで",
        },
        {"内容": "児童手当の申請は、試行の結果を見てから考える。", "担当": "", "期限": ""},
        {"内容": "日曜開庁は3月28日と4月4日の2回とする。", "担当": "市民課", "期限": ""},
    ],
    "宿題": [
        {"担当": "佐藤", "内容": "お客様への案内文の案を作り、全員にメールで送る", "期限": "11月20日"},
        {"担当": "田中", "内容": "用紙と消耗品の見積りを取る", "期限": "11月27日"},
        {"担当": "鈴木", "内容": "日曜開庁に出られる人数を課長に知らせる", "期限": "11月17日"},
    ],
    "次回": "12月3日（木）午前10時、第2会議室",
}


def main() -> int:
    """Take every picture in a process of its own: the scale is fixed when Qt starts."""
    parser = argparse.ArgumentParser(description="pictures of the window in its states")
    parser.add_argument("out", type=Path)
    parser.add_argument("--docs", type=Path, help="put the pictures for the README here as well, made small")
    parser.add_argument("--one", nargs=2, metavar=("STATE", "LANGUAGE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        return take(options.out, *options.one)
    for scale in SCALES:
        for language in LANGUAGES:
            for state in STATES:
                run_one(options.out, scale, language, state)
    if options.docs:
        publish(options.out, options.docs)
    return 0


def run_one(out: Path, scale: int, language: str, state: str) -> None:
    """Take one picture; its name says what it shows."""
    folder = out / f"{scale}"
    platform = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale / 100)}
    command = [sys.executable, __file__, str(folder), "--one", state, language]
    subprocess.run(command, env={**os.environ, **platform}, check=True, timeout=180)
    print(folder / f"{state}-{language}.png")


def publish(out: Path, docs: Path) -> None:
    """Write the pictures at 100 % with a palette of 256 colours, which is small and sharp."""
    docs.mkdir(parents=True, exist_ok=True)
    for picture in sorted((out / "100").glob("*.png")):
        image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Indexed8)
        image.save(str(docs / picture.name), b"PNG", 0)


class Photographer:
    """Opens the window, brings it into one state with a real run, and takes its picture."""

    def __init__(self, app: QApplication, home: Path, state: str, language: str) -> None:
        """Build the program around a scripted engine."""
        self._app = app
        self._state = state
        self._waiting = True
        folders = Folders.discover({"FUMIZUKUE_HOME": str(home)})
        desk = Desk(folders, Settings(language=language), engine=ChildEngine(script_of(state)))
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


def script_of(state: str) -> tuple[str, ...]:
    """Return the engine's script for a state."""
    text = json.dumps(ANSWER, ensure_ascii=False)
    steps = {
        "reading": (Step(Do.PREFILL, count=100, every=0.5),),
        "writing": (Step(Do.PREFILL, count=2), Step(Do.TEXT, text, count=6, every=0.03)),
        "error": (Step(Do.TEXT, text[:330], count=6), Step(Do.ABORT)),
    }.get(state, (Step(Do.TEXT, text, count=40),))
    return one_rule(*steps).arguments()


def take(out: Path, state: str, language: str) -> int:
    """Take one picture in this process."""
    app = QApplication(["fumizukue"])
    app.setQuitOnLastWindowClosed(False)
    dress(app)
    with tempfile.TemporaryDirectory() as home:
        return Photographer(app, Path(home), state, language).take(out / f"{state}-{language}.png")


if __name__ == "__main__":
    sys.exit(main())
