"""What runs inside the inference process: the seam between the worker's loop and a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desktop.engine.base import Device, Done, GenerateRequest, ModelInfo, ModelSpec, PrefillProgress, Started, TextDelta

BackendEvent = Started | PrefillProgress | TextDelta | Done


@dataclass(slots=True)
class Cancellation:
    """Which requests have been cancelled; numbers only grow, so one number says it."""

    _changed: threading.Condition = field(default_factory=threading.Condition)
    _running: int = 0
    _cancelled: int = 0

    def begin(self, request_id: int) -> None:
        """Name the request that runs now; a cancel that came before it was begun still holds."""
        with self._changed:
            self._running = request_id

    def cancel(self, request_id: int) -> None:
        """Cancel this request and every earlier one."""
        with self._changed:
            self._cancelled = max(self._cancelled, request_id)
            self._changed.notify_all()

    def is_set(self) -> bool:
        """Tell whether the running request is cancelled."""
        return self._cancelled >= self._running

    def wait(self, seconds: float) -> bool:
        """Wait until the running request is cancelled, at most `seconds`; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(self.is_set, seconds)


class Backend(Protocol):
    """A model inside the process. Called from one thread only; every method may raise `AssistantError`."""

    @property
    def library(self) -> str:
        """The inference library with its version."""
        ...

    @property
    def protocol_version(self) -> int:
        """The protocol version to greet with."""
        ...

    def load(self, spec: ModelSpec, progress: Callable[[float], None]) -> ModelInfo:
        """Load a model, replacing the one loaded; `progress` takes fractions from 0 to 1."""
        ...

    def devices(self) -> Sequence[Device]:
        """Start the graphics drivers and return their devices."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of a text, without special tokens."""
        ...

    def generate(self, request: GenerateRequest, cancellation: Cancellation) -> Iterator[BackendEvent]:
        """Yield events until `Done`; look at `cancellation` at least between tokens."""
        ...
