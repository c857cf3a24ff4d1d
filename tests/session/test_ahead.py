"""What the model does while nobody waits: it must never make a person wait, and never show itself when it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode
from desktop.engine.device_engine import DeviceEngine
from desktop.engine.scripted import Do, Rule, Script, Step
from desktop.engine.supervisor import ChildEngine
from desktop.session.ahead import Errand
from desktop.session.desk import Desk
from desktop.session.events import DeviceGivenUp, DraftEvent, Loading, Measuring, Reading
from desktop.session.model_holder import ChosenModel, IdleTimer
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState, Inputs, Speed
from tests.support.desk import WAIT, Heard, MakeDesk, sample_inputs
from tests.support.graphics import computer, model_file, new_engines

ASKED = "ここから走り書き"  # in the questions about a memo, not in their beginning alone
FOREVER = Step(Do.PREFILL, count=10_000, every=0.1)


def waits(reached: Callable[[], bool]) -> bool:
    until = time.monotonic() + WAIT
    while not reached() and time.monotonic() < until:
        time.sleep(0.01)
    return reached()


def child_of(desk: Desk) -> ChildEngine:
    assert isinstance(desk._engine, ChildEngine)
    return desk._engine


def answering(*in_background: Step) -> Script:
    """Return a script that answers a person at once and does something else in the background."""
    return Script((Rule((Step(Do.FILL),), when=ASKED), Rule((Step(Do.FILL),), when="届出には"), Rule(in_background)))


def draft(desk: Desk, template: str = "memo") -> tuple[Heard, DocumentState]:
    document = desk.create(template, sample_inputs(desk, template)).result(WAIT)
    heard = Heard()
    ended = desk.draft(document, heard).result(WAIT)
    assert ended.error is None
    return heard, ended.state


def empty(desk: Desk) -> Inputs:
    return Inputs({field.key: "" for field in desk.template("memo").fields})


def test_a_draft_asked_for_while_the_model_reads_ahead_begins_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk(answering(FOREVER))
    reading = desk.prepare("memo", empty(desk))
    assert waits(lambda: child_of(desk).pid is not None)
    _, state = draft(desk)
    assert state is DocumentState.COMPLETE
    assert reading.done()


def test_what_a_draft_waits_for_is_told_to_it() -> None:
    errand = Errand(ChildEngine(answering().arguments()))
    errand.tell(Loading(0.4))
    heard = Heard()
    errand.step_aside(heard)
    errand.tell(Loading(0.6))
    assert heard.events == [Loading(0.4), Loading(0.6)]
    assert not errand.measuring()


def test_a_later_pause_takes_the_place_of_an_earlier_one(make_desk: MakeDesk) -> None:
    desk = make_desk(answering(FOREVER))
    first = desk.prepare("memo", sample_inputs(desk, "memo"))
    second = desk.prepare("memo", sample_inputs(desk, "memo"))
    first.result(WAIT)
    second.result(WAIT)


def test_closing_the_window_does_not_wait_for_what_is_read_ahead(make_desk: MakeDesk) -> None:
    desk = make_desk(Script((Rule((FOREVER,)),)))
    desk.prepare("memo", sample_inputs(desk, "memo"))
    assert waits(lambda: child_of(desk).pid is not None)
    desk.close().result(WAIT)
    assert child_of(desk).pid is None


def test_a_crash_in_the_background_is_not_told_and_not_repeated_until_a_draft_has_worked(make_desk: MakeDesk) -> None:
    desk = make_desk(Script((Rule((Step(Do.ABORT),)),)))
    for _ in range(3):
        desk.prepare("memo", sample_inputs(desk, "memo")).result(WAIT)
    assert child_of(desk).pid is None
    document = desk.create("memo", sample_inputs(desk, "memo")).result(WAIT)
    ended = desk.draft(document, Heard()).result(WAIT)
    assert ended.error is not None
    assert ended.error.code is ErrorCode.ENGINE_CRASHED


def test_where_the_settings_forbid_it_no_process_is_started_ahead(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.save_settings(replace(desk.settings, prepare_ahead=False)).result(WAIT)
    desk.prepare("memo", sample_inputs(desk, "memo")).result(WAIT)
    assert child_of(desk).pid is None


def test_a_terminal_without_a_model_is_not_troubled_by_it(tmp_path: Path) -> None:
    desk = Desk(Folders.discover({"FUMIZUKUE_HOME": str(tmp_path), "FUMIZUKUE_MODELS": ""}), Settings(model="none"))
    desk.open().result(WAIT)
    desk.prepare("memo", sample_inputs(desk, "memo")).result(WAIT)
    desk.close().result(WAIT)


def test_a_model_nobody_uses_gives_its_memory_back_and_is_loaded_again_with_progress(make_desk: MakeDesk) -> None:
    desk = make_desk()
    draft(desk)
    assert child_of(desk).pid is not None
    desk._idle.start(0.05)
    assert waits(lambda: child_of(desk).pid is None)
    heard, state = draft(desk)
    assert state is DocumentState.COMPLETE
    assert any(isinstance(event, Loading) for event in heard.events)


def test_a_timer_that_is_stopped_or_set_to_never_does_not_act() -> None:
    acted = threading.Event()
    timer = IdleTimer(acted.set)
    timer.start(0)
    timer.start(0.05)
    timer.stop()
    assert not acted.wait(0.2)
    timer.start(0.05)
    assert acted.wait(WAIT)
    assert timer.due


@pytest.fixture
def graphics_desk(tmp_path: Path) -> Iterator[Callable[[Script], Desk]]:
    """Return a function that opens a desk on a computer with a graphics device."""
    desks: list[Desk] = []

    def make(script: Script) -> Desk:
        folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)})
        engine = DeviceEngine(tmp_path / "devices.json", new_engines(script), has_devices=lambda: True)
        model = ChosenModel("model", model_file(tmp_path / "model.gguf"), "")
        desks.append(Desk(folders, Settings(), engine=engine, model=model))
        desks[-1].open().result(WAIT)
        return desks[-1]

    yield make
    for desk in desks:
        desk.close().result(WAIT)


def test_a_graphics_device_that_failed_its_trial_is_told_once_with_the_first_draft(
    graphics_desk: Callable[[Script], Desk],
) -> None:
    script = computer(Step(Do.ABORT))
    desk = graphics_desk(replace(script, rules=(Rule((Step(Do.FILL, every=0.001),)),)))
    desk.prepare("memo", empty(desk)).result(WAIT)
    heard, state = draft(desk)
    assert state is DocumentState.COMPLETE
    assert [event for event in heard.events if isinstance(event, DeviceGivenUp)] == [DeviceGivenUp()]
    again, _ = draft(desk)
    assert DeviceGivenUp() not in again.events


@pytest.mark.model
def test_a_real_model_has_read_a_finished_form_before_the_draft_is_asked_for(
    real_desk: Desk,
) -> None:
    desk = real_desk
    inputs = sample_inputs(desk, "memo")
    desk.prepare("memo", inputs).result(WAIT)
    document = desk.create("memo", inputs).result(WAIT)
    heard = Heard(stop_at_the_first_text(desk))
    desk.draft(document, heard).result(WAIT)
    assert not any(isinstance(event, Measuring) for event in heard.events)
    first = next(event for event in heard.events if isinstance(event, Reading))
    assert first.done >= first.total - 2
    changed = Inputs({**inputs.values, "要点": "明日の会議は中止します。" * 3}, {})
    # Known from before, so that a swamped machine, whose measurement ends too late, has an estimate as well.
    fast = Speed("", 0, 1000, 10.0, 500, 10.0)
    desk._in_store(lambda store: store.add_speed(desk._terminal(), "f" * 64, fast)).result(WAIT)
    unread = desk.expected("memo", changed).result(WAIT)
    desk.prepare("memo", changed).result(WAIT)
    read = desk.expected("memo", changed).result(WAIT)
    assert unread is not None
    assert read is not None
    # What was read already is no longer waited for, and no longer in what is said before the draft.
    assert read < unread
    document = desk.create("memo", changed).result(WAIT)
    heard = Heard(stop_at_the_first_text(desk))
    desk.draft(document, heard).result(WAIT)
    first = next(event for event in heard.events if isinstance(event, Reading))
    assert first.done >= first.total - 2


@pytest.mark.model
def test_a_real_model_keeps_the_beginnings_of_an_empty_form_for_the_next_start(real_desk: Desk) -> None:
    desk = real_desk
    desk.prepare("memo", empty(desk)).result(WAIT)
    kept = list(desk.folders.heads.iterdir())
    assert kept
    desk.prepare("memo", empty(desk)).result(WAIT)
    assert list(desk.folders.heads.iterdir()) == kept


@pytest.fixture
def real_desk(tmp_path: Path, small_model: Path) -> Iterator[Desk]:
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)})
    desk = Desk(folders, Settings(), model=ChosenModel(small_model.stem, small_model, "f" * 64))
    desk.open().result(WAIT)
    yield desk
    desk.close().result(WAIT)


def stop_at_the_first_text(desk: Desk) -> Callable[[DraftEvent], None]:
    return lambda event: desk.cancel() if isinstance(event, Reading) and event.done >= event.total else None
