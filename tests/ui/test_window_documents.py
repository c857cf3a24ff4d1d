"""Documents in the window: what is typed is saved, found again, put back, exported, and never lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.core.sections import ListContent, TextContent
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings, load_settings
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, Origin, RunFacts, TemplateStamp
from desktop.ui.autosave import Autosave
from tests.support.window import PATIENCE_MS, SLOW, Opened, pressable, scripted
from tests.ui.conftest import OpenWindow


def on_disk(folders: Folders) -> HistoryStore:
    """Open the history beside the running program, as it stands on the disk now."""
    return HistoryStore.open(folders.history_file, read_only=True)


def test_what_is_typed_is_on_the_disk_within_a_second(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    program.begin()
    with qtbot.waitSignal(program.bench.saver.saved, timeout=1000):
        QTest.keyClicks(program.inner("会議名"), "Kaigi")
    with on_disk(program.desk.folders) as history:
        (summary,) = history.list_documents()
        assert summary.title == "Kaigi"
        assert history.load(summary.id).inputs.values["会議名"] == "Kaigi"


def test_an_edit_of_the_draft_is_on_the_disk_within_a_second(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    program.begin_sample()
    ended = program.run(program.bench.draft)
    program.wait_saved()
    with qtbot.waitSignal(program.bench.saver.saved, timeout=1000):
        QTest.keyClicks(program.editor("次回"), "ABC")
    with on_disk(program.desk.folders) as history:
        version = history.load(ended.document_id).sections["次回"]
    assert version.origin is Origin.PERSON
    assert version.content == program.card("次回").content()


def test_steady_typing_is_saved_every_second_and_not_only_at_the_first_pause(qtbot: QtBot) -> None:
    every_ms = 50
    keys = QTimer(interval=every_ms)
    autosave = Autosave(keys)
    typed: list[int] = []
    keys.timeout.connect(autosave.touch)
    keys.timeout.connect(lambda: typed.append(1))
    keys.start()
    for _ in range(2):
        typed.clear()
        # Keys that never pause: only the limit can end the wait, and a second's worth of them is the promise.
        with qtbot.waitSignal(autosave.due, timeout=PATIENCE_MS):
            pass
        assert len(typed) <= 1000 / every_ms
    keys.stop()


def test_closing_the_window_saves_what_was_typed_a_moment_ago(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin()
    QTest.keyClicks(program.inner("会議名"), "A")
    program.close()
    with on_disk(program.desk.folders) as history:
        (summary,) = history.list_documents()
    assert summary.title == "A"


def test_typing_while_the_document_is_being_begun_is_not_lost_at_closing(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin()
    QTest.keyClicks(program.inner("会議名"), "A")
    program.bench.saver.flush()
    QTest.keyClicks(program.inner("会議名"), "B")
    program.close()
    with on_disk(program.desk.folders) as history:
        (summary,) = history.list_documents()
    assert summary.title == "AB"


def test_a_form_that_was_only_looked_at_leaves_nothing_in_the_history(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("minutes")
    program.begin("notice")
    program.close()
    with on_disk(program.desk.folders) as history:
        assert history.list_documents() == []


def test_closing_while_the_model_writes_keeps_the_text_and_offers_to_continue_next_time(
    open_window: OpenWindow,
) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("主な意見", 8)
    seen = program.page()
    program.close()
    again = open_window()
    reopen(again)
    assert again.text("議題") == seen["議題"]
    assert again.text("主な意見").startswith(seen["主な意見"])
    assert pressable(again.window.draft, "はじめから").isEnabled()
    ended = again.run(lambda: pressable(again.window.draft, "続きから").click())
    assert ended.state is DocumentState.COMPLETE


def test_closing_keeps_an_edit_made_before_the_model_reached_that_section(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("主な意見")
    QTest.keyClicks(program.editor("次回"), "ABC")
    program.wait_saved()
    runner = program.bench.runner
    with qtbot.waitSignal(runner.moved, timeout=PATIENCE_MS, check_params_cb=lambda: runner.progress.section == "議題"):
        pass
    program.close()
    with on_disk(program.desk.folders) as history:
        (summary,) = history.list_documents()
        kept = history.load(summary.id).sections["次回"]
    assert (kept.origin, kept.content) == (Origin.PERSON, TextContent("ABC"))


def reopen(program: Opened) -> None:
    """Open the latest document by a click in the history."""
    left = program.window.left
    left.show_tab(history=True)
    if not left.history.count():
        with program.qtbot.waitSignal(program.bench.history_came, timeout=PATIENCE_MS):
            pass
    place = left.history.visualItemRect(left.history.item(0)).center()
    with program.qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        QTest.mouseClick(left.history.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_everything_is_found_again_tomorrow(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    QTest.keyClicks(program.editor("次回"), "ABC")
    inputs, page = program.window.form.inputs(), program.page()
    program.close()
    again = open_window()
    reopen(again)
    assert again.window.form.inputs() == inputs
    assert again.window.form.inputs().file_names == {"会議の記録": "kaigi.txt"}
    assert again.page() == page
    assert again.window.draft.notices.card("run") is None


def test_the_history_shows_title_template_japanese_date_and_state_in_words(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    with program.qtbot.waitSignal(program.bench.history_came, timeout=PATIENCE_MS):
        program.bench.refresh_history()
    (entry,) = program.window.left.history.entries()
    assert entry.title == "第3回　窓口サービス改善検討会"
    assert entry.below.startswith("議事録（要点筆記）\n令和")
    assert entry.badge == "下書き完了"


def test_a_draft_that_a_crash_broke_off_is_announced_and_opens(open_window: OpenWindow) -> None:
    first = open_window()
    template = first.desk.template("minutes")
    first.close()
    with HistoryStore.open(first.desk.folders.history_file) as history:
        stamp = TemplateStamp(template.id, template.name, template.version, template.source)
        number = history.create_document(stamp, "臨時会議", Inputs({"会議名": "臨時会議", "会議の記録": "短い記録"}))
        history.begin_run(number, RunFacts("m", "", "{}"))
        history.save_partial(number, '{"議題":["一つ目"', {"議題": (ListContent(("一つ目",)), False)})
    again = open_window()
    card = again.window.notices.card("recovered")
    assert card is not None
    assert "臨時会議" in card.notice.title
    with again.qtbot.waitSignal(again.bench.opened, timeout=PATIENCE_MS):
        pressable(card, "開く").click()
    assert again.text("議題") == "一つ目"
    assert pressable(again.window.draft, "続きから").isEnabled()
    assert again.window.notices.card("recovered") is None


def test_another_form_says_where_the_document_before_went_and_leads_back(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.wait_saved()
    program.begin("notice")
    card = program.window.notices.card("left")
    assert card is not None
    with program.qtbot.waitSignal(program.bench.opened, timeout=PATIENCE_MS):
        pressable(card, "その文書に戻る").click()
    assert program.window.form.inputs().values["会議名"] == "第3回　窓口サービス改善検討会"


def test_rewriting_a_section_changes_this_one_only(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    for key in ("議題", "次回"):
        program.editor(key).setPlainText("自分の文章")
    before = program.page()
    program.run(program.card("議題").rewrite.click)
    after = program.page()
    assert after["議題"] != "自分の文章"
    assert {key: text for key, text in after.items() if key != "議題"} == {
        key: text for key, text in before.items() if key != "議題"
    }


def test_an_earlier_version_is_put_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    model = program.text("次回")
    program.editor("次回").setPlainText("自分の文章")
    card = program.card("次回")
    menu = menu_of(program, card.earlier)
    actions = menu.actions()
    assert "今の版" in actions[0].text()
    assert "自分の文章" in actions[0].text()
    assert not actions[0].isEnabled()
    assert "AIの下書き" in actions[1].text()
    with qtbot.waitSignal(program.bench.grew, timeout=PATIENCE_MS):
        actions[1].trigger()
    assert program.text("次回") == model
    menu.close()
    # What stood there before is an earlier version now: nothing is lost by putting back.
    assert any("自分の文章" in action.text() for action in menu_of(program, card.earlier).actions())


def menu_of(program: Opened, button: QPushButton) -> QMenu:
    """Press the button of the versions and return the menu that opens."""
    for old in button.findChildren(QMenu):
        old.setParent(None)
    shown: list[QMenu] = []

    def look() -> None:
        shown.extend(menu for menu in button.findChildren(QMenu) if menu.isVisible())
        if not shown:
            QTimer.singleShot(10, look)

    button.click()
    look()
    program.qtbot.waitUntil(lambda: bool(shown), timeout=PATIENCE_MS)
    return shown[0]


def test_a_table_can_be_typed_in_and_gets_and_loses_rows(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    program.begin_sample()
    card = program.card("決定事項")
    pressable(card, "行を追加").click()
    QTest.keyClicks(card.editors()[0], "first")
    pressable(card, "行を追加").click()
    QTest.keyClicks(card.editors()[4], "second")
    QTest.keyClicks(card.editors()[7], "R8.12.1")
    with qtbot.waitSignal(program.bench.saver.saved, timeout=PATIENCE_MS):
        next(button for button in card.findChildren(QPushButton) if button.text() == "×").click()
    program.wait_saved()
    assert program.bench.sheet is not None
    kept = program.desk.load(program.bench.sheet.number).result(60).record
    assert kept.sections["決定事項"].content == card.content()
    assert [editor.text() for editor in card.editors()] == ["second", "", "", "R8.12.1"]


def test_a_section_is_copied_as_text(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    program.card("議題").copy.click()
    assert QApplication.clipboard().text() == program.text("議題")


# -- export ------------------------------------------------------------------------------------------------------------


def test_a_history_in_use_by_another_window_is_told_in_place_and_can_be_opened_later(
    open_window: OpenWindow, qtbot: QtBot, dressed: QApplication, tmp_path: Path
) -> None:
    first = open_window()
    second = scripted(qtbot, dressed, tmp_path / "home")
    second.window.resize(1366, 768)
    second.keeper.show()
    with qtbot.waitSignal(second.bench.failed, timeout=PATIENCE_MS):
        second.bench.open()
    card = second.window.notices.card("open")
    assert card is not None
    assert "もう一つの文机" in card.notice.title
    assert not second.window.form.draft_button.isEnabled()
    first.close()
    with qtbot.waitSignal(second.bench.ready, timeout=PATIENCE_MS):
        pressable(card, "もう一度開く").click()
    assert second.window.notices.card("open") is None
    second.close()


def test_the_language_changes_around_the_open_document(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    QTest.keyClicks(program.editor("次回"), "ABC")
    before = program.window
    inputs, page = program.window.form.inputs(), program.page()
    program.window.language_chosen.emit("en")
    assert program.window is not before
    assert pressable(program.window, "Save as Word").isEnabled()
    assert program.window.form.inputs() == inputs
    assert program.page() == page
    program.close()
    assert load_settings(program.desk.folders.settings_file).settings.language == "en"


def test_the_language_changes_while_the_model_writes(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題", 3)
    program.window.language_chosen.emit("en")
    ended = program.run(lambda: None)
    assert ended.state is DocumentState.COMPLETE
    assert all(text.strip() for text in program.page().values())


def test_splitters_and_window_size_are_remembered(open_window: OpenWindow) -> None:
    program = open_window()
    program.window.resize(1200, 700)
    program.window.splitter.setSizes([300, 400, 490])
    sizes = program.window.splitter.sizes()
    program.close()
    again = open_window()
    again.window.resize(1200, 700)
    assert again.window.splitter.sizes() == sizes


def test_a_terminal_without_a_model_is_told_what_is_missing_and_a_wrong_file_is_refused_in_place(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    found = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")})
    folders = Folders(found.data, found.config, found.cache, found.logs, (found.own_models,))
    program = open_window(desk=Desk(folders, Settings()))
    card = program.window.draft.model_card
    if not card.isVisible():
        with qtbot.waitSignal(program.bench.models_came, timeout=PATIENCE_MS):
            pass
    assert card.isVisible()
    program.begin_sample()
    ended = program.run(program.bench.draft)
    assert ended.error is not None
    assert card.isVisible()
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"not a model")
    card.add_file(wrong)
    qtbot.waitUntil(lambda: "GGUF" in card.fault, timeout=PATIENCE_MS)
    assert card.add.isEnabled()


def test_text_pasted_over_a_read_file_can_be_undone(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window()
    program.begin()
    source = program.inner("会議の記録")
    assert isinstance(source, QPlainTextEdit)
    source.insertPlainText("自分で書いた記録")
    file = tmp_path / "記録.txt"
    file.write_text("ファイルの記録", encoding="utf-8")
    with program.qtbot.waitSignal(program.bench.source_read, timeout=PATIENCE_MS):
        program.bench.read_source("会議の記録", file, "")
    assert source.toPlainText() == "ファイルの記録"
    pressable(program.window.form, "元の文章に戻す").click()
    assert source.toPlainText() == "自分で書いた記録"
