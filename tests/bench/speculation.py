"""Speculation on and off in turn, on the same prompts: a draft of minutes, a rewriting task, free writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from desktop.engine.base import GenerateRequest
from desktop.engine.supervisor import ChildEngine
from tests.bench.rows import Row, Target, paired
from tests.bench.setting import Setting, engine, timed
from tests.bench.texts import asks_of, free_writing, request_of, rewriting, source, templates

CONTEXT = 8192
REWRITING = Target(1.3, at_least=True)
FREE = Target(0.97, at_least=True)
RECORD_CHARS = 1500


@dataclass(slots=True)
class Written:
    """What one way of running a task came to: tokens a second round by round, guesses, and the text."""

    rates: list[float] = field(default_factory=list)
    drafted: int = 0
    accepted: int = 0
    tokens: int = 0
    texts: list[str] = field(default_factory=list)


def measure(setting: Setting) -> Iterator[Row]:
    """Yield one line for each task."""
    tokens = 96 if setting.quick else 320
    (minutes,) = (template for template in templates() if template.id == "minutes")
    asks = asks_of(minutes, source(RECORD_CHARS))[: 3 if setting.quick else 8]
    tasks = (
        (f"minutes, {len(asks)} questions", [request_of(ask) for ask in asks], None),
        ("rewriting", [rewriting(tokens)], REWRITING),
        ("free writing", [free_writing(tokens)], FREE),
    )
    with engine(replace(setting.spec(), n_ctx=CONTEXT)) as child:
        for what, requests, target in tasks:
            yield _task(child, setting, f"speculation on: off, {what}", requests, target)


def _task(
    child: ChildEngine, setting: Setting, what: str, requests: Sequence[GenerateRequest], target: Target | None
) -> Row:
    ways = {True: Written(), False: Written()}
    for number in range(setting.rounds + 1):
        for speculate in (True, False) if number % 2 else (False, True):
            _run(child, requests, ways[speculate], speculate=speculate, counts=number > 0)
    on, off = ways[True], ways[False]
    same = "the same text" if on.texts == off.texts else "ANOTHER TEXT with speculation"
    guesses = f"{on.accepted} of {on.drafted} guesses right" if on.drafted else "nothing was guessed"
    note = f"{on.tokens} tokens, {guesses}, {same}"
    return paired(what, on.rates, off.rates, "tok/s", target=target, note=note)


def _run(
    child: ChildEngine, requests: Sequence[GenerateRequest], written: Written, *, speculate: bool, counts: bool
) -> None:
    """Run the requests one after another; the rate is that of their decoding together."""
    runs = [timed(child, replace(request, speculate=speculate)) for request in requests]
    if not counts:
        return
    tokens = sum(run.timings.generated_tokens for run in runs)
    written.rates.append(tokens / sum(run.timings.decode_seconds for run in runs))
    written.drafted = sum(run.timings.drafted_tokens for run in runs)
    written.accepted = sum(run.timings.accepted_tokens for run in runs)
    written.tokens = tokens
    written.texts = [run.text for run in runs]
