"""Daily copies: verified, thinned by age, made beside people at work, and never at the price of an older one."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store.checks import CareBook, CareTimes, is_due
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.rotation import BackupFile, BackupStoppedError, backup_files, make_daily_backup, too_many, verify
from desktop.store.sqlite import sqlite3
from tests.support.damage import fill, rows_of

NOW = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "history.sqlite3"
    fill(path, 8)
    return path


@pytest.fixture
def path(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "history.sqlite3"))


def leftovers(path: Path) -> list[Path]:
    folder = path.parent / "backups"
    return [entry for entry in folder.iterdir() if not entry.name.endswith(".bak.sqlite3")] if folder.exists() else []


def test_a_copy_is_one_sound_file_with_everything_in_it(path: Path) -> None:
    made = make_daily_backup(path, NOW)
    assert backup_files(path) == [made]
    assert (made.made_at, made.daily) == (NOW, True)
    assert rows_of(made.path) == rows_of(path)
    assert leftovers(path) == []


def test_a_copy_is_of_one_moment_though_somebody_types_all_the_while(path: Path) -> None:
    with HistoryStore.open(path) as store:
        for number in range(300):
            store.save_edit(1, f"長い{number}", TextContent(str(number) * 9000))
    done = threading.Event()
    typed = list[int]()

    def type_on() -> None:
        with HistoryStore.open(path) as store:
            while not done.is_set():
                store.save_edit(2, "本文", TextContent(f"{len(typed)}"))
                store.save_edit(3, "本文", TextContent(f"{len(typed)}"))
                typed.append(1)

    person = threading.Thread(target=type_on)
    person.start()
    try:
        while not typed:
            done.wait(0.01)
        before = len(typed)
        made = make_daily_backup(path, NOW)
    finally:
        done.set()
        person.join()
    assert len(typed) > before, "typing went on"
    with HistoryStore.open(made.path) as copy:
        pair = [copy.load(document).sections["本文"].content for document in (2, 3)]
    first, second = (int(content.text) for content in pair if isinstance(content, TextContent))
    assert first - second in (0, 1), "between the two saves of a round"


def test_no_room_is_said_before_anything_is_written_and_older_copies_stay(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_daily_backup(path, NOW)
    usage = shutil.disk_usage(path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(StoreFault) as caught:
        make_daily_backup(path, NOW + DAY)
    assert caught.value.code is ErrorCode.STORE_BACKUP_NO_ROOM
    assert caught.value.fields["free"] == 1000
    assert backup_files(path) == [made]
    assert leftovers(path) == []


def test_a_copy_given_up_at_the_end_of_the_program_leaves_nothing_behind(path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(BackupStoppedError):
        make_daily_backup(path, NOW, stop=stop)
    assert backup_files(path) == []
    assert leftovers(path) == []


def test_a_damaged_history_never_becomes_a_copy(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + bytes(8192) + content[16384:])
    with pytest.raises(StoreFault) as caught:
        make_daily_backup(path, NOW)
    assert caught.value.code in (ErrorCode.STORE_BACKUP_UNSOUND, ErrorCode.STORE_DAMAGED)
    assert backup_files(path) == []
    assert leftovers(path) == []


def test_a_copy_that_has_lost_a_document_is_not_taken_for_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        documents = db.execute("SELECT count(*) FROM documents").fetchone()[0]
    assert verify(path, STEPS, documents) == len(STEPS)
    with pytest.raises(StoreFault) as caught:
        verify(path, STEPS, documents + 1)
    assert caught.value.code is ErrorCode.STORE_BACKUP_UNSOUND


def copies(*days: float, size: int = 1) -> list[BackupFile]:
    return [BackupFile(Path(f"{day}"), 1, NOW - day * DAY, daily=True, size=size) for day in days]


def kept(found: list[BackupFile], most: int = 10**9) -> list[float]:
    gone = too_many(found, NOW, most, found[0])
    return [(NOW - one.made_at) / DAY for one in found if one not in gone]


def test_a_week_of_days_a_month_of_weeks_and_a_year_of_months_stay() -> None:
    stay = kept(copies(*range(400)))
    assert stay[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert 300 < stay[-1] < 370
    assert 17 <= len(stay) <= 23


def test_copies_beyond_the_size_go_the_oldest_first_but_never_the_last_two() -> None:
    assert kept(copies(0, 1, 2, 3, 4, size=100), most=250) == [0, 1]
    assert kept(copies(0, 1, 2, 3, size=100), most=1) == [0, 1]


def test_copies_of_days_to_come_do_not_drive_out_those_of_real_days() -> None:
    stay = kept(copies(0, -400, -401, -402, -403, 1, 2, 3, 4, 5, 6))
    assert sorted(stay) == [-403, -402, 0, 1, 2, 3, 4, 5, 6]


def test_copies_made_before_updates_are_not_thinned(path: Path) -> None:
    folder = path.parent / "backups"
    folder.mkdir()
    old = folder / "history-v1-20200101T000000000000Z.bak.sqlite3"
    old.write_bytes(b"x")
    for day in range(9):
        make_daily_backup(path, NOW + day * DAY)
    assert old.exists()
    assert len([one for one in backup_files(path) if one.daily]) < 9


def clock(*days: float) -> Iterator[dt.datetime]:
    return (NOW + day * DAY for day in days)


def test_a_clock_set_back_neither_skips_years_nor_repeats_at_every_start() -> None:
    last: dt.datetime | None = None
    done = []
    for now in clock(0, 0.1, 1000, 1000.1, 2, 2.1, 2.2, 3.1, 3.2):
        if is_due(last, now, DAY):
            last = now
            done.append((now - NOW) / DAY)
    assert [round(day, 1) for day in done] == [0, 1000, 2, 3.1]


def test_summer_time_and_small_corrections_repeat_nothing() -> None:
    assert not is_due(NOW, NOW - dt.timedelta(hours=1), DAY)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"checked_at": 5}', '{"checked_at": "2026-12-01"}', "\udcff"])
def test_a_book_that_cannot_be_read_means_that_it_is_time(tmp_path: Path, text: str) -> None:
    history = tmp_path / "history.sqlite3"
    (tmp_path / "history.sqlite3.care.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert CareBook(history).read() == CareTimes()


def test_what_was_done_is_remembered(tmp_path: Path) -> None:
    book = CareBook(tmp_path / "history.sqlite3")
    book.note(checked_at=NOW)
    book.note(backed_up_at=NOW + DAY)
    assert book.read() == CareTimes(checked_at=NOW, backed_up_at=NOW + DAY)
