"""How fast a model was on a terminal is kept with the history, and damage to it costs the estimate only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import StoreFault
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, Speed, TemplateStamp
from desktop.store.speeds import NEWEST
from desktop.store.sqlite import sqlite3

SPEED = Speed("minutes", 12, 900, 30.5, 240, 40.25, 1800, 700, 520)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a history with one document and one speed."""
    found = tmp_path / "history.sqlite3"
    with HistoryStore.open(found) as store:
        store.create_document(TemplateStamp("memo", "メモ", "1", ""), "題", Inputs())
        store.add_speed("terminal", "model", SPEED)
    return found


def speeds(path: Path, terminal: str = "terminal", model: str = "model") -> list[Speed]:
    with HistoryStore.open(path) as store:
        return store.speeds(terminal, model)


def test_a_speed_is_found_again_after_closing_for_its_terminal_and_model_only(path: Path) -> None:
    assert speeds(path) == [SPEED]
    assert speeds(path, terminal="another") == []
    assert speeds(path, model="another") == []


def test_the_newest_speeds_come_first_and_old_ones_are_left_out(path: Path) -> None:
    with HistoryStore.open(path) as store:
        for number in range(NEWEST + 5):
            store.add_speed("terminal", "model", Speed("", number, 1, 1.0, 1, 1.0))
        assert [speed.asks for speed in store.speeds("terminal", "model")] == list(range(NEWEST + 4, 4, -1))


@pytest.mark.parametrize("broken", ["read_seconds = 9e999", "asks = -3", "written_seconds = -1.0"])
def test_a_line_that_cannot_be_true_is_left_out(path: Path, broken: str) -> None:
    with HistoryStore.open(path) as store:
        store.add_speed("terminal", "model", SPEED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE speeds SET {broken} WHERE id = 1")  # noqa: S608 -- our own text
    assert speeds(path) == [SPEED]


def test_a_history_that_has_lost_its_speeds_opens_with_its_documents(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE speeds")
    with HistoryStore.open(path) as store:
        with pytest.raises(StoreFault):
            store.speeds("terminal", "model")
        with pytest.raises(StoreFault):
            store.add_speed("terminal", "model", SPEED)
        assert len(store.list_documents()) == 1
