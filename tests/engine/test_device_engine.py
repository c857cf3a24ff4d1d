"""Trying graphics devices and falling back from them, with real processes that do what a script says."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.core.errors import EngineFault, ErrorCode, UserFault
from desktop.engine.base import DeviceLost, Done, Event, ModelInfo, ModelSpec, TextDelta
from desktop.engine.device_engine import DeviceEngine
from desktop.engine.device_trial import Trials
from desktop.engine.devices import DeviceFault
from desktop.engine.scripted import Do, Rule, Script, Step
from desktop.engine.supervisor import ChildEngine
from tests.support.graphics import ANSWER, GRAPHICS, WRITING, asking, computer, model_file, new_engines

Start = Callable[[Script], DeviceEngine]
WHEN_ASKED = "案内"  # in requests of a person, not in those of a trial


@pytest.fixture
def spec(tmp_path: Path) -> ModelSpec:
    return ModelSpec(model_file(tmp_path / "model.gguf"), sha256="abc")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "devices.json"


@pytest.fixture
def started() -> list[ChildEngine]:
    """Every process's engine, in the order of their making; the first is the one that drafts."""
    return []


@pytest.fixture
def start(records: Path, started: list[ChildEngine]) -> Iterator[Start]:
    engines: list[DeviceEngine] = []

    def begin(script: Script) -> DeviceEngine:
        engines.append(DeviceEngine(records, new_engines(script, started), has_devices=lambda: True))
        return engines[-1]

    yield begin
    for engine in engines:
        engine.close()


def remembered_faults(file: Path) -> list[str]:
    return [entry["fault"] for entry in json.loads(file.read_text())["records"].values()]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_faster_device_is_tried_once_and_then_used(start: Start, spec: ModelSpec, started: list[ChildEngine]) -> None:
    info = start(computer(WRITING)).load(spec)
    assert info.device == GRAPHICS.description
    assert info.device_fault == ""
    assert len(started) == 4  # the one that drafts, the list, the CPU, the device
    assert start(computer(WRITING)).load(spec).device == GRAPHICS.description
    assert len(started) == 6  # nothing was measured again


def test_a_slower_device_is_not_used_and_nothing_is_said_of_it(start: Start, spec: ModelSpec, records: Path) -> None:
    slow = Step(Do.TEXT, ANSWER, count=2, every=0.05)
    info = start(computer(slow, cpu=0.01)).load(spec)
    assert (info.device, info.device_fault) == ("", "")
    assert remembered_faults(records) == [""]


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (computer(Step(Do.TEXT, "41, 42, 44", count=2)), DeviceFault.WRONG),
        (computer(Step(Do.TEXT, "41"), Step(Do.ABORT)), DeviceFault.CRASH),
        (computer(Step(Do.EXIT, count=1)), DeviceFault.CRASH),
        (computer(Step(Do.GARBAGE, "nonsense\n")), DeviceFault.CRASH),
        (computer(WRITING, load_on_device=(Step(Do.ABORT),)), DeviceFault.LOAD),
        (computer(WRITING, load_on_device=(Step(Do.FAIL, ErrorCode.MODEL_LOAD_FAILED),)), DeviceFault.LOAD),
    ],
)
def test_a_device_that_fails_its_trial_is_remembered_told_and_not_used(
    start: Start, spec: ModelSpec, records: Path, script: Script, fault: DeviceFault
) -> None:
    engine = start(script)
    info = engine.load(spec)
    assert (info.device, info.device_fault) == ("", fault)
    assert remembered_faults(records) == [fault]
    assert text_of(list(engine.generate(asking()))) == ANSWER


def test_a_bad_device_is_neither_tried_nor_told_again(
    start: Start, spec: ModelSpec, started: list[ChildEngine]
) -> None:
    wrong = computer(Step(Do.TEXT, "wrong", count=2))
    start(wrong).load(spec)
    started.clear()
    info = start(wrong).load(spec)
    assert (info.device, info.device_fault) == ("", "")
    assert len(started) == 2  # the one that drafts, the list


