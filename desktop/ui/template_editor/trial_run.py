"""One trial run as the editor sees it: starts it, gathers what the model writes, stops it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.core.sections import Content
from desktop.session.events import (
    Asked,
    DraftEvent,
    Ended,
    Expected,
    Loading,
    Measuring,
    Reading,
    SectionGrew,
    Stalled,
    TimeLeft,
)
from desktop.session.template_trial import Trial
from desktop.store.records import Inputs
from desktop.templates.model import Template
from desktop.ui.bridge import Bridge, DraftRelay
from desktop.ui.sheet import Phase, Progress


class TrialRun(QObject):
    """Runs the model over the template in work, one run at a time."""

    moved = Signal()
    grew = Signal()
    ended = Signal(object)  # Ended
    failed = Signal(object)  # error: the trial could not be begun

    def __init__(self, trial: Trial, cancel: Callable[[], object], bridge: Bridge, parent: QObject) -> None:
        """Start at rest."""
        super().__init__(parent)
        self._trial = trial
        self._cancel = cancel
        self._bridge = bridge
        self._relay: DraftRelay | None = None
        self._count = 0
        self._done: set[str] = set()
        self.progress = Progress()
        self.contents: dict[str, Content] = {}

    @property
    def running(self) -> bool:
        """Whether the model is at work for this editor."""
        return self._relay is not None

    def start(self, template: Template, title: str, inputs: Inputs) -> None:
        """Begin a run; what an earlier one wrote goes."""
        if self.running:
            return
        self._relay = relay = DraftRelay(self)
        relay.arrived.connect(self._take)
        self.contents, self._done, self._count = {}, set(), len(template.sections)
        self._move(Progress(Phase.LOADING))
        self._bridge.then(self._trial(template, title, inputs, relay), self, self._end, self._not_begun)

    def stop(self) -> None:
        """Stop as soon as possible; what came stays on the page."""
        if self.running and not self.progress.stopping:
            self._move(dataclasses.replace(self.progress, stopping=True))
            self._cancel()

    def _take(self, event: DraftEvent) -> None:
        now = self.progress
        if isinstance(event, Loading):
            self._move(dataclasses.replace(now, phase=Phase.LOADING, fraction=event.fraction))
        elif isinstance(event, Measuring):
            self._move(dataclasses.replace(now, phase=Phase.MEASURING, fraction=None))
        elif isinstance(event, Reading):
            part = event.done / event.total if event.total else None
            self._move(dataclasses.replace(now, phase=Phase.READING, fraction=part, silent=0.0))
        elif isinstance(event, Stalled):
            self._move(dataclasses.replace(now, silent=event.seconds))
        elif isinstance(event, Expected):
            self._move(dataclasses.replace(now, expected=event.seconds, seconds_left=event.seconds))
        elif isinstance(event, TimeLeft):
            self._move(dataclasses.replace(now, seconds_left=event.seconds))
        elif isinstance(event, Asked):
            self._move(dataclasses.replace(now, fraction=event.done / event.total))
        elif isinstance(event, SectionGrew):
            self._grow(event)

    def _grow(self, event: SectionGrew) -> None:
        self.contents[event.key] = event.content
        if event.finished:
            self._done.add(event.key)
        self._move(
            dataclasses.replace(
                self.progress,
                phase=Phase.WRITING,
                section=event.key,
                fraction=len(self._done) / max(1, self._count),
                silent=0.0,
            )
        )
        self.grew.emit()

    def _move(self, progress: Progress) -> None:
        if progress != self.progress:
            self.progress = progress
            self.moved.emit()

    def _rest(self) -> None:
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.flush()
            relay.deleteLater()
        self._move(Progress())

    def _end(self, ended: Ended) -> None:
        self._rest()
        self.ended.emit(ended)

    def _not_begun(self, error: BaseException) -> None:
        self._rest()
        self.failed.emit(error)
