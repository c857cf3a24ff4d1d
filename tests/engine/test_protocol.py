"""The messages between program and inference process: what is sent arrives unchanged, anything else is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import EngineFault, ErrorCode, UserFault
from desktop.engine.base import (
    Device,
    Done,
    GenerateRequest,
    Message,
    ModelInfo,
    ModelSpec,
    PrefillProgress,
    Role,
    Sampling,
    Started,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.engine.protocol import (
    PROTOCOL_VERSION,
    Answer,
    Cancel,
    Count,
    Counted,
    DeviceList,
    Failure,
    Frame,
    Generate,
    Heartbeat,
    Hello,
    ListDevices,
    Load,
    Loaded,
    LoadProgress,
    ProtocolError,
    Request,
    Shutdown,
    decode_answer,
    decode_request,
    encode,
    read_line,
)

SCHEMA = {"type": "object", "properties": {"件名": {"type": "string", "maxLength": 40}}}
REQUEST = GenerateRequest(
    (Message(Role.SYSTEM, "文書係です"), Message(Role.USER, "案内を\n「書いて」\\ください\x00")),
    Sampling(temperature=0.0, seed=7),
    max_tokens=9,
    prefill="{",
    constrained_prefill='{"件',
    schema=SCHEMA,
)


@pytest.mark.parametrize(
    "body",
    [
        Load(ModelSpec(Path("/共有/モデル.gguf"), n_ctx=512)),
        Generate(REQUEST),
        Count("数える"),
        ListDevices(),
        Cancel(),
        Shutdown(),
    ],
)
def test_every_request_arrives_as_it_was_sent(body: Request) -> None:
    assert decode_request(encode(Frame(3, body))) == Frame(3, body)


@pytest.mark.parametrize(
    "body",
    [
        Hello(PROTOCOL_VERSION, "library 1.0"),
        LoadProgress(0.5),
        LoadProgress(1),
        DeviceList("llama.cpp", (Device("Vulkan0", "グラフィックス", "1.0", 1, 2),)),
        Loaded(ModelInfo("名前", "qwen2", 1, 2, 3, 4, 5, has_chat_template=True, library="x")),
        Counted(12),
        Heartbeat(),
        Failure(user=True, code=ErrorCode.PROMPT_TOO_LONG, fields={"tokens": 9, "room": 3, "part": 0.5, "name": "n"}),
        Started(1, 2, 3),
        PrefillProgress(1, 2, None),
        PrefillProgress(1, 2, 3.5),
        TextDelta("髙\ud83d"),
        Done(StopReason.LENGTH, Timings(generated_tokens=4, decode_seconds=2.0)),
    ],
)
def test_every_answer_arrives_as_it_was_sent(body: Answer) -> None:
    assert decode_answer(encode(Frame(0, body))) == Frame(0, body)


@given(st.text())
def test_any_text_is_one_line_of_plain_ascii_and_comes_back(text: str) -> None:
    line = encode(Frame(1, TextDelta(text)))
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert decode_answer(line).body == TextDelta(text)


@given(st.binary())
def test_no_bytes_whatever_do_anything_but_be_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_answer(data)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not_json"),
        (b"\xff\n", "not_json"),
        (b'{"type":"text","id":1,"text":NaN}\n', "not_json"),
        (b"[]\n", "not_an_object"),
        (b'{"id":1}\n', "unknown_type"),
        (b'{"type":"generate","id":1}\n', "unknown_type"),
        (b'{"type":"heartbeat"}\n', "bad_id"),
        (b'{"type":"heartbeat","id":true}\n', "bad_id"),
        (b'{"type":"heartbeat","id":-1}\n', "bad_id"),
        (b'{"type":"text","id":1}\n', "wrong_fields"),
        (b'{"type":"text","id":1,"text":"a","more":1}\n', "wrong_fields"),
        (b'{"type":"text","id":1,"text":1}\n', "wrong_type"),
        (b'{"type":"text","id":1,"text":null}\n', "wrong_type"),
        (b'{"type":"counted","id":1,"tokens":1.5}\n', "wrong_type"),
        (b'{"type":"counted","id":1,"tokens":true}\n', "wrong_type"),
        (b'{"type":"error","id":1,"user":1,"code":"unexpected","fields":{}}\n', "wrong_type"),
        (b'{"type":"error","id":1,"user":false,"code":"no such","fields":{}}\n', "wrong_value"),
        (b'{"type":"error","id":1,"user":false,"code":"unexpected","fields":{"a":[]}}\n', "wrong_type"),
    ],
)
def test_a_line_that_is_no_message_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode_answer(line)
    assert caught.value.reason == reason


def test_of_a_greeting_of_another_version_only_the_version_is_read() -> None:
    frame = decode_answer(b'{"type":"hello","id":0,"protocol":999,"new_field":{}}\n')
    assert frame.body == Hello(999, "")


def test_a_line_is_read_up_to_its_limit_and_not_beyond() -> None:
    assert read_line(io.BytesIO(b"12345\n67"), 6) == b"12345\n"
    assert read_line(io.BytesIO(b""), 6) is None
    with pytest.raises(ProtocolError, match="too_long"):
        read_line(io.BytesIO(b"1234567\n"), 6)
    with pytest.raises(ProtocolError, match="cut_line"):
        read_line(io.BytesIO(b"123"), 6)


def test_a_fault_keeps_its_kind_across_the_process_border() -> None:
    for fault in (UserFault(ErrorCode.MODEL_MISSING, name="m"), EngineFault(ErrorCode.ENGINE_FAILED, reason="r")):
        back = Failure.of(fault).fault()
        assert type(back) is type(fault)
        assert (back.code, back.fields) == (fault.code, fault.fields)
