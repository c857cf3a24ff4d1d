"""What a desk does so that no history is lost: copies, checks, going back to a copy, salvaging a damaged one."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from desktop.core.errors import StoreFault
from desktop.store.checks import (
    BACKUP_EVERY,
    FULL_CHECK_EVERY,
    LOOK_BYTES,
    LOOK_EVERY,
    CareBook,
    CheckReport,
    CheckStoppedError,
    check,
    is_due,
)
from desktop.store.database import BUSY_SECONDS, connect, inspect
from desktop.store.faults import damaged, translated
from desktop.store.history import utc_now
from desktop.store.migrations import STEPS
from desktop.store.rescue import Copy, Exchanged, begin_anew, copies, copy_document, rescue, restore
from desktop.store.rotation import BackupFile, BackupStoppedError, make_daily_backup

Result = TypeVar("Result")


class WhileClosed(Protocol):
    """Runs a call on the store's thread while nobody has the history open."""

    def __call__(self, call: Callable[[], Result], /) -> Future[Result]:
        """Return at once; the future has the call's result."""
        ...


@dataclass(frozen=True, slots=True)
class CareDone:
    """What was done in the background after the start; `faults` tell what could not be done, or of damage found."""

    backup: BackupFile | None = None
    report: CheckReport | None = None
    faults: tuple[StoreFault, ...] = ()


class CareDesk:
    """The use cases around the safety of the history. Every method returns at once."""

    def __init__(self, history: Path, while_closed: WhileClosed, now: Callable[[], dt.datetime] = utc_now) -> None:
        """Care for this history; `now` gives the moment, aware."""
        self._history = history
        self._while_closed = while_closed
        self._now = now
        self._book = CareBook(history)
        self._stop = threading.Event()
        self._closed = False
        # One thread of its own with connections of its own: neither the person's work nor a draft waits for it.
        self._pool = ThreadPoolExecutor(1, "history-care")
        self._looking = ThreadPoolExecutor(1, "history-copies")

    def after_start(self) -> Future[CareDone]:
        """Make the day's copy and the week's check if it is time; what fails here keeps nobody from working."""
        return self._pool.submit(self._after_start)

    def _after_start(self) -> CareDone:
        times, now, faults = self._book.read(), self._now(), list[StoreFault]()
        backup, report = None, None
        try:
            if is_due(times.backed_up_at, now, BACKUP_EVERY):
                backup = self._kept(self._backup, faults)
            if is_due(times.checked_at, now, FULL_CHECK_EVERY):
                report = self._kept(lambda: self._check(full=True), faults)
            elif is_due(times.looked_at, now, LOOK_EVERY) and self._is_large():
                report = self._kept(lambda: self._check(full=False), faults)
        except (BackupStoppedError, CheckStoppedError):
            pass  # the program ends; it is done after the next start
        if report is not None and not report.sound:
            faults.append(damaged(self._history))
        return CareDone(backup, report, tuple(faults))

    @staticmethod
    def _kept(work: Callable[[], Result], faults: list[StoreFault]) -> Result | None:
        try:
            return work()
        except StoreFault as fault:
            faults.append(fault)
            return None

    def _is_large(self) -> bool:
        return self._history.is_file() and self._history.stat().st_size > LOOK_BYTES

    def _backup(self) -> BackupFile:
        made = make_daily_backup(self._history, self._now(), stop=self._stop)
        self._book.note(backed_up_at=self._now())
        return made

    def _check(self, *, full: bool) -> CheckReport:
        with translated(self._history):
            inspect(self._history, STEPS, BUSY_SECONDS)
            with closing(connect(self._history, "ro", BUSY_SECONDS)) as db:
                report = check(db, self._stop, full=full)
        if report.sound:
            # Damage is told at every start until something is done about it.
            done = self._now()
            self._book.note(**dict.fromkeys(("looked_at", "checked_at") if full else ("looked_at",), done))
        return report

    def check(self, *, full: bool) -> Future[CheckReport]:
        """Go through the history now; fails with the `StoreFault` that keeps it from being read at all."""
        return self._pool.submit(lambda: self._check(full=full))

    def back_up(self) -> Future[BackupFile]:
        """Make a verified copy now; fails as `make_daily_backup` does."""
        return self._pool.submit(self._backup)

    def copies(self) -> Future[list[Copy]]:
        """Return what there is to go back to, newest first."""
        return self._looking.submit(copies, self._history)

    def restore(self, copy: Path) -> Future[Exchanged]:
        """Put a copy in the place of the history, which is set aside; fails as `rescue.restore` does."""
        return self._alone(lambda: restore(self._history, copy, self._now()))

    def rescue(self) -> Future[Exchanged]:
        """Put what can be read of the history in its place; fails as `rescue.rescue` does."""
        return self._alone(lambda: rescue(self._history, self._now()))

    def begin_anew(self) -> Future[Exchanged]:
        """Put an empty history in the place of the present one, which is set aside."""
        return self._alone(lambda: begin_anew(self._history, self._now()))

    def copy_document(self, copy: Path, document_id: int) -> Future[int]:
        """Bring one document of a copy back as a new one; the future gives its number."""
        return self._alone(lambda: copy_document(self._history, copy, document_id, self._now()))

    def _alone(self, call: Callable[[], Result]) -> Future[Result]:
        """Do something with the closed history; what runs in the background gives way and is done another time."""
        self._stop.set()

        def work() -> Result:
            if not self._closed:
                self._stop.clear()
            return self._while_closed(call).result()

        return self._pool.submit(work)

    def close(self) -> None:
        """Stop what runs in the background and wait for its end, which takes a moment."""
        self._closed = True
        self._stop.set()
        self._pool.shutdown()
        self._looking.shutdown()
