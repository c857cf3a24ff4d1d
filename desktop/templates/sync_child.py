"""The process that synchronises: it may hang in the system's network code for as long as the share does.

One JSON line comes in with the task; lines go out with what is done next, and at last the report or the fault. When
its input ends, because it was told to stop or because the program is gone, it stops at the next file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.core.errors import AssistantError, ErrorCode
from desktop.templates.shared import Limits, SyncCancelled
from desktop.templates.sync import FileKind, Task, synchronise


def task_to_json(task: Task) -> str:
    """Return a task as one line."""
    return json.dumps({**asdict(task), "share": str(task.share), "cache_folder": str(task.cache_folder)}) + "\n"


def _task(line: str) -> Task:
    value: Mapping[str, Any] = json.loads(line)
    return Task(
        Path(value["share"]),
        Path(value["cache_folder"]),
        value["office"],
        tuple(value["keys"]),
        Limits(**value["limits"]),
    )


def main(kinds: Mapping[str, FileKind] | None = None) -> int:
    """Do the task on standard input, with what else than templates is copied; returns the exit code."""
    if sys.platform != "win32":  # on Windows the parent sets it
        os.nice(10)
    _say(at="start")
    task = _task(sys.stdin.readline())
    stopped = threading.Event()
    # The thread waits for the end of the input, and must not keep the process alive for it.
    threading.Thread(target=_wait_for_the_end, args=(stopped,), name="input", daemon=True).start()
    try:
        report = synchronise(task, stopped.is_set, lambda what: _say(at=what), kinds=kinds)
    except AssistantError as fault:
        _say(code=fault.code.value, fields=fault.fields)
    except SyncCancelled:
        _say(cancelled=True)
    except Exception as error:  # noqa: BLE001 -- whoever waits must hear of every end, of a bug's as well
        _say(code=ErrorCode.TEMPLATE_SYNC_FAILED.value, fields={"reason": type(error).__name__})
    else:
        _say(report=asdict(report))
    return 0


def _wait_for_the_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()


def _say(**message: object) -> None:
    # ASCII only: the pipe's encoding does not matter, and a name with half a sign in it passes too.
    print(json.dumps(message), flush=True)  # noqa: T201 -- this is how the process speaks


if __name__ == "__main__":
    sys.exit(main())
