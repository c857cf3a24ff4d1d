"""How long the questions of a draft still take: the estimate from before, corrected by what is measured on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from desktop.engine.base import Timings
from desktop.session.estimate import Cost

# One answer says little about the others; from the second on the mean is worth telling.
_FEWEST = 2
# The estimate weighs as much as this share of what is still ahead, measured, would.
_TRUST = 0.2
# An answer that has become longer than expected is not over yet: this share of it is always left.
_REST = 0.1
# So many characters of an answer weigh as much as its estimate.
_TRUSTED_CHARS = 40
# What is shown follows what is reckoned within a tenth of what is left, between these seconds: it does not jump.
_FOLLOW_SHARE = 0.1
_FOLLOW_SECONDS = (1.5, 8.0)
_LEAST_SECONDS = 1.0


class AskClock:
    """Counts questions that are done with and tells the seconds left.

    Without an estimate it is the mean duration of those answered here.
    """

    def __init__(self, total: int, costs: Sequence[Cost] = (), now: Callable[[], float] = time.monotonic) -> None:
        """Start at the first question of `total`; `costs` are those of the questions still to be put."""
        self.total = total
        self.done = 0
        self.answered = 0
        self._costs = list(costs)
        self._now = now
        self._began = self._ask_began = now()
        self._reading_left: float | None = None
        self._writing: tuple[float, int, int, int] | None = None  # since when, parts finished, their chars, all chars
        self._shown: tuple[float, float] | None = None  # at what moment, seconds

    @property
    def expected(self) -> float | None:
        """What the questions take in all by the estimate, in seconds; `None` without one."""
        return sum(cost.seconds for cost in self._costs) if self._costs else None

    def skip(self) -> None:
        """Note a question that an earlier run has answered."""
        self.done += 1

    def begin(self) -> None:
        """Note that a question is put."""
        self._ask_began, self._reading_left, self._writing = self._now(), None, None

    def reading(self, seconds_left: float | None) -> None:
        """Note how long the question's text will still be read, by the engine's own clock."""
        self._reading_left = seconds_left

    def writing(self, chars: int, finished: int) -> None:
        """Note how much of the answer is written, and how many of its parts are finished."""
        since, parts, before, _ = self._writing or (self._now(), 0, 0, 0)
        self._writing = (since, finished, chars if finished > parts else before, chars)

    def advance(self) -> None:
        """Note that a question is answered."""
        self.done += 1
        self.answered += 1

    def seconds_left(self) -> float | None:
        """Return the seconds until the last answer, or `None` while it cannot be said; never less than one."""
        reckoned = self._reckoned()
        if reckoned is None:
            return None
        now = self._now()
        if self._shown is not None:
            at, seconds = self._shown
            gone = now - at
            shortest, longest = _FOLLOW_SECONDS
            follow = 1 - math.exp(-gone / min(longest, max(shortest, _FOLLOW_SHARE * reckoned)))
            running_down = max(0.0, seconds - gone)
            reckoned = running_down + (reckoned - running_down) * follow
        reckoned = max(_LEAST_SECONDS, reckoned)
        self._shown = now, reckoned
        return reckoned

    def _reckoned(self) -> float | None:
        if self._costs:
            ahead = sum(cost.seconds for cost in self._costs[self.answered + 1 :])
            return self._this_one() + ahead * self._pace()
        if self.answered < _FEWEST:
            return None
        return (self._now() - self._began) / self.answered * max(0, self.total - self.done)

    def _pace(self) -> float:
        """Return how much longer the questions answered here took than was expected."""
        expected = sum(cost.seconds for cost in self._costs[: self.answered])
        trust = _TRUST * sum(cost.seconds for cost in self._costs[self.answered :])
        if not expected + trust:
            return 1.0
        return (self._ask_began - self._began + trust) / (expected + trust)

    def _this_one(self) -> float:
        """Return the seconds that the question being answered still takes."""
        if self.answered >= len(self._costs):
            return 0.0
        cost = self._costs[self.answered]
        if self._writing is not None:
            return self._writing_left(cost)
        spent = self._now() - self._ask_began
        reading = self._reading_left
        if reading is None:
            reading = max(cost.read * self._pace() - spent, _REST * cost.read)
        return reading + cost.write * self._pace()

    def _writing_left(self, cost: Cost) -> float:
        assert self._writing is not None
        since, finished, before, chars = self._writing
        whole = sum(cost.parts)
        # A model whose first sections are shorter than expected will be brief in the others as well.
        length = (before + _TRUST * whole) / (sum(cost.parts[:finished]) + _TRUST * whole) if whole else 1.0
        parts = [part * length for part in cost.parts[finished:]]
        if not parts:
            return 0.0
        left = max(parts[0] - (chars - before), _REST * parts[0]) + sum(parts[1:])
        expected_each = cost.write * self._pace() / max(1.0, whole)
        each = (self._now() - since + _TRUSTED_CHARS * expected_each) / (chars + _TRUSTED_CHARS)
        return left * each


def added(first: Timings, second: Timings) -> Timings:
    """Return the timings of generations one after the other; the first text is that of the first one."""
    return Timings(
        prompt_tokens=first.prompt_tokens + second.prompt_tokens,
        reused_tokens=first.reused_tokens + second.reused_tokens,
        generated_tokens=first.generated_tokens + second.generated_tokens,
        prefill_seconds=first.prefill_seconds + second.prefill_seconds,
        decode_seconds=first.decode_seconds + second.decode_seconds,
        first_token_seconds=first.first_token_seconds or second.first_token_seconds,
        drafted_tokens=first.drafted_tokens + second.drafted_tokens,
        accepted_tokens=first.accepted_tokens + second.accepted_tokens,
    )
