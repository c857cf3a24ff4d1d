"""Sending files of usage to a share and reading a folder of them, through a process that is given up when it hangs."""

from __future__ import annotations

import datetime as dt
import json
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.core.own_process import own_command
from desktop.learning.usage_file import MonthUse, TemplateUse
from desktop.learning.usage_folder import OutgoingFile
from desktop.templates.share_process import ShareProcess

# As long as a share may be silent before it counts as hanging, and as starting a program may take.
SILENCE_SECONDS = 30.0
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class UsageShelf:
    """All months of a folder that can be used, and the faults of the files that cannot."""

    uses: tuple[MonthUse, ...] = ()
    skipped: tuple[UserFault, ...] = ()


def child_command() -> list[str]:
    """Return the command line of a process that works on a folder of usage."""
    return own_command("usage-share", "desktop.learning.usage_child")


class UsageShare:
    """Blocks the calling thread, but never longer than the share is silent.

    A second process is not sent after one that hangs, as long as the system holds it.
    """

    def __init__(self, *, silence: float = SILENCE_SECONDS, start: float = START_SECONDS) -> None:
        """Start nothing yet; `silence` and `start` are in seconds."""
        self._silence = silence
        self._start = max(silence, start)
        self._lock = threading.Lock()
        self._running: list[ShareProcess] = []
        self._hanging: ShareProcess | None = None
        self._closed = False

    def send(self, folder: Path, files: Sequence[OutgoingFile]) -> int:
        """Write files into the folder; returns how many were new or changed.

        Raises `UserFault` USAGE_NOT_WRITABLE (path, reason), USAGE_SHARE_HANGING (path), USAGE_FAILED (reason).
        """
        task = {"folder": str(folder), "files": [asdict(file) for file in files]}
        last: dict[str, Any] = {}
        for message in self._messages(folder, task):
            last = message
        return int(last["written"])

    def read(self, folder: Path, today: dt.date) -> UsageShelf:
        """Read everybody's months up to `today`.

        Raises `UserFault` USAGE_SHARE_UNREACHABLE (path, reason), USAGE_TOO_MANY (path, most) and as `send`.
        """
        uses: list[MonthUse] = []
        skipped: list[UserFault] = []
        for message in self._messages(folder, {"folder": str(folder), "today": today.isoformat()}):
            uses += [_use(value) for value in message.get("uses", ())]
            skipped += [UserFault(ErrorCode.USAGE_BROKEN, **fields) for fields in message.get("skipped", ())]
        return UsageShelf(tuple(uses), tuple(skipped))

    def close(self) -> None:
        """End what runs; waits for nothing."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()

    def _messages(self, folder: Path, task: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Give what the process says until its last word, or raise the fault it ends with."""
        process = self._begin(folder, task)
        try:
            patience = self._start
            while True:
                message = process.next_message(patience)
                patience = self._silence
                if "at" in message:
                    continue
                if "code" in message:
                    raise UserFault(ErrorCode(message["code"]), **message["fields"])
                if not message:
                    raise UserFault(ErrorCode.USAGE_FAILED, reason="exit")
                yield message
                if "uses" not in message:
                    return
        except queue.Empty as error:
            process.kill()
            self._hanging = process
            raise UserFault(ErrorCode.USAGE_SHARE_HANGING, path=str(folder)) from error
        finally:
            with self._lock:
                self._running.remove(process)
            if self._hanging is not process:
                process.finish()

    def _begin(self, folder: Path, task: dict[str, Any]) -> ShareProcess:
        with self._lock:
            if self._hanging is not None and not self._hanging.is_gone():
                raise UserFault(ErrorCode.USAGE_SHARE_HANGING, path=str(folder))
            if self._closed:
                raise UserFault(ErrorCode.USAGE_FAILED, reason="exit")
            try:
                process = ShareProcess(child_command(), json.dumps(task) + "\n")
            except OSError as error:
                raise UserFault(ErrorCode.USAGE_FAILED, reason=reason_of(error)) from error
            self._running.append(process)
            return process


def _use(value: dict[str, Any]) -> MonthUse:
    templates = tuple(TemplateUse(**one) for one in value["templates"])
    return MonthUse(value["person"], dt.date.fromisoformat(value["month"]), value["section"], templates)
