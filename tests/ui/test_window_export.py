"""Saving a draft as a file from the window."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import docx
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from desktop.session.office_library import Shelf
from desktop.templates.parse import parse_template
from desktop.templates.resolve import Library, Offered, Origin
from tests.support.window import PATIENCE_MS, Opened, pressable
from tests.ui.conftest import OpenWindow


def save_dialog(program: Opened, path: Path) -> QFileDialog:
    """Press the button that saves as Word, and type a path into the dialog."""
    pressable(program.window.draft, "Word で保存").click()
    (dialog,) = [found for found in program.window.findChildren(QFileDialog) if found.isVisible()]
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    assert line.text() == "第3回 窓口サービス改善検討会.docx"
    line.setText(str(path))
    return dialog


def accept(dialog: QFileDialog) -> None:
    """Press the dialog's own button."""
    QTimer.singleShot(0, dialog.accept)


def test_a_word_file_is_written_and_its_folder_offered(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    target = tmp_path / "議事録.docx"
    with program.qtbot.waitSignal(program.bench.exported, timeout=PATIENCE_MS):
        accept(save_dialog(program, target))
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(target)).paragraphs)
    assert program.text("次回") in text
    card = program.window.draft.notices.card("export")
    assert card is not None
    assert str(target) in card.notice.text
    assert pressable(card, "フォルダーを開く").isEnabled()


def test_a_file_that_exists_is_overwritten_only_after_asking(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    target = tmp_path / "議事録.docx"
    target.write_bytes(b"mine")
    dialog = save_dialog(program, target)
    answer(dialog, QMessageBox.StandardButton.No)
    assert dialog.isVisible()
    assert target.read_bytes() == b"mine"
    with program.qtbot.waitSignal(program.bench.exported, timeout=PATIENCE_MS):
        answer(dialog, QMessageBox.StandardButton.Yes)
    assert target.read_bytes().startswith(b"PK")


def answer(dialog: QFileDialog, choice: QMessageBox.StandardButton) -> None:
    """Press the dialog's button and answer the question it asks."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(choice).click()

    QTimer.singleShot(200, press)
    dialog.accept()
    assert "議事録.docx" in asked[0]


def test_a_place_that_cannot_be_written_is_told_in_place(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    with program.qtbot.waitSignal(program.bench.failed, timeout=PATIENCE_MS):
        program.bench.export(tmp_path / "missing" / "a.docx", overwrite=False)
    card = program.window.draft.notices.card("export")
    assert card is not None
    assert "保存できません" in card.notice.title


# -- the store, the settings -------------------------------------------------------------------------------------------


def test_a_missing_form_of_the_office_is_told_beside_the_file_that_was_saved_without_it(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    program = open_window()
    minutes = program.desk.template("minutes")
    source = minutes.source.replace("[layout]\n", '[layout]\nreference = "市の様式.docx"\n')
    template = dataclasses.replace(parse_template(source, "minutes.toml"), folder=tmp_path)
    program.desk.library._shelf = Shelf(Library((Offered(template, Origin()),)))
    program.begin_sample()
    program.run(program.bench.draft)
    target = tmp_path / "議事録.docx"
    with program.qtbot.waitSignal(program.bench.failed, timeout=PATIENCE_MS):
        accept(save_dialog(program, target))
    notices = program.window.draft.notices
    saved, told = notices.card("export"), notices.card("look")
    assert target.exists()
    assert saved is not None
    assert told is not None
    assert "市の様式.docx" in told.notice.title
    assert "標準の体裁" in told.notice.text
