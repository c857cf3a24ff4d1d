"""Reading what was chosen, and along with it what probably follows; the answer is that of plain decoding.

How a token's scores are rounded depends on how many tokens are computed together, in which kernels and with which kind
of KV cache. So every context is tested: groups are read only of sizes whose scores equal, bit for bit, those of single
tokens.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

import numpy as np

from desktop.engine.llama_context import LARGEST_GROUP, Context
from desktop.engine.llama_sampling import Logits
from desktop.engine.speculation import GROUPS, Acceptance, Drafter, Governor

_TEST_TOKENS = 2 * LARGEST_GROUP


class Speculation:
    """The steps of one generation."""

    def __init__(self, context: Context, governor: Governor, prompt: Sequence[int] | None) -> None:
        """Begin after the prompt; without one nothing is guessed."""
        self.context = context
        self._governor = governor
        self._acceptance = Acceptance()
        hopeless = prompt is None or governor.sizes == () or not context.can_guess
        self._drafter = None if hopeless else Drafter(prompt or ())
        self.drafted = 0  # tokens
        self.accepted = 0

    def step(self, token: int, left: int) -> None:
        """Read a chosen token; at most `left` more will be chosen."""
        guesses = self._guesses(token, left) if self._drafter else ()
        if self.context.expects(token):
            self.context.step(token)
            self.accepted += 1
            self._governor.guessed_right()
            return
        began = time.perf_counter()
        self.context.step(token, guesses)
        self._governor.took(1 + len(guesses), time.perf_counter() - began)
        self.drafted += len(guesses)

    def _guesses(self, token: int, left: int) -> Sequence[int]:
        """Return what to read along."""
        drafter, context, governor = self._drafter, self.context, self._governor
        assert drafter
        streak = drafter.streak
        right = drafter.add(token)
        if right is not None:
            self._acceptance.observe(streak, right=right)
        if context.expects(token):
            return ()
        most = min(LARGEST_GROUP, context.n_batch, context.room, left) - 1
        draft = drafter.draft(most)
        size = governor.size(self._acceptance, drafter.streak, len(draft))
        if size > 1 and governor.wants_test(context.length):
            if context.room < _TEST_TOKENS:
                return ()
            governor.tested(context.length, exact_groups(context))
            size = governor.size(self._acceptance, drafter.streak, len(draft))
        return draft[: size - 1] if governor.sizes else ()


def exact_groups(context: Context) -> dict[int, float]:
    """Return the groups whose scores equal those of single tokens, with their times in seconds; also that of one token.

    Needs `room` for twice the largest group and leaves the cache as it was. Each group is tested at two places: a
    single row may be equal by accident. Larger ones than the first that differs are not tried.
    """
    start = context.length
    tokens = context.last(_TEST_TOKENS)
    alone: list[Logits] = []
    singles: list[float] = []
    seconds: dict[int, float] = {}
    for size in (size for size in GROUPS if size <= context.n_batch):
        for token in tokens[len(alone) : 2 * size]:
            rows, taken = _read_together(context, [token])
            alone += rows
            singles.append(taken)
        seconds[1] = statistics.median(singles)
        for place in (0, size):
            context.forget_after(start + place)
            rows, seconds[size] = _read_together(context, tokens[place : place + size])
            if not np.array_equal(rows, alone[place : place + size]):
                del seconds[size]
                context.forget_after(start)
                return seconds
    context.forget_after(start)
    return seconds


def _read_together(context: Context, tokens: Sequence[int]) -> tuple[list[Logits], float]:
    """Return the scores after each of the tokens, and how long they took together in seconds."""
    began = time.perf_counter()
    rows = []
    seconds = 0.0
    for place, token in enumerate(tokens):
        context.step(token, () if place else tokens[1:])
        seconds = seconds or time.perf_counter() - began
        rows.append(context.logits().copy())
    return rows, seconds
