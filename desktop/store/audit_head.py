"""The audit log's head in a small file beside the history: a log that was cut short no longer fits it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.core.files import write_atomically
from desktop.store.audit_chain import Head

_HASH = re.compile("[0-9a-f]{64}")
_MAX_BYTES = 1000


def head_file(history: Path) -> Path:
    """Return where the head of a history's log is kept."""
    return history.with_name(f"{history.name}.audit-head")


def read_head(history: Path) -> Head | None:
    """Return the head that was noted, `None` where there is none or none that can be read."""
    try:
        with head_file(history).open("rb") as stream:
            return head_from(json.loads(stream.read(_MAX_BYTES)))
    except (OSError, ValueError):
        return None


def head_from(value: object) -> Head:
    """Return a head from its JSON form; raises `ValueError` for anything else."""
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 -- one error for whatever a file may hold
    count, found = value.get("count"), value.get("hash")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise ValueError("count")
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise ValueError("hash")
    return Head(count, found)


def write_head(history: Path, head: Head) -> bool:
    """Note the head, whole or not at all; tells whether it could be written.

    What it belongs to is in the database already, so a failure undoes nothing: an older head still fits the log, and
    the next row, or the next start, notes it again.
    """
    content = json.dumps({"count": head.count, "hash": head.hash}).encode()
    try:
        write_atomically(head_file(history), lambda stream: stream.write(content), overwrite=True)
    except UserFault:
        return False
    return True
