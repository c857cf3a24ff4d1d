"""Pictures of the dialogs that write the history out and take one in, in both languages and at two scales.

Usage: python -m tests.transfer_screenshots OUT_DIR
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.sections import ListContent
from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.errand import Phase
from desktop.settings.settings import Settings
from desktop.store.records import Inputs
from desktop.ui.bridge import Bridge
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.transfer.export_dialog import ExportDialog
from desktop.ui.transfer.import_dialog import ImportDialog
from desktop.ui.workbench import Workbench
from tests.support.album import album
from tests.support.window import folders_at

TITLES = ("第4回 庁舎管理委員会", "断水のお知らせ", "令和9年度 予算要求の考え方")


def take(out: Path, language: str) -> None:
    """Bring both dialogs into their states, on a real history."""
    app = QApplication(["fumizukue"])
    dress(app)
    Languages(app).speak(language)
    with tempfile.TemporaryDirectory() as home:
        engine = ChildEngine(one_rule(Step(Do.FILL)).arguments())
        desk = Desk(folders_at(Path(home)), Settings(language=language, person="田中"), engine=engine)
        bench = Workbench(desk, Bridge())
        desk.open().result()
        for title in TITLES:
            number = desk.create("minutes", Inputs({"会議名": title})).result()
            key = next(spec.key for spec in desk.template("minutes").sections if spec.kind.value == "list")
            desk.save_edit(number, key, ListContent(("市道を補修する",))).result()
        try:
            _export(bench, language, out, Path(home), app)
            _import(bench, language, out, Path(home), app)
        finally:
            desk.close().result()


def _until(app: QApplication, done: Callable[[], bool]) -> None:
    while not done():
        app.processEvents()


def _shoot(app: QApplication, widget: QWidget, path: Path) -> None:
    widget.show()
    widget.adjustSize()
    for _ in range(5):
        app.processEvents()
    widget.grab().save(str(path))


def _export(bench: Workbench, language: str, out: Path, home: Path, app: QApplication) -> None:
    dialog = ExportDialog(None, bench, language)
    _until(app, lambda: "3" in dialog.heading.text())
    dialog.place.setText("D:\\文机の履歴_20261124")
    _shoot(app, dialog, out / f"export-{language}.png")
    dialog.place.setText(str(home / "out"))
    dialog.settings.setChecked(True)
    dialog.write()
    _until(app, lambda: dialog.notices.card("end") is not None)
    _shoot(app, dialog, out / f"export-done-{language}.png")


def _import(bench: Workbench, language: str, out: Path, home: Path, app: QApplication) -> None:
    dialog = ImportDialog(None, bench, language)
    dialog.check(home / "out")
    _until(app, dialog.start.isEnabled)
    _shoot(app, dialog, out / f"import-checked-{language}.png")
    dialog.errand.begin()
    dialog.errand._show(Phase.TAKING_IN, 400, 1200, 3000)
    _shoot(app, dialog, out / f"import-running-{language}.png")
    dialog.errand.end()
    dialog.take_in()
    _until(app, lambda: dialog.notices.card("end") is not None)
    _shoot(app, dialog, out / f"import-done-{language}.png")
    (home / "cut.jsonl").write_bytes((home / "out" / "fumizukue-history.jsonl").read_bytes()[:2000])
    dialog.check(home / "cut.jsonl")
    _until(app, lambda: not dialog.errand.running)
    _shoot(app, dialog, out / f"import-cut-{language}.png")


if __name__ == "__main__":
    sys.exit(album("tests.transfer_screenshots", take))
