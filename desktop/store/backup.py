"""Verified copies of the history, made before its schema changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.cipher import connect
from desktop.store.faults import translated

KEPT = 5

_BUSY_SECONDS = 5.0


def make_backup(path: Path, version: int, now: dt.datetime, check: Callable[[Path], int]) -> Path:
    """Copy the database at `path` into `backups/` beside it and return the copy; the newest `KEPT` copies stay.

    A copy gets its name only after `check` (which returns the schema's number or raises a `StoreFault`) has found it
    sound. Raises `StoreFault` for whatever keeps a sound copy from being made; then no new copy is there.
    """
    folder = path.parent / "backups"
    stamp = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S%fZ")
    backup = folder / f"{path.stem}-v{version}-{stamp}.bak.sqlite3"
    partial = backup.with_suffix(".partial")
    with translated(backup):
        folder.mkdir(exist_ok=True, mode=0o700)
        try:
            _copy(path, partial)
            if check(partial) != version:
                raise StoreFault(ErrorCode.STORE_FAILED, reason="backup")
            partial.replace(backup)
        finally:
            partial.unlink(missing_ok=True)
        for old in _copies(folder, path.stem)[:-KEPT]:
            old.unlink(missing_ok=True)
    return backup


def _copy(source: Path, target: Path) -> None:
    """Copy through SQLite's backup interface, which sees the log too; encrypted with the same key if the source is."""
    with (
        closing(connect(source, "ro", _BUSY_SECONDS)) as old,
        closing(connect(target, "rwc", _BUSY_SECONDS, like=source)) as new,
    ):
        old.conn.backup(new.conn)
        # A copy in this mode is one file that can be moved and looked at without companions.
        new.execute("PRAGMA journal_mode = DELETE")


def _copies(folder: Path, stem: str) -> list[Path]:
    """Return the copies of this history, oldest first."""
    pattern = re.compile(re.escape(stem) + r"-v\d+-(\d{8}T\d{12}Z)\.bak\.sqlite3")
    dated = [(match[1], entry) for entry in folder.iterdir() if (match := pattern.fullmatch(entry.name))]
    return [entry for _, entry in sorted(dated)]
