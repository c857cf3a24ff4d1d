"""Whatever the program does when it is killed, what it acknowledged is there; `make kill-report` kills 1,000 times."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.kill_loads import LOADS
from tests.support.killing import kill_once

KILLS = 4


@pytest.mark.parametrize("name", LOADS)
def test_what_was_acknowledged_before_a_kill_is_there_and_nothing_is_half_written(tmp_path: Path, name: str) -> None:
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        faults, last = kill_once(name, folder, random.Random(number))  # noqa: S311 -- to be repeatable
        assert faults == []
        assert last, "it was killed before it did anything"
