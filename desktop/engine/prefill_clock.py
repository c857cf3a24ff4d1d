"""How long the rest of a prompt will take to read, from the slices read so far."""

from __future__ import annotations

import time


class PrefillClock:
    """Fits time = tokens x (base + growth x position): attention makes each token dearer than the one before."""

    def __init__(self, start: int, total: int) -> None:
        """Begin at token `start` (what is before it is already in the cache) of `total`."""
        self._total = total
        self._position = start
        self._moment = time.monotonic()
        self._slices: list[tuple[float, float, int]] = []  # middle position, seconds per token, tokens

    def advance(self, position: int, moment: float | None = None) -> None:
        """Note that everything before `position` is read; `moment` is monotonic seconds, now when not given."""
        moment = time.monotonic() if moment is None else moment
        tokens = position - self._position
        middle = (position + self._position) / 2
        self._slices.append((middle, (moment - self._moment) / tokens, tokens))
        self._position, self._moment = position, moment

    def seconds_left(self) -> float | None:
        """Return the estimate, `None` before the first slice is read."""
        if not self._slices:
            return None
        weight = sum(tokens for _, _, tokens in self._slices)
        mean_position = sum(middle * tokens for middle, _, tokens in self._slices) / weight
        mean_cost = sum(cost * tokens for _, cost, tokens in self._slices) / weight
        spread = sum(tokens * (middle - mean_position) ** 2 for middle, _, tokens in self._slices)
        slope = 0.0
        if spread:
            joint = sum(t * (middle - mean_position) * (cost - mean_cost) for middle, cost, t in self._slices)
            slope = max(0.0, joint / spread)
        middle_ahead = (self._position + self._total) / 2
        return (self._total - self._position) * (mean_cost + slope * (middle_ahead - mean_position))
