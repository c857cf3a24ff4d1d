"""How soon a cancel is obeyed, at random moments while the prompt is read and while the answer is written."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop.engine.base import Done, GenerateRequest, Message, Role, Started, StopReason, TextDelta
from desktop.engine.supervisor import ChildEngine
from tests.bench.rows import Row, Target
from tests.bench.setting import Setting, engine
from tests.bench.texts import GREEDY, corpus, free_writing

CONTEXT = 8192
TARGET = Target(300, at_least=False, unit=" ms")
EACH = 25
LONGEST_WAIT = {Started: 4.0, TextDelta: 2.0}  # seconds after which at the latest it is cancelled
PROMPT_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Obeyed:
    """How long a cancel took in seconds; `in_time` is false when the generation had ended before it."""

    seconds: float
    in_time: bool


def measure(setting: Setting) -> Iterator[Row]:
    """Yield one line for reading and one for writing."""
    count = 5 if setting.quick else EACH
    chance = random.Random(17)  # noqa: S311 -- moments, no secrets
    with engine(replace(setting.spec(), n_ctx=CONTEXT)) as child:
        for name, phase in (("prefill", Started), ("decode", TextDelta)):
            times: list[float] = []
            pid, early = child.pid, 0
            while len(times) < count:
                request = _prompt(len(times) + early) if phase is Started else free_writing(2000)
                obeyed = _cancel(child, request, phase, chance.uniform(0.02, LONGEST_WAIT[phase]))
                if obeyed.in_time:
                    times.append(1000 * obeyed.seconds)
                else:
                    early += 1
            yield _row(name, times, killed=child.pid != pid)


def _prompt(number: int) -> GenerateRequest:
    """Return a long prompt that differs from all others from its beginning: nothing of it is read already."""
    text = f"{number}番目の依頼です。次の記録を要約してください。\n\n{corpus(number)[:PROMPT_CHARS]}"
    return GenerateRequest((Message(Role.USER, text),), GREEDY, 400)


def _cancel(child: ChildEngine, request: GenerateRequest, phase: type, wait: float) -> Obeyed:
    """Cancel a generation `wait` seconds after it has reached its phase."""
    asked: list[float] = []

    def cancel() -> None:
        asked.append(time.perf_counter())
        child.cancel()

    timer = threading.Timer(wait, cancel)
    began, ended, reason = False, 0.0, StopReason.STOP
    for event in child.generate(request):
        if isinstance(event, phase) and not began:
            began = True
            timer.start()
        if phase is Started and isinstance(event, TextDelta) and not asked:
            timer.cancel()  # read already: what would be cancelled now is no reading
            child.cancel()
        if isinstance(event, Done):
            ended, reason = time.perf_counter(), event.reason
    timer.cancel()
    timer.join()
    return Obeyed(ended - asked[0] if asked else 0.0, bool(asked) and reason is StopReason.CANCELLED)


def _row(name: str, times: list[float], *, killed: bool) -> Row:
    note = f"{len(times)} cancels; median {statistics.median(times):.0f} ms"
    if killed:
        note += "; THE CHILD HAD TO BE KILLED"
    return Row(
        f"cancel in {name}: the longest",
        f"{max(times):.0f} ms",
        value=max(times),
        target=TARGET,
        note=note,
        unit=" ms",
    )
