"""The process that writes or reads files of usage on a share: it may hang there for as long as the share does.

One JSON line comes in with the task; lines go out with what is done next, with what was read, and at last the end.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.core.errors import AssistantError, ErrorCode
from desktop.learning.usage_file import MonthUse
from desktop.learning.usage_folder import OutgoingFile, read_folder, write_files

# Months are handed on so many at a time.
_BATCH = 200


def main() -> int:
    """Do the task on standard input; returns the exit code."""
    if sys.platform != "win32":  # on Windows the parent sets it
        os.nice(10)
    _say(at="start")
    task: Mapping[str, Any] = json.loads(sys.stdin.readline())
    # The thread must not keep the process alive: what ends the program ends this as well.
    threading.Thread(target=_end_with_the_input, name="input", daemon=True).start()
    try:
        if "files" in task:
            files = [OutgoingFile(**file) for file in task["files"]]
            _say(written=write_files(Path(task["folder"]), files, lambda what: _say(at=what)))
        else:
            _read(Path(task["folder"]), dt.date.fromisoformat(task["today"]))
    except AssistantError as fault:
        _say(code=fault.code.value, fields=fault.fields)
    except Exception as error:  # noqa: BLE001 -- whoever waits must hear of every end, of a bug's as well
        _say(code=ErrorCode.USAGE_FAILED.value, fields={"reason": type(error).__name__})
    return 0


def _read(folder: Path, today: dt.date) -> None:
    uses: list[dict[str, Any]] = []
    skipped: list[Mapping[str, Any]] = []

    def found(one: MonthUse | AssistantError) -> None:
        if isinstance(one, MonthUse):
            uses.append({**asdict(one), "month": one.month.isoformat()})
        else:
            skipped.append(one.fields)
        if len(uses) + len(skipped) >= _BATCH:
            flush()

    def flush() -> None:
        _say(uses=uses, skipped=skipped)
        uses.clear()
        skipped.clear()

    read_folder(folder, today, lambda what: _say(at=what), found)
    flush()
    _say(done=True)


def _end_with_the_input() -> None:
    sys.stdin.read()
    os._exit(0)


def _say(**message: object) -> None:
    # ASCII only: the pipe's encoding does not matter, and a name with half a sign in it passes too.
    print(json.dumps(message), flush=True)  # noqa: T201 -- this is how the process speaks


if __name__ == "__main__":
    sys.exit(main())
