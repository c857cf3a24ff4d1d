"""Killing a program at work and looking at what it left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

from desktop.core.errors import StoreFault
from desktop.store.sqlite import sqlite3
from tests.support.kill_loads import LOADS

ROOT = Path(__file__).resolve().parent.parent.parent
# How long after its first acknowledged write a program may work before it is killed, in seconds.
LONGEST = 0.6
START_SECONDS = 120.0


def kill_once(name: str, folder: Path, chance: random.Random) -> tuple[list[str], str]:
    """Let a program do a load in a folder of its own, kill it, and return what is wrong and its last line."""
    load, path = LOADS[name], folder / "history.sqlite3"
    load.prepare(path)
    command = [sys.executable, "-m", "tests.support.kill_loads", name, str(path)]
    lines = list[str]()
    begun = threading.Event()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                begun.set()
            begun.set()

        reader = threading.Thread(target=read)
        reader.start()
        begun.wait(START_SECONDS)
        threading.Event().wait(chance.random() * LONGEST)
        process.send_signal(signal.SIGKILL)
        reader.join()
    if process.returncode != -signal.SIGKILL:
        return [f"the program ended by itself: {process.returncode}"], ""
    # A line that the kill cut off was not acknowledged.
    whole = [line for line in lines if line.endswith("\n")]
    last = whole[-1].strip() if whole else ""
    try:
        return load.check(path, last) + unsound(path), last
    except StoreFault as fault:
        return [str(fault)], last


def unsound(path: Path) -> list[str]:
    """Return what SQLite's full check finds in a history."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as db:
        lines = [str(line) for (line,) in db.execute("PRAGMA integrity_check").fetchall()]
        dangling = db.execute("PRAGMA foreign_key_check").fetchall()
    return ([] if lines == ["ok"] else lines) + [f"dangling: {row}" for row in dangling]
