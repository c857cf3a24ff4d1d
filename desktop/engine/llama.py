"""Inference on llama.cpp: the decode loop, from a request to text."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.errors import EngineFault, ErrorCode, UserFault
from desktop.engine import llama_devices, llama_library
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
from desktop.engine.grammar import to_gbnf
from desktop.engine.llama_context import Context
from desktop.engine.llama_model import Model
from desktop.engine.llama_prompt import Prompt, prompt_of
from desktop.engine.llama_sampling import Grammar, TokenPicker
from desktop.engine.llama_speculation import Speculation
from desktop.engine.loops import LoopDetector
from desktop.engine.machine import Machine, this_machine
from desktop.engine.prefill_clock import PrefillClock
from desktop.engine.protocol import PROTOCOL_VERSION
from desktop.engine.snapshots import SnapshotFolder
from desktop.engine.speculation import Governor

SMALLEST_HEAD = 64  # tokens; less is read faster than a file is opened
SMALLEST_ANSWER = 256  # tokens that must be left for the answer, unless fewer are wanted


@dataclass(slots=True)
class _Run:
    """One generation: what it was asked and what it has measured."""

    request: GenerateRequest
    cancellation: Cancellation
    prompt: Prompt
    reused: int = 0
    generated: int = 0
    drafted: int = 0
    accepted: int = 0
    began: float = field(default_factory=time.monotonic)
    read: float = 0.0  # when the prompt was read
    first: float = 0.0  # when the first text came

    def done(self, reason: StopReason) -> Done:
        """Return the last event."""
        now = time.monotonic()
        read = self.read or now
        timings = Timings(
            prompt_tokens=len(self.prompt.tokens),
            reused_tokens=self.reused,
            generated_tokens=self.generated,
            prefill_seconds=read - self.began,
            decode_seconds=now - read,
            first_token_seconds=self.first - self.began if self.first else 0.0,
            drafted_tokens=self.drafted,
            accepted_tokens=self.accepted,
        )
        return Done(reason, timings)


class LlamaBackend:
    """Runs one model of the native library."""

    def __init__(self, machine: Callable[[], Machine] = this_machine) -> None:
        """Start the library; models are fitted to what `machine` says at each load."""
        llama_library.start()
        self._machine = machine
        self._model: Model | None = None
        self._context: Context | None = None
        self._governor = Governor()
        self._snapshots: SnapshotFolder | None = None

    @property
    def library(self) -> str:
        """The inference library with its version."""
        return llama_library.version()

    @property
    def protocol_version(self) -> int:
        """The protocol version to greet with."""
        return PROTOCOL_VERSION

    def load(self, spec: ModelSpec, progress: Callable[[float], None]) -> ModelInfo:
        """Load a model, replacing the one loaded."""
        self._unload()
        self._model = Model(spec, progress, self._machine())
        try:
            self._context = Context(self._model)
            self._governor = Governor()
        except EngineFault:
            self._unload()
            raise
        self._snapshots = _snapshots(spec, self._context)
        return self._model.info(self._context.n_ctx)

    def devices(self) -> Sequence[Device]:
        """Start the graphics drivers and return their devices."""
        return llama_devices.devices()

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of a text, without special tokens."""
        model, _ = self._loaded()
        return len(model.vocab.tokenize(text))

    def generate(self, request: GenerateRequest, cancellation: Cancellation) -> Iterator[BackendEvent]:
        """Yield events until `Done`."""
        model, context = self._loaded()
        run = _Run(request, cancellation, prompt_of(model, request))
        _check_room(run, context)
        picker = TokenPicker(model.vocab, request.sampling, _grammar(model, request))
        try:
            written = request.prefill + request.constrained_prefill
            picker.remember(model.vocab.tokenize(written))
            context.give_way(background=request.background)
            run.reused = self._reuse(run, context)
            yield Started(len(run.prompt.tokens), run.reused, context.n_ctx)
            if picker.is_complete(request.constrained_prefill.encode("utf-8", "replace")):
                yield run.done(StopReason.STOP)
                return
            yield from self._read_prompt(run, context)
            run.read = time.monotonic()
            if not request.max_tokens:
                yield run.done(StopReason.CANCELLED if cancellation.is_set() else StopReason.LENGTH)
                return
            speculation = Speculation(context, self._governor, run.prompt.tokens if _may_guess(request) else None)
            yield from _write_answer(run, model, picker, speculation)
        finally:
            picker.close()

    def _reuse(self, run: _Run, context: Context) -> int:
        """Return how many of the prompt's tokens are read already, here or in an earlier run of the program."""
        prompt = run.prompt
        reused = context.keep_prefix(prompt.tokens, prompt.head)
        if self._snapshots is None or not reused < prompt.head < len(prompt.tokens):
            return reused
        head = prompt.tokens[: prompt.head]
        state = self._snapshots.load(head)
        if state:
            context.restore(head, state)
        return context.length

    def _read_prompt(self, run: _Run, context: Context) -> Iterator[PrefillProgress]:
        """Read the prompt slice by slice; ends early when cancelled."""
        tokens, head = run.prompt.tokens, run.prompt.head
        clock = PrefillClock(run.reused, len(tokens))
        yield PrefillProgress(run.reused, len(tokens), None)
        while context.length < len(tokens) and not run.cancellation.is_set():
            if not context.read(context.next_slice(tokens, head), run.cancellation.is_set):
                return
            if self._snapshots and context.length == head >= SMALLEST_HEAD:
                self._snapshots.save(tokens[:head], context.state())
            clock.advance(context.length)
            yield PrefillProgress(context.length, len(tokens), clock.seconds_left())

    def _loaded(self) -> tuple[Model, Context]:
        if self._model is None or self._context is None:
            raise UserFault(ErrorCode.MODEL_NONE)
        return self._model, self._context

    def _unload(self) -> None:
        if self._context:
            self._context.close()
        if self._model:
            self._model.close()
        self._context = self._model = None


