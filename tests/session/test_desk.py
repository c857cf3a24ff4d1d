"""A person's work at the desk: drafting, stopping, crashing, continuing, editing, and finding it all again."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from docx import Document

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import SectionKind, TextContent
from desktop.engine.scripted import Do, Rule, Script, Step, one_rule
from desktop.session.desk import Desk
from desktop.session.events import DraftEvent, Loading, Reading, SectionGrew, Stalled
from desktop.store.records import DocumentState, Inputs, Origin
from tests.support.desk import WAIT, Heard, MakeDesk, sample_inputs

SLOW = Step(Do.FILL, every=0.02)


def child_of_this_test() -> psutil.Process:
    return next(child for child in psutil.Process().children() if "engine" in " ".join(child.cmdline()))


def text_of(desk: Desk, document_id: int) -> dict[str, object]:
    record = desk.load(document_id).result(WAIT).record
    return {key: version.content for key, version in record.sections.items()}


def test_a_draft_fills_every_section_and_can_be_saved_as_word(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(one_rule(Step(Do.PREFILL, every=0.001), Step(Do.FILL)))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    heard = Heard()
    ended = desk.draft(document_id, heard).result(WAIT)
    assert ended.error is None
    assert ended.state is DocumentState.COMPLETE
    assert heard.events[-1] == ended
    assert any(isinstance(event, Loading) for event in heard.events)
    assert any(isinstance(event, Reading) and event.done == event.total for event in heard.events)
    opened = desk.load(document_id).result(WAIT)
    assert set(opened.record.sections) == {spec.key for spec in opened.template.sections}
    assert all(version.finished for version in opened.record.sections.values())
    exported = desk.export(document_id, tmp_path / "議事録.docx").result(WAIT)
    assert exported.warning is None
    printed = "\n".join(paragraph.text for paragraph in Document(str(exported.path)).paragraphs)
    assert "見本" in printed


def test_the_model_and_its_settings_are_kept_with_the_draft(make_desk: MakeDesk) -> None:
    desk = make_desk()
    document_id = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    desk.draft(document_id, Heard()).result(WAIT)
    run = desk.load(document_id).result(WAIT).record.run
    assert run is not None
    assert '"temperature"' in run.settings


def test_stopping_keeps_the_text_and_continuing_completes_it(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)

    def stop_in_the_second_section(event: DraftEvent) -> None:
        keys = [spec.key for spec in desk.template("minutes").sections]
        if isinstance(event, SectionGrew) and event.key == keys[1]:
            desk.cancel()

    ended = desk.draft(document_id, Heard(stop_in_the_second_section)).result(WAIT)
    assert ended.state is DocumentState.CANCELLED
    before = text_of(desk, document_id)
    assert before
    again = Heard()
    completed = desk.continue_draft(document_id, again).result(WAIT)
    assert completed.state is DocumentState.COMPLETE
    after = text_of(desk, document_id)
    finished = list(before)[:-1]
    assert {key: after[key] for key in finished} == {key: before[key] for key in finished}
    assert not [event for event in again.events if isinstance(event, SectionGrew) and event.key in finished]


def test_a_draft_that_repeats_itself_is_stopped_and_its_section_written_in_other_words(make_desk: MakeDesk) -> None:
    begun = '{"用件": "窓口の時間", "経緯": "同じことを言う、同じことを言う、同じこと'
    desk = make_desk(one_rule(Step(Do.TEXT, begun), Step(Do.LOOP)))
    document_id = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    ended = desk.draft(document_id, Heard()).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.DRAFT_LOOPED
    assert ended.state is DocumentState.INTERRUPTED
    assert "同じことを言う" in str(text_of(desk, document_id))
    desk.close().result(WAIT)
    fresh = make_desk(one_rule(Step(Do.FILL)))
    assert fresh.continue_draft(document_id, Heard(), vary=True).result(WAIT).state is DocumentState.COMPLETE
    after = str(text_of(fresh, document_id))
    assert "同じことを言う" not in after
    assert "窓口の時間" in after


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_of_the_model_keeps_all_text_received_and_continuing_works(make_desk: MakeDesk, sent: int) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    shown: dict[str, object] = {}

    def kill_once(event: DraftEvent) -> None:
        if isinstance(event, SectionGrew):
            shown[event.key] = event.content
            if len(shown) == 2:
                os.kill(child_of_this_test().pid, sent)

    ended = desk.draft(document_id, Heard(kill_once)).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.ENGINE_CRASHED
    assert ended.state is DocumentState.INTERRUPTED
    assert text_of(desk, document_id) == shown
    assert desk.continue_draft(document_id, Heard()).result(WAIT).state is DocumentState.COMPLETE


def test_a_model_that_stops_answering_is_told_and_can_be_stopped(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)

    def freeze_then_stop(event: DraftEvent) -> None:
        if isinstance(event, SectionGrew) and not frozen:
            frozen.append(child_of_this_test().pid)
            os.kill(frozen[0], signal.SIGSTOP)
        if isinstance(event, Stalled):
            desk.cancel()

    frozen: list[int] = []
    heard = Heard(freeze_then_stop)
    ended = desk.draft(document_id, heard).result(WAIT)
    assert any(isinstance(event, Stalled) for event in heard.events)
    assert ended.state is DocumentState.CANCELLED
    assert text_of(desk, document_id)
    assert desk.continue_draft(document_id, Heard()).result(WAIT).state is DocumentState.COMPLETE


def test_writing_one_section_again_leaves_the_others_and_keeps_the_old_version(make_desk: MakeDesk) -> None:
    desk = make_desk()
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    desk.draft(document_id, Heard()).result(WAIT)
    before = desk.load(document_id).result(WAIT).record.sections
    key = list(before)[1]
    heard = Heard()
    assert desk.regenerate(document_id, key, heard).result(WAIT).state is DocumentState.COMPLETE
    assert {event.key for event in heard.events if isinstance(event, SectionGrew)} == {key}
    after = desk.load(document_id).result(WAIT).record.sections
    assert {k: v for k, v in after.items() if k != key} == {k: v for k, v in before.items() if k != key}
    versions = desk.versions(document_id, key).result(WAIT)
    assert [version.origin for version in versions] == [Origin.MODEL, Origin.MODEL]


def test_what_a_person_changed_is_not_overwritten_by_continuing(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("notice", sample_inputs(desk, "notice")).result(WAIT)
    spec = next(spec for spec in desk.template("notice").sections if spec.kind is SectionKind.TEXT)

    def stop_early(event: DraftEvent) -> None:
        if isinstance(event, SectionGrew):
            desk.cancel()

    desk.draft(document_id, Heard(stop_early)).result(WAIT)
    mine = TextContent("私が書いた文。" * 200)
    desk.save_edit(document_id, spec.key, mine).result(WAIT)
    assert desk.continue_draft(document_id, Heard()).result(WAIT).state is DocumentState.COMPLETE
    assert text_of(desk, document_id)[spec.key] == mine


def test_everything_is_found_again_after_closing(make_desk: MakeDesk) -> None:
    first = make_desk()
    inputs = sample_inputs(first)
    document_id = first.create("minutes", inputs).result(WAIT)
    first.draft(document_id, Heard()).result(WAIT)
    sections = text_of(first, document_id)
    first.close().result(WAIT)
    second = make_desk()
    found = second.history().result(WAIT)
    assert [summary.id for summary in found] == [document_id]
    assert text_of(second, document_id) == sections
    assert second.load(document_id).result(WAIT).record.inputs == inputs


def test_a_second_window_is_told_that_the_history_is_in_use(make_desk: MakeDesk) -> None:
    make_desk()
    with pytest.raises(StoreFault) as caught:
        make_desk()
    assert caught.value.code is ErrorCode.STORE_LOCKED


def test_a_missing_field_is_named_and_nothing_is_asked_of_the_model(make_desk: MakeDesk) -> None:
    desk = make_desk()
    document_id = desk.create("minutes", Inputs({})).result(WAIT)
    heard = Heard()
    ended = desk.draft(document_id, heard).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.FIELD_MISSING
    assert heard.events == [ended]
    assert desk.load(document_id).result(WAIT).record.summary.state is DocumentState.PREPARING


def test_a_source_that_does_not_fit_is_refused_and_the_form_stays_as_it_was(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(Step(Do.FAIL, text=ErrorCode.PROMPT_TOO_LONG.value)))
    inputs = sample_inputs(desk)
    document_id = desk.create("minutes", inputs).result(WAIT)
    ended = desk.draft(document_id, Heard()).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.PROMPT_TOO_LONG
    record = desk.load(document_id).result(WAIT).record
    assert record.inputs == inputs
    assert record.summary.state is DocumentState.PREPARING


def test_an_answer_that_is_no_draft_is_kept_and_reported(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(Step(Do.TEXT, text="こんにちは。議事録です。", count=40)))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    ended = desk.draft(document_id, Heard()).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.DRAFT_BROKEN_JSON
    assert desk.load(document_id).result(WAIT).record.raw_text.endswith("\tこんにちは。議事録です。")


def test_a_second_draft_is_refused_while_one_is_written(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    refusals: list[ErrorCode] = []

    def try_another(event: DraftEvent) -> None:
        if isinstance(event, SectionGrew) and not refusals:
            refused = desk.draft(document_id, Heard()).result(WAIT)
            assert refused.error is not None
            refusals.append(refused.error.code)
            desk.cancel()

    desk.draft(document_id, Heard(try_another)).result(WAIT)
    assert refusals == [ErrorCode.ENGINE_BUSY]


def test_closing_in_mid_draft_keeps_the_text_for_tomorrow(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(SLOW))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    closing: list[Future[None]] = []

    def close_early(event: DraftEvent) -> None:
        if isinstance(event, SectionGrew) and not closing:
            closing.append(desk.close())

    desk.draft(document_id, Heard(close_early)).result(WAIT)
    closing[0].result(WAIT)
    again = make_desk()
    assert text_of(again, document_id)
    assert again.load(document_id).result(WAIT).record.summary.state is DocumentState.CANCELLED


def test_two_crashes_on_the_same_request_are_reported_as_such(make_desk: MakeDesk) -> None:
    desk = make_desk(Script((Rule((Step(Do.ABORT),)),)))
    document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    codes = []
    for _ in range(2):
        ended = desk.draft(document_id, Heard()).result(WAIT)
        assert ended.error is not None
        codes.append(ended.error.code)
    assert codes == [ErrorCode.ENGINE_CRASHED, ErrorCode.ENGINE_GAVE_UP]


def test_the_share_of_the_cores_that_is_set_reaches_the_engine(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.save_settings(replace(desk.settings, cpu_percent=50)).result(WAIT)
    document_id = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    assert desk.draft(document_id, Heard()).result(WAIT).error is None
    assert desk._holder.loaded is not None
    assert desk._holder.loaded.cpu_percent == 50


def test_a_history_that_cannot_be_opened_anew_is_not_taken_for_open(make_desk: MakeDesk) -> None:
    desk = make_desk()
    document_id = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    history = desk.folders.history_file
    aside = history.with_name("aside")
    desk.open().result(WAIT)
    history.rename(aside)
    history.mkdir()
    with pytest.raises(StoreFault):
        desk.open().result(WAIT)
    with pytest.raises(StoreFault) as caught:
        desk.load(document_id).result(WAIT)
    assert caught.value.fields["reason"] == "not open"
    history.rmdir()
    aside.rename(history)
    desk.open().result(WAIT)
    assert desk.load(document_id).result(WAIT).record.summary.id == document_id
