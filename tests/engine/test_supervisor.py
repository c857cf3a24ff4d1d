"""The engine in a real child process that misbehaves on purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import AssistantError, EngineFault, ErrorCode, UserFault
from desktop.engine.base import (
    Done,
    Event,
    GenerateRequest,
    Message,
    ModelSpec,
    PrefillProgress,
    Role,
    Silence,
    Started,
    StopReason,
    TextDelta,
)
from desktop.engine.child import worker_command
from desktop.engine.protocol import PROTOCOL_VERSION
from desktop.engine.scripted import Do, Rule, Script, Step, one_rule
from desktop.engine.supervisor import ChildEngine, Patience

Start = Callable[..., ChildEngine]
LONG = "防災訓練の案内を作ります。" * 40
SLOW_TEXT = Step(Do.TEXT, LONG, every=0.02)
SCHEMA: dict[str, object] = {"type": "object", "properties": {"件名": {"type": "string"}}}


def asking(text: str = "案内を書いてください", **more: object) -> GenerateRequest:
    return GenerateRequest((Message(Role.USER, text),), **more)  # type: ignore[arg-type]  # passed through


def text_of(events: Iterable[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def run_until_fault(
    engine: ChildEngine, request: GenerateRequest, number: signal.Signals | None = None
) -> tuple[str, AssistantError]:
    """Return what came before the fault, and the fault; `number` is sent to the process at the first text."""
    got: list[Event] = []

    def watch() -> None:
        for event in engine.generate(request):
            got.append(event)
            if isinstance(event, TextDelta) and number and engine.pid:
                os.kill(engine.pid, number)

    with pytest.raises(AssistantError) as caught:
        watch()
    return text_of(got), caught.value


def test_text_arrives_complete_and_in_order_with_progress_before_it(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.PREFILL, count=3), Step(Do.TEXT, LONG)))
    events = list(engine.generate(asking()))
    assert isinstance(events[0], Started)
    assert [event.done for event in events if isinstance(event, PrefillProgress)][-1] == events[0].prompt_tokens
    assert text_of(events) == LONG
    assert isinstance(events[-1], Done)
    assert events[-1].reason is StopReason.STOP


def test_without_a_script_a_form_is_filled_and_a_begun_one_is_continued(scripted: Start) -> None:
    engine = scripted(Script())
    whole = text_of(engine.generate(asking(schema=SCHEMA)))
    assert whole == '{"件名": "（見本）件名の文です。"}'
    begun = '{"件名": "人が書いた'
    assert text_of(engine.generate(asking(schema=SCHEMA, constrained_prefill=begun))) == '"}'


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_a_killed_engine_leaves_its_text_and_the_next_request_works(scripted: Start, number: signal.Signals) -> None:
    engine = scripted(Script((Rule((SLOW_TEXT,), when="長い"), Rule((Step(Do.TEXT, "短い文"),)))))
    first_process = engine.pid
    assert first_process
    text, fault = run_until_fault(engine, asking("長い文を"), number)
    assert fault.code is ErrorCode.ENGINE_CRASHED
    assert fault.fields["exit"] == number.name
    assert text
    assert LONG.startswith(text)
    assert text_of(engine.generate(asking("次"))) == "短い文"
    assert engine.pid != first_process


def test_a_native_abort_is_reported_with_the_end_of_stderr_and_without_the_persons_words(scripted: Start) -> None:
    engine = scripted(
        one_rule(Step(Do.TEXT, "書きかけ"), Step(Do.NOISE, "GGML_ASSERT(x > 0) failed\n"), Step(Do.ABORT))
    )
    text, fault = run_until_fault(engine, asking("住民の山田太郎さんの相談"))
    assert text == "書きかけ"
    assert fault.code is ErrorCode.ENGINE_CRASHED
    assert fault.fields["exit"] == "SIGABRT"
    report = str(fault.fields["report"])
    assert "GGML_ASSERT(x > 0) failed" in report
    assert "山田" not in report
    assert "山田" not in str(fault)


def test_a_long_crash_report_is_cut_to_its_last_8_kilobytes(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.NOISE, "x" * 100_000 + "the last words\n"), Step(Do.EXIT, count=7)))
    _, fault = run_until_fault(engine, asking())
    assert fault.fields["exit"] == "7"
    report = str(fault.fields["report"])
    assert report.endswith("the last words\n")
    assert len(report) == 8192


def test_an_old_processor_is_named_as_the_reason(scripted: Start) -> None:
    engine = scripted(one_rule(SLOW_TEXT))
    _, fault = run_until_fault(engine, asking(), signal.SIGILL)
    assert fault.fields["exit"] == "SIGILL"
    assert fault.fields["hint"] == "old_cpu"


def test_two_crashes_on_the_same_request_are_the_end_but_other_requests_still_work(scripted: Start) -> None:
    engine = scripted(Script((Rule((Step(Do.ABORT),), when="壊す"), Rule((Step(Do.TEXT, "無事"),)))))
    assert run_until_fault(engine, asking("壊す"))[1].code is ErrorCode.ENGINE_CRASHED
    _, fault = run_until_fault(engine, asking("壊す"))
    assert fault.code is ErrorCode.ENGINE_GAVE_UP
    assert fault.fields["deaths"] == 2
    assert "Abort" in str(fault.fields["report"])
    assert text_of(engine.generate(asking("別の"))) == "無事"


def test_two_crashes_on_different_requests_are_not_held_against_either(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.ABORT)))
    assert run_until_fault(engine, asking("一つ目"))[1].code is ErrorCode.ENGINE_CRASHED
    assert run_until_fault(engine, asking("二つ目"))[1].code is ErrorCode.ENGINE_CRASHED


@pytest.mark.parametrize(
    "garbage",
    [
        "\x00\x01 segmentation fault\n",
        "{}\n",
        '{"type":"text","id":1}\n',
        '{"type":"text","id":1,"text":"a","more":1}\n',
        '{"type":"nonsense","id":1}\n',
        "[" * 100_000 + "\n",
        "a line longer than is allowed: " + "x" * 1_100_000,
    ],
    ids=["binary", "no type", "no text", "more", "unknown", "deep", "long"],
)
def test_garbage_on_the_channel_ends_the_process_and_keeps_the_text(tmp_path: Path, garbage: str) -> None:
    bad = Rule((Step(Do.TEXT, "前"), Step(Do.GARBAGE, garbage), Step(Do.STALL)), when="壊")
    script = tmp_path / "script.json"
    script.write_text(Script((bad, Rule((Step(Do.ECHO),)))).dumps())
    with closing(ChildEngine(("scripted", "--script", str(script)))) as engine:
        engine.load(ModelSpec(Path("sample.gguf")))
        process = psutil.Process(engine.pid)
        text, fault = run_until_fault(engine, asking("壊れた応答"))
        assert text == "前"
        assert fault.code is ErrorCode.ENGINE_PROTOCOL
        assert not process.is_running()
        assert text_of(engine.generate(asking("次"))) == "次"


def test_what_native_code_prints_on_stdout_does_not_disturb_the_text(scripted: Start) -> None:
    noise = Step(Do.NOISE, '{"type":"text","id":1,"text":"偽"}\nllama: noise\n')
    engine = scripted(one_rule(noise, Step(Do.TEXT, "本物の"), noise, Step(Do.TEXT, "文")))
    assert text_of(engine.generate(asking())) == "本物の文"


def test_who_stops_listening_at_the_end_does_not_cost_the_model_its_process(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, "文")), Patience(cancel=0.2))
    process = engine.pid
    for event in engine.generate(asking()):
        if isinstance(event, Done):
            break
    assert text_of(engine.generate(asking())) == "文"
    assert engine.pid == process


def test_another_protocol_version_is_refused_with_both_numbers() -> None:
    engine = ChildEngine(Script(protocol=99).arguments())
    with pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(Path("sample.gguf")))
    engine.close()
    assert caught.value.code is ErrorCode.ENGINE_PROTOCOL
    assert (caught.value.fields["expected"], caught.value.fields["found"]) == (PROTOCOL_VERSION, 99)


def test_an_engine_that_dies_before_its_greeting_is_reported_with_its_last_words() -> None:
    engine = ChildEngine(Script(hello=(Step(Do.NOISE, "cannot load library\n"), Step(Do.EXIT, count=3))).arguments())
    with pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(Path("sample.gguf")))
    engine.close()
    assert caught.value.code is ErrorCode.ENGINE_START_FAILED
    assert caught.value.fields["exit"] == "3"
    assert caught.value.fields["report"] == "cannot load library\n"


def test_an_engine_that_never_greets_is_given_up() -> None:
    engine = ChildEngine(Script(hello=(Step(Do.STALL),)).arguments(), Patience(hello=0.5))
    with pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(Path("sample.gguf")))
    engine.close()
    assert caught.value.code is ErrorCode.ENGINE_START_FAILED
    assert caught.value.fields["reason"] == "timeout"


def test_a_death_while_loading_says_that_the_model_failed() -> None:
    engine = ChildEngine(Script(load=(Step(Do.NOISE, "out of memory\n"), Step(Do.ABORT))).arguments())
    with pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(Path("sample.gguf")))
    engine.close()
    assert caught.value.code is ErrorCode.MODEL_LOAD_FAILED
    assert caught.value.fields["reason"] == "SIGABRT"
    assert "out of memory" in str(caught.value.fields["report"])


def test_a_cancel_that_is_obeyed_keeps_the_text_and_the_process(scripted: Start) -> None:
    engine = scripted(one_rule(SLOW_TEXT))
    process = engine.pid
    events: list[Event] = []
    for event in engine.generate(asking()):
        events.append(event)
        if len(events) == 4:
            threading.Thread(target=engine.cancel).start()
    assert isinstance(events[-1], Done)
    assert events[-1].reason is StopReason.CANCELLED
    assert 0 < len(text_of(events)) < len(LONG)
    assert LONG.startswith(text_of(events))
    assert engine.pid == process


@pytest.mark.parametrize("deaf", [Do.STALL, Do.STOP])
def test_a_cancel_that_is_not_obeyed_kills_and_keeps_the_text(scripted: Start, deaf: Do) -> None:
    script = Script((Rule((Step(Do.TEXT, "ここまで"), Step(deaf)), when="固まる"), Rule((Step(Do.TEXT, "復活"),))))
    engine = scripted(script, Patience(cancel=0.3))
    process = psutil.Process(engine.pid)
    events: list[Event] = []
    for event in engine.generate(asking("固まる")):
        events.append(event)
        if isinstance(event, TextDelta):
            engine.cancel()
    assert text_of(events) == "ここまで"
    assert isinstance(events[-1], Done)
    assert events[-1].reason is StopReason.CANCELLED
    assert not process.is_running()
    assert text_of(engine.generate(asking("次"))) == "復活"


def test_a_stopped_process_is_told_from_one_that_computes_and_may_go_on(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, "前"), Step(Do.STOP), Step(Do.TEXT, "後")), Patience(silence=1.6))
    events: list[Event] = []
    for event in engine.generate(asking()):
        events.append(event)
        if isinstance(event, Silence) and engine.pid:
            assert event.seconds >= 1.6
            os.kill(engine.pid, signal.SIGCONT)
    assert any(isinstance(event, Silence) for event in events)
    assert text_of(events) == "前後"


def test_a_slow_process_whose_heart_beats_is_not_called_silent(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, "間をおく", count=2, every=2.0)), Patience(silence=1.6))
    assert not [event for event in engine.generate(asking()) if isinstance(event, Silence)]


def test_leaving_the_loop_early_cancels_and_nothing_of_it_appears_later(scripted: Start) -> None:
    engine = scripted(Script((Rule((SLOW_TEXT,), when="長い"), Rule((Step(Do.TEXT, "次の文"),)))))
    events = engine.generate(asking("長い"))
    assert isinstance(next(events), Started)
    assert isinstance(next(events), TextDelta)
    events.close()
    assert text_of(engine.generate(asking("次"))) == "次の文"


def test_a_second_request_meanwhile_is_refused_and_the_first_goes_on(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, LONG)))
    events = engine.generate(asking())
    first = next(events)
    with pytest.raises(EngineFault) as caught:
        engine.count_tokens("数")
    assert caught.value.code is ErrorCode.ENGINE_BUSY
    assert text_of([first, *events]) == LONG


def test_closing_from_another_thread_ends_a_running_request(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, "途中"), Step(Do.STALL)))
    process = psutil.Process(engine.pid)
    closer = threading.Thread(target=engine.close)
    events: list[Event] = []
    for event in engine.generate(asking()):
        events.append(event)
        if isinstance(event, TextDelta):
            closer.start()
    closer.join()
    assert text_of(events) == "途中"
    assert not process.is_running()
    with pytest.raises(EngineFault):
        engine.count_tokens("後")


def test_a_fault_that_the_child_reports_arrives_as_it_is_and_the_child_lives(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.FAIL, "grammar_unsupported")))
    process = engine.pid
    assert run_until_fault(engine, asking())[1].code is ErrorCode.GRAMMAR_UNSUPPORTED
    assert engine.pid == process


def test_asking_before_a_model_is_loaded_is_refused() -> None:
    engine = ChildEngine(Script().arguments())
    with pytest.raises(UserFault) as caught:
        engine.count_tokens("数")
    engine.close()
    assert caught.value.code is ErrorCode.MODEL_NONE


def test_a_process_that_dies_between_requests_is_replaced_without_a_word(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.ECHO)))
    process = engine.pid
    assert process
    os.kill(process, signal.SIGKILL)
    with suppress(ChildProcessError):  # the engine itself may have noticed first
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    assert text_of(engine.generate(asking("こだま"))) == "こだま"


def test_a_lone_surrogate_in_a_persons_text_does_not_break_the_channel(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.ECHO)))
    assert text_of(engine.generate(asking("半\ud83d端"))) == "半\ud83d端"


def test_a_large_source_passes_whole(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.FILL)))
    assert engine.count_tokens("議" * 3_000_000) == 3_000_000


PARENT = """
import sys
from pathlib import Path
from desktop.engine.base import GenerateRequest, Message, ModelSpec, Role, TextDelta
from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
engine = ChildEngine(one_rule(Step(Do.TEXT, "x"), Step(Do.STALL)).arguments())
engine.load(ModelSpec(Path("sample.gguf")))
for event in engine.generate(GenerateRequest((Message(Role.USER, "x"),))):
    if isinstance(event, TextDelta):
        print(engine.pid, flush=True)
