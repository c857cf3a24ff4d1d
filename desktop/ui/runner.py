"""One run of the model as the window sees it: starts it, follows its events, stops it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from desktop.session.desk import Desk
from desktop.session.events import (
    Asked,
    DeviceGivenUp,
    DraftEvent,
    Ended,
    Expected,
    Listener,
    Loading,
    Measuring,
    Reading,
    SectionGrew,
    Stalled,
    TimeLeft,
)
from desktop.ui.bridge import Bridge, DraftRelay
from desktop.ui.saver import Saver
from desktop.ui.sheet import Phase, Progress, Sheet

Start = Callable[[int, Listener], Future[Ended]]


class Runner(QObject):
    """Runs the model over a sheet, one run at a time."""

    grew = Signal(str)
    moved = Signal()
    ended = Signal(object, object)  # Sheet, Ended
    device_given_up = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, saver: Saver, parent: QObject) -> None:
        """Start at rest."""
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._saver = saver
        self._sheet: Sheet | None = None
        self._keys: list[str] = []
        self._asked: Asked | None = None
        self._expected: float | None = None
        self._left: float | None = None
        self.progress = Progress()
        saver.failed.connect(self._not_saved)

    @property
    def running(self) -> bool:
        """Whether the model is at work."""
        return self._sheet is not None

    def start(self, sheet: Sheet, start: Start, keys: list[str]) -> None:
        """Begin a run that writes the sections `keys`, once the sheet is in the history."""
        if self.running:
            return
        self._sheet = sheet
        self._keys = list(keys)
        self._asked = self._expected = self._left = None
        sheet.pending = list(keys)
        sheet.held.clear()
        self._move(Progress(Phase.LOADING))
        self._saver.with_number(sheet, lambda number: self._start(sheet, number, start))

    def _start(self, sheet: Sheet, number: int, start: Start) -> None:
        relay = DraftRelay(self)
        relay.arrived.connect(lambda event: self._take(sheet, event))
        # The relay lives until its run is over: a late event finds it.
        self._bridge.then(start(number, relay), self, lambda ended: self._end(sheet, relay, ended))
        if self.progress.stopping:
            self._desk.cancel()

    def stop(self) -> None:
        """Stop as soon as possible; everything that came is kept."""
        if self.running and not self.progress.stopping:
            self._move(dataclasses.replace(self.progress, stopping=True))
            self._desk.cancel()

    def hold(self, sheet: Sheet, key: str) -> None:
        """Keep the model's text out of a section that the person has begun to edit."""
        if self._sheet is sheet and key in self._keys and key not in sheet.held:
            sheet.held.add(key)
            self.moved.emit()

    def _take(self, sheet: Sheet, event: DraftEvent) -> None:
        if isinstance(event, Loading):
            self._step(Phase.LOADING, event.fraction)
        elif isinstance(event, Measuring):
            self._step(Phase.MEASURING, None)
        elif isinstance(event, Reading):
            self._step(Phase.READING, event.done / event.total if event.total else None, event.seconds_left)
        elif isinstance(event, Stalled):
            self._move(dataclasses.replace(self.progress, silent=event.seconds))
        elif isinstance(event, Expected | TimeLeft):
            self._time(event)
        elif isinstance(event, Asked):
            self._asked = event
            if self.progress.phase is Phase.WRITING:
                self._move(dataclasses.replace(self.progress, fraction=event.done / event.total))
        elif isinstance(event, DeviceGivenUp):
            self.device_given_up.emit()
        elif isinstance(event, SectionGrew):
            self._grow(sheet, event)

    def _step(
        self, phase: Phase, fraction: float | None, reading_left: float | None = None, *, section: str = ""
    ) -> None:
        """Show a phase; the seconds left of the whole run are worth more than those of the reading."""
        seconds = reading_left if self._left is None else self._left
        stopping = self.progress.stopping
        self._move(Progress(phase, fraction, seconds, self._expected, section, stopping=stopping))

    def _time(self, event: Expected | TimeLeft) -> None:
        self._left = event.seconds
        if isinstance(event, Expected):
            self._expected = event.seconds
        self._move(dataclasses.replace(self.progress, seconds_left=self._left, expected=self._expected))

    def _grow(self, sheet: Sheet, event: SectionGrew) -> None:
        if event.key not in sheet.held:
            sheet.contents[event.key] = event.content
            self.grew.emit(event.key)
        if event.finished and event.key in sheet.pending:
            sheet.pending.remove(event.key)
        self._step(Phase.WRITING, self._written(sheet), section=event.key)

    def _written(self, sheet: Sheet) -> float | None:
        """Return how much is written: by questions where there are several, else by sections."""
        if self._asked is not None:
            return self._asked.done / self._asked.total
        done = len(self._keys) - len(sheet.pending)
        return done / len(self._keys) if self._keys else None

    def _move(self, progress: Progress) -> None:
        if progress != self.progress:
            self.progress = progress
            self.moved.emit()

    def _end(self, sheet: Sheet, relay: DraftRelay, ended: Ended) -> None:
        relay.flush()
        relay.deleteLater()
        self._saver.flush()
        for key in sheet.held:
            # The model's version may be the younger one; what the person sees on the page is what counts.
            if key in sheet.contents:
                self._saver.keep_edit(sheet, key)
        sheet.held.clear()
        sheet.state = ended.state
        self._rest()
        self.ended.emit(sheet, ended)

    def _rest(self) -> None:
        self._sheet = None
        self._move(Progress())

    def _not_saved(self, _error: BaseException) -> None:
        # A document that could not be begun cannot be drafted either.
        if self._sheet is not None and not self._sheet.number:
            self._rest()
