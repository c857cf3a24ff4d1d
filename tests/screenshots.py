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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STATES = ("empty", "reading", "writing", "done", "error", "history")
LANGUAGES = ("ja", "en")
SCALES = (100, 150)
SIZE = (1366, 768)
PATIENCE_MS = 60_000

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
    root = str(Path(__file__).resolve().parent.parent)
    subprocess.run(command, env={**os.environ, **platform, "PYTHONPATH": root}, check=True, timeout=180)
    print(folder / f"{state}-{language}.png")


def publish(out: Path, docs: Path) -> None:
    """Write the pictures at 100 % as PNG with a palette, which is small and sharp."""
    from PySide6.QtGui import QImage  # noqa: PLC0415 -- the parent process needs Qt only here

    docs.mkdir(parents=True, exist_ok=True)
    for picture in sorted((out / "100").glob("*.png")):
        image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Indexed8)
        image.save(str(docs / picture.name), "PNG", 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the engine does, and what has to have been seen before the picture is taken."""

    steps: tuple[object, ...]
    seen: Callable[[object], bool]


def take(out: Path, state: str, language: str) -> int:
    """Open the window, bring it into the state, and write the picture."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 -- only the child process needs Qt
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 -- the same

    from desktop.app import sample_inputs  # noqa: PLC0415 -- the same
    from desktop.engine.supervisor import ChildEngine  # noqa: PLC0415 -- the same
    from desktop.session.desk import Desk  # noqa: PLC0415 -- the same
    from desktop.settings.folders import Folders  # noqa: PLC0415 -- the same
    from desktop.settings.settings import Settings  # noqa: PLC0415 -- the same
    from desktop.ui.bridge import Bridge  # noqa: PLC0415 -- the same
    from desktop.ui.keeper import Keeper  # noqa: PLC0415 -- the same
    from desktop.ui.language import Languages  # noqa: PLC0415 -- the same
    from desktop.ui.style import dress  # noqa: PLC0415 -- the same
    from desktop.ui.workbench import Workbench  # noqa: PLC0415 -- the same

    with tempfile.TemporaryDirectory() as home:
        app = QApplication(["fumizukue"])
        app.setQuitOnLastWindowClosed(False)
        dress(app)
        folders = Folders.discover({"FUMIZUKUE_HOME": home})
        desk = Desk(folders, Settings(language=language), engine=ChildEngine(script_of(state)))
        bench = Workbench(desk, Bridge(app))
        keeper = Keeper(bench, Languages(app), language)
        keeper.finished.connect(app.quit)
        keeper.window.resize(*SIZE)
        keeper.show()
        template = desk.template("minutes")

        def begin() -> None:
            bench.begin(template, None if state == "empty" else sample_inputs(template))
            if state == "empty":
                QTimer.singleShot(600, shoot)
            else:
                bench.draft()

        def moved() -> None:
            wanted = {"reading": "READING", "writing": "WRITING"}.get(state)
            progress = bench.runner.progress
            enough = (progress.fraction or 0) >= (0.4 if state == "reading" else 0.39)
            if wanted == progress.phase.name and enough and not keeper.property("shot"):
                keeper.setProperty("shot", True)
                QTimer.singleShot(700 if state == "writing" else 50, shoot)

        def ended() -> None:
            if state == "history":
                keeper.window.left.show_tab(history=True)
                keeper.window.draft.export_bar.setFocus()
            if state in ("done", "error", "history"):
                QTimer.singleShot(600, shoot)

        def shoot() -> None:
            keeper.window.grab().save(str(out / f"{state}-{language}.png"))
            keeper.window.close()

        bench.ready.connect(begin)
        bench.runner.moved.connect(moved)
        bench.ended.connect(ended)
        QTimer.singleShot(PATIENCE_MS, lambda: app.exit(1))
        bench.open()
        return app.exec()


def script_of(state: str) -> tuple[str, ...]:
    """Return the engine's script for a state."""
    from desktop.engine.scripted import Do, Step, one_rule  # noqa: PLC0415 -- only the child process needs it

    text = json.dumps(ANSWER, ensure_ascii=False)
    slow = Step(Do.TEXT, text, count=6, every=0.03)
    steps = {
        "reading": (Step(Do.PREFILL, count=100, every=0.5),),
        "writing": (Step(Do.PREFILL, count=2), slow),
        "error": (Step(Do.TEXT, text[:330], count=6), Step(Do.ABORT)),
    }.get(state, (Step(Do.TEXT, text, count=40),))
    return one_rule(*steps).arguments()


if __name__ == "__main__":
    sys.exit(main())
