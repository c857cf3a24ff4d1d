"""Keeping the local copies up to date in the background: at start, every quarter of an hour, and when asked.

A pass runs in a process of its own, not in a thread. What waits for a file server inside the system cannot be stopped
from outside: a thread there would keep the whole program from ending on Windows, with the history still locked, and
parsing a thousand templates beside the window would make typing stutter. A process that hangs is killed and left to
the system; the program ends without waiting for it, and no second one is sent after it while it is still there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.core.own_process import own_command
from desktop.templates.share_process import ShareProcess
from desktop.templates.sync import SyncReport, Task
from desktop.templates.sync_child import task_to_json

INTERVAL_SECONDS = 15 * 60.0
# Without a sign of life for this long the share hangs. A healthy one answers within milliseconds, a tired one in a few
# seconds, and Windows itself gives up after about a minute.
SILENCE_SECONDS = 30.0
# Starting a program may take long on an old terminal that checks every file; the share has no part in it.
_START_SECONDS = 120.0


class SyncPhase(StrEnum):
    """Where the synchronisation stands."""

    OFF = "off"  # no share is set
    WAITING = "waiting"  # the next pass comes by itself
    RUNNING = "running"
    HANGING = "hanging"  # the share does not answer
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the synchronisation stands; times are seconds since 1970, 0 for never.

    `since` is when the phase began; while it hangs, when the share was last heard of. `fault` is why the last pass
    failed, and `report` what the last one that ended did.
    """

    phase: SyncPhase
    since: float = 0.0
    fault: AssistantError | None = None
    report: SyncReport | None = None
    ended_at: float = 0.0


Listener = Callable[[SyncState], None]


def child_command() -> list[str]:
    """Return the command line of a synchronising process."""
    # The program and not a part of this package: it knows the files of the share that are no templates as well.
    return own_command("template-sync", "desktop.learning.share_child")


class ShareWatch:
    """Synchronises one share until it is closed. Every method returns at once; the share is never touched here."""

    def __init__(
        self,
        task: Task | None,
        listener: Listener,
        *,
        interval: float = INTERVAL_SECONDS,
        silence: float = SILENCE_SECONDS,
        command: Sequence[str] = (),
    ) -> None:
        """Begin the first pass now. `listener` is called on the watch's own thread, with every change of state.

        Without a task nothing is done. `interval` and `silence` are in seconds.
        """
        self._listener = listener
        self._interval = interval
        self._silence = silence
        self._command = list(command) or child_command()
        self._wishes: queue.SimpleQueue[Task | str | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._child: ShareProcess | None = None
        self._hanging_since = 0.0
        self._state = SyncState(SyncPhase.OFF if task is None else SyncPhase.WAITING, time.time())
        self._wishes.put(task)
        # A daemon: it may stand in the start of a process when the program ends.
        self._thread = threading.Thread(target=self._work, name="share-watch", daemon=True)
        self._thread.start()

    @property
    def state(self) -> SyncState:
        """Where it stands."""
        return self._state

    def sync_now(self) -> None:
        """Ask for a pass now, or right after the one that runs."""
        self._wishes.put("now")

    def use(self, task: Task | None) -> None:
        """Synchronise another share, or none, from now on."""
        self._wishes.put(task)
        self._stop_child()

    def close(self) -> None:
        """Stop; never waits for the share."""
        self._closed.set()
        self._wishes.put("close")
        self._stop_child()

    def _stop_child(self) -> None:
        child = self._child
        if child is not None:
            child.kill()

    def _work(self) -> None:
        task: Task | None = None
        while not self._closed.is_set():
            task = self._wait(task)
            if self._closed.is_set():
                break
            if task is not None:
                self._pass(task)
        self._tell(SyncState(SyncPhase.CLOSED, time.time()))

    def _wait(self, task: Task | None) -> Task | None:
        """Wait for the next pass; returns the task that it is for."""
        try:
            wishes = [self._wishes.get(timeout=None if task is None else self._interval)]
        except queue.Empty:
            return task
        while not self._wishes.empty():
            wishes.append(self._wishes.get())
        for wish in wishes:
            if not isinstance(wish, str):
                task = wish
                if task is None:
                    self._tell(SyncState(SyncPhase.OFF, time.time()))
        return task

    def _pass(self, task: Task) -> None:
        if self._child is not None and not self._child.is_gone():
            # Still in the system's hands: another one would only hang beside it.
            return
        began = time.time()
        self._tell(SyncState(SyncPhase.RUNNING, began, report=self._state.report, ended_at=self._state.ended_at))
        try:
            self._child = ShareProcess(self._command, task_to_json(task))
        except OSError as error:
            self._end(UserFault(ErrorCode.TEMPLATE_SYNC_FAILED, reason=reason_of(error)), None)
            return
        heard, patience = began, max(self._silence, _START_SECONDS)
        while True:
            try:
                message = self._child.next_message(patience)
            except queue.Empty:
                self._hang(task, heard)
                return
            heard, patience = time.time(), self._silence
            if "at" not in message:
                break
        self._child.finish()
        self._hanging_since = 0.0
        self._end(*_result(message))

    def _hang(self, task: Task, heard: float) -> None:
        """Give the pass up; the process goes when the system lets it."""
        assert self._child is not None
        self._child.kill()
        since = self._hanging_since = self._hanging_since or heard
        fault = UserFault(ErrorCode.TEMPLATE_SHARE_HANGING, path=str(task.share), since=_clock_time(since))
        self._tell(SyncState(SyncPhase.HANGING, since, fault, self._state.report, self._state.ended_at))

    def _end(self, fault: AssistantError | None, report: SyncReport | None) -> None:
        if self._closed.is_set() or (report is None and not self._wishes.empty()):
            # It was stopped, or is about to be tried again: what went wrong is of no interest.
            return
        now = time.time()
        ended_at = now if report else self._state.ended_at
        self._tell(SyncState(SyncPhase.WAITING, now, fault, report or self._state.report, ended_at))

    def _tell(self, state: SyncState) -> None:
        self._state = state
        self._listener(state)


def _clock_time(seconds: float) -> str:
    return time.strftime("%H:%M", time.localtime(seconds))


def _result(message: dict[str, Any]) -> tuple[AssistantError | None, SyncReport | None]:
    if "report" in message:
        return None, SyncReport(**message["report"])
    if "code" in message:
        return UserFault(ErrorCode(message["code"]), **message["fields"]), None
    reason = "" if "cancelled" in message else "exit"
    return (UserFault(ErrorCode.TEMPLATE_SYNC_FAILED, reason=reason), None) if reason else (None, None)
