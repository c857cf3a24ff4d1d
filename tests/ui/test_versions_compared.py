"""Earlier versions in the window: compared, put back, undone and done again after a restart; earlier field contents."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.history.comparison import ComparisonDialog
from tests.support.past import AFTER_FIRST, AFTER_SECOND, MEETING, an_office_year
from tests.support.window import PATIENCE_MS, Opened, folders_at, pressable
from tests.ui.conftest import OpenWindow
from tests.ui.test_access_and_language import JAPANESE, shown_texts

OPINIONS = "主な意見"


@pytest.fixture
def meeting(open_window: OpenWindow, tmp_path: Path) -> Opened:
    """Open the program on a document with several versions."""
    number = an_office_year(folders_at(tmp_path / "home").history_file)
    return at_document(open_window(), number)


def at_document(program: Opened, number: int) -> Opened:
    """Open a document."""
    with program.qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        program.bench.open_document(number)
    return program


def number_of(program: Opened) -> int:
    """Return the number of the open document."""
    assert program.bench.sheet is not None
    return program.bench.sheet.number


def menu_at(program: Opened, button: QWidget) -> QMenu:
    """Return the menu that is open at a button."""
    program.qtbot.waitUntil(lambda: any(menu.isVisible() for menu in button.findChildren(QMenu)), timeout=PATIENCE_MS)
    return next(menu for menu in button.findChildren(QMenu) if menu.isVisible())


def choose(program: Opened, words: str) -> None:
    """Choose from the menu of the section's versions."""
    card = program.card(OPINIONS)
    card.earlier.click()
    menu = menu_at(program, card.earlier)
    action = next(action for action in menu.actions() if words in action.text())
    assert action.isEnabled()
    menu.close()
    action.trigger()


def comparison(program: Opened) -> ComparisonDialog:
    """Return the comparison once it is open."""
    program.qtbot.waitUntil(lambda: program.window.versions.dialog is not None, timeout=PATIENCE_MS)
    dialog = program.window.versions.dialog
    assert dialog is not None
    return dialog


def looks(text: QTextEdit, words: str) -> tuple[bool, bool]:
    """Return whether the words are struck out and whether they are underlined."""
    cursor = text.document().find(words)
    assert not cursor.isNull(), text.toPlainText()
    cursor.setPosition(cursor.selectionEnd())
    cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
    return cursor.charFormat().fontStrikeOut(), cursor.charFormat().fontUnderline()


def test_two_versions_are_compared_with_marks_that_need_no_colour(meeting: Opened) -> None:
    choose(meeting, "版をくらべる")
    dialog = comparison(meeting)
    assert "AIの下書き" in dialog.before.choice.itemText(2)
    assert "あなたの編集（今の版）" in dialog.after.choice.currentText()
    assert looks(dialog.merged, "番号札の機械") == (False, True)
    assert looks(dialog.merged, "40") == (True, False)
    assert looks(dialog.merged, "案内の職員") == (False, False)
    assert "案内の職員を一人" in dialog.merged.toPlainText()
    dialog.before.choice.setCurrentIndex(2)
    assert looks(dialog.merged, "一人") == (False, True)
    dialog.apart.setChecked(True)
    assert dialog.old.isVisible()
    assert not dialog.merged.isVisible()
    assert "番号札" not in dialog.old.toPlainText()
    assert "40" not in dialog.new.toPlainText()
    dialog.after.choice.setCurrentIndex(2)
    assert dialog.summary.text() == "違いはありません。"


def test_a_version_is_put_back_from_the_comparison_and_nothing_is_lost(meeting: Opened, qtbot: QtBot) -> None:
    choose(meeting, "版をくらべる")
    dialog = comparison(meeting)
    assert not dialog.after.restore.isEnabled()
    dialog.before.choice.setCurrentIndex(1)
    with qtbot.waitSignal(meeting.bench.grew, timeout=PATIENCE_MS):
        dialog.before.restore.click()
    assert meeting.text(OPINIONS) == AFTER_FIRST
    versions = meeting.desk.versions(number_of(meeting), OPINIONS).result(60)
    assert any("50分" in str(version.content) for version in versions)
    assert meeting.window.versions.dialog is None


