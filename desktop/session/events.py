"""What a running draft tells its listener: plain values that a window or a console can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.core.errors import AssistantError
from desktop.core.sections import Content
from desktop.engine.base import Timings
from desktop.store.records import DocumentState


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded; `fraction` from 0 to 1."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The model reads the prompt; counts in tokens; `seconds_left`, of the reading, is `None` until known."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Measuring:
    """The model has never run on this terminal: its speed is measured first, which takes a few seconds."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the whole run will take on this terminal, in seconds, told once before the first question."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The seconds until the last answer, the estimate corrected by what was measured so far; never 0."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft of several questions has come to one of them: `done` of `total` are answered."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SectionGrew:
    """A section's content as far as it is written; the whole content, not the difference."""

    key: str
    content: Content
    finished: bool


@dataclass(frozen=True, slots=True)
class Stalled:
    """The engine has been silent for `seconds`; the person may stop and continue from here."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DeviceGivenUp:
    """A graphics device failed and the CPU writes instead; the words are those of ENGINE_DEVICE_LOST."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of every run. `error` is set when it did not end as asked; nothing received is lost.

    `truncated` is true when the model ran out of room, so the last section may lack its end.
    """

    document_id: int
    state: DocumentState
    timings: Timings | None = None
    error: AssistantError | None = None
    truncated: bool = False


DraftEvent = Loading | Measuring | Expected | TimeLeft | Reading | Asked | SectionGrew | Stalled | DeviceGivenUp | Ended
Listener = Callable[[DraftEvent], None]
