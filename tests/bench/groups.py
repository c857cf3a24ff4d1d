"""What reading several tokens together costs here, and whether it changes a score: the ceiling of guessing ahead."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import numpy as np

from desktop.engine import llama_library
from desktop.engine.backend import Cancellation
from desktop.engine.base import GenerateRequest, Message, Role
from desktop.engine.llama import LlamaBackend
from desktop.engine.llama_context import Context
from desktop.engine.speculation import FEWEST_READ, GROUPS
from tests.bench.rows import Row
from tests.bench.setting import Setting
from tests.bench.texts import GREEDY, corpus

REPEATS = 5
CHARS = 2000  # more tokens than `FEWEST_READ` with any of the models


def measure(setting: Setting) -> Iterator[Row]:
    """Yield one line for each size: its time in single tokens, and how far its scores are from those of single ones."""
    llama_library.start()
    backend, cancellation = LlamaBackend(), Cancellation()
    backend.load(setting.spec(), lambda _: None)
    cancellation.begin(1)
    message = Message(Role.USER, corpus()[:CHARS])
    for _ in backend.generate(GenerateRequest((message,), GREEDY, 0), cancellation):
        pass
    context = backend._context
    assert context
    assert context.length >= FEWEST_READ
    for size in GROUPS:
        yield _row(context, size, REPEATS if not setting.quick else 1)


def _row(context: Context, size: int, repeats: int) -> Row:
    start, tokens = context.length, context.last(size)
    singles, together, distances = [], [], []
    for _ in range(repeats):
        began = time.perf_counter()
        alone = []
        for token in tokens:
            context.step(token)
            alone.append(context.logits().copy())
        singles.append((time.perf_counter() - began) / size)
        context.forget_after(start)
        began = time.perf_counter()
        rows = []
        for place, token in enumerate(tokens):
            context.step(token, () if place else tokens[1:])
            if not place:
                together.append(time.perf_counter() - began)
            rows.append(context.logits().copy())
        context.forget_after(start)
        distances.append(max(float(np.max(np.abs(a - b))) for a, b in zip(alone, rows, strict=True)))
    cost = statistics.median(together) / statistics.median(singles)
    exact = "the same scores bit for bit" if not max(distances) else f"scores differ by up to {max(distances):.2g}"
    return Row(
        f"{size} tokens read together, in single tokens",
        f"{1000 * statistics.median(together):.0f} ms",
        f"{1000 * statistics.median(singles):.1f} ms",
        cost,
        note=f"{exact}; at best {size / cost:.2f} times as fast, were every guess right",
    )
