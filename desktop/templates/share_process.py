"""A process of ours that works on a share: it is told one thing, says what it does, and is given up when it hangs.

What waits for a file server inside the system cannot be stopped from outside; a process can be killed and left to it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from desktop.core.own_process import own_environment

_END_SECONDS = 1.0


class ShareProcess:
    """One process and the thread that reads what it says, one JSON object a line."""

    def __init__(self, command: Sequence[str], task: str) -> None:
        """Start it and give it its task, one line; raises `OSError` when it cannot be started."""
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        self._process = subprocess.Popen(  # noqa: S603 -- our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
            # Not where the program was started: that may be the share.
            cwd=Path(sys.executable).parent,
            env=own_environment(),
        )
        assert self._process.stdin
        assert self._process.stdout
        self._input = self._process.stdin
        threading.Thread(target=self._read, args=(self._process.stdout,), name="share-sync", daemon=True).start()
        with contextlib.suppress(OSError):
            self._input.write(task.encode())
            self._input.flush()

    def next_message(self, silence: float) -> dict[str, Any]:
        """Return what it says next; an empty message when it is gone. Raises `queue.Empty` after `silence` seconds."""
        return self._messages.get(timeout=silence)

    def kill(self) -> None:
        """End it, without waiting whether it does."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(OSError):
            self._input.close()

    def is_gone(self) -> bool:
        """Tell whether the system has let it go."""
        return self._process.poll() is not None

    def finish(self) -> None:
        """Let a process go that has said its last."""
        with contextlib.suppress(OSError):
            self._input.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                with contextlib.suppress(ValueError):
                    message = json.loads(line)
                    if isinstance(message, dict):
                        self._messages.put(message)
        self._messages.put({})
        # Whenever the system lets it go, nothing stays of it.
        self._process.wait()
