"""After a power cut, with what was not synced lost, torn or out of order, every acknowledged write is there."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.kill_loads import LOADS
from tests.support.killing import unsound
from tests.support.power import Disk, build, cuts, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the recorder is loaded before Linux's C library")

LINES = {"editing": 150, "streaming": 300, "deleting": 120}


@pytest.mark.parametrize("load", LINES)
def test_every_acknowledged_write_survives_a_power_cut(tmp_path: Path, load: str) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    history = folder / "history.sqlite3"
    LOADS[load].prepare(history)
    disk = Disk(folder)
    steps = record(build(tmp_path), load, history, LINES[load])
    assert sum(step.kind == "S" for step in steps) >= LINES[load], "each write is synced"
    chance = random.Random(load)  # noqa: S311 -- to be repeatable
    tried = 0
    for number, (state, last) in enumerate(cuts(steps, disk, every=max(1, len(steps) // 60))):
        left = tmp_path / f"cut{number}"
        state.cut(folder, left, chance)
        path = left / "history.sqlite3"
        assert LOADS[load].check(path, last) == []
        assert unsound(path) == []
        shutil.rmtree(left)
        tried += 1
    assert tried >= 50


def test_the_harness_loses_what_is_not_synced(tmp_path: Path) -> None:
    """A history that does not wait for the disk loses acknowledged writes here: so the test above can fail."""
    folder = tmp_path / "home"
    folder.mkdir()
    history = folder / "history.sqlite3"
    LOADS["editing"].prepare(history)
    disk = Disk(folder)
    steps = [step for step in record(build(tmp_path), "editing", history, 60) if step.kind != "S"]
    chance = random.Random(1)  # noqa: S311 -- to be repeatable
    lost = 0
    for number, (state, last) in enumerate(cuts(steps, disk, every=max(1, len(steps) // 10))):
        left = tmp_path / f"cut{number}"
        state.cut(folder, left, chance)
        try:
            lost += bool(LOADS["editing"].check(left / "history.sqlite3", last))
        except Exception:  # noqa: BLE001 -- however it fails, it is lost
            lost += 1
    assert lost > 0
