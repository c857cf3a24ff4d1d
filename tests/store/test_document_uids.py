"""A document is the same one on every terminal, also when its history is older than its identity."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from desktop.store.history import HistoryStore
from desktop.store.records import Inputs
from desktop.store.sqlite import sqlite3
from tests.support.clock import Clock
from tests.support.histories import STAMP, comparable, everything, export_to, import_from

HERE = Path(__file__).resolve().parent


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Give a history as schema 1 left it."""
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript((HERE / "history_schema_1.sql").read_text(encoding="utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    return path


def test_two_copies_of_an_old_history_are_the_same_documents_after_both_were_updated(old: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(old, tmp_path / "copy.sqlite3"))
    with HistoryStore.open(old) as one, HistoryStore.open(copy) as other:
        assert len(everything(one)) == 2
        taken = import_from(one, export_to(other, tmp_path / "all.jsonl"))
        assert (taken.new, taken.grown, taken.same) == (0, 0, 2)


def test_an_old_history_that_went_on_before_the_update_is_still_the_same_document(old: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(old, tmp_path / "copy.sqlite3"))
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute(
            "UPDATE documents SET title = '別の題', updated_at = '2026-12-24T00:00:00.000000+00:00' WHERE id = 1"
        )
    with HistoryStore.open(old) as one, HistoryStore.open(copy) as other:
        taken = import_from(one, export_to(other, tmp_path / "all.jsonl"))
        assert (taken.new, taken.grown, taken.same) == (0, 1, 1)
        assert one.load(1).summary.title == "別の題"


def test_documents_begun_at_one_moment_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    with HistoryStore.open(path, now=Clock()) as store:
        for _ in range(3):
            store.create_document(STAMP, "同じ", Inputs())
        before = comparable(store)
        store._db.execute("DELETE FROM document_uids")
        # Rows salvaged from a damaged file may have lost their identities.
        assert len(comparable(store)) == 3
        import_from(store, export_to(store, tmp_path / "all.jsonl"))
        assert len(everything(store)) == 3
    assert len(before) == 3


def test_a_history_that_may_only_be_read_can_be_written_out_before_its_update(old: Path, tmp_path: Path) -> None:
    with HistoryStore.open(old, read_only=True) as store:
        export_to(store, tmp_path / "all.jsonl")
    with HistoryStore.open(old) as store:
        assert import_from(store, tmp_path / "all.jsonl").new == 0


def test_deleting_a_document_deletes_its_identity(tmp_path: Path) -> None:
    with HistoryStore.open(tmp_path / "history.sqlite3", now=Clock()) as store:
        number = store.create_document(STAMP, "題", Inputs())
        path = export_to(store, tmp_path / "all.jsonl")
        store.trash.put(number)
        store.trash.empty()
        assert import_from(store, path).new == 1
