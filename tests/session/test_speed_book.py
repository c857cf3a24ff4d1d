"""A draft's duration is told before it begins, from what the model took here before or from a quick measurement."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.base import ModelSpec
from desktop.engine.scripted import Do, Rule, Script, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.events import Ended, Expected, Loading, Measuring, TimeLeft
from desktop.session.model_holder import ChosenModel
from desktop.session.speed_book import MEASURE_SECONDS, MEASURED_TEXT, measure, terminal_name
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState, Inputs, Speed
from desktop.store.sqlite import sqlite3
from tests.support.desk import WAIT, Heard, MakeDesk, sample_inputs

# Four characters every 5 ms, after a prompt that takes a tenth of a second.
STEADY = one_rule(Step(Do.PREFILL, count=2, every=0.05), Step(Do.FILL, count=4, every=0.005))
MODEL = "external"


def draft(desk: Desk, template: str = "memo") -> tuple[Heard, Ended]:
    document = desk.create(template, sample_inputs(desk, template)).result(WAIT)
    heard = Heard()
    return heard, desk.draft(document, heard).result(WAIT)


def expected(heard: Heard) -> list[float]:
    return [event.seconds for event in heard.events if isinstance(event, Expected)]


def known(desk: Desk) -> list[Speed]:
    terminal = terminal_name(0, 100)
    return desk._in_store(lambda store: store.speeds(terminal, MODEL)).result(WAIT)


def seconds_of(ended: Ended) -> float:
    assert ended.timings is not None
    return ended.timings.prefill_seconds + ended.timings.decode_seconds


def test_a_new_model_is_measured_once_and_the_estimate_comes_before_the_first_question(make_desk: MakeDesk) -> None:
    desk = make_desk(STEADY)
    first, _ = draft(desk)
    kinds = [type(event) for event in first.events]
    assert kinds.index(Loading) < kinds.index(Measuring) < kinds.index(Expected)
    assert not [event for event in first.events[: kinds.index(Expected)] if isinstance(event, TimeLeft)]
    assert all(event.seconds >= 1.0 for event in first.events if isinstance(event, TimeLeft))
    second, _ = draft(desk)
    assert Measuring not in [type(event) for event in second.events]
    assert len(expected(second)) == 1
    assert [speed.template_id for speed in known(desk)] == ["memo", "memo", ""]


def test_estimates_improve_with_what_runs_really_took(make_desk: MakeDesk) -> None:
    desk = make_desk(STEADY)
    errors = []
    for _ in range(4):
        heard, ended = draft(desk)
        (told,) = expected(heard)
        errors.append(abs(told - seconds_of(ended)) / seconds_of(ended))
    assert errors[-1] < 0.5
    assert errors[-1] <= errors[0]


def test_what_was_learnt_serves_the_next_start_of_the_program(make_desk: MakeDesk) -> None:
    first = make_desk(STEADY)
    draft(first)
    first.close().result(WAIT)
    heard, _ = draft(make_desk(STEADY))
    assert Measuring not in [type(event) for event in heard.events]
    assert len(expected(heard)) == 1


def test_a_draft_of_many_questions_tells_the_time_for_all_of_them(make_desk: MakeDesk) -> None:
    desk = make_desk(STEADY)
    draft(desk, "minutes")
    heard, ended = draft(desk, "minutes")
    (told,) = expected(heard)
    assert 0.4 * seconds_of(ended) < told < 2.5 * seconds_of(ended)
    assert known(desk)[0].asks == 15


def test_before_a_draft_is_begun_its_time_is_known_from_earlier_runs(make_desk: MakeDesk) -> None:
    desk = make_desk(STEADY)
    assert desk.expected("memo", sample_inputs(desk, "memo")).result(WAIT) is None
    draft(desk)
    ahead = desk.expected("memo", sample_inputs(desk, "memo")).result(WAIT)
    heard, _ = draft(desk)
    assert ahead is not None
    assert ahead == pytest.approx(expected(heard)[0], rel=0.2)
    with pytest.raises(UserFault) as caught:
        desk.expected("memo", Inputs()).result(WAIT)
    assert caught.value.code is ErrorCode.FIELD_MISSING


def test_a_stopped_draft_is_not_taken_for_a_measure_of_a_whole_one(make_desk: MakeDesk) -> None:
    desk = make_desk(STEADY)
    document = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    heard = Heard(lambda event: desk.cancel() if isinstance(event, TimeLeft) else None)
    assert desk.draft(document, heard).result(WAIT).state is DocumentState.CANCELLED
    assert [speed.template_id for speed in known(desk)] == [""]


@pytest.mark.parametrize(
    "harm", ["DROP TABLE speeds", "UPDATE speeds SET read_seconds = 9e999", "UPDATE speeds SET written_tokens = -1"]
)
def test_damage_to_the_kept_speeds_never_stops_a_draft(make_desk: MakeDesk, tmp_path: Path, harm: str) -> None:
    first = make_desk(STEADY)
    draft(first)
    first.close().result(WAIT)
    history = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)}).history_file
    with closing(sqlite3.connect(history)) as db, db:
        db.execute(harm)
    heard, ended = draft(make_desk(STEADY))
    assert ended.state is DocumentState.COMPLETE
    assert Measuring in [type(event) for event in heard.events]
    assert len(expected(heard)) == 1


@pytest.mark.parametrize("harm", [Step(Do.ABORT), Step(Do.FAIL, text=ErrorCode.ENGINE_FAILED.value)])
def test_a_measurement_that_fails_leaves_out_the_estimate_and_the_draft_is_made(
    make_desk: MakeDesk, harm: Step
) -> None:
    desk = make_desk(Script((Rule((harm,), when=MEASURED_TEXT), Rule((Step(Do.FILL),)))))
    told = []
    for _ in range(2):
        heard, ended = draft(desk)
        assert ended.state is DocumentState.COMPLETE
        assert ended.error is None
        told.append(len(expected(heard)))
    # The first run itself has told what the second one needs.
    assert told == [0, 1]


def test_stopping_during_the_measurement_stops_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk(one_rule(Step(Do.PREFILL, count=100, every=0.2)))
    document = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    heard = Heard(lambda event: desk.cancel() if isinstance(event, Measuring) else None)
    ended = desk.draft(document, heard).result(MEASURE_SECONDS / 2)
    assert ended.state is DocumentState.CANCELLED
    assert expected(heard) == []


def test_a_model_too_slow_to_be_measured_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.speed_book.MEASURE_SECONDS", 0.3)
    engine = ChildEngine(one_rule(Step(Do.PREFILL, count=100, every=0.1)).arguments())
    try:
        engine.load(ModelSpec(Path("slow")))
        assert measure(engine) is None
        assert engine.count_tokens("まだ") == 2
    finally:
        engine.close()


@pytest.mark.model
def test_the_first_use_of_a_real_model_tells_a_time_that_is_about_right(tmp_path: Path, small_model: Path) -> None:
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)})
    desk = Desk(folders, Settings(), model=ChosenModel(small_model.stem, small_model, ""))
    desk.open().result(WAIT)
    try:
        document = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
        heard = Heard()
        ended = desk.draft(document, heard).result(500)
    finally:
        desk.close().result(WAIT)
    assert ended.error is None
    assert Measuring in [type(event) for event in heard.events]
    (told,) = expected(heard)
    assert 0.3 * seconds_of(ended) < told < 4 * seconds_of(ended)