def test_a_process_killed_in_mid_trial_counts_as_the_devices_crash(
    start: Start, spec: ModelSpec, started: list[ChildEngine], records: Path
) -> None:
    engine = start(computer(Step(Do.TEXT, ANSWER), Step(Do.STALL)))
    infos: list[ModelInfo] = []
    loading = threading.Thread(target=lambda: infos.append(engine.load(spec)))
    loading.start()
    wait_until(lambda: len(started) == 4 and started[3].pid is not None)
    assert remembered_faults(records) == [DeviceFault.UNFINISHED]  # should the whole machine go down now
    assert started[3].pid
    os.kill(started[3].pid, signal.SIGKILL)
    loading.join()
    assert infos[0].device == ""
    assert infos[0].device_fault in (DeviceFault.CRASH, DeviceFault.LOAD)


def test_a_device_that_hangs_is_given_up_after_a_multiple_of_the_cpus_time(spec: ModelSpec) -> None:
    trials = Trials(new_engines(computer(Step(Do.STALL))), least_seconds=0.5)
    cpu = trials.on_cpu(spec)
    assert cpu
    began = time.monotonic()
    assert trials.on_device(spec_on_device(spec), cpu).fault == DeviceFault.TIMEOUT
    assert time.monotonic() - began < 20


def test_a_trial_that_went_down_with_the_machine_is_repeated_once(
    start: Start, spec: ModelSpec, records: Path, started: list[ChildEngine]
) -> None:
    start(computer(WRITING)).load(spec)
    value = json.loads(records.read_text())
    (entry,) = value["records"].values()
    entry |= {"fault": "unfinished", "trials": 1}
    records.write_text(json.dumps(value))
    assert start(computer(WRITING)).load(spec).device
    entry |= {"trials": 2}
    records.write_text(json.dumps(value))
    started.clear()
    assert start(computer(WRITING)).load(spec).device == ""
    assert len(started) == 2


def test_a_damaged_file_is_measured_again(start: Start, spec: ModelSpec, records: Path) -> None:
    records.write_bytes(b"\x00\xff{")
    assert start(computer(WRITING)).load(spec).device
    assert remembered_faults(records) == [""]


def test_a_driver_that_dies_of_being_looked_at_leaves_the_cpu(start: Start, spec: ModelSpec) -> None:
    engine = start(computer(WRITING, list_devices=(Step(Do.ABORT),)))
    info = engine.load(spec)
    assert (info.device, info.device_fault) == ("", DeviceFault.CRASH)
    assert text_of(list(engine.generate(asking()))) == ANSWER


def test_a_computer_without_devices_only_loads(start: Start, spec: ModelSpec, started: list[ChildEngine]) -> None:
    assert start(Script()).load(spec).device == ""
    assert len(started) == 2


def test_a_library_without_graphics_starts_no_second_process(spec: ModelSpec, records: Path) -> None:
    started: list[ChildEngine] = []
    engine = DeviceEngine(records, new_engines(computer(WRITING), started), has_devices=lambda: False)
    assert engine.load(spec).device == ""
    engine.close()
    assert len(started) == 1
    assert not records.exists()


def crashing_later(*steps: Step) -> Script:
    """Return a computer whose device passes its trial and then does `steps` when a person asks for text."""
    script = computer(WRITING)
    return Script(
        script.rules,
        devices=script.devices,
        on_device=(Rule(steps, when=WHEN_ASKED), *script.on_device),
    )


def test_a_crash_before_any_text_is_made_good_on_the_cpu_at_once(start: Start, spec: ModelSpec, records: Path) -> None:
    engine = start(crashing_later(Step(Do.ABORT)))
    assert engine.load(spec).device
    events = list(engine.generate(asking()))
    assert [event.device for event in events if isinstance(event, DeviceLost)] == [GRAPHICS.description]
    assert text_of(events) == ANSWER
    assert isinstance(events[-1], Done)
    assert remembered_faults(records) == [DeviceFault.CRASH]
    assert not any(isinstance(event, DeviceLost) for event in engine.generate(asking()))


