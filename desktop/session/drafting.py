"""One run of the model over a document: from the request to the last saved character, on the engine's thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.core.sections import Content
from desktop.engine.base import (
    Done,
    Engine,
    Event,
    GenerateRequest,
    Message,
    PrefillProgress,
    Role,
    Sampling,
    Silence,
    Started,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.session.events import Ended, Listener, Reading, SectionGrew, Stalled
from desktop.session.plan import Step, growth, steps
from desktop.session.saving import PartialSaver, Snapshot
from desktop.store.records import DocumentState
from desktop.templates.model import Template

# Sections are read from the growing text at most this often: a person sees no difference, and a fast model costs less.
SHOW_EVERY_SECONDS = 0.04
MAX_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a run needs to know. `pending` are the sections to write, `contents` what stands already."""

    document_id: int
    template: Template
    system: str
    user: str
    contents: dict[str, Content]
    pending: Sequence[str]
    raw_text: str = ""
    sampling: Sampling = field(default_factory=Sampling)


class DraftRun:
    """Drives the engine through a job's steps, tells the listener, and lets the saver keep what arrives."""

    def __init__(
        self, engine: Engine, saver: PartialSaver, job: Job, listener: Listener, stop: threading.Event
    ) -> None:
        """Take a job whose request row is in the store already; `stop` ends the run before its next step."""
        self._engine = engine
        self._saver = saver
        self._job = job
        self._listener = listener
        self._stop = stop
        self._snapshot = Snapshot()
        self._shown: dict[str, tuple[Content, bool]] = {}
        self._timings = Timings()

    def cancel(self) -> None:
        """Stop as soon as possible; may be called from any thread."""
        self._stop.set()
        self._engine.cancel()

    def run(self) -> Ended:
        """Write all pending sections; every way it can end is told by the returned `Ended`, never by an exception."""
        state, error, truncated = DocumentState.INTERRUPTED, None, False
        try:
            reason = self._all_steps()
            truncated = reason is StopReason.LENGTH
            if reason is not StopReason.LENGTH:
                state = DocumentState.CANCELLED if reason is StopReason.CANCELLED else DocumentState.COMPLETE
        except AssistantError as fault:
            error = fault
            if not self._snapshot.raw_text and not self._job.contents:
                state = DocumentState.PREPARING
        try:
            self._saver.end(state, error.code.value if error else "")
        except AssistantError as fault:
            # The store's fault is the one to show: the engine's text is still in the window.
            state, error = DocumentState.INTERRUPTED, fault
        return Ended(self._job.document_id, state, self._timings, error, truncated)

    def _all_steps(self) -> StopReason:
        job = self._job
        for step in steps(job.template, job.contents, job.pending, job.raw_text):
            if self._stop.is_set():
                return StopReason.CANCELLED
            reason = self._one_step(step)
            if reason is not StopReason.STOP:
                return reason
        return StopReason.STOP

    def _one_step(self, step: Step) -> StopReason:
        job = self._job
        request = GenerateRequest(
            messages=(Message(Role.SYSTEM, job.system), Message(Role.USER, job.user)),
            sampling=job.sampling,
            max_tokens=MAX_TOKENS,
            constrained_prefill=step.prefill,
            schema=step.schema,
        )
        text, shown_at, reason = step.prefill, 0.0, StopReason.CANCELLED
        try:
            # Closing the events at once, whatever happens, frees the engine for the next request.
            with closing(self._engine.generate(request)) as events:
                for event in events:
                    if isinstance(event, TextDelta):
                        text += event.text
                        if time.monotonic() - shown_at >= SHOW_EVERY_SECONDS:
                            self._take(text, step)
                            shown_at = time.monotonic()
                    elif isinstance(event, Done):
                        reason = event.reason
                        self._timings = event.timings
                    else:
                        self._tell(event)
        finally:
            # Whatever ended the loop, the last characters received count.
            if text != step.prefill:
                self._take(text, step)
        return reason

    def _take(self, text: str, step: Step) -> None:
        """Read the sections from the text so far, show what changed, and have it saved."""
        try:
            grown = growth(text, self._job.template, step.keys)
        except ValueError as error:
            self._snapshot = Snapshot(text, self._snapshot.sections)
            self._saver.grew(self._snapshot)
            raise EngineFault(ErrorCode.DRAFT_BROKEN_JSON, chars=len(text)) from error
        for key, (content, finished) in grown.items():
            if self._shown.get(key) != (content, finished):
                self._shown[key] = (content, finished)
                self._job.contents[key] = content
                self._listener(SectionGrew(key, content, finished))
        self._snapshot = Snapshot(text, {**self._snapshot.sections, **grown})
        self._saver.grew(self._snapshot)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Started):
            self._listener(Reading(event.reused_tokens, event.prompt_tokens, None))
        elif isinstance(event, PrefillProgress):
            self._listener(Reading(event.done, event.total, event.seconds_left))
        elif isinstance(event, Silence):
            self._listener(Stalled(event.seconds))
