"""The form: what a person gets wrong is said at the field, files arrive however they are brought."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QWidget

from desktop.ui.document_field import DocumentControl
from tests.support.window import PATIENCE_MS, Opened, pressable
from tests.ui.conftest import OpenWindow

SOURCE = "会議の記録"
BUTTON = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def drop(target: QWidget, *files: Path) -> None:
    """Drag files over a widget and let them fall."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    enter = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, BUTTON, PLAIN)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, mime, BUTTON, PLAIN))


def source_of(program: Opened) -> QPlainTextEdit:
    """Return the text area of the source."""
    found = program.inner(SOURCE)
    assert isinstance(found, QPlainTextEdit)
    return found


def fault_of(program: Opened, key: str) -> str:
    """Return the fault shown at a field."""
    return program.window.form.rows[key].fault


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    """Return a small Word file."""
    path = tmp_path / "記録.docx"
    document = docx.Document()
    document.add_paragraph("Wordの記録")
    document.save(str(path))
    return path


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """Return a text file as Notepad saved it for decades."""
    path = tmp_path / "記録.txt"
    path.write_bytes("メモ帳の記録".encode("cp932"))
    return path


def test_a_dropped_word_file_is_read_and_named(open_window: OpenWindow, word_file: Path) -> None:
    program = open_window()
    program.begin()
    with program.qtbot.waitSignal(program.bench.source_read, timeout=PATIENCE_MS):
        drop(source_of(program).viewport(), word_file)
    assert source_of(program).toPlainText() == "Wordの記録"
    assert program.window.form.inputs().file_names == {SOURCE: "記録.docx"}


def test_a_text_file_dropped_beside_the_field_arrives_in_it_and_is_saved(
    open_window: OpenWindow, text_file: Path
) -> None:
    program = open_window()
    program.begin()
    with program.qtbot.waitSignal(program.bench.source_read, timeout=PATIENCE_MS):
        drop(program.window.form, text_file)
    assert source_of(program).toPlainText() == "メモ帳の記録"
    program.bench.saver.flush()
    program.wait_saved()
    assert program.bench.sheet is not None
    kept = program.desk.load(program.bench.sheet.number).result(60).record.inputs
    assert kept.values[SOURCE] == "メモ帳の記録"
    assert kept.file_names == {SOURCE: "記録.txt"}


def test_a_wrong_encoding_can_be_put_right(open_window: OpenWindow, tmp_path: Path) -> None:
    path = tmp_path / "euc.txt"
    path.write_bytes("日本語の記録です。会議は午後に開きました。".encode("euc_jp"))
    program = open_window()
    program.begin()
    with program.qtbot.waitSignal(program.bench.source_failed, timeout=PATIENCE_MS):
        drop(source_of(program).viewport(), path)
    assert "文字コード" in fault_of(program, SOURCE)
    control = program.window.form.first_document()
    assert control is not None
    menu = pressable(control, "文字コード").menu()
    euc = next(action for action in menu.actions() if action.text() == "EUC-JP")
    with program.qtbot.waitSignal(program.bench.source_read, timeout=PATIENCE_MS):
        euc.trigger()
    assert source_of(program).toPlainText() == "日本語の記録です。会議は午後に開きました。"
    assert fault_of(program, SOURCE) == ""


def test_two_files_at_once_are_refused_at_the_field(open_window: OpenWindow, word_file: Path, text_file: Path) -> None:
    program = open_window()
    program.begin()
    drop(source_of(program).viewport(), word_file, text_file)
    assert "1つずつ" in fault_of(program, SOURCE)
    assert source_of(program).toPlainText() == ""


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("画像.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00binary\x00", "文章のファイルではない"),
        ("空.txt", b"", "文字がありません"),
        ("古い.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "そのままでは読めません"),
        ("壊れた.docx", b"PK\x03\x04broken", "壊れている"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_the_field_and_the_text_there_stays(
    open_window: OpenWindow, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    program = open_window()
    program.begin()
    source_of(program).setPlainText("前からある記録")
    with program.qtbot.waitSignal(program.bench.source_failed, timeout=PATIENCE_MS):
        drop(source_of(program).viewport(), path)
    assert words in fault_of(program, SOURCE)
    assert source_of(program).toPlainText() == "前からある記録"
    control = program.window.form.rows[SOURCE].control
    assert isinstance(control, DocumentControl)
    assert control.file_name == ""


def test_the_number_of_characters_is_shown(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin()
    source_of(program).setPlainText("あ" * 12_345)
    texts = [label.text() for label in program.window.form.findChildren(QWidget) if hasattr(label, "text")]
    assert "12,345文字" in texts


def test_missing_fields_are_told_each_at_its_place_and_nothing_is_asked_of_the_model(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin()
    QTest.mouseClick(program.window.form.draft_button, BUTTON)
    assert "会議名" in fault_of(program, "会議名")
    assert "会議の記録" in fault_of(program, SOURCE)
    assert fault_of(program, "場所") == ""
    assert source_of(program).hasFocus()
    assert not program.bench.runner.running
    QTest.keyClicks(program.inner("会議名"), "a")
    assert fault_of(program, "会議名") == ""


def test_a_date_is_read_back_in_full_while_it_is_typed_and_a_wrong_one_told_on_leaving(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin()
    field = program.inner("開催日")
    field.setFocus()
    QTest.keyClicks(field, "R8.11.24")
    assert "令和8年11月24日（火）" in [
        label.text() for label in program.window.form.findChildren(QWidget) if hasattr(label, "text")
    ]
    for _ in range(2):
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, "31")
    assert fault_of(program, "開催日") == ""
    program.inner("場所").setFocus()
    assert "開催日" in fault_of(program, "開催日")


def test_the_wheel_scrolls_the_form_and_does_not_change_a_choice(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("notice")
    box = program.inner("種類")
    assert isinstance(box, QComboBox)
    before = box.currentIndex()
    box.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5),
        box.mapToGlobal(QPointF(5, 5)),
        QPoint(0, -40),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentIndex() == before
    assert not wheel.isAccepted()


@pytest.mark.parametrize("template", ["minutes", "notice", "memo"])
def test_every_field_of_every_template_keeps_what_was_typed(open_window: OpenWindow, template: str) -> None:
    program = open_window()
    program.begin(template)
    typed = {}
    for key, row in program.window.form.rows.items():
        choices = row.field.choices
        typed[key] = choices[-1] if choices else f"値{key}"
        row.control.set_value(typed[key])
    assert program.window.form.inputs().values == typed
