"""The synchronising process on a share where every step takes its time."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.templates.shared import Watch
from desktop.templates.sync_child import main

if __name__ == "__main__":
    pause, tell = float(sys.argv[1]), Watch.tell

    def slowly(watch: Watch, what: str) -> None:
        """Say what comes next, and take long over it."""
        tell(watch, what)
        time.sleep(pause)

    Watch.tell = slowly  # type: ignore[method-assign, assignment]
    sys.exit(main())
