"""The files that a history consists of on the disk: their names, removing them, and having them survive a power cut."""

from __future__ import annotations

import os
from pathlib import Path

# What lies beside a database while it is in use, or after a crash; the database itself has the empty ending.
COMPANIONS = ("", "-wal", "-shm", "-journal")
# Beside the history: its copies, and histories that another file took the place of.
BACKUPS = "backups"
ASIDE = "set-aside"
# The moment in the name of a copy, in UTC; names sort by it.
STAMP = "%Y%m%dT%H%M%S%fZ"


def remove_database(database: Path) -> None:
    """Remove a database that nobody needs, with its companions."""
    for companion in COMPANIONS:
        Path(f"{database}{companion}").unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Make what was written into a file survive a power cut."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; only POSIX systems can and need to be asked."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
