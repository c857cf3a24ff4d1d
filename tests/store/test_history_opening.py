"""A history that cannot be used as it is says why, and is left as it was."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store.faults import fault_of
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.texts import packed

HERE = Path(__file__).resolve().parent
STAMP = TemplateStamp("memo", "庁内メモ", "1", "source")


def fill(path: Path) -> int:
    """Make a history with some pages of text and one document broken off; returns that document."""
    with HistoryStore.open(path) as store:
        for number in range(20):
            store.create_document(STAMP, f"題{number}", Inputs({"source": "本文" * 500}))
        document = store.create_document(STAMP, "途中", Inputs())
        store.begin_run(document, RunFacts("model", "", "{}"))
    return document


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "history.sqlite3"
    fill(path)
    return path


@pytest.fixture
def path(tmp_path: Path, filled: Path) -> Path:
    copy = tmp_path / "history.sqlite3"
    copy.write_bytes(filled.read_bytes())
    return copy


def fault_at_opening(path: Path, *, read_only: bool = False, busy_seconds: float = 0.2) -> StoreFault:
    with pytest.raises(StoreFault) as caught:
        HistoryStore.open(path, read_only=read_only, busy_seconds=busy_seconds)
    return caught.value


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another program that has the history open."""
    command = [sys.executable, str(HERE / "hold_history.py"), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_second_window_is_told_that_the_history_is_in_use(path: Path, holder: subprocess.Popen[str]) -> None:
    fault = fault_at_opening(path)
    assert (fault.code, fault.fields["path"]) == (ErrorCode.STORE_LOCKED, str(path))
    assert holder.poll() is None


def test_the_history_can_be_opened_again_right_after_the_other_program_was_killed(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    with HistoryStore.open(path) as store:
        assert len(store.list_documents()) == 21


def test_the_same_program_cannot_open_the_history_twice(path: Path) -> None:
    with HistoryStore.open(path):
        assert fault_at_opening(path).code is ErrorCode.STORE_LOCKED
    HistoryStore.open(path).close()


def test_the_console_can_list_while_a_window_has_the_history_open(path: Path, holder: subprocess.Popen[str]) -> None:
    with HistoryStore.open(path, read_only=True) as store:
        assert store.list_documents(1)[0].title == "途中"
    assert holder.poll() is None


def test_reading_sees_what_a_window_saves_and_neither_sweeps_nor_writes(path: Path) -> None:
    with HistoryStore.open(path) as window, HistoryStore.open(path, read_only=True) as console:
        assert (len(window.recovered), console.recovered) == (1, ())
        document = window.create_document(STAMP, "今", Inputs())
        window.begin_run(document, RunFacts("model", "", "{}"))
        assert console.load(document).summary.state is DocumentState.STREAMING
        with pytest.raises(StoreFault) as caught:
            console.save_edit(document, "body", TextContent("x"))
        assert caught.value.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
        assert caught.value.fields["reason"] == "SQLITE_READONLY"
        assert window.versions(document, "body") == []


def test_reading_a_broken_off_draft_leaves_it_for_the_window_to_recover(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    document = fill(path)
    with HistoryStore.open(path, read_only=True) as console:
        assert console.load(document).summary.state is DocumentState.STREAMING
    with HistoryStore.open(path) as window:
        assert window.recovered == (document,)


def test_reading_a_history_that_does_not_exist_yet_finds_nothing_and_creates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.sqlite3"
    with HistoryStore.open(path, read_only=True) as store:
        assert store.list_documents() == []
        with pytest.raises(StoreFault):
            store.create_document(STAMP, "x", Inputs())
    assert list(tmp_path.iterdir()) == []


def test_another_programs_write_lock_is_reported_and_does_not_lose_the_next_save(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        with HistoryStore.open(path, busy_seconds=0.2) as store:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreFault) as caught:
                store.save_edit(1, "body", TextContent("一"))
            assert caught.value.code is ErrorCode.STORE_LOCKED
            assert store.load(1).sections == {}
            other.execute("ROLLBACK")
            store.save_edit(1, "body", TextContent("二"))
        other.execute("BEGIN IMMEDIATE")
        assert fault_at_opening(path).code is ErrorCode.STORE_LOCKED
        other.execute("ROLLBACK")
    with HistoryStore.open(path) as store:
        assert store.load(1).sections["body"].content == TextContent("二")


def test_a_tool_that_locks_the_whole_file_is_reported_as_a_lock(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        for read_only in (False, True):
            assert fault_at_opening(path, read_only=read_only).code is ErrorCode.STORE_LOCKED


def test_a_history_of_a_newer_program_is_refused_with_both_numbers_and_left_alone(tmp_path: Path) -> None:
    def later(db: Database) -> None:
        db.execute("CREATE TABLE later (x TEXT)")

    path = tmp_path / "history.sqlite3"
    HistoryStore.open(path, steps=(*STEPS, later)).close()
    before = path.read_bytes()
    for read_only in (False, True):
        fault = fault_at_opening(path, read_only=read_only)
        assert fault.code is ErrorCode.STORE_FROM_FUTURE
        assert fault.fields == {"found": len(STEPS) + 1, "known": len(STEPS)}
    assert path.read_bytes() == before
    assert not (tmp_path / "backups").exists()


Damage = Callable[[Path], object]


def foreign_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE notes (text)")


def half_forged(path: Path) -> None:
    """Make a database with our mark, but none of our tables."""
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {0x46756D69}")
        db.execute("PRAGMA user_version = 1")


DAMAGES: dict[str, Damage] = {
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "text": lambda path: path.write_text("メモ", encoding="utf-8"),
    "empty": lambda path: path.write_bytes(b""),
    "header only": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "one page": lambda path: path.write_bytes(path.read_bytes()[:4096]),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one byte short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "zeroed middle": lambda path: path.write_bytes(path.read_bytes()[:8192] + bytes(8192) + path.read_bytes()[16384:]),
    "other database": foreign_database,
    "forged": half_forged,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_history_is_named_and_left_exactly_as_it_was(path: Path, damage: Damage) -> None:
    damage(path)
    before = path.read_bytes()
    for read_only in (False, True):
        fault = fault_at_opening(path, read_only=read_only)
        assert (fault.code, fault.fields) == (ErrorCode.STORE_DAMAGED, {"path": str(path)})
        assert path.read_bytes() == before


def test_work_that_stands_only_in_the_log_of_a_damaged_history_is_left_for_a_rescuer(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    log = path.with_name(path.name + "-wal")
    before = (path.read_bytes(), log.read_bytes())
    assert before[1]
    for read_only in (False, True):
        assert fault_at_opening(path, read_only=read_only).code is ErrorCode.STORE_DAMAGED
        assert (path.read_bytes(), log.read_bytes()) == before


def test_a_folder_in_place_of_the_history_is_named_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    path.mkdir()
    assert fault_at_opening(path).code is ErrorCode.STORE_DAMAGED


def test_texts_in_a_log_whose_database_has_gone_are_not_thrown_away(path: Path) -> None:
    path.unlink()
    log = path.with_name(path.name + "-wal")
    log.write_bytes(b"the last minutes of work")
    for read_only in (False, True):
        assert fault_at_opening(path, read_only=read_only).code is ErrorCode.STORE_DAMAGED
    assert log.read_bytes() == b"the last minutes of work"
    assert not path.exists()


def test_damage_in_the_list_of_schema_steps_is_reported_as_damage_wherever_it_lies(path: Path, filled: Path) -> None:
    whole = filled.read_bytes()
    text = b'"name" TEXT,\n   "applied_at" TEXT\n)'
    start = whole.index(text)
    found = []
    for place in range(start, start + len(text)):
        path.write_bytes(whole[:place] + b"\x80" + whole[place + 1 :])
        try:
            HistoryStore.open(path).close()  # inside a column's type it does no harm
        except StoreFault as fault:
            found.append(fault.code)
    assert set(found) == {ErrorCode.STORE_DAMAGED}
    assert len(found) > len(text) // 2


@given(position=st.floats(0, 1, exclude_max=True), garbage=st.binary(min_size=1, max_size=600))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_gives_a_fault_or_a_readable_history_and_nothing_else(
    tmp_path: Path, filled: Path, position: float, garbage: bytes
) -> None:
    path = tmp_path / "history.sqlite3"
    whole = filled.read_bytes()
    start = int(len(whole) * position)
    path.write_bytes(whole[:start] + garbage + whole[start + len(garbage) :])
    with suppress(StoreFault), HistoryStore.open(path) as store:
        for line in store.list_documents():
            store.load(line.id)
    for leftover in tmp_path.iterdir():
        leftover.unlink()


def test_a_content_no_program_wrote_is_reported_as_damage(path: Path) -> None:
    with HistoryStore.open(path) as store:
        store.save_edit(1, "body", TextContent("x"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE texts SET body = ?", (packed("[1]"),))
    with HistoryStore.open(path) as store, pytest.raises(StoreFault) as caught:
        store.load(1)
    assert caught.value.code is ErrorCode.STORE_DAMAGED


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    # The kernel lets nobody, not even root, make a folder in /proc.
    for folder in (file, file / "below", Path("/proc/fumizukue")):
        fault = fault_at_opening(folder / "history.sqlite3")
        assert fault.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
        assert str(fault.fields["path"]) == str(folder)
        assert fault.fields["reason"]


def test_a_lock_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3.lock").mkdir()
    fault = fault_at_opening(tmp_path / "history.sqlite3")
    assert (fault.code, fault.fields["path"]) == (ErrorCode.STORE_FOLDER_NOT_WRITABLE, str(tmp_path))
    assert not (tmp_path / "history.sqlite3").exists()


def test_a_full_disk_is_named_the_text_before_it_is_kept_and_saving_goes_on_when_there_is_room(path: Path) -> None:
    with HistoryStore.open(path) as store:
        store.save_edit(1, "first", TextContent("前"))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFault) as caught:
            store.save_edit(1, "second", TextContent("長い" * 20_000))
        assert caught.value.code is ErrorCode.STORE_DISK_FULL
        assert list(store.load(1).sections) == ["first"]
        store._db.execute(f"PRAGMA max_page_count = {pages + 1000}")
        store.save_edit(1, "second", TextContent("長い" * 20_000))
    with HistoryStore.open(path) as store:
        assert list(store.load(1).sections) == ["first", "second"]


def test_a_file_that_may_not_grow_any_more_fails_cleanly_and_keeps_every_edit_before(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    command = [sys.executable, str(HERE / "fill_limited_disk.py"), str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    kept, fault = printed.split(maxsplit=1)
    assert fault.strip() == "store_failed(reason='SQLITE_IOERR_WRITE')"
    assert int(kept) > 10
    with HistoryStore.open(path) as store:
        assert len(store.load(1).sections) == int(kept)


def test_no_space_for_a_folder_or_a_lock_is_named_as_a_full_disk(tmp_path: Path) -> None:
    fault = fault_of(OSError(errno.ENOSPC, "No space left on device"), tmp_path / "history.sqlite3")
    assert fault.code is ErrorCode.STORE_DISK_FULL


def test_faults_never_quote_what_a_person_wrote(path: Path) -> None:
    written = "山田太郎さんの件"
    with HistoryStore.open(path) as store:
        store._db.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON section_versions BEGIN SELECT raise(ABORT, '山田太郎さんの件'); END"
        )
        with pytest.raises(StoreFault) as caught:
            store.save_edit(1, "body", TextContent(written))
    assert caught.value.code is ErrorCode.STORE_FAILED
    assert written not in str(caught.value)
    assert str(caught.value.fields["reason"]).startswith("SQLITE_CONSTRAINT")
