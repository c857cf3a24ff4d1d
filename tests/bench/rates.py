"""Prefill and decode rates and peak memory: our child and each rival in turn, our child with and without a schema."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from desktop.engine.base import GenerateRequest, Message, Role
from desktop.engine.supervisor import ChildEngine
from tests.bench.native_tools import ToolMissing, bench
from tests.bench.rivals import RIVALS, Measured, Rival, label, started
from tests.bench.rows import Row, Target, paired
from tests.bench.setting import MEGABYTE, Run, Setting, engine, peak, timed
from tests.bench.texts import COUNTED, COUNTING, GREEDY, MINUTES_SCHEMA, copying_minutes, text_of_tokens

PREFILL_TARGET = Target(0.97, at_least=True)
DECODE_TARGET = Target(0.98, at_least=True)
SCHEMA_TARGET = Target(0.92, at_least=True)
NATIVE = "llama-bench"
LARGE_BATCH = 512
FEWEST_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Size:
    """How many tokens are read and written in one measurement."""

    prefill: int = 512
    decode: int = 128


@dataclass(slots=True)
class Ours:
    """Our child's measurements; every prompt differs from all earlier ones from its beginning."""

    child: ChildEngine
    size: Size
    frame: int = 0  # tokens of the chat template around a text
    number: int = 0
    own_prefill: list[float] = field(default_factory=list)
    own_decode: list[float] = field(default_factory=list)

    def next_text(self, *, plain: bool) -> str:
        """Return a fresh text; with what the chat template puts around it, unless `plain`, it makes up the prompt."""
        self.number += 1
        if not self.frame:
            run = timed(self.child, _reading("あ"))
            self.frame = run.timings.prompt_tokens - self.child.count_tokens("あ")
        tokens = self.size.prefill - (0 if plain else self.frame)
        return text_of_tokens(tokens, self.number, self.child.count_tokens)

    def prefill(self, text: str) -> Measured:
        """Read a text, by the wall clock from the request to the end of an answer of one token."""
        run = timed(self.child, _reading(text))
        self.own_prefill.append(run.timings.prefill_rate)
        return Measured(run.timings.evaluated_tokens, run.end)

    def decode(self) -> Measured:
        """Write, by the wall clock from the first token to the last."""
        run = timed(self.child, GenerateRequest((_user(COUNTING),), GREEDY, self.size.decode, speculate=False))
        self.own_decode.append(run.own_decode_rate)
        return Measured(_enough(run) - 1, run.end - run.first)


def _user(text: str) -> Message:
    return Message(Role.USER, text)


def _reading(text: str) -> GenerateRequest:
    return GenerateRequest((_user(text),), GREEDY, 1, speculate=False)


def _enough(run: Run) -> int:
    if run.timings.generated_tokens < FEWEST_TOKENS:
        raise SystemExit(f"The model wrote only {run.timings.generated_tokens} tokens: no rate can be told from them.")
    return run.timings.generated_tokens


@dataclass(slots=True)
class Rounds:
    """The rates of one pair, round by round."""

    prefill: list[tuple[float, float]] = field(default_factory=list)
    decode: list[tuple[float, float]] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)


def measure(setting: Setting, size: Size) -> Iterator[Row]:
    """Yield the lines against llama-bench, and those of our own schema-bound decode."""
    with engine(setting.spec()) as child:
        ours = Ours(child, size)
        yield from _against(ours, NATIVE, setting)
        yield from _own_batch(ours, setting)
        yield _schema(child, setting, size)


def rivals(setting: Setting, size: Size) -> Iterator[Row]:
    """Yield the lines against the published packages; one that cannot be had here gets a line that says why."""
    with engine(setting.spec()) as child:
        ours = Ours(child, size)
        for name in setting.rivals or [name for name in RIVALS if name != NATIVE]:
            yield from _against(ours, name, setting)


def _against(ours: Ours, name: str, setting: Setting) -> Iterator[Row]:
    try:
        with started(name, setting) as rival:
            yield from _pair(ours, rival, name, setting)
    except ToolMissing as missing:
        yield Row(f"{label(name)}", note=f"not measured: {missing}")


