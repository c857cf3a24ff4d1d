"""The window's start: the composition root, the one module that knows all parts."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Sequence
from types import TracebackType

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import LANGUAGES, load_settings
from desktop.store.records import Inputs
from desktop.templates.model import Template
from desktop.templates.samples import example_values
from desktop.ui.ahead import GetReady
from desktop.ui.bridge import Bridge
from desktop.ui.care.caretaker import Caretaker
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]

SAMPLE_TEMPLATE = "minutes"
SAMPLE_FILE = "kaigi.txt"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window until it is closed; returns the exit code."""
    options = _options(argv)
    app = QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("fumizukue")
    QCoreApplication.setApplicationVersion(__version__)
    app.setQuitOnLastWindowClosed(False)
    dress(app)
    folders = Folders.discover()
    loaded = load_settings(folders.settings_file)
    settings = dataclasses.replace(loaded.settings, language=options.language or loaded.settings.language)
    workbench = Workbench(Desk(folders, settings), Bridge(app))
    GetReady(workbench, workbench)
    Caretaker(workbench, workbench)
    keeper = Keeper(workbench, Languages(app), settings.language)
    keeper.finished.connect(app.quit)
    sys.excepthook = _report_to(workbench)
    workbench.ready.connect(lambda: _begin(workbench, sample=options.sample))
    if loaded.fault is not None:
        workbench.failed.emit("settings", loaded.fault)
    keeper.show()
    workbench.open()
    return app.exec()


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fumizukue", description="文机 / Fumizukue")
    parser.add_argument("--sample", action="store_true", help="見本の会議を入れて開く / open with a sample meeting")
    parser.add_argument("--language", choices=LANGUAGES, help="画面の言語 / language of the window")
    parser.add_argument("--version", action="version", version=__version__)
    return parser.parse_args(argv)


def _begin(workbench: Workbench, *, sample: bool) -> None:
    if workbench.sheet is not None:
        return
    if sample:
        template = workbench.desk.template(SAMPLE_TEMPLATE)
        workbench.begin(template, sample_inputs(template))
    else:
        workbench.begin(workbench.first_template())


def sample_inputs(template: Template) -> Inputs:
    """Return a template's own example with the sample meeting as its source."""
    return Inputs(example_values(template), {template.document_fields[0].key: SAMPLE_FILE})


def _report_to(workbench: Workbench) -> Hook:
    """Return an exception hook: a bug in a slot is told in the window and on stderr, and the window stays."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        workbench.failed.emit("bug", error)

    return hook
