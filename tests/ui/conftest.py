"""A dressed application and windows that are closed at the end of each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.engine.scripted import Script
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.ui.style import dress
from tests.support.window import FAST, Opened, folders_at, scripted


class OpenWindow(Protocol):
    """Opens the program on the test's folder."""

    def __call__(self, script: Script = FAST, *, language: str = "ja", desk: Desk | None = None) -> Opened: ...


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Name the application as it is named in real life."""
    return ["fumizukue"]


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """Return the application with its style."""
    qapp.setQuitOnLastWindowClosed(False)
    dress(qapp)
    return qapp


@pytest.fixture
def open_window(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """Return a function that opens the program; windows still open are closed at the end."""
    opened: list[Opened] = []

    def make(script: Script = FAST, *, language: str = "ja", desk: Desk | None = None) -> Opened:
        if desk is not None:
            program = Opened(qtbot, dressed, desk)
        else:
            program = scripted(qtbot, dressed, tmp_path / "home", script=script, language=language)
        opened.append(program)
        return program.open()

    yield make
    for program in opened:
        program.close()


@pytest.fixture
def open_real_window(dressed: QApplication, qtbot: QtBot, tmp_path: Path, small_model: Path) -> Iterator[Opened]:
    """Open the program on the real 0.5B model, as a terminal with that one model would."""
    found = folders_at(tmp_path / "home")
    folders = Folders(found.data, found.config, found.cache, found.logs, (small_model.parent,))
    desk = Desk(folders, Settings(model=small_model.name))
    program = Opened(qtbot, dressed, desk).open()
    yield program
    program.close()
