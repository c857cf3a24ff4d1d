"""In the window, a person writes the history out, takes it in elsewhere, and sees what came in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.core.sections import ListContent
from desktop.session.history_folder import HISTORY_NAME
from desktop.settings.settings import Settings
from desktop.store.records import Inputs
from desktop.ui.transfer.export_dialog import ExportDialog
from desktop.ui.transfer.import_dialog import ImportDialog
from tests.support.desk import WAIT
from tests.support.window import PATIENCE_MS, Opened, pressable
from tests.ui.conftest import OpenWindow


def write(program: Opened, title: str = "定例会議") -> int:
    """Put minutes with one section into the history."""
    number = program.desk.create("minutes", Inputs({"会議名": title})).result(WAIT)
    key = next(spec.key for spec in program.desk.template("minutes").sections if spec.kind.value == "list")
    program.desk.save_edit(number, key, ListContent(("市道を補修する",))).result(WAIT)
    return number


def export_dialog(program: Opened) -> ExportDialog:
    program.window.transfer.open_export()
    dialog = program.window.transfer.dialog
    assert isinstance(dialog, ExportDialog)
    return dialog


def import_dialog(program: Opened) -> ImportDialog:
    program.window.transfer.open_import()
    dialog = program.window.transfer.dialog
    assert isinstance(dialog, ImportDialog)
    return dialog


def wait_end(qtbot: QtBot, dialog: ExportDialog | ImportDialog) -> str:
    """Wait for the notice at the end of an errand, and return what it says."""
    qtbot.waitUntil(lambda: dialog.notices.card("end") is not None, timeout=PATIENCE_MS)
    card = dialog.notices.card("end")
    assert card is not None
    return f"{card.notice.title}\n{card.notice.text}"


def test_a_history_is_written_out_and_taken_in_again_from_the_menus(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    number = write(program)
    program.desk.save_settings(dataclasses.replace(program.desk.settings, person="田中")).result(WAIT)
    out = export_dialog(program)
    qtbot.waitUntil(lambda: "1 件" in out.heading.text(), timeout=PATIENCE_MS)
    out.place.setText(str(tmp_path / "out"))
    out.settings.setChecked(True)
    pressable(out, "書き出す").click()
    assert "文書 1 件を書き出しました" in wait_end(qtbot, out)
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1
    pressable(out, "閉じる").click()
    assert program.window.transfer.dialog is None
    program.desk.trash.put(number).result(WAIT)
    program.desk.trash.empty().result(WAIT)
    program.desk.save_settings(Settings()).result(WAIT)
    into = import_dialog(program)
    into.check(tmp_path / "out")
    qtbot.waitUntil(into.start.isEnabled, timeout=PATIENCE_MS)
    assert "文書 1 件、項目の版 1 件" in into.found.text()
    with qtbot.waitSignal(program.bench.history_came, timeout=PATIENCE_MS) as came:
        into.start.click()
    said = wait_end(qtbot, into)
    assert "新しい文書 1 件" in said
    assert "引き継いだ設定 1 項目" in said
    assert came.args is not None
    assert [document.title for document in came.args[0]] == ["定例会議"]
    assert program.desk.settings.person == "田中"


def test_a_file_that_is_no_history_is_said_so_and_cannot_be_taken_in(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    (tmp_path / "other.jsonl").write_text("hello\n")
    into = import_dialog(program)
    into.check(tmp_path / "other.jsonl")
    assert "文机の履歴ではありません" in wait_end(qtbot, into)
    assert not into.start.isEnabled()
    into.reject()
    assert program.window.transfer.dialog is None


def test_the_open_document_shows_what_came_in(open_window: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    program = open_window()
    number = write(program)
    out = export_dialog(program)
    out.place.setText(str(tmp_path / "out"))
    out.word.setChecked(False)
    out.write()
    wait_end(qtbot, out)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [HISTORY_NAME]
    out.reject()
    with qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        program.bench.open_document(number)
    with qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        program.bench.history_grew((number,))
    assert program.bench.sheet is not None
    assert program.bench.sheet.number == number


def test_a_folder_that_is_not_empty_is_refused_and_another_can_be_named(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    out = export_dialog(program)
    out.place.setText(str(tmp_path / "full"))
    out.write()
    assert "すでにあります" in wait_end(qtbot, out)
    assert out.start.isEnabled()
    out.reject()


def test_closing_the_dialog_while_it_writes_stops_the_writing(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    for index in range(30):
        write(program, f"{index}")
    out = export_dialog(program)
    out.place.setText(str(tmp_path / "out"))
    out.write()
    out.reject()
    assert program.window.transfer.dialog is out
    qtbot.waitUntil(lambda: not out.errand.running, timeout=PATIENCE_MS)
    assert not (tmp_path / "out").exists()
    out.reject()
    assert program.window.transfer.dialog is None
