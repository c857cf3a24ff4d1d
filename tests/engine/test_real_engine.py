"""The engine on a real model: forms, continuing, counting, cancelling, crashing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

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
    Sampling,
    Started,
    StopReason,
    TextDelta,
)
from desktop.engine.grammar import dump_compact
from desktop.engine.supervisor import ChildEngine, Patience

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)
MEETING = (
    "課長　防災訓練は十一月二十四日の日曜日に市民グラウンドで行うことに決めます。\n"
    "佐藤　案内の回覧は私が十一月五日までに作ります。\n"
    "鈴木　警備員の手配は私が十日までにします。\n"
)
TABLE = {
    "type": "object",
    "properties": {
        "決定事項": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 2},
        "担当": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "object",
                "properties": {
                    "誰が": {"type": "string", "maxLength": 10},
                    "いつまでに": {"type": "string", "maxLength": 12},
                },
            },
        },
    },
}
NOTICE = {
    "type": "object",
    "properties": {
        "件名": {"type": "string", "minLength": 1, "maxLength": 20},
        "種別": {"enum": ["通知", "依頼", "照会"]},
        "本文": {"type": "string", "maxLength": 60},
    },
}


def asking(text: str, **more: object) -> GenerateRequest:
    more.setdefault("sampling", GREEDY)
    return GenerateRequest((Message(Role.USER, text),), **more)  # type: ignore[arg-type]  # passed through


def text_of(events: Iterable[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def done_of(events: list[Event]) -> Done:
    last = events[-1]
    assert isinstance(last, Done)
    return last


def started_of(events: list[Event]) -> Started:
    first = events[0]
    assert isinstance(first, Started)
    return first


def test_the_model_says_what_it_is(small_model: Path) -> None:
    fractions: list[float] = []
    with closing(ChildEngine()) as engine:
        info = engine.load(ModelSpec(small_model, n_ctx=512), fractions.append)
    assert (info.architecture, info.n_ctx, info.n_ctx_train, info.n_vocab) == ("qwen2", 512, 32768, 151936)
    assert info.has_chat_template
    assert "llama.cpp" in info.library
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("schema", [TABLE, NOTICE], ids=["table", "notice"])
def test_a_form_comes_back_filled_with_every_key_in_order(real_engine: ChildEngine, schema: dict[str, object]) -> None:
    events = list(
        real_engine.generate(asking(MEETING + "JSON で要点を書いてください。", schema=schema, max_tokens=250))
    )
    assert done_of(events).reason is StopReason.STOP
    value = json.loads(text_of(events))
    assert list(value) == list(schema["properties"])  # type: ignore[call-overload]  # a mapping
    assert dump_compact(value) == text_of(events)


def test_sampled_forms_are_valid_too(real_engine: ChildEngine) -> None:
    for seed in range(3):
        warm = Sampling(temperature=1.5, top_p=1.0, min_p=0.0, top_k=0, seed=seed)
        value = json.loads(text_of(real_engine.generate(asking(MEETING, sampling=warm, schema=NOTICE))))
        assert value["種別"] in {"通知", "依頼", "照会"}
        assert len(value["件名"]) <= 20
        assert len(value["本文"]) <= 60


def test_an_interrupted_form_is_continued_from_any_place(real_engine: ChildEngine) -> None:
    schema = {
        "type": "object",
        "properties": {
            "件名": {"type": "string", "maxLength": 12},
            "表": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1,
                "items": {"type": "object", "properties": {"誰": {"type": "string", "maxLength": 4}}},
            },
        },
    }
    written = dump_compact({"件名": '髙橋\n"案"', "表": [{"誰": "佐藤"}]})
    for cut in range(len(written) + 1):
        begun = written[:cut]
        events = list(real_engine.generate(asking("短く。", schema=schema, constrained_prefill=begun, max_tokens=60)))
        assert done_of(events).reason is StopReason.STOP, begun
        value = json.loads(begun + text_of(events))
        assert list(value) == ["件名", "表"], begun
        assert value["件名"].startswith('髙橋\n"案"'[: max(0, cut - 14)]) or cut < 20, begun


def test_the_same_prompt_is_not_read_twice_and_gives_the_same_text(real_engine: ChildEngine) -> None:
    request = asking(MEETING * 8 + "一行で要約してください。", max_tokens=40)
    other = asking("まったく別の話です。" * 30, max_tokens=2)
    list(real_engine.generate(other))
    first = list(real_engine.generate(request))
    again = list(real_engine.generate(request))
    list(real_engine.generate(other))
    fresh = list(real_engine.generate(request))
    assert started_of(first).reused_tokens < 128
    assert started_of(again).reused_tokens >= started_of(again).prompt_tokens - 128
    assert started_of(fresh).reused_tokens < 128
    assert text_of(first) == text_of(again) == text_of(fresh)
    assert done_of(again).timings.prefill_seconds < done_of(first).timings.prefill_seconds


def test_progress_grows_to_the_whole_prompt_and_timings_add_up(real_engine: ChildEngine) -> None:
    events = list(real_engine.generate(asking("資料。" + MEETING * 6, max_tokens=5)))
    progress = [event for event in events if isinstance(event, PrefillProgress)]
    total = started_of(events).prompt_tokens
    assert [event.done for event in progress] == sorted({event.done for event in progress})
    assert progress[-1].done == progress[-1].total == total
    assert progress[0].seconds_left is None
    assert progress[-1].seconds_left == 0
    timings = done_of(events).timings
    assert timings.generated_tokens == 5
    assert timings.prompt_tokens == total
    assert 0 < timings.prefill_seconds <= timings.first_token_seconds


def test_no_character_is_ever_split(real_engine: ChildEngine) -> None:
    words = "𠮷野家の髙橋さん😀👨‍👩‍👧と﨑さん"
    events = list(real_engine.generate(asking("次を続けて。", prefill=f"{words}、{words}、{words}、", max_tokens=40)))
    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert pieces
    assert len(pieces) < done_of(events).timings.generated_tokens
    for piece in pieces:
        assert piece
        assert "\ufffd" not in piece
        piece.encode()
    assert "𠮷" in "".join(pieces)


def test_tokens_are_counted_exactly(real_engine: ChildEngine) -> None:
    text = "令和8年11月24日（日）に防災訓練を行います。𠮷田😀"

    def prompt_tokens(content: str) -> int:
        return started_of(list(real_engine.generate(asking(content, max_tokens=1)))).prompt_tokens

    # A closing sign on both sides keeps the text's own tokens apart from the template's.
    assert prompt_tokens(f"。{text}") - prompt_tokens("。") == real_engine.count_tokens(text)
    assert real_engine.count_tokens("") == 0


def test_marks_in_a_persons_text_reach_the_model_as_plain_characters(real_engine: ChildEngine) -> None:
    events = list(real_engine.generate(asking("「<|im_end|>」", max_tokens=1)))
    plain = list(real_engine.generate(asking("「」", max_tokens=1)))
    assert started_of(events).prompt_tokens - started_of(plain).prompt_tokens >= 4


def test_a_prompt_that_does_not_fit_is_refused_with_the_numbers(real_engine: ChildEngine) -> None:
    source = "議事録の本文です。" * 2000
    with pytest.raises(UserFault) as caught:
        list(real_engine.generate(asking(source)))
    fields = caught.value.fields
    assert caught.value.code is ErrorCode.PROMPT_TOO_LONG
    assert (fields["n_ctx"], fields["room"]) == (4096, 4096 - 256)
    assert int(fields["tokens"]) > real_engine.count_tokens(source)


def test_a_full_context_ends_the_text_and_says_so(small_model: Path) -> None:
    schema = {"type": "object", "properties": {"本文": {"type": "string", "minLength": 1900, "maxLength": 2000}}}
    with closing(ChildEngine()) as engine:
        info = engine.load(ModelSpec(small_model, n_ctx=512))
        # A long prompt and a warm model: otherwise one of this size repeats itself before the context is full.
        events = list(engine.generate(asking(MEETING * 3, schema=schema, sampling=Sampling(1.0, seed=3))))
    timings = done_of(events).timings
    assert done_of(events).reason is StopReason.LENGTH
    assert timings.generated_tokens < 2048
    # The last token is chosen, but there is no place left to read it.
    assert timings.prompt_tokens + timings.generated_tokens == info.n_ctx + 1


def test_a_cancel_while_reading_is_obeyed_within_the_slice(real_engine: ChildEngine) -> None:
    process = real_engine.pid
    events: list[Event] = []
    for event in real_engine.generate(asking("取消し。" + MEETING * 30, max_tokens=5)):
        events.append(event)
        if isinstance(event, PrefillProgress):
            real_engine.cancel()
    assert done_of(events).reason is StopReason.CANCELLED
    progress = [event for event in events if isinstance(event, PrefillProgress)]
    assert progress[-1].done < progress[-1].total
    assert real_engine.pid == process
    assert text_of(real_engine.generate(asking("はい、とだけ答えてください。", max_tokens=5)))


def test_a_cancel_while_writing_keeps_the_text(real_engine: ChildEngine) -> None:
    events: list[Event] = []
    for event in real_engine.generate(asking("長い物語を書いてください。", max_tokens=200)):
        events.append(event)
        if isinstance(event, TextDelta):
            real_engine.cancel()
    assert done_of(events).reason is StopReason.CANCELLED
    assert text_of(events)
    assert done_of(events).timings.generated_tokens < 200


def test_a_model_that_goes_round_in_circles_is_stopped_and_its_text_kept(real_engine: ChildEngine) -> None:
    schema = {"type": "object", "properties": {"本文": {"type": "string", "minLength": 1900, "maxLength": 2000}}}
    begun = '{"本文": "' + "了解しました。" * 6
    events = list(
        real_engine.generate(asking("返事を書いて。", schema=schema, constrained_prefill=begun, max_tokens=1500))
    )
    assert done_of(events).reason is StopReason.LOOP
    assert "了解しました" in text_of(events)
    assert done_of(events).timings.generated_tokens < 400


def test_a_begun_answer_outside_the_form_is_refused_and_the_process_lives(real_engine: ChildEngine) -> None:
    process = real_engine.pid
    with pytest.raises(EngineFault) as caught:
        list(real_engine.generate(asking("書いて", schema=NOTICE, constrained_prefill='{"別": ')))
    assert caught.value.code is ErrorCode.GRAMMAR_UNSUPPORTED
    assert real_engine.pid == process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_model_killed_in_mid_draft_is_loaded_again_and_continues(small_model: Path, number: signal.Signals) -> None:
    with closing(ChildEngine()) as engine:
        engine.load(ModelSpec(small_model, n_ctx=1024))
        got: list[Event] = []
        request = asking(MEETING, schema=NOTICE)
        with pytest.raises(AssistantError) as caught:
            _watch_and_kill(engine, request, got, number)
        assert caught.value.code is ErrorCode.ENGINE_CRASHED
        assert caught.value.fields["exit"] == number.name
        assert "訓練" not in str(caught.value.fields["report"])
        kept = text_of(got)
        assert kept
        rest = text_of(engine.generate(asking(MEETING, schema=NOTICE, constrained_prefill=kept)))
        assert list(json.loads(kept + rest)) == ["件名", "種別", "本文"]


def _watch_and_kill(engine: ChildEngine, request: GenerateRequest, got: list[Event], number: signal.Signals) -> None:
    for event in engine.generate(request):
        got.append(event)
        if len(text_of(got)) > 12 and engine.pid:
            os.kill(engine.pid, number)


def test_a_stopped_model_is_killed_by_a_cancel_and_the_text_is_kept(small_model: Path) -> None:
    with closing(ChildEngine(patience=Patience(cancel=0.3))) as engine:
        engine.load(ModelSpec(small_model, n_ctx=1024))
        events: list[Event] = []
        for event in engine.generate(asking(MEETING, schema=NOTICE)):
            events.append(event)
            if isinstance(event, TextDelta) and engine.pid:
                os.kill(engine.pid, signal.SIGSTOP)
                engine.cancel()
        assert done_of(events).reason is StopReason.CANCELLED
        assert text_of(events)
