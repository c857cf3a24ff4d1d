"""Drafting in the window: how a draft is started and stopped, and that nothing in it is lost or jumps."""

from __future__ import annotations

import os
import re
import signal

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode
from desktop.core.sections import ListContent
from desktop.engine.scripted import Do, Rule, Script, Step, one_rule
from desktop.session.speed_book import WARM_UP
from desktop.store.records import DocumentState, Inputs
from desktop.templates.samples import example_values
from desktop.ui.form import KEYS
from desktop.ui.sheet import Phase
from desktop.ui.workbench import EXPECT_AFTER_MS
from tests.support.window import PATIENCE_MS, SLOW, Opened, pressable
from tests.ui.conftest import OpenWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def compose(program: Opened, key: str, text: str) -> None:
    """Let the input method compose text in a field; the empty text ends it."""
    field = program.inner(key)
    field.setFocus()
    QApplication.sendEvent(field, QInputMethodEvent(text, []))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("field", ["会議名", "会議の記録", "出席者", "開催日"])
def test_ctrl_enter_drafts_from_any_field(open_window: OpenWindow, field: str, key: Qt.Key) -> None:
    program = open_window()
    program.begin_sample()
    program.inner(field).setFocus()
    ended = program.run(lambda: QTest.keyClick(program.inner(field), key, CTRL))
    assert ended.state is DocumentState.COMPLETE
    assert all(text.strip() for text in program.page().values())