"""


def test_no_engine_process_outlives_a_program_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        child = psutil.Process(int(program.stdout.readline()))
        program.kill()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


def test_repeated_crashes_leave_no_open_files_behind(scripted: Start) -> None:
    engine = scripted(Script((Rule((Step(Do.ABORT),), when="壊す"), Rule((Step(Do.ECHO),)))))
    ours = psutil.Process()
    run_until_fault(engine, asking("壊す 0"))
    before = ours.num_fds()
    for number in range(1, 4):
        run_until_fault(engine, asking(f"壊す {number}"))
    assert ours.num_fds() == before


def test_the_frozen_program_runs_its_console_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "fumizukue.exe"))
    command = worker_command(("llama",))
    assert command == [str(tmp_path / "fumizukue-cli.exe"), "engine-worker", "--backend", "llama"]


def test_cancelling_an_idle_engine_does_nothing(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.ECHO)))
    engine.cancel()
    began = time.monotonic()
    assert text_of(engine.generate(asking("はい"))) == "はい"
    assert time.monotonic() - began < 2


def test_an_unloaded_model_leaves_no_process_behind_and_can_be_loaded_again(scripted: Start) -> None:
    engine = scripted(one_rule(Step(Do.TEXT, "済み")))
    spec = ModelSpec(Path("model.gguf"))
    engine.load(spec)
    assert engine.pid is not None
    process = psutil.Process(engine.pid)
    engine.unload()
    assert not process.is_running()
    with pytest.raises(UserFault) as caught:
        list(engine.generate(asking()))
    assert caught.value.code is ErrorCode.MODEL_NONE
    engine.load(spec)
    assert text_of(engine.generate(asking())) == "済み"


def test_unloading_where_nothing_is_loaded_does_nothing(scripted: Start) -> None:
    engine = scripted(Script())
    engine.unload()
    engine.unload()
    engine.load(ModelSpec(Path("model.gguf")))
    assert text_of(engine.generate(asking()))
