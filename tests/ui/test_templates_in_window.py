"""The list of templates in the window: searched, sorted by habit, filled from the share, with the person's details."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.templates.library import builtin_templates
from desktop.ui.office_dialog import OfficeDialog
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
    program.window._open_office()
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
