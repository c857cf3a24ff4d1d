"""The list of templates in the window: searched, sorted by habit, filled from the share, with the person's details."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.store.records import Inputs
from desktop.templates.library import builtin_templates
from desktop.templates.samples import example_values
from desktop.ui.office_dialog import OfficeDialog
from tests.support.desk import WAIT
from tests.support.window import PATIENCE_MS, Opened, pressable
from tests.ui.conftest import OpenWindow


def titles(program: Opened) -> list[str]:
    return [entry.title for entry in program.window.left.templates.list.entries()]


def share_with(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "メモ.toml").write_text(text, encoding="utf-8")
    return folder


def memo_source() -> str:
    return next(one for one in builtin_templates() if one.id == "memo").source


def office(program: Opened) -> OfficeDialog:
    program.window.templates.open_office()
    return next(one for one in program.window.findChildren(OfficeDialog) if one.isVisible())


def test_what_is_typed_narrows_the_list_and_enter_takes_the_first(open_window: OpenWindow) -> None:
    program = open_window()
    search = program.window.left.templates.search
    search.setText("通知文")
    assert titles(program)[0] == "通知文"
    assert "庁内メモ" not in titles(program)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert program.bench.sheet is not None
    assert program.bench.sheet.template.id == "notice"
    search.setText("ありえない言葉")
    assert titles(program) == []
    assert program.window.left.templates._none.isVisible()


def test_a_favourite_stands_at_the_top_also_at_the_next_start(open_window: OpenWindow) -> None:
    program = open_window()
    program.window.left.templates.favoured.emit("memo", True)
    assert titles(program)[:2] == ["お気に入り", "庁内メモ"]
    assert program.desk.settings.favourites == ("memo",)
    program.window.left.templates.favoured.emit("memo", False)
    assert "お気に入り" not in titles(program)


def test_what_was_used_lately_stands_at_the_top(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    program.qtbot.waitUntil(lambda: titles(program)[0] == "最近使ったもの", timeout=PATIENCE_MS)
    assert titles(program)[1] == "議事録（要点筆記）"


def test_a_persons_details_are_kept_and_stand_in_the_next_form(open_window: OpenWindow) -> None:
    program = open_window()
    dialog = office(program)
    dialog.fields["section"].setText(" 総務課 ")
    dialog.fields["person"].setText("小林")
    pressable(dialog, "この内容にする").click()
    assert (program.desk.settings.section, program.desk.settings.person) == ("総務課", "小林")
    program.begin("notice")
    assert program.window.form.inputs().values["担当者"] == "小林"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_template_put_on_the_share_comes_into_the_window(
    open_window: OpenWindow, tmp_path: Path, language: str
) -> None:
    source = (
        memo_source().replace('name = "庁内メモ"', 'name = "市のメモ"', 1).replace('name_en = "', 'name_en = "City ', 1)
    )
    share = share_with(tmp_path / "share", source)
    program = open_window(language=language)
    program.bench.set_office(replace(program.desk.settings, shared_templates=str(share)))
    name = "市のメモ" if language == "ja" else "City "
    program.qtbot.waitUntil(lambda: any(one.startswith(name) for one in titles(program)), timeout=PATIENCE_MS)
    entry = next(one for one in program.window.left.templates.list.entries() if one.title.startswith(name))
    assert ("全庁" if language == "ja" else "Whole city") in entry.badge


def test_who_can_mend_a_broken_template_is_told_and_the_rest_works(open_window: OpenWindow, tmp_path: Path) -> None:
    share = share_with(tmp_path / "share", memo_source().replace("format = 1", 'format = 1\nauthor = "小林"', 1))
    program = open_window()
    program.bench.set_office(replace(program.desk.settings, shared_templates=str(share), person="小林"))
    shelf = program.desk.library
    program.qtbot.waitUntil(lambda: shelf.offer("memo").origin.level == 1, timeout=PATIENCE_MS)
    (share / "メモ.toml").write_text(memo_source() + "\nこれは壊れている", encoding="utf-8")
    shelf.sync_now()
    notices = program.window.notices
    program.qtbot.waitUntil(lambda: notices.card("template") is not None, timeout=PATIENCE_MS)
    assert shelf.offer("memo").origin.level == 1
    dialog = office(program)
    program.qtbot.waitUntil(lambda: dialog._troubles.count() == 1, timeout=PATIENCE_MS)


def newer_memo(extra: str = "") -> str:
    """Return the memo with another version, one field more and one section less."""
    source = memo_source().replace('version = "1.0"', 'version = "2.0"', 1)
    field = '[[field]]\nkey = "件名"\nlabel = "件名の欄"\ntype = "text"\n\n'
    source = source.replace("[[field]]", field + "[[field]]", 1)
    return source.replace("ここから走り書き", "件名：{件名}\n\nここから走り書き" + extra, 1)


def test_a_document_of_an_older_version_can_be_copied_to_the_new_one_and_stays_itself(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    program = open_window()
    program.begin("memo", Inputs(example_values(program.desk.template("memo"))))
    program.run(program.bench.draft)
    before = program.page()
    sheet = program.bench.sheet
    assert sheet is not None
    share = share_with(tmp_path / "share", newer_memo())
    program.bench.set_office(replace(program.desk.settings, shared_templates=str(share)))
    notices = program.window.notices
    program.qtbot.waitUntil(lambda: notices.card("version") is not None, timeout=PATIENCE_MS)
    card = notices.card("version")
    assert card is not None
    assert "2.0" in card.notice.title
    assert "件名の欄" in card.notice.text
    assert program.page() == before
    with program.qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        pressable(card, "新しい版に写す").click()
    assert program.bench.sheet is not None
    assert program.bench.sheet.number not in (0, sheet.number)
    assert program.bench.sheet.template.version == "2.0"
    assert program.page() == before
    assert notices.card("version") is None
    old = program.desk.load(sheet.number).result(WAIT)
    assert old.template.version == "1.0"
    assert old.record.inputs.values["宛先"] == program.bench.sheet.inputs.values["宛先"]


def test_a_notice_of_a_newer_version_that_was_closed_stays_closed(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window()
    program.begin("memo")
    share = share_with(tmp_path / "share", newer_memo())
    program.bench.set_office(replace(program.desk.settings, shared_templates=str(share)))
    notices = program.window.notices
    program.qtbot.waitUntil(lambda: notices.card("version") is not None, timeout=PATIENCE_MS)
    notices.clear("version")
    program.bench.library_changed.emit()
    assert notices.card("version") is None


def test_the_star_beside_the_title_makes_a_favourite(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("memo")
    head = program.window.form.head
    assert head is not None
    head.star.click()
    assert titles(program)[:2] == ["お気に入り", "庁内メモ"]
    assert head.star.text().startswith("★")
    head.star.click()
    assert "お気に入り" not in titles(program)


def test_the_values_of_the_last_time_come_into_a_new_form_at_a_click(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("memo")
    assert program.window.form.head is not None
    assert not program.window.form.head.again.isVisible()
    values = example_values(program.desk.template("memo"))
    program.begin("memo", Inputs(values))
    program.run(program.bench.draft)
    program.begin("memo")
    program.qtbot.waitUntil(
        lambda: program.window.form.head is not None and program.window.form.head.again.isVisible(),
        timeout=PATIENCE_MS,
    )
    with program.qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        program.window.form.head.again.click()
    again = program.window.form.inputs().values
    assert again["宛先"] == values["宛先"]
    assert again["要点"] == ""


def test_a_title_is_not_who_writes(open_window: OpenWindow) -> None:
    program = open_window()
    program.bench.set_office(replace(program.desk.settings, section="総務課", person="小林"))
    program.begin("notice")
    assert program.bench.sheet is not None
    assert program.bench.sheet.title == "通知文"
