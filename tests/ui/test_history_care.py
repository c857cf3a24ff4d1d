"""A person whose history is damaged, or who wants yesterday's back, gets there from the window and loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.exchange import set_aside_files
from desktop.store.history import HistoryStore
from desktop.store.rotation import backup_files, make_daily_backup
from desktop.ui.care.caretaker import Caretaker
from desktop.ui.care.dialog import RestoreDialog
from tests.support.damage import fill
from tests.support.window import PATIENCE_MS, Opened, folders_at, pressable, scripted
from tests.ui.conftest import OpenWindow

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Give a history of eight documents and a copy of yesterday, when there were five."""
    folders = folders_at(tmp_path / "home")
    folders.ensure()
    fill(folders.history_file, 5)
    make_daily_backup(folders.history_file, NOW - DAY)
    with HistoryStore.open(folders.history_file) as store:
        first = store.load(1)
        store.save_inputs(1, "今日直した題", first.inputs)
    return folders.history_file


@pytest.fixture
def damaged(history: Path) -> bytes:
    content = history.read_bytes()
    history.write_bytes(content[:8192] + bytes(4096) + content[12288:])
    return history.read_bytes()


@pytest.fixture
def program(dressed: QApplication, qtbot: QtBot, tmp_path: Path, damaged: bytes) -> Iterator[Opened]:
    """Open the window on the damaged history."""
    assert damaged
    made = scripted(qtbot, dressed, tmp_path / "home")
    made.window.resize(1366, 768)
    made.keeper.show()
    with qtbot.waitSignal(made.bench.failed, timeout=PATIENCE_MS):
        made.bench.open()
    yield made
    made.close()


def titles(program: Opened) -> list[str]:
    return [line.title for line in program.desk.history().result(60)]


def restore_screen(qtbot: QtBot, program: Opened) -> RestoreDialog:
    dialog = program.window.care.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.copies.count() > 0, timeout=PATIENCE_MS)
    return dialog


def test_a_damaged_history_offers_three_ways_on(program: Opened) -> None:
    card = program.window.notices.card("open")
    assert card is not None
    assert [action.label for action in card.notice.actions] == [
        "控えから戻す…",
        "読めるものを救い出す",
        "空の履歴で始める",
    ]
    assert not program.bench.is_ready


@pytest.mark.parametrize("words", ["読めるものを救い出す", "空の履歴で始める"])
def test_one_press_and_work_goes_on_with_the_damaged_file_kept(
    qtbot: QtBot, program: Opened, history: Path, damaged: bytes, words: str
) -> None:
    with qtbot.waitSignal(program.bench.ready, timeout=PATIENCE_MS):
        pressable(program.window.notices, words).click()
    assert len(titles(program)) == (0 if "空" in words else 5)
    card = program.window.notices.card("exchanged")
    assert card is not None
    (aside,) = set_aside_files(history)
    assert aside.read_bytes() == damaged
    assert str(aside) in card.notice.text


def test_going_back_to_a_copy_from_a_damaged_history(qtbot: QtBot, program: Opened, history: Path) -> None:
    pressable(program.window.notices, "控えから戻す").click()
    dialog = restore_screen(qtbot, program)
    assert not dialog.take.isEnabled()
    with qtbot.waitSignal(program.bench.ready, timeout=PATIENCE_MS):
        dialog.restore.click()
    assert sorted(titles(program)) == [f"題{number}" for number in range(1, 6)]
    assert program.window.care.dialog is None
    assert len(set_aside_files(history)) == 1


def test_what_is_being_typed_is_saved_before_going_back_and_can_be_got_again(
    qtbot: QtBot, history: Path, open_window: OpenWindow
) -> None:
    program = open_window()
    program.begin_sample()
    pressing(program)
    dialog = restore_screen(qtbot, program)
    with qtbot.waitSignal(program.bench.ready, timeout=PATIENCE_MS):
        dialog.restore.click()
    assert len(titles(program)) == 5
    with HistoryStore.open(set_aside_files(history)[0], read_only=True) as before:
        kept = before.list_documents()
    assert len(kept) == 6
    assert program.bench.sheet is not None
    assert program.bench.sheet.number == 0, "the form no longer belongs to a document that is not there"


def pressing(program: Opened) -> None:
    program.window.care.open_restore()


def test_one_document_comes_back_beside_the_present_ones(qtbot: QtBot, history: Path, open_window: OpenWindow) -> None:
    program = open_window()
    pressing(program)
    dialog = restore_screen(qtbot, program)
    row = [entry.title for entry in dialog.documents.entries()].index("題1")
    dialog.documents.setCurrentRow(row)
    with qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        dialog.take.click()
    assert program.bench.sheet is not None
    assert program.bench.sheet.title == "題1"
    assert "今日直した題" in titles(program)
    assert set_aside_files(history) == []


def test_a_copy_that_turns_out_damaged_is_refused_in_the_screen_and_the_history_stays(
    qtbot: QtBot, history: Path, open_window: OpenWindow
) -> None:
    program = open_window()
    pressing(program)
    dialog = restore_screen(qtbot, program)
    copy = backup_files(history)[0].path
    copy.write_bytes(copy.read_bytes()[:-4096])
    dialog.restore.click()
    qtbot.waitUntil(lambda: dialog.notices.card("care") is not None, timeout=PATIENCE_MS)
    assert dialog.isVisible()
    assert "今日直した題" in titles(program)


def test_a_copy_is_made_on_request_and_appears_in_the_list(
    qtbot: QtBot, history: Path, open_window: OpenWindow
) -> None:
    program = open_window()
    pressing(program)
    dialog = restore_screen(qtbot, program)
    dialog.backup.click()
    qtbot.waitUntil(lambda: dialog.copies.count() == 2, timeout=PATIENCE_MS)
    assert len(backup_files(history)) == 2


def test_damage_found_in_the_background_is_told_while_the_person_works(history: Path, open_window: OpenWindow) -> None:
    program = open_window()
    assert history.exists()
    program.bench.failed.emit("care", StoreFault(ErrorCode.STORE_DAMAGED, path=str(history)))
    card = program.window.notices.card("care")
    assert card is not None
    assert len([one for one in card.findChildren(QPushButton) if one.isVisible()]) >= 4


def test_the_days_copy_and_the_weeks_check_are_made_after_the_start(
    qtbot: QtBot, history: Path, open_window: OpenWindow
) -> None:
    program = open_window()
    caretaker = Caretaker(program.bench, program.bench)
    caretaker.care()
    qtbot.waitUntil(lambda: len(backup_files(history)) == 2, timeout=PATIENCE_MS)
    book = history.with_name("history.sqlite3.care.json")
    qtbot.waitUntil(lambda: book.exists() and "checked_at" in book.read_text(), timeout=PATIENCE_MS)
    done = program.desk.care.after_start().result(60)
    assert (done.backup, done.report, done.faults) == (None, None, ())
