"""A long errand: how far it is, and whether the person still wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What an errand is just doing; the numbers told with it count documents, for CHECKING bytes."""

    WRITING = "writing"  # documents into the file
    WORD = "word"  # Word files for people
    CHECKING = "checking"  # a file that is to come in
    TAKING_IN = "taking_in"


class ErrandStopped(Exception):  # noqa: N818 -- what was asked for, not an error
    """The person does not want it any more."""


def _nobody_watches(_phase: Phase, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Errand:
    """`progress` gets the phase, how much is done and how much there is; both are called on the errand's thread."""

    progress: Callable[[Phase, int, int], object] = _nobody_watches
    stopped: Callable[[], bool] = bool

    def step(self, phase: Phase, done: int, total: int) -> None:
        """Tell how far it is; raises `ErrandStopped`."""
        if self.stopped():
            raise ErrandStopped
        self.progress(phase, done, total)