def test_the_whole_document_goes_back_to_an_earlier_state(meeting: Opened, qtbot: QtBot) -> None:
    meeting.editor("次回").setPlainText("未定")
    meeting.window.versions.compare_document()
    dialog = comparison(meeting)
    assert dialog.before.choice.count() == 4
    dialog.before.choice.setCurrentIndex(3)
    assert "【次回】" in dialog.merged.toPlainText()
    dialog.before.restore.click()
    qtbot.waitUntil(lambda: meeting.text("次回").startswith("令和8年12月21日"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "40分" in meeting.text(OPINIONS), timeout=PATIENCE_MS)
    assert meeting.text("議題") == "\n".join(getattr(MEETING["議題"], "items", ()))


def test_a_document_without_an_earlier_state_says_so(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    program.begin()
    program.window.versions.compare_document()
    qtbot.waitUntil(lambda: program.window.draft.notices.card("versions") is not None, timeout=PATIENCE_MS)


def test_undo_and_redo_reach_behind_a_restart(meeting: Opened, open_window: OpenWindow, qtbot: QtBot) -> None:
    number = number_of(meeting)
    meeting.close()
    again = at_document(open_window(), number)
    editor = again.editor(OPINIONS)
    assert again.text(OPINIONS) == AFTER_SECOND
    editor.setFocus()
    for shown in (AFTER_FIRST, "待ち時間を短くできるのではないか"):
        with qtbot.waitSignal(again.bench.grew, timeout=PATIENCE_MS):
            QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert shown in again.text(OPINIONS)
    with qtbot.waitSignal(again.bench.grew, timeout=PATIENCE_MS):
        choose(again, "やり直す")
    assert again.text(OPINIONS) == AFTER_FIRST


def test_undo_takes_back_what_was_typed_before_it_reaches_for_versions(meeting: Opened, qtbot: QtBot) -> None:
    editor = meeting.editor(OPINIONS)
    editor.setFocus()
    QTest.keyClicks(editor, "ABC")
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert meeting.text(OPINIONS) == AFTER_SECOND
    with qtbot.waitSignal(meeting.bench.grew, timeout=PATIENCE_MS):
        choose(meeting, "一つ前に戻す")
    assert meeting.text(OPINIONS) == AFTER_FIRST


def test_a_field_that_was_overwritten_gets_its_content_back(meeting: Opened, qtbot: QtBot) -> None:
    row = meeting.window.form.rows["会議の記録"]
    assert not row.earlier.isVisible()
    source = meeting.inner("会議の記録")
    source.setFocus()
    QTest.keyClick(source, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(source, Qt.Key.Key_Delete)
    meeting.wait_saved()
    qtbot.waitUntil(row.earlier.isVisible, timeout=PATIENCE_MS)
    row.earlier.click()
    menu = menu_at(meeting, row.earlier)
    assert "田中 窓口は。" in menu.actions()[0].text()
    menu.close()
    menu.actions()[0].trigger()
    assert row.control.value() == "田中 窓口は。"
    meeting.wait_saved()
    kept = meeting.desk.load(number_of(meeting)).result(60).record.inputs.values["会議の記録"]
    assert kept == "田中 窓口は。"


def test_no_japanese_is_left_in_the_english_comparison(open_window: OpenWindow, tmp_path: Path) -> None:
    number = an_office_year(folders_at(tmp_path / "home").history_file)
    program = at_document(open_window(language="en"), number)
    program.window.versions.compare_document()
    dialog = comparison(program)
    for place, text in shown_texts(dialog):
        assert not JAPANESE.search(text), f"{place}: {text}"
    for index in range(dialog.before.choice.count()):
        assert "edit" in dialog.before.choice.itemText(index) or "AI" in dialog.before.choice.itemText(index)
    assert pressable(dialog, "Close").isEnabled()
