"""A deterministic engine for tests and demonstrations: a real child process that does what a script says."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.backend import BackendEvent, Cancellation
from desktop.engine.base import (
    Device,
    Done,
    GenerateRequest,
    ModelInfo,
    ModelSpec,
    PrefillProgress,
    Started,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.engine.protocol import PROTOCOL_VERSION
from desktop.engine.sample_json import continue_sample

_PLAIN_SAMPLE = "（見本）これは決まった文を返す試験用のエンジンです。"
_CONTEXT = 8192


class Do(StrEnum):
    """What one step of a script does."""

    FILL = "fill"  # write the schema's sample (plain text without a schema), `count` characters at a time
    TEXT = "text"  # write `text`, `count` characters at a time
    ECHO = "echo"  # write the last message's content
    PREFILL = "prefill"  # report `count` slices of a prompt being read
    STALL = "stall"  # do nothing for ever, deaf to a cancel, heart still beating
    STOP = "stop"  # stop the whole process as SIGSTOP does
    ABORT = "abort"  # die as a failed native assertion does
    EXIT = "exit"  # leave with exit code `count`
    GARBAGE = "garbage"  # put `text` on the protocol channel as it is
    NOISE = "noise"  # print `text` on descriptor 1 as native code does
    LOOP = "loop"  # end as a model that had begun to repeat itself
    FAIL = "fail"  # report the error code `text`


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `every` is the pause in seconds before each piece."""

    do: Do
    text: str = ""
    count: int = 4
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Steps for a request whose messages contain `when`; the empty string is in every request."""

    steps: tuple[Step, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted engine does: the first rule that fits a request; how it greets, and what loading does.

    `devices` are the graphics devices it claims to have, and `list_devices` what listing them does; `on_device`
    replaces the rules, and `load_on_device` the loading, of a model that is put on one.
    """

    rules: tuple[Rule, ...] = (Rule((Step(Do.FILL),)),)
    load: tuple[Step, ...] = ()
    protocol: int = PROTOCOL_VERSION
    hello: tuple[Step, ...] = ()
    devices: tuple[Device, ...] = ()
    on_device: tuple[Rule, ...] = ()
    load_on_device: tuple[Step, ...] = ()
    list_devices: tuple[Step, ...] = ()

    def arguments(self) -> tuple[str, ...]:
        """Return the backend arguments for `ChildEngine`."""
        return ("scripted", "--script", self.dumps())

    def dumps(self) -> str:
        """Return the script as JSON; `parse` reads it."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def parse(cls, text: str) -> Script:
        """Read inline JSON, or the file that `text` names; the empty text is the default script."""
        if not text:
            return cls()
        value = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8"))
        return cls(
            rules=_rules(value.get("rules", ())) or cls().rules,
            load=_steps(value.get("load", ())),
            protocol=int(value.get("protocol", PROTOCOL_VERSION)),
            hello=_steps(value.get("hello", ())),
            devices=tuple(Device(**device) for device in value.get("devices", ())),
            on_device=_rules(value.get("on_device", ())),
            load_on_device=_steps(value.get("load_on_device", ())),
            list_devices=_steps(value.get("list_devices", ())),
        )


def one_rule(*steps: Step) -> Script:
    """Return a script that does the same for every request."""
    return Script((Rule(steps),))


def _rules(values: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(Rule(_steps(value["steps"]), value.get("when", "")) for value in values)


def _steps(values: Sequence[Mapping[str, object]]) -> tuple[Step, ...]:
    return tuple(_step(value) for value in values)


def _step(value: Mapping[str, object]) -> Step:
    """Build a step from JSON; a wrong script is our own mistake and fails loudly."""
    text, count, every = value.get("text", ""), value.get("count", 4), value.get("every", 0.0)
    assert isinstance(text, str)
    assert isinstance(count, int)
    assert isinstance(every, int | float)
    return Step(Do(str(value["do"])), text, count, every)


@dataclass(slots=True)
class _Run:
    """One request being acted out."""

    request: GenerateRequest
    cancellation: Cancellation
    prompt_tokens: int
    began: float = field(default_factory=time.monotonic)
    first: float = 0.0
    pieces: int = 0
    reason: StopReason = StopReason.STOP

    def timings(self) -> Timings:
        """Return what a real engine would measure."""
        spent = time.monotonic() - self.began
        return Timings(
            prompt_tokens=self.prompt_tokens,
            generated_tokens=self.pieces,
            prefill_seconds=self.first or spent,
            decode_seconds=max(0.0, spent - self.first) if self.first else 0.0,
            first_token_seconds=self.first,
        )


class ScriptedBackend:
    """Acts out a script; loads any path, and counts one token a character."""

    def __init__(self, script: str, send_raw: Callable[[bytes], None]) -> None:
        """Read the script (inline JSON or a file); `send_raw` reaches the protocol channel."""
        self._script = Script.parse(script)
        self._send_raw = send_raw
        self._rules: tuple[Rule, ...] | None = None  # of the loaded model
        for step in self._script.hello:
            self._harm(step)

    @property
    def library(self) -> str:
        """The inference library with its version."""
        return "scripted 1"

    @property
    def protocol_version(self) -> int:
        """The protocol version to greet with."""
        return self._script.protocol

    def load(self, spec: ModelSpec, progress: Callable[[float], None]) -> ModelInfo:
        """Pretend to load: the file need not exist."""
        progress(0.0)
        for step in self._script.load_on_device if spec.device else self._script.load:
            self._harm(step)
        progress(1.0)
        self._rules = (spec.device and self._script.on_device) or self._script.rules
        return ModelInfo(
            name=spec.path.stem or "scripted",
            architecture="scripted",
            n_ctx=spec.n_ctx or _CONTEXT,
            n_ctx_train=_CONTEXT,
            n_vocab=0,
            n_params=0,
            size=0,
            has_chat_template=True,
            library=self.library,
        )

    def devices(self) -> Sequence[Device]:
        """Return what the script says."""
        for step in self._script.list_devices:
            self._harm(step)
        return self._script.devices

    def count_tokens(self, text: str) -> int:
        """Count one token a character."""
        return len(text)

    def generate(self, request: GenerateRequest, cancellation: Cancellation) -> Iterator[BackendEvent]:
        """Act out the first rule that fits."""
        if self._rules is None:
            raise EngineFault(ErrorCode.MODEL_NONE)
        said = "\n".join(message.content for message in request.messages)
        run = _Run(request, cancellation, self.count_tokens(said + request.prefill + request.constrained_prefill))
        yield Started(run.prompt_tokens, 0, _CONTEXT)
        steps = next((rule.steps for rule in self._rules if rule.when in said), ())
        for step in steps:
            for event in self._act(step, run):
                if cancellation.is_set():
                    break
                yield event
        yield Done(StopReason.CANCELLED if cancellation.is_set() else run.reason, run.timings())

    def _act(self, step: Step, run: _Run) -> Iterator[BackendEvent]:
        if step.do is Do.PREFILL:
            yield from self._prefill(step, run)
        elif step.do in (Do.FILL, Do.TEXT, Do.ECHO):
            yield from self._text(step, run)
        elif step.do is Do.LOOP:
            run.reason = StopReason.LOOP
        else:
            self._harm(step)

    def _prefill(self, step: Step, run: _Run) -> Iterator[BackendEvent]:
        for done in range(step.count + 1):
            if run.cancellation.wait(step.every):
                return
            left = (step.count - done) * step.every if done else None
            yield PrefillProgress(run.prompt_tokens * done // step.count, run.prompt_tokens, left)

    def _text(self, step: Step, run: _Run) -> Iterator[BackendEvent]:
        if not run.request.max_tokens:
            return
        text = _text_of(step, run.request)
        for start in range(0, len(text), step.count):
            if step.every and run.cancellation.wait(step.every):
                return
            run.first = run.first or time.monotonic() - run.began
            run.pieces += 1
            yield TextDelta(text[start : start + step.count])

    def _harm(self, step: Step) -> None:
        """Do what a real engine does only when something is broken."""
        if step.do is Do.STALL:
            threading.Event().wait()
        elif step.do is Do.STOP:
            os.kill(os.getpid(), signal.Signals["SIGSTOP"])
        elif step.do is Do.ABORT:
            os.abort()
        elif step.do is Do.EXIT:
            os._exit(step.count)
        elif step.do is Do.GARBAGE:
            self._send_raw(step.text.encode())
        elif step.do is Do.NOISE:
            os.write(1, step.text.encode())
        elif step.do is Do.FAIL:
            raise EngineFault(ErrorCode(step.text))


def _text_of(step: Step, request: GenerateRequest) -> str:
    if step.do is Do.TEXT:
        return step.text
    if step.do is Do.ECHO:
        return request.messages[-1].content if request.messages else ""
    if request.schema is None:
        return _PLAIN_SAMPLE
    return continue_sample(request.schema, request.constrained_prefill)