def _snapshots(spec: ModelSpec, context: Context) -> SnapshotFolder | None:
    """Return where heads are kept; everything that a kept state depends on is part of the owner's name."""
    if not (spec.snapshots and spec.sha256):
        return None
    owner = f"{spec.sha256} {llama_library.identity()} {context.identity()}"
    return SnapshotFolder(Path(spec.snapshots), spec.snapshot_bytes, owner)


def _check_room(run: _Run, context: Context) -> None:
    """Refuse a prompt that leaves no room for an answer; nothing is ever cut."""
    room = context.n_ctx - min(SMALLEST_ANSWER, run.request.max_tokens)
    tokens = len(run.prompt.tokens)
    if tokens > room:
        raise UserFault(ErrorCode.PROMPT_TOO_LONG, tokens=tokens, n_ctx=context.n_ctx, room=room)
    if not tokens:
        raise EngineFault(ErrorCode.ENGINE_FAILED, reason="empty_prompt")


def _grammar(model: Model, request: GenerateRequest) -> Grammar | None:
    """Return the schema's grammar, already past what is written of the answer."""
    if request.schema is None:
        return None
    grammar = Grammar(model.vocab, to_gbnf(request.schema))
    try:
        grammar.follow(request.constrained_prefill)
    except EngineFault:
        grammar.close()
        raise
    return grammar


def _may_guess(request: GenerateRequest) -> bool:
    """Tell whether to guess ahead; in the background other numbers of threads work, which nothing was tested with."""
    return request.speculate and not request.background


def _write_answer(run: _Run, model: Model, picker: TokenPicker, speculation: Speculation) -> Iterator[TextDelta | Done]:
    """Choose and read tokens one after another; text comes out in whole characters only."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    detector = LoopDetector()
    context = speculation.context
    while not run.cancellation.is_set():
        token = picker.pick(context.logits())
        run.generated += 1
        if model.vocab.is_end(token):
            yield run.done(StopReason.STOP)
            return
        looping = detector.loops(token)
        piece = model.vocab.piece(token)
        text = decoder.decode(piece)
        if text:
            run.first = run.first or time.monotonic()
            yield TextDelta(text)
        if picker.is_complete(piece):
            yield run.done(StopReason.STOP)
            return
        if looping:
            yield run.done(StopReason.LOOP)
            return
        if run.generated >= run.request.max_tokens or context.length >= context.n_ctx:
            yield run.done(StopReason.LENGTH)
            return
        speculation.step(token, run.request.max_tokens - run.generated)
        run.drafted, run.accepted = speculation.drafted, speculation.accepted
    yield run.done(StopReason.CANCELLED)
