"""One run of the model over a document: from the request to the last saved character, on the engine's thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.core.sections import Content
from desktop.engine.base import (
    DeviceLost,
    Done,
    Engine,
    Event,
    GenerateRequest,
    PrefillProgress,
    Sampling,
    Silence,
    Started,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.session.ask_clock import AskClock, added
from desktop.session.asks import Answers, Ask, Growth, Settled
from desktop.session.events import (
    Asked,
    DeviceGivenUp,
    Ended,
    Expected,
    Listener,
    Measuring,
    Reading,
    SectionGrew,
    Stalled,
    TimeLeft,
)
from desktop.session.pace import Pace
from desktop.session.plan import Plan
from desktop.session.saving import PartialSaver, Snapshot
from desktop.store.records import DocumentState
from desktop.templates.model import Template

# Sections are read from the growing text at most this often: a person sees no difference, and a fast model costs less.
SHOW_EVERY_SECONDS = 0.04
TIME_EVERY_SECONDS = 1.0
MAX_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a run needs to know. `pending` are the sections to write, `contents` what stands already."""

    document_id: int
    template: Template
    values: Mapping[str, str]
    contents: dict[str, Content]
    pending: Sequence[str]
    raw_text: str = ""
    sampling: Sampling = field(default_factory=Sampling)


class DraftRun:
    """Drives the engine through a job's steps, tells the listener, and lets the saver keep what arrives."""

    def __init__(  # noqa: PLR0913 -- one of each thing a run works with
        self,
        engine: Engine,
        saver: PartialSaver,
        job: Job,
        listener: Listener,
        stop: threading.Event,
        *,
        pace: Pace,
    ) -> None:
        """Take a job whose request row is in the store already; `stop` ends the run before its next step."""
        self._engine = engine
        self._saver = saver
        self._job = job
        self._listener = listener
        self._stop = stop
        self._answers = Answers(job.raw_text)
        self._snapshot = Snapshot()
        self._shown: dict[str, tuple[Content, bool]] = {}
        self._timings = Timings()
        self._pace = pace
        self._clock = AskClock(0)
        self._time_told_at = -TIME_EVERY_SECONDS

    def cancel(self) -> None:
        """Stop as soon as possible; may be called from any thread."""
        self._stop.set()
        self._engine.cancel()

    def run(self) -> Ended:
        """Write all pending sections; every way it can end is told by the returned `Ended`, never by an exception."""
        state, error, truncated = DocumentState.INTERRUPTED, None, False
        try:
            reason = self._all_asks()
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

    def _all_asks(self) -> StopReason:
        job = self._job
        plan = Plan(job.template, job.values, job.contents, job.pending)
        self._clock = clock = AskClock(plan.count, self._pace.costs(plan, job.raw_text, self._measuring))
        if clock.expected is not None and not self._stop.is_set():
            self._listener(Expected(clock.expected))
        for ask in plan.asks(self._answers):
            if isinstance(ask, Settled):
                self._show(ask.growth)
                if ask.was_asked:
                    clock.skip()
                continue
            if self._stop.is_set():
                return StopReason.CANCELLED
            if clock.total > 1:
                self._listener(Asked(clock.done, clock.total))
            clock.begin()
            self._tell_time()
            reason = self._one_ask(ask, quiet=clock.answered > 0)
            if reason is StopReason.LOOP:
                raise EngineFault(ErrorCode.DRAFT_LOOPED)
            if reason is not StopReason.STOP:
                return reason
            clock.advance()
        self._pace.keep(self._timings, clock.answered)
        return StopReason.STOP

    def _one_ask(self, ask: Ask, *, quiet: bool) -> StopReason:
        """Have one question answered; `quiet` leaves out the progress of reading, which is short after the first."""
        request = GenerateRequest(
            messages=ask.messages,
            sampling=self._job.sampling,
            max_tokens=MAX_TOKENS,
            constrained_prefill=ask.written,
            schema=ask.schema,
            head=ask.head,
        )
        text, shown_at, reason = ask.written, 0.0, StopReason.CANCELLED
        try:
            # Closing the events at once, whatever happens, frees the engine for the next request.
            with closing(self._engine.generate(request)) as events:
                for event in events:
                    if isinstance(event, TextDelta):
                        text += event.text
                        if time.monotonic() - shown_at >= SHOW_EVERY_SECONDS:
                            self._take(ask, text)
                            shown_at = time.monotonic()
                            self._tell_time()
                    elif isinstance(event, Done):
                        reason = event.reason
                        self._timings = added(self._timings, event.timings)
                    else:
                        if isinstance(event, PrefillProgress):
                            self._clock.reading(event.seconds_left)
                            self._tell_time()
                        if isinstance(event, Silence | DeviceLost) or not quiet:
                            self._tell(event)
        finally:
            # Whatever ended the loop, the last characters received count.
            if text != ask.written:
                self._take(ask, text, ended=reason is StopReason.STOP)
        return reason

    def _take(self, ask: Ask, text: str, *, ended: bool = False) -> None:
        """Read the sections from the answer so far, show what changed, and have it saved."""
        self._answers.put(ask.id, text)
        try:
            grown = ask.read(text, ended)
        except ValueError as error:
            self._save(self._snapshot.sections)
            raise EngineFault(ErrorCode.DRAFT_BROKEN_JSON, chars=len(text)) from error
        self._clock.writing(len(text) - len(ask.written), sum(finished for _, finished in grown.values()))
        self._show(grown)

    def _show(self, grown: Growth) -> None:
        for key, (content, finished) in grown.items():
            if self._shown.get(key) != (content, finished):
                self._shown[key] = (content, finished)
                self._job.contents[key] = content
                self._listener(SectionGrew(key, content, finished))
        self._save({**self._snapshot.sections, **grown})

    def _save(self, sections: Growth) -> None:
        self._snapshot = Snapshot(self._answers.dumps(), sections)
        self._saver.grew(self._snapshot)

    def _measuring(self) -> bool:
        self._listener(Measuring())
        return not self._stop.is_set()

    def _tell_time(self) -> None:
        """Tell what is left, but not so often that a person could not read it."""
        now = time.monotonic()
        if now - self._time_told_at >= TIME_EVERY_SECONDS:
            left = self._clock.seconds_left()
            if left is not None:
                self._time_told_at = now
                self._listener(TimeLeft(left))

    def _tell(self, event: Event) -> None:
        if isinstance(event, Started):
            self._listener(Reading(event.reused_tokens, event.prompt_tokens, None))
        elif isinstance(event, PrefillProgress):
            self._listener(Reading(event.done, event.total, event.seconds_left))
        elif isinstance(event, Silence):
            self._listener(Stalled(event.seconds))
        elif isinstance(event, DeviceLost):
            self._listener(DeviceGivenUp())
