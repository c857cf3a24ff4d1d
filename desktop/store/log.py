"""Whether SQLite reads all of a write-ahead log: up to the first frame with a wrong sum, and says nothing of the rest.

Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log and https://www.sqlite.org/walformat.html.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from desktop.store.pages import log_frames

# In the index beside the log: how many frames of it count. It is written in the order of the machine's bytes.
_LAST_FRAME_AT = 16


def committed_in_log(log: Path) -> tuple[int, ...]:
    """Return which frames of a log, counted from 1, end a transaction, whether or not their sums are right."""
    _, frames = log_frames(log)
    return tuple(frame.number for frame in frames if frame.commit)


def left_out(database: Path, committed: tuple[int, ...]) -> int:
    """Return how many of these transactions SQLite leaves out; some connection must have read the database already."""
    try:
        with Path(f"{database}-shm").open("rb") as stream:
            head = stream.read(_LAST_FRAME_AT + 4)
    except OSError:
        return 0
    if len(head) < _LAST_FRAME_AT + 4:
        return 0
    order = "<" if sys.byteorder == "little" else ">"
    last: int = struct.unpack(f"{order}I", head[_LAST_FRAME_AT:])[0]
    return sum(1 for number in committed if number > last)
