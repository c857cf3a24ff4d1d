"""Searching the history in the window: by typing, by keyboard alone, under filters, and never with stale results."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.store.records import DocumentState
from desktop.store.search import SearchQuery
from desktop.ui.history.page import HistoryPage
from tests.support.past import Past, an_office_year
from tests.support.window import PATIENCE_MS, Opened, folders_at
from tests.ui.conftest import OpenWindow
from tests.ui.test_access_and_language import JAPANESE, shown_texts


@pytest.fixture
def year(open_window: OpenWindow, tmp_path: Path) -> Opened:
    """Open the program on the documents of a year, with the history in front."""
    an_office_year(folders_at(tmp_path / "home").history_file)
    return at_history(open_window())


def at_history(program: Opened) -> Opened:
    """Bring the history to the front and wait for its documents."""
    program.window.left.show_search()
    program.qtbot.waitUntil(lambda: page_of(program).list.count() > 0, timeout=PATIENCE_MS)
    return program


def page_of(program: Opened) -> HistoryPage:
    """Return the page of the history."""
    return program.window.left.page


def commit(program: Opened, words: str) -> None:
    """Type words as an input method does: composed first, then settled."""
    line = page_of(program).line
    QApplication.sendEvent(line, QInputMethodEvent(words[:1], []))
    settled = QInputMethodEvent()
    settled.setCommitString(words)
    QApplication.sendEvent(line, settled)


def is_asking(program: Opened) -> bool:
    """Return whether a question waits for a pause in typing."""
    return program.window.history.seeker.pending


def titles(program: Opened) -> list[str]:
    """Return the titles the list shows."""
    return [entry.title for entry in page_of(program).list.entries()]


def wait_titles(program: Opened, wanted: list[str]) -> None:
    """Wait until the list shows these titles."""
    program.qtbot.waitUntil(lambda: titles(program) == wanted, timeout=PATIENCE_MS)


@contextmanager
def busy_store(program: Opened) -> Iterator[None]:
    """Keep the thread of the store busy."""
    gate = threading.Event()
    program.desk._in_store(lambda _store: gate.wait(60))
    try:
        yield
    finally:
        gate.set()


MEETINGS = ["第3回　窓口サービス改善検討会", "窓口の受付時間の変更", "第2回　窓口サービス改善検討会"]


def test_typing_finds_the_words_and_marks_them_where_they_stand(year: Opened) -> None:
    commit(year, "番号札の")
    wait_titles(year, MEETINGS[::2])
    for entry in page_of(year).list.entries():
        ((start, end),) = entry.excerpt_marks
        assert entry.excerpt[start:end] == "番号札の"
        assert entry.place == "主な意見"
    year.qtbot.waitUntil(lambda: page_of(year).told.text() == "2件", timeout=PATIENCE_MS)


def test_what_is_still_being_composed_is_not_searched_for(year: Opened) -> None:
    before = titles(year)
    QApplication.sendEvent(page_of(year).line, QInputMethodEvent("ばんごう", []))
    assert not is_asking(year)
    assert titles(year) == before
    commit(year, "番号札の")
    assert is_asking(year)
    wait_titles(year, MEETINGS[::2])


def test_the_keyboard_alone_finds_and_opens_a_document_at_the_place(year: Opened, qtbot: QtBot) -> None:
    page = page_of(year)
    year.window.left.show_tab(history=False)
    QTest.keyClick(year.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.line.hasFocus()
    commit(year, "番号札の")
    wait_titles(year, MEETINGS[::2])
    QTest.keyClick(page.line, Qt.Key.Key_Down)
    QTest.keyClick(page.line, Qt.Key.Key_Down)
    assert page.line.hasFocus()
    with qtbot.waitSignal(year.bench.opened, timeout=PATIENCE_MS):
        QTest.keyClick(page.line, Qt.Key.Key_Return)
    editor = year.editor("主な意見")
    qtbot.waitUntil(editor.hasFocus, timeout=PATIENCE_MS)
    assert year.bench.sheet is not None
    assert year.bench.sheet.title == MEETINGS[2]
    assert editor.textCursor().position() == editor.text().index("番号札の")
    assert not editor.textCursor().hasSelection()  # the next key must not overwrite what was found
    assert len(editor.extraSelections()) == 1
    page.start()
    QTest.keyClick(page.line, Qt.Key.Key_Escape)
    assert page.line.text() == ""
    assert editor.extraSelections() == []
    qtbot.waitUntil(lambda: len(titles(year)) > 10, timeout=PATIENCE_MS)


def test_a_hit_in_a_field_of_the_form_is_shown_there(year: Opened, qtbot: QtBot) -> None:
    commit(year, "田中 窓口")
    wait_titles(year, MEETINGS[:1])
    QTest.keyClick(page_of(year).line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: year.bench.sheet is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(year.inner("会議の記録").hasFocus, timeout=PATIENCE_MS)


def test_an_answer_to_an_older_question_never_replaces_that_of_a_newer_one(year: Opened) -> None:
    seeker = year.window.history.seeker
    shown: list[list[str]] = []
    seeker.found.connect(lambda _hits, _more: shown.append(titles(year)))
    with busy_store(year):
        seeker.ask(SearchQuery(text="窓口"), at_once=True)
        commit(year, "庁舎管理")
        # The person still types when the answer to the first question comes.
        assert seeker.pending
    wait_titles(year, ["第1回　庁舎管理委員会"])
    assert shown == [["第1回　庁舎管理委員会"]]


def test_a_slow_disk_does_not_stop_the_typing(year: Opened) -> None:
    with busy_store(year):
        for sign in "窓口番号札":
            commit(year, sign)
            QTest.qWait(200)
        assert page_of(year).line.text() == "窓口番号札"
    page_of(year).line.setText("番号札の")
    wait_titles(year, MEETINGS[::2])


def test_periods_in_japanese_words_states_and_templates_narrow_the_search(year: Opened, qtbot: QtBot) -> None:
    page = page_of(year)
    page.narrow.click()
    page.filters.period.setText("令和8年10月")
    wait_titles(year, [MEETINGS[2], "1月分の時間外勤務について", "第1回　庁舎管理委員会"])
    assert page.filters.understood.text() == "令和8年10月1日から\n令和8年10月31日まで"
    qtbot.waitUntil(lambda: page.filters.template.count() > 1, timeout=PATIENCE_MS)
    page.filters.template.setCurrentIndex(page.filters.template.findData("minutes"))
    assert page.narrow.text() == "絞り込み（2）"
    wait_titles(year, [MEETINGS[2], "第1回　庁舎管理委員会"])
    page.filters.state.setCurrentIndex(page.filters.state.findData(DocumentState.CANCELLED))
    wait_titles(year, [])
    page.filters.clear.click()
    assert page.narrow.text() == "絞り込み"
    qtbot.waitUntil(lambda: len(titles(year)) > 10, timeout=PATIENCE_MS)


def test_a_tag_narrows_the_search(year: Opened, qtbot: QtBot) -> None:
    page = page_of(year)
    page.narrow.click()
    qtbot.waitUntil(lambda: page.filters.tag.count() > 1, timeout=PATIENCE_MS)
    page.filters.choose_tag("予算")
    wait_titles(year, MEETINGS[:1])


def test_a_period_that_cannot_be_read_is_said_so_and_narrows_nothing(year: Opened, qtbot: QtBot) -> None:
    page = page_of(year)
    page.narrow.click()
    before = titles(year)
    page.filters.period.setText("いつか")
    qtbot.waitUntil(page.filters.fault.isVisible, timeout=PATIENCE_MS)
    assert "昨年度" in page.filters.fault.text()
    assert page.filters.count == 0
    assert titles(year) == before


def test_when_nothing_is_found_the_page_says_what_to_try(year: Opened, qtbot: QtBot) -> None:
    commit(year, "存在しない言葉")
    page = page_of(year)
    qtbot.waitUntil(page.none.isVisible, timeout=PATIENCE_MS)
    assert "短い言葉" in page.none.text()
    assert not page.list.isVisible()


def test_further_results_come_on_request(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> None:
    past = Past(folders_at(tmp_path / "home").history_file)
    for number in range(60):
        past.add("memo", f"時間外勤務　その{number}", number, {})
    past.close()
    program = at_history(open_window())
    page = page_of(program)
    commit(program, "時間外勤務")
    qtbot.waitUntil(lambda: len(titles(program)) == 50, timeout=PATIENCE_MS)
    assert page.more.isVisible()
    page.more.click()
    qtbot.waitUntil(lambda: len(titles(program)) == 60, timeout=PATIENCE_MS)
    assert not page.more.isVisible()
    assert len(set(titles(program))) == 60


def test_a_search_that_fails_is_told_in_place(year: Opened, qtbot: QtBot) -> None:
    year.desk._in_store(lambda store: store.close()).result(60)
    with qtbot.waitSignal(year.bench.failed, timeout=PATIENCE_MS):
        commit(year, "窓口")
    assert year.window.notices.card("load") is not None


def test_no_japanese_is_left_in_the_english_pages(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> None:
    an_office_year(folders_at(tmp_path / "home").history_file)
    program = at_history(open_window(language="en"))
    page = page_of(program)
    page.narrow.click()
    page.filters.period.setText("someday")
    qtbot.waitUntil(page.filters.fault.isVisible, timeout=PATIENCE_MS)
    commit(program, "nothing like this")
    qtbot.waitUntil(page.none.isVisible, timeout=PATIENCE_MS)
    program.window.history.open_trash()
    dialog = program.window.history.trash
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() > 0, timeout=PATIENCE_MS)
    dialog.empty.click()
    for widget in (page, dialog):
        for place, text in shown_texts(widget):
            assert not JAPANESE.search(text), f"{place}: {text}"


def test_a_low_screen_still_holds_the_window_with_the_filters_open(year: Opened) -> None:
    year.window.resize(1000, 480)
    page_of(year).narrow.click()
    year.qtbot.waitUntil(page_of(year).filters.isVisible, timeout=PATIENCE_MS)
    assert year.window.minimumSizeHint().height() <= 480
    assert page_of(year).list.isVisible()
