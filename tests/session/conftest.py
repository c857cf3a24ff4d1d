"""A real desk on a folder of its own, with a scripted engine in a real child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.engine.scripted import Do, Script, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from tests.support.desk import WAIT, MakeDesk


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[MakeDesk]:
    """Return a function that opens a desk on the test's folder; desks still open are closed at the end."""
    desks: list[Desk] = []

    def make(script: Script | None = None) -> Desk:
        engine = ChildEngine((script or one_rule(Step(Do.FILL))).arguments())
        desk = Desk(Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)}), Settings(), engine=engine)
        desks.append(desk)
        desk.open().result(WAIT)
        return desk

    yield make
    for desk in desks:
        desk.close().result(WAIT)
