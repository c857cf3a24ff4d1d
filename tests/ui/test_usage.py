"""A person is asked once, hands their figures on after seeing them, and a leader reads, filters and saves the sums."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode, UserFault
from desktop.learning.usage import summed
from desktop.learning.usage_file import MonthUse, TemplateUse
from desktop.session.usage_desk import UsageRead
from desktop.ui.dashboard.keeping import write_table
from desktop.ui.dashboard.window import UsageWindow
from desktop.ui.dashboard.words import TableLine
from tests.support.usage_data import department, put
from tests.support.window import PATIENCE_MS, Opened, pressable
from tests.ui.conftest import OpenWindow

TODAY = dt.date(2026, 11, 24)


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def exported(program: Opened, path: Path) -> None:
    with program.qtbot.waitSignal(program.bench.exported, timeout=PATIENCE_MS):
        program.bench.export(path, overwrite=True)


def drafted(program: Opened) -> None:
    program.begin_sample()
    program.run(program.bench.draft)


def minutes_kept(program: Opened) -> list[tuple[int, int]]:
    counts = program.desk._in_store(lambda store: store.usage.own_usage()).result(60).counts
    return [(one.answered, one.minutes) for one in counts]


def page_of(qtbot: QtBot, uses: list[MonthUse], language: str = "ja") -> UsageWindow:
    page = UsageWindow(None, language, {})
    qtbot.addWidget(page)
    page.show_read(UsageRead(summed(uses, TODAY), len(uses), ()), "share")
    page.show()
    return page


def shown_at(page: UsageWindow, row: int, column: int) -> str:
    item = page.figures.item(row, column)
    assert item is not None
    return item.text()


def test_a_saved_document_is_asked_about_once_and_the_answer_is_kept(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    drafted(program)
    question = program.window.draft.question
    exported(program, tmp_path / "a.docx")
    qtbot.waitUntil(question.isVisible, timeout=PATIENCE_MS)
    pressable(question, "30分").click()
    qtbot.waitUntil(lambda: minutes_kept(program) == [(1, 30)], timeout=PATIENCE_MS)
    assert "ありがとう" in texts(question)
    program.begin("memo")
    assert not question.isVisible()
    number = program.desk.history().result(60)[0].id
    program.bench.open_document(number)
    qtbot.waitUntil(lambda: program.bench.sheet is not None and program.bench.sheet.number == number)
    exported(program, tmp_path / "b.docx")
    program.desk.history().result(60)
    QApplication.processEvents()
    assert not question.isVisible()


def test_another_number_can_be_typed_and_the_question_can_be_passed_over(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    drafted(program)
    question = program.window.draft.question
    exported(program, tmp_path / "a.txt")
    qtbot.waitUntil(question.isVisible, timeout=PATIENCE_MS)
    pressable(question, "その他").click()
    question.count.setValue(45)
    pressable(question, "この分数にする").click()
    qtbot.waitUntil(lambda: minutes_kept(program) == [(1, 45)], timeout=PATIENCE_MS)
    drafted(program)
    exported(program, tmp_path / "c.txt")
    qtbot.waitUntil(question.isVisible, timeout=PATIENCE_MS)
    question.skip.click()
    assert not question.isVisible()
    assert minutes_kept(program) == [(1, 45)]


def test_who_does_not_want_to_be_asked_is_not_asked_again(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    drafted(program)
    question = program.window.draft.question
    exported(program, tmp_path / "a.txt")
    qtbot.waitUntil(question.isVisible, timeout=PATIENCE_MS)
    question.never.click()
    assert not program.desk.settings.ask_minutes
    drafted(program)
    assert not question.isVisible()
    exported(program, tmp_path / "b.txt")
    program.desk.history().result(60)
    QApplication.processEvents()
    assert not question.isVisible()


def test_what_is_handed_on_is_shown_before_and_then_lies_on_the_share(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_window()
    drafted(program)
    part = program.window.usage
    part.open_sending()
    dialog = part.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "minutes" in dialog.preview.toPlainText(), timeout=PATIENCE_MS)
    assert not dialog.send.isEnabled()
    dialog.folder.setText(str(tmp_path / "gone"))
    dialog.send.click()
    qtbot.waitUntil(lambda: dialog.notices.card("send") is not None, timeout=PATIENCE_MS)
    share = tmp_path / "share"
    share.mkdir()
    dialog.folder.setText(str(share))
    dialog.always.setChecked(True)
    shown = dialog.preview.toPlainText()
    dialog.send.click()
    qtbot.waitUntil(lambda: part.dialog is None, timeout=PATIENCE_MS)
    [file] = share.iterdir()
    assert shown == f"{file.name}\n{file.read_text('utf-8')}"
    assert program.desk.settings.usage_share == str(share)
    assert program.window.notices.card("usage") is not None


def test_a_leader_reads_a_folder_in_the_window(open_window: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    put(tmp_path / "share", department(dt.date(2026, 4, 1), 7))
    program = open_window()
    program.window.usage.open_page()
    page = program.window.usage.page
    assert page is not None
    assert "月が終わるごとに" in texts(page)
    assert not page.png.isEnabled()
    page.folder_chosen.emit(str(tmp_path / "share"))
    qtbot.waitUntil(lambda: page.view is not None, timeout=PATIENCE_MS)
    assert "令和8年度" in page.period.currentText()
    page.folder_chosen.emit(str(tmp_path / "gone"))
    qtbot.waitUntil(lambda: page.notices.card("read") is not None, timeout=PATIENCE_MS)
    assert page.view is not None
    page.close()
    assert program.window.usage.page is None


@pytest.mark.usefixtures("dressed")
def test_the_table_holds_the_numbers_of_the_section_that_is_chosen(qtbot: QtBot) -> None:
    page = page_of(qtbot, list(department(dt.date(2025, 4, 1), 19)))
    assert page.period.count() == 2
    names = [page.section.itemText(place) for place in range(page.section.count())]
    assert names[0] == "全体"
    assert "そのほかの課" in names
    assert not any("秘書室" in name for name in names)
    for place in range(len(names)):
        page.section.setCurrentIndex(place)
        view = page.view
        assert view is not None
        assert shown_at(page, 0, 2) == str(view.total.documents)
        assert page.figures.rowCount() == 1 + len(view.months) + len(view.templates)
    page.section.setCurrentText("総務部/総務課")
    page.period.setCurrentIndex(1)
    assert page.section.currentText() == "総務部/総務課"


@pytest.mark.usefixtures("dressed")
def test_fewer_than_five_people_are_withheld_with_a_kind_word(qtbot: QtBot) -> None:
    few = [MonthUse(f"{n:032x}", dt.date(2026, 6, 1), "", (TemplateUse("memo", "メモ", 1, 0, 0),)) for n in range(4)]
    page = page_of(qtbot, few)
    assert page.view is None
    assert "5人以上になってから" in texts(page)
    assert not page.tabs.isVisible()
    assert not page.csv.isEnabled()


@pytest.mark.usefixtures("dressed")
def test_files_that_were_left_out_are_told(qtbot: QtBot) -> None:
    page = page_of(qtbot, [])
    fault = UserFault(ErrorCode.USAGE_BROKEN, file="2026-01_x.json", key="", reason="newer")
    page.show_read(UsageRead(summed([], TODAY), 0, [fault]), "share")
    card = page.notices.card("skipped")
    assert card is not None
    assert "新しい版" in card.notice.detail


@pytest.mark.usefixtures("dressed")
def test_the_picture_and_the_table_are_saved_as_they_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    hook = sys.excepthook
    page = page_of(qtbot, list(department(dt.date(2026, 4, 1), 7)))
    assert sys.excepthook is hook
    page.save(tmp_path / "図.png")
    picture = QImage(str(tmp_path / "図.png"))
    assert page.sheet is not None
    assert picture.width() == page.sheet.width() * 2
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
    }
    assert "#b9c8e0" in colours
    page.save(tmp_path / "表.csv")
    raw = (tmp_path / "表.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][0] == "活用状況"
    assert rows[2][2] == shown_at(page, 0, 2)
    page.save(tmp_path / "gone" / "x.csv")
    card = page.notices.card("save")
    assert card is not None
    assert "gone" in card.notice.title + card.notice.detail


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_a_template_name_cannot_become_a_formula_in_excel(sign: str) -> None:
    line = TableLine("ひな形", f'{sign}HYPERLINK("x","y")', "1", "約5人", "", "")
    stream = BytesIO()
    write_table(stream, ["t"], [line])
    [_title, _heading, row] = list(csv.reader(StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))
    assert row[1] == f'\'{sign}HYPERLINK("x","y")'


@pytest.mark.usefixtures("dressed")
def test_every_plot_tells_its_numbers_to_a_screen_reader(qtbot: QtBot) -> None:
    page = page_of(qtbot, list(department(dt.date(2026, 4, 1), 7)))
    assert page.sheet is not None
    told = [one.accessibleDescription() for one in page.sheet.findChildren(QWidget) if one.accessibleDescription()]
    view = page.view
    assert view is not None
    assert any(f"4月 {view.months[0].cell.documents}" in text for text in told)
    assert len(told) == 3