def _pair(ours: Ours, rival: Rival, name: str, setting: Setting) -> Iterator[Row]:
    rounds = Rounds()
    for number in range(setting.rounds + 1):
        if number == 1:
            # The first round only warmed both up.
            rounds = Rounds()
            ours.own_prefill.clear()
            ours.own_decode.clear()
        _round(ours, rival, rounds, ours_first=number % 2 == 0)
    size, who = ours.size, label(name)
    promised = name == NATIVE
    tokens = f"{statistics.median(rounds.tokens):.0f} tokens, wall clock"
    yield _row(f"prefill {size.prefill}: {who}", rounds.prefill, PREFILL_TARGET if promised else None, tokens)
    tokens = f"{size.decode} tokens, wall clock"
    yield _row(f"decode {size.decode}: {who}", rounds.decode, DECODE_TARGET if promised else None, tokens)
    if promised:
        own = [(mine, theirs) for mine, (_, theirs) in zip(ours.own_prefill, rounds.prefill, strict=True)]
        yield _row(f"prefill {size.prefill}: {who}", own, PREFILL_TARGET, "the child's own clock")
        own = [(mine, theirs) for mine, (_, theirs) in zip(ours.own_decode, rounds.decode, strict=True)]
        yield _row(f"decode {size.decode}: {who}", own, DECODE_TARGET, "the child's own clock")
    yield _memory(ours.child, rival, who, setting)


def _round(ours: Ours, rival: Rival, rounds: Rounds, *, ours_first: bool) -> None:
    """Measure both once, in turn, each side first in every second round."""
    text, plain = ours.next_text(plain=False), ours.next_text(plain=True)
    size = ours.size
    mine, theirs = _in_turn(
        lambda: ours.prefill(text), lambda: rival.prefill(plain, size.prefill), ours_first=ours_first
    )
    rounds.prefill.append((mine.rate, theirs.rate))
    rounds.tokens.append(mine.tokens)
    mine, theirs = _in_turn(ours.decode, lambda: rival.decode(COUNTED, size.decode), ours_first=ours_first)
    rounds.decode.append((mine.rate, theirs.rate))


def _in_turn(
    ours: Callable[[], Measured], theirs: Callable[[], Measured], *, ours_first: bool
) -> tuple[Measured, Measured]:
    """Return ours and theirs, measured one after the other."""
    if ours_first:
        return ours(), theirs()
    other = theirs()
    return ours(), other


def _row(what: str, pairs: list[tuple[float, float]], target: Target | None, note: str) -> Row:
    ours, theirs = zip(*pairs, strict=True)
    return paired(what, ours, theirs, "tok/s", target=target, note=note)


def _memory(child: ChildEngine, rival: Rival, who: str, setting: Setting) -> Row:
    mine, theirs = peak(child), rival.peak
    note = f"context {setting.n_ctx}" if who != NATIVE else "llama-bench has no larger context than it needs"
    return Row(
        f"peak memory: {who}", f"{mine / MEGABYTE:.0f} MB", f"{theirs / MEGABYTE:.0f} MB", mine / theirs, note=note
    )


def _own_batch(ours: Ours, setting: Setting) -> Iterator[Row]:
    """Yield our prefill against llama-bench's with its own, larger slices, which cannot be cancelled so soon."""
    pairs = []
    try:
        for _ in range(setting.rounds):
            mine = ours.prefill(ours.next_text(plain=False))
            done = bench(setting, prompt=ours.size.prefill, batch=LARGE_BATCH)
            pairs.append((mine.rate, done.tokens / done.seconds))
    except ToolMissing as missing:
        yield Row("llama-bench with its own batch", note=f"not measured: {missing}")
        return
    note = f"wall clock, ours in slices of {setting.n_batch}"
    yield _row(f"prefill {ours.size.prefill}: llama-bench, batch {LARGE_BATCH}", pairs, None, note)


def _schema(child: ChildEngine, setting: Setting, size: Size) -> Row:
    """Return our schema-bound decode against our plain decode after the same prompt."""
    messages = copying_minutes()
    plain = GenerateRequest(messages, GREEDY, size.decode, speculate=False)
    bound = GenerateRequest(messages, GREEDY, size.decode, schema=MINUTES_SCHEMA, speculate=False)
    pairs = []
    for number in range(setting.rounds + 1):
        order = (bound, plain) if number % 2 else (plain, bound)
        rates = {id(request): _rate(timed(child, request)) for request in order}
        pairs.append((rates[id(bound)], rates[id(plain)]))
    return _row("schema-bound decode: plain decode", pairs[1:], SCHEMA_TARGET, f"{size.decode} tokens, wall clock")


def _rate(run: Run) -> float:
    _enough(run)
    return run.decode_rate
