"""The synchronising process on a share where every file takes its time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.templates import sync_child
from desktop.templates.sync import SyncReport, Task, synchronise


def main() -> int:
    """Wait the given seconds at every step."""
    pause = float(sys.argv[1])

    def slowly(task: Task, cancelled: Callable[[], bool], beat: Callable[[str], None]) -> SyncReport:
        def slow_beat(what: str) -> None:
            beat(what)
            time.sleep(pause)

        return synchronise(task, cancelled, slow_beat)

    sync_child.synchronise = slowly  # type: ignore[assignment]
    return sync_child.main()


if __name__ == "__main__":
    sys.exit(main())
