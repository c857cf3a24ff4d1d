"""The trash and the tags in the window: nothing goes without a way back, but for what is deleted after a second yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.store.records import DocumentSummary
from desktop.ui.history.trash_dialog import TrashDialog
from tests.support.past import an_office_year
from tests.support.window import PATIENCE_MS, Opened, folders_at, pressable
from tests.ui.conftest import OpenWindow


@pytest.fixture
def year(open_window: OpenWindow, tmp_path: Path) -> Opened:
    """Open the program on the documents of a year."""
    an_office_year(folders_at(tmp_path / "home").history_file)
    program = open_window()
    program.window.left.show_tab(history=True)
    program.qtbot.waitUntil(lambda: program.window.left.history.count() > 0, timeout=PATIENCE_MS)
    return program


def listed(program: Opened) -> list[str]:
    """Return the titles of the history list."""
    return [entry.title for entry in program.window.left.history.entries()]


def trash_first(program: Opened) -> str:
    """Put the first document of the list into the trash by the keyboard, and return its title."""
    title = listed(program)[0]
    program.window.left.history.setCurrentRow(0)
    QTest.keyClick(program.window.left.history, Qt.Key.Key_Delete)
    program.qtbot.waitUntil(lambda: title not in listed(program), timeout=PATIENCE_MS)
    return title


def open_trash(program: Opened, count: int) -> TrashDialog:
    """Open the trash and wait until it shows so many documents."""
    program.window.history.open_trash()
    dialog = program.window.history.trash
    assert dialog is not None
    program.qtbot.waitUntil(lambda: dialog.list.count() == count, timeout=PATIENCE_MS)
    return dialog


def test_a_document_goes_to_the_trash_and_comes_back_at_once(year: Opened, qtbot: QtBot) -> None:
    title = trash_first(year)
    card = year.window.notices.card("trash")
    assert card is not None
    assert title in card.notice.title
    pressable(card, "元に戻す").click()
    qtbot.waitUntil(lambda: title in listed(year), timeout=PATIENCE_MS)
    assert year.window.notices.card("trash") is None


def test_the_open_document_leaves_the_desk_when_it_goes_to_the_trash(year: Opened, qtbot: QtBot) -> None:
    entry = year.window.left.history.entries()[0]
    with qtbot.waitSignal(year.bench.opened, timeout=PATIENCE_MS):
        year.bench.open_document(int(entry.key))
    trash_first(year)
    assert year.bench.sheet is not None
    assert year.bench.sheet.number == 0
    assert not year.bench.sheet.has_draft
    assert year.window.notices.card("left") is None


def test_a_document_comes_back_from_the_trash_as_it_was(year: Opened, qtbot: QtBot) -> None:
    entry = year.window.left.history.entries()[0]
    before = year.desk.load(int(entry.key)).result(60).record
    trash_first(year)
    dialog = open_trash(year, 3)
    assert dialog.list.entries()[0].title == entry.title
    dialog.back.click()
    qtbot.waitUntil(lambda: listed(year)[0] == entry.title, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: dialog.list.count() == 2, timeout=PATIENCE_MS)
    assert year.desk.load(int(entry.key)).result(60).record == before
    dialog.reject()


def test_nothing_is_deleted_for_good_without_a_second_yes(year: Opened, qtbot: QtBot) -> None:
    dialog = open_trash(year, 2)
    dialog.delete.click()
    card = dialog.notices.card("delete")
    assert card is not None
    pressable(card, "やめる").click()
    assert len(year.desk.trash.listed().result(60)) == 2
    dialog.delete.click()
    again = dialog.notices.card("delete")
    assert again is not None
    pressable(again, "完全に削除する").click()
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=PATIENCE_MS)
    dialog.empty.click()
    last = dialog.notices.card("delete")
    assert last is not None
    assert "1件" in last.notice.title
    pressable(last, "完全に削除する").click()
    qtbot.waitUntil(dialog.none.isVisible, timeout=PATIENCE_MS)
    assert not dialog.delete.isEnabled()
    assert year.desk.trash.listed().result(60) == []
    dialog.reject()


def test_a_document_that_is_gone_meanwhile_is_told_in_place(year: Opened, qtbot: QtBot) -> None:
    entry = year.window.left.history.entries()[0]
    summary = year.desk.load(int(entry.key)).result(60).record.summary
    year.desk.trash.put(summary.id).result(60)
    year.desk.trash.empty([summary.id]).result(60)
    assert isinstance(summary, DocumentSummary)
    with qtbot.waitSignal(year.bench.failed, timeout=PATIENCE_MS):
        year.window.history.put_into_trash(summary)
    assert year.window.notices.card("load") is not None


def test_tags_are_given_and_taken_and_stay(year: Opened, open_window: OpenWindow, qtbot: QtBot) -> None:
    number = int(year.window.left.history.entries()[0].key)
    bar = year.window.draft.tags
    assert not bar.isVisible()
    with qtbot.waitSignal(year.bench.opened, timeout=PATIENCE_MS):
        year.bench.open_document(number)
    qtbot.waitUntil(lambda: bar.tags == ("窓口", "予算"), timeout=PATIENCE_MS)
    bar.line.setText("１２月議会")
    with qtbot.waitSignal(bar.changed, timeout=PATIENCE_MS):
        QTest.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar.tags == ("窓口", "予算", "12月議会")
    assert bar.line.text() == ""
    with qtbot.waitSignal(bar.changed, timeout=PATIENCE_MS):
        bar.chips[0].click()
    year.close()
    again = open_window()
    with qtbot.waitSignal(again.bench.opened, timeout=PATIENCE_MS):
        again.bench.open_document(number)
    qtbot.waitUntil(lambda: again.window.draft.tags.tags == ("予算", "12月議会"), timeout=PATIENCE_MS)


def test_a_form_that_is_not_in_the_history_yet_has_no_tags(year: Opened, qtbot: QtBot) -> None:
    year.begin()
    assert not year.window.draft.tags.isVisible()
    QTest.keyClicks(year.inner("会議名"), "Kaigi")
    qtbot.waitUntil(year.window.draft.tags.isVisible, timeout=PATIENCE_MS)
    assert year.window.draft.tags.tags == ()


def test_the_list_offers_to_tag_a_document(year: Opened, qtbot: QtBot) -> None:
    page = year.window.left.page
    hit = page.list.entries()[1].data
    menu = page.menu_of(hit)  # type: ignore[arg-type]  # entries of this list hold hits
    next(action for action in menu.actions() if "タグ" in action.text()).trigger()
    qtbot.waitUntil(year.window.draft.tags.line.hasFocus, timeout=PATIENCE_MS)