def test_enter_is_a_new_line_and_starts_nothing(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    source = program.inner("会議の記録")
    assert isinstance(source, QPlainTextEdit)
    before = source.toPlainText()
    source.setFocus()
    QTest.keyClick(source, Qt.Key.Key_Return)
    assert source.toPlainText() == "\n" + before
    assert not program.bench.runner.running


@pytest.mark.parametrize("field", ["会議名", "会議の記録"])
def test_ctrl_enter_while_the_input_method_composes_starts_nothing(open_window: OpenWindow, field: str) -> None:
    program = open_window()
    program.begin_sample()
    compose(program, field, "かいぎ")
    QTest.keyClick(program.inner(field), Qt.Key.Key_Return, CTRL)
    assert not program.bench.runner.running
    compose(program, field, "")
    ended = program.run(lambda: QTest.keyClick(program.inner(field), Qt.Key.Key_Return, CTRL))
    assert ended.state is DocumentState.COMPLETE


def test_esc_stops_and_the_text_so_far_stays(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("主な意見", 8)
    ended = program.run(lambda: QTest.keyClick(program.window, Qt.Key.Key_Escape))
    assert ended.state is DocumentState.CANCELLED
    assert len(program.text("主な意見")) >= 8
    kept = program.desk.load(ended.document_id).result(60).record
    section = kept.sections["主な意見"].content
    assert isinstance(section, ListContent)
    assert program.text("主な意見") == "\n".join(section.items)


def test_esc_while_the_input_method_composes_does_not_stop_the_model(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題")
    compose(program, "会議名", "かいぎ")
    QTest.keyClick(program.inner("会議名"), Qt.Key.Key_Escape)
    assert not program.bench.runner.progress.stopping
    compose(program, "会議名", "")
    assert program.run(lambda: None).state is DocumentState.COMPLETE


def test_percent_and_seconds_left_are_shown_while_the_model_reads(open_window: OpenWindow, qtbot: QtBot) -> None:
    unmeasured = Rule((Step(Do.FAIL, text=ErrorCode.ENGINE_FAILED.value),), when=WARM_UP)
    program = open_window(Script((unmeasured, Rule((Step(Do.PREFILL, count=100, every=0.2),)))))
    program.begin_sample()
    runner = program.bench.runner

    def reads() -> bool:
        return runner.progress.phase is Phase.READING and (runner.progress.fraction or 0) > 0.02

    with qtbot.waitSignal(runner.moved, timeout=PATIENCE_MS, check_params_cb=reads):
        program.bench.draft()
    words = program.window.draft.run_bar.words.text()
    assert words.startswith("資料を読んでいます")
    assert "%" in words
    assert "あと約20秒" in words
    program.run(runner.stop)


@pytest.mark.parametrize(
    ("language", "measuring", "told", "left"),
    [
        ("ja", "この端末での速さを測っています（最初の1回だけ、数秒）", "この端末では約", "あと約"),
        ("en", "Measuring the speed of this terminal (once, a few seconds)", "About {} on this terminal", "left"),
    ],
)
def test_the_run_bar_says_how_long_the_draft_takes_on_this_terminal(
    open_window: OpenWindow, language: str, measuring: str, told: str, left: str
) -> None:
    program = open_window(one_rule(Step(Do.PREFILL, count=2, every=0.02), Step(Do.FILL, every=0.01)), language=language)
    program.begin_sample()
    bar, runner = program.window.draft.run_bar, program.bench.runner
    seen: list[tuple[Phase, str, str]] = []
    runner.moved.connect(
        lambda: seen.append(
            (runner.progress.phase, bar.words.text(), "" if bar.expected.isHidden() else bar.expected.text())
        )
    )
    program.run(program.bench.draft)
    assert (Phase.MEASURING, measuring, "") in seen
    words, estimates = zip(*[line[1:] for line in seen if line[0] is Phase.WRITING], strict=True)
    (estimate,) = set(estimates)
    before, _, after = told.partition("{}")
    assert estimate.startswith(before)
    assert estimate.endswith(after)
    assert any(left in sentence for sentence in words)
    assert not re.search(r"\b0 ?(秒|second)", " ".join(words))
    seen.clear()
    program.run(program.bench.draft)
    assert Phase.MEASURING not in [phase for phase, _, _ in seen]


@pytest.mark.parametrize(
    ("language", "told"), [("ja", "この端末では約10秒"), ("en", "About 10 seconds on this terminal")]
)
def test_the_form_says_how_long_a_draft_would_take_once_that_is_known(
    open_window: OpenWindow, qtbot: QtBot, language: str, told: str
) -> None:
    program = open_window(language=language)
    program.begin_sample()
    form, bench = program.window.form, program.bench
    assert form.hint.text() == KEYS
    program.run(bench.draft)
    qtbot.waitUntil(lambda: form.hint.text() == told, timeout=PATIENCE_MS)
    QTest.keyClicks(program.inner("会議名"), "A")
    assert form.hint.text() == KEYS
    qtbot.waitUntil(lambda: form.hint.text() == told, timeout=PATIENCE_MS)
    # A form that is not complete has no draft, and nothing is claimed of it.
    with qtbot.waitSignal(bench.opened, timeout=PATIENCE_MS):
        program.begin("memo")
    qtbot.wait(2 * EXPECT_AFTER_MS)
    assert form.hint.text() == KEYS


def test_scroll_position_and_selection_stay_while_text_arrives(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.window.resize(1000, 420)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("決定事項", 4)
    editor, scroll = program.editor("主な意見"), program.window.draft.page.verticalScrollBar()
    cursor = editor.textCursor()
    cursor.setPosition(6)
    cursor.setPosition(2, QTextCursor.MoveMode.KeepAnchor)
    editor.setFocus()
    editor.setTextCursor(cursor)
    scroll.setValue(37)
    program.run(lambda: None)
    assert (editor.textCursor().anchor(), editor.textCursor().position()) == (6, 2)
    assert editor.hasFocus()
    assert scroll.value() == 37


def test_a_caret_at_the_end_of_a_growing_section_stays_where_it_is(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題", 5)
    editor = program.editor("議題")
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    place = editor.textCursor().position()
    program.run(lambda: None)
    assert len(editor.text()) > place
    assert editor.textCursor().position() == place


def wait_laid_out(program: Opened) -> None:
    """Wait until every section of the page has the height it asks for; new tables take some turns of the loop."""
    cards = program.window.draft.page.cards.values()
    program.qtbot.waitUntil(
        lambda: all(card.height() == card.minimumSizeHint().height() for card in cards), timeout=PATIENCE_MS
    )


@pytest.mark.parametrize("lines_before", [1, 40])
def test_what_a_person_reads_stays_in_place_when_a_section_above_shrinks_or_grows(
    open_window: OpenWindow, lines_before: int
) -> None:
    program = open_window(one_rule(Step(Do.FILL, count=30)))
    program.window.resize(1000, 420)
    program.begin_sample()
    program.run(program.bench.draft)
    page, card = program.window.draft.page, program.card("次回")
    program.card("主な意見").show_content(ListContent(("長い項目",) * lines_before))
    wait_laid_out(program)
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    before = card.mapTo(page, card.rect().topLeft()).y()
    program.run(lambda: program.bench.regenerate("主な意見"))
    assert "長い項目" not in program.text("主な意見")
    assert abs(card.mapTo(page, card.rect().topLeft()).y() - before) <= 1


def test_an_edit_made_while_the_model_writes_that_section_is_kept(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題", 3)
    editor = program.editor("議題")
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(editor, "ABC")
    mine = editor.text()
    ended = program.run(lambda: None)
    assert program.text("議題") == mine
    program.wait_saved()
    kept = program.desk.load(ended.document_id).result(60).record
    assert kept.sections["議題"].content == program.card("議題").content()
    assert len(program.desk.versions(ended.document_id, "議題").result(60)) == 2


def test_an_edit_of_a_section_the_model_has_not_reached_yet_is_kept(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("主な意見")
    QTest.keyClicks(program.editor("次回"), "ABC")
    ended = program.run(lambda: None)
    program.wait_saved()
    assert program.text("次回") == "ABC"
    kept = program.desk.load(ended.document_id).result(60).record
    assert kept.sections["次回"].content == program.card("次回").content()


def test_sigkill_of_the_engine_leaves_the_window_alive_and_the_draft_can_be_continued(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("決定事項", 8)
    ended = program.run(lambda: os.kill(program.engine_pid, signal.SIGKILL))
    assert ended.error is not None
    assert ended.error.code is ErrorCode.ENGINE_CRASHED
    partial = program.page()
    card = program.window.draft.notices.card("run")
    assert card is not None
    assert "続きから" in card.notice.text
    assert card.notice.detail
    again = program.run(
        lambda: QTest.mouseClick(pressable(program.window.draft, "続きから"), Qt.MouseButton.LeftButton)
    )
    assert again.state is DocumentState.COMPLETE
    assert all(text.strip() for text in program.page().values())
    assert program.text("主な意見") == partial["主な意見"]
    assert program.text("主な意見").startswith(partial["主な意見"])
    assert program.window.draft.notices.card("run") is None


def test_sigstop_of_the_engine_is_told_quietly_and_stop_ends_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題", 3)
    runner = program.bench.runner
    with qtbot.waitSignal(runner.moved, timeout=PATIENCE_MS, check_params_cb=lambda: runner.progress.silent > 0):
        os.kill(program.engine_pid, signal.SIGSTOP)
    bar = program.window.draft.run_bar
    assert bar.quiet.isVisible()
    assert "応答がありません" in bar.quiet.text()
    partial = program.text("議題")
    ended = program.run(lambda: QTest.mouseClick(bar.stop, Qt.MouseButton.LeftButton))
    assert ended.state is DocumentState.CANCELLED
    assert program.text("議題").startswith(partial)
    again = program.run(program.bench.continue_draft)
    assert again.state is DocumentState.COMPLETE


def test_a_draft_that_repeats_itself_offers_to_go_on_in_other_words(open_window: OpenWindow) -> None:
    begun = '{"用件": "窓口の時間", "経緯": "同じことを言う、同じことを言う、'
    program = open_window(one_rule(Step(Do.TEXT, begun), Step(Do.LOOP)))
    program.begin("memo", Inputs(example_values(program.desk.template("memo"))))
    ended = program.run(program.bench.draft)
    assert ended.error is not None
    card = program.window.draft.notices.card("run")
    assert card is not None
    assert "同じ文の繰り返し" in card.notice.title
    assert [action.label for action in card.notice.actions] == ["言い方を変えて続ける", "はじめから"]
    again = program.run(lambda: pressable(card, "言い方を変えて続ける").click())
    assert again.error is not None  # the script repeats itself for ever; the section was begun anew
    assert program.text("用件") == "窓口の時間"


def test_other_documents_cannot_be_opened_under_a_running_draft_and_it_is_said_why(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("議題")
    assert not program.window.left.templates.isEnabled()
    assert not program.window.form.draft_button.isEnabled()
    program.run(program.bench.runner.stop)
    assert program.window.left.templates.isEnabled()


@pytest.mark.model
def test_a_real_model_drafts_in_the_window(open_real_window: Opened, qtbot: QtBot) -> None:
    program = open_real_window
    program.begin("memo", Inputs(example_values(program.desk.template("memo"))))
    program.inner("発信者").setFocus()
    with qtbot.waitSignal(program.bench.ended, timeout=500_000) as ended:
        QTest.keyClick(program.inner("発信者"), Qt.Key.Key_Return, CTRL)
        assert program.bench.runner.running
    assert ended.args is not None
    assert ended.args[0].error is None
    assert ended.args[0].state is DocumentState.COMPLETE
    assert program.text("用件").strip()
    record = program.desk.load(ended.args[0].document_id).result(60).record
    assert record.run is not None
    assert record.run.model_sha256
    assert {key: version.content for key, version in record.sections.items()} == {
        key: program.card(key).content() for key in record.sections
    }


def worker_pid() -> int:
    """Return the number of the inference process this test's window has started."""
    (worker,) = [child for child in psutil.Process().children() if "desktop.engine.worker" in " ".join(child.cmdline())]
    return worker.pid


@pytest.mark.model
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGABRT, signal.SIGSTOP], ids=lambda sent: sent.name)
def test_a_real_model_that_dies_or_freezes_takes_no_text_along(
    open_real_window: Opened, qtbot: QtBot, sent: signal.Signals
) -> None:
    program = open_real_window
    program.begin("memo", Inputs(example_values(program.desk.template("memo"))))
    program.bench.draft()
    program.wait_for_text("用件", 4)
    if sent is signal.SIGSTOP:
        runner = program.bench.runner
        with qtbot.waitSignal(runner.moved, timeout=PATIENCE_MS, check_params_cb=lambda: runner.progress.silent > 0):
            os.kill(worker_pid(), sent)
        ended = program.run(runner.stop)
        assert ended.state is DocumentState.CANCELLED
    else:
        ended = program.run(lambda: os.kill(worker_pid(), sent))
        assert ended.error is not None
        assert ended.error.code is ErrorCode.ENGINE_CRASHED
    partial = program.text("用件")
    record = program.desk.load(ended.document_id).result(60).record
    assert record.sections["用件"].content == program.card("用件").content()
    again = program.run(program.bench.continue_draft)
    assert again.error is None
    assert again.state is DocumentState.COMPLETE
    assert program.text("用件").startswith(partial)
