"""Going back to a copy, saving what is left, beginning anew: nothing that was there is ever deleted."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store.audit import AuditKind
from desktop.store.exchange import fresh_path, set_aside_files
from desktop.store.history import HistoryStore
from desktop.store.history_files import ASIDE
from desktop.store.rescue import Exchanged, begin_anew, copies, copy_document, rescue, restore
from desktop.store.rotation import make_daily_backup
from tests.support.damage import Rows, fill, fill_log, rows_of

NOW = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "history.sqlite3"
    fill(path, 8)
    return path


@pytest.fixture
def path(tmp_path: Path, filled: Path) -> Path:
    """Give a history with a copy of yesterday and an edit of today."""
    path = Path(shutil.copy(filled, tmp_path / "history.sqlite3"))
    shutil.copy(f"{filled}.audit-head", f"{path}.audit-head")
    make_daily_backup(path, NOW - DAY)
    with HistoryStore.open(path) as store:
        store.save_edit(1, "経緯", TextContent("今日の修正"))
    return path


def backup(path: Path) -> Path:
    return next(one.path for one in copies(path) if not one.set_aside)


def damage(path: Path) -> bytes:
    content = path.read_bytes()
    harmed = content[:8192] + bytes(4096) + content[12288:]
    path.write_bytes(harmed)
    return harmed


def text_of(path: Path, key: str = "経緯") -> str:
    with HistoryStore.open(path) as store:
        content = store.load(1).sections[key].content
    assert isinstance(content, TextContent)
    return content.text


def test_the_list_shows_what_is_in_each_copy(path: Path) -> None:
    (copy,) = copies(path)
    assert (copy.documents, copy.made_at, copy.set_aside, copy.fault) == (8, NOW - DAY, False, None)
    assert copy.newest[0].id == 8
    assert len(copy.newest) == 8


def test_a_damaged_copy_is_listed_with_what_is_wrong_and_refused(path: Path) -> None:
    found = backup(path)
    damage(found)
    assert copies(path)[0].fault is not None
    before = rows_of(path)
    with pytest.raises(StoreFault) as caught:
        restore(path, found, NOW)
    assert caught.value.code is ErrorCode.STORE_BACKUP_UNSOUND
    assert rows_of(path) == before
    assert set_aside_files(path) == []


def test_going_back_keeps_the_present_history_and_can_be_taken_back(path: Path) -> None:
    present, yesterday = _work_of(path), _work_of(backup(path))
    done = restore(path, backup(path), NOW)
    assert done.aside is not None
    assert _work_of(path) == yesterday
    assert [one.set_aside for one in copies(path)].count(True) == 1
    restore(path, done.aside, NOW + DAY)
    assert _work_of(path) == present
    assert len(set_aside_files(path)) == 2


def test_going_back_leaves_no_hole_in_the_audit_log_and_stands_in_it(path: Path) -> None:
    with HistoryStore.open(path) as store:
        store.trash.put(2)
        before = store.audit.head().count
    restore(path, backup(path), NOW)
    with HistoryStore.open(path) as store:
        first, last = store.audit.after(before - 1, 10)
        assert (first.kind, last.kind) == (AuditKind.DOCUMENT_TRASHED, AuditKind.BACKUP_RESTORED)
        assert not store.trash.listed()
        assert store.audit.verify().flaw is None


ACTS: dict[str, Callable[[Path], Exchanged]] = {
    "restore": lambda path: restore(path, backup(path), NOW),
    "rescue": lambda path: rescue(path, NOW),
    "begin anew": lambda path: begin_anew(path, NOW),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whatever_is_chosen_the_damaged_file_is_kept_byte_for_byte(
    path: Path, act: Callable[[Path], Exchanged]
) -> None:
    harmed = damage(path)
    done = act(path)
    assert done.aside is not None
    assert done.aside.read_bytes() == harmed
    HistoryStore.open(path).close()


def test_the_log_of_a_damaged_history_is_kept_with_it(tmp_path: Path, filled: Path) -> None:
    taken = fill_log(filled, tmp_path)
    damage(taken)
    log = Path(f"{taken}-wal").read_bytes()
    done = rescue(taken, NOW)
    assert done.report is not None
    assert done.aside is not None
    assert Path(f"{done.aside}-wal").read_bytes() == log
    assert text_of(taken, "後10") == "ログの中の文章10。" * 40


def test_a_history_in_use_is_not_exchanged_under_its_window(path: Path) -> None:
    with HistoryStore.open(path):
        for act in ACTS.values():
            with pytest.raises(StoreFault) as caught:
                act(path)
            assert caught.value.code is ErrorCode.STORE_LOCKED
    assert text_of(path) == "今日の修正"


def test_a_copy_that_has_gone_is_named(path: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        restore(path, path.parent / "backups" / "gone.sqlite3", NOW)
    assert caught.value.code is ErrorCode.STORE_BACKUP_GONE


def _work_of(path: Path) -> Rows:
    """Return the rows of a history but for its audit log, which notes that it was exchanged."""
    return {table: rows for table, rows in rows_of(path).items() if table != "audit"}


class Died(Exception):  # noqa: N818 -- stands for the end of the program
    """The program ends here."""


@pytest.mark.parametrize("at", range(8))
def test_a_program_that_dies_in_the_exchange_leaves_one_that_the_next_start_finishes(
    path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    present, yesterday = _work_of(path), _work_of(backup(path))
    log = Path(f"{path}-wal")
    log.write_bytes(b"")
    moves = list[str]()

    def dying(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def step(old: Path, new: Path) -> Path:
            moves.append(f"{old} {new}")
            if len(moves) == at + 1:
                raise Died
            return move(old, new)

        return step

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying(Path.rename))
        patched.setattr(Path, "replace", dying(Path.replace))
        with suppress(Died):
            restore(path, backup(path), NOW)
    HistoryStore.open(path).close()
    now = _work_of(path)
    assert now in (present, yesterday)
    if now == yesterday:
        assert _work_of(set_aside_files(path)[0]) == present
    assert not path.with_name("history.sqlite3.exchange").exists()


def test_a_note_that_cannot_be_read_moves_nothing(path: Path) -> None:
    present = rows_of(path)
    fresh_path(path).write_bytes(b"half")
    for text in ("", "{", "[]", json.dumps({"aside": "../../x"})):
        path.with_name("history.sqlite3.exchange").write_text(text)
        HistoryStore.open(path).close()
        assert rows_of(path) == present


def test_a_reader_waits_for_the_end_of_an_exchange(path: Path) -> None:
    path.with_name("history.sqlite3.exchange").write_text(json.dumps({"aside": "x.sqlite3"}))
    with pytest.raises(StoreFault) as caught:
        HistoryStore.open(path, read_only=True)
    assert caught.value.code is ErrorCode.STORE_LOCKED


def test_two_histories_set_aside_at_one_moment_do_not_replace_each_other(path: Path) -> None:
    begin_anew(path, NOW)
    begin_anew(path, NOW)
    assert len(set_aside_files(path)) == 2


def test_where_nothing_can_be_written_the_history_stays(path: Path) -> None:
    present = rows_of(path)
    (path.parent / ASIDE).write_text("in the way")
    with pytest.raises(StoreFault) as caught:
        begin_anew(path, NOW)
    assert caught.value.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
    assert rows_of(path) == present


def test_one_document_is_taken_out_of_a_copy_and_everything_else_stays(path: Path) -> None:
    number = copy_document(path, backup(path), 3, NOW)
    with HistoryStore.open(path) as store:
        assert len(store.list_documents()) == 9
        assert store.load(number).inputs == store.load(3).inputs
        assert {key: one.content for key, one in store.load(number).sections.items()} == {
            key: one.content for key, one in store.load(3).sections.items()
        }
    assert text_of(path) == "今日の修正"
