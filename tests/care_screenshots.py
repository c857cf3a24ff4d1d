"""Pictures of the restore screen and of what a damaged history offers, in both languages and at two scales.

Usage: python -m tests.care_screenshots OUT_DIR
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.session.desk import Desk
from desktop.settings.settings import Settings
from desktop.store.rescue import copies, restore
from desktop.store.rotation import make_daily_backup
from desktop.ui.bridge import Bridge
from desktop.ui.care.dialog import RestoreDialog
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench
from tests.support.album import album
from tests.support.damage import fill
from tests.support.window import folders_at

PATIENCE_SECONDS = 60


def take(out: Path, language: str) -> None:
    """Fill a history, harm it, and show what the program makes of it."""
    app = QApplication(["fumizukue"])
    dress(app)
    with tempfile.TemporaryDirectory() as home:
        folders = folders_at(Path(home))
        folders.ensure()
        history = folders.history_file
        fill(history, 12)
        now = dt.datetime.now(dt.UTC)
        made = [make_daily_backup(history, now - dt.timedelta(days=day)) for day in (8, 3, 2, 1)]
        restore(history, made[-1].path, now)
        harmed = next(
            one.path for one in copies(history) if not one.set_aside and one.made_at < now - dt.timedelta(days=7)
        )
        harmed.write_bytes(harmed.read_bytes()[:-4096])
        content = history.read_bytes()
        history.write_bytes(content[:8192] + bytes(4096) + content[12288:])
        desk = Desk(folders, Settings(language=language))
        bench = Workbench(desk, Bridge(app))
        keeper = Keeper(bench, Languages(app), language)
        keeper.window.resize(1366, 768)
        keeper.show()
        bench.open()
        _wait(app, lambda: keeper.window.notices.card("open") is not None)
        _shoot(app, keeper.window, out / f"damaged-{language}.png")
        keeper.window.care.open_restore()
        dialog = keeper.window.care.dialog
        assert dialog is not None
        _wait(app, lambda: dialog.copies.count() > 0)
        dialog.copies.setCurrentRow(1)
        dialog.allow_taking(allowed=True)
        dialog.documents.setCurrentRow(1)
        _shoot(app, dialog, out / f"restore-{language}.png")
        dialog.copies.setCurrentRow(dialog.copies.count() - 1)
        _shoot(app, dialog, out / f"restore-bad-{language}.png")
        dialog.reject()
        empty = RestoreDialog(None, language)
        empty.show_copies([])
        _shoot(app, empty, out / f"restore-none-{language}.png")
        keeper.window.care.rescue()
        _wait(app, lambda: bench.is_ready)
        _shoot(app, keeper.window, out / f"salvaged-{language}.png")
        keeper.finished.connect(app.quit)
        keeper.window.close()
        app.exec()


def _wait(app: QApplication, done: object) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not (callable(done) and done()):
        if time.monotonic() > end:
            raise TimeoutError
        app.processEvents()


def _shoot(app: QApplication, widget: QWidget, path: Path) -> None:
    widget.show()
    for _ in range(8):
        app.processEvents()
    widget.grab().save(str(path))


if __name__ == "__main__":
    sys.exit(album("tests.care_screenshots", take))
