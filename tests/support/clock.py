"""A clock for the history that moves only when a test tells it to."""

from __future__ import annotations

import datetime as dt

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, moment: dt.datetime = START) -> None:
        """Stand at a moment."""
        self.moment = moment

    def __call__(self) -> dt.datetime:
        return self.moment

    def advance(self, seconds: float = 0, *, minutes: float = 0) -> None:
        """Move on, or back."""
        self.moment += dt.timedelta(seconds=seconds, minutes=minutes)