def test_a_crash_in_mid_text_is_told_and_the_next_request_runs_on_the_cpu(start: Start, spec: ModelSpec) -> None:
    engine = start(crashing_later(Step(Do.TEXT, "書きかけ"), Step(Do.ABORT)))
    engine.load(spec)
    events: list[Event] = []
    with pytest.raises(EngineFault) as caught:
        events.extend(engine.generate(asking()))
    assert caught.value.code is ErrorCode.ENGINE_DEVICE_CRASHED
    assert caught.value.fields["device"] == GRAPHICS.description
    assert caught.value.fields["exit"] == "SIGABRT"
    assert text_of(list(engine.generate(asking()))) == ANSWER
    assert start(crashing_later()).load(spec).device == ""  # also after a restart


def test_counting_survives_a_device_that_has_died(start: Start, spec: ModelSpec, started: list[ChildEngine]) -> None:
    engine = start(crashing_later(Step(Do.TEXT, "書きかけ"), Step(Do.ABORT)))
    engine.load(spec)
    with pytest.raises(EngineFault):
        list(engine.generate(asking()))
    assert engine.count_tokens("四文字だ") == 4
    assert started[0].pid


def test_a_crash_on_the_cpu_is_the_ordinary_one(start: Start, spec: ModelSpec) -> None:
    engine = start(Script((Rule((Step(Do.ABORT),)),)))
    engine.load(spec)
    with pytest.raises(EngineFault) as caught:
        list(engine.generate(asking()))
    assert caught.value.code is ErrorCode.ENGINE_CRASHED


def test_a_device_that_dies_while_the_model_is_loaded_for_work_leaves_the_cpu(
    start: Start, spec: ModelSpec, records: Path
) -> None:
    start(computer(WRITING)).load(spec)
    info = start(computer(WRITING, load_on_device=(Step(Do.ABORT),))).load(spec)
    assert (info.device, info.device_fault) == ("", DeviceFault.LOAD)
    assert remembered_faults(records) == [DeviceFault.CRASH]


def test_a_device_that_is_full_today_is_not_held_against_it(start: Start, spec: ModelSpec, records: Path) -> None:
    start(computer(WRITING)).load(spec)
    full = computer(WRITING, load_on_device=(Step(Do.FAIL, ErrorCode.MODEL_LOAD_FAILED),))
    assert start(full).load(spec).device_fault == DeviceFault.LOAD
    assert remembered_faults(records) == [""]
    assert start(computer(WRITING)).load(spec).device


@pytest.mark.parametrize("ending", ["cancel", "close"])
def test_a_trial_ends_when_the_person_stops_and_nothing_is_held_against_the_device(
    start: Start, spec: ModelSpec, started: list[ChildEngine], records: Path, ending: str
) -> None:
    engine = start(computer(Step(Do.STALL)))
    faults: list[EngineFault] = []

    def load() -> None:
        with pytest.raises(EngineFault) as caught:
            engine.load(spec)
        faults.append(caught.value)

    loading = threading.Thread(target=load)
    loading.start()
    wait_until(lambda: len(started) == 4 and started[3].pid is not None)
    time.sleep(0.5)  # into the stall, or before it: it must not matter
    getattr(engine, ending)()
    loading.join(20)
    assert faults[0].code is ErrorCode.ENGINE_FAILED
    assert remembered_faults(records) == []


def test_a_wrong_model_file_is_refused_as_ever(start: Start, tmp_path: Path) -> None:
    with pytest.raises(UserFault) as caught:
        start(computer(WRITING)).load(ModelSpec(tmp_path / "gone.gguf"))
    assert caught.value.code is ErrorCode.MODEL_MISSING


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def spec_on_device(spec: ModelSpec) -> ModelSpec:
    return ModelSpec(spec.path, device=GRAPHICS.name, gpu_layers=-1)


def test_an_unloaded_model_gives_back_the_device_and_can_be_loaded_again(
    start: Start, spec: ModelSpec, started: list[ChildEngine]
) -> None:
    engine = start(computer(WRITING))
    assert engine.load(spec).device == GRAPHICS.description
    engine.unload()
    assert [child.pid for child in started] == [None] * len(started)
    assert engine.load(spec).device == GRAPHICS.description
    assert "".join(event.text for event in engine.generate(asking()) if isinstance(event, TextDelta)) == ANSWER
