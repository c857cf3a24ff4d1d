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
    """The model reads the prompt; counts in tokens; `seconds_left` is `None` until it can be estimated."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft of several questions has come to one of them: `done` of `total` are answered."""

    done: int
    total: int
    seconds_left: float | None


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
class Ended:
    """The last event of every run. `error` is set when it did not end as asked; nothing received is lost.

    `truncated` is true when the model ran out of room, so the last section may lack its end.
    """

    document_id: int
    state: DocumentState
    timings: Timings | None = None
    error: AssistantError | None = None
    truncated: bool = False


DraftEvent = Loading | Reading | Asked | SectionGrew | Stalled | Ended
Listener = Callable[[DraftEvent], None]
