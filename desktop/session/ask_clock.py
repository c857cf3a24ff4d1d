"""How long the questions of a draft still take, and what they took together."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.engine.base import Timings

# One answer says little about the others; from the second on the mean is worth telling.
_FEWEST = 2


class AskClock:
    """Counts questions that are done with; what is left is estimated from the mean duration of those answered here."""

    def __init__(self, total: int, now: Callable[[], float] = time.monotonic) -> None:
        """Start at the first question of `total`."""
        self.total = total
        self.done = 0
        self.answered = 0
        self._now = now
        self._began = now()

    def skip(self) -> None:
        """Note a question that an earlier run has answered."""
        self.done += 1

    def advance(self) -> None:
        """Note that a question is answered."""
        self.done += 1
        self.answered += 1

    def seconds_left(self) -> float | None:
        """Return the seconds until the last answer, or `None` while it cannot be said."""
        if self.answered < _FEWEST:
            return None
        return (self._now() - self._began) / self.answered * max(0, self.total - self.done)


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
