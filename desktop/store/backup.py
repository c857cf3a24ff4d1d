"""Verified copies of the history, made before its schema changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.cipher import BUSY_SECONDS, connect
from desktop.store.faults import translated
from desktop.store.history_files import BACKUPS, STAMP

KEPT = 5

# Called after so many copied pages, with SQLite's status and the pages that remain and that there are.
Breathe = Callable[[int, int, int], object]

_PAGES = 256


def make_backup(path: Path, version: int, now: dt.datetime, check: Callable[[Path], int]) -> Path:
    """Copy the database at `path` into `backups/` beside it and return the copy; the newest `KEPT` copies stay.

    A copy gets its name only after `check` (which returns the schema's number or raises a `StoreFault`) has found it
    sound. Raises `StoreFault` for whatever keeps a sound copy from being made; then no new copy is there.
    """
    folder = path.parent / BACKUPS
    stamp = now.astimezone(dt.UTC).strftime(STAMP)
    backup = folder / f"{path.stem}-v{version}-{stamp}.bak.sqlite3"
    partial = backup.with_suffix(".partial")
    with translated(backup):
        folder.mkdir(exist_ok=True, mode=0o700)
        try:
            copy_database(path, partial)
            if check(partial) != version:
                raise StoreFault(ErrorCode.STORE_FAILED, reason="backup")
            partial.replace(backup)
        finally:
            partial.unlink(missing_ok=True)
        for old in _copies(folder, path.stem)[:-KEPT]:
            old.unlink(missing_ok=True)
    return backup


def copy_database(source: Path, target: Path, breathe: Breathe | None = None) -> int:
    """Copy a history through SQLite's backup interface, with what stands in its log; returns its documents' number.

    The copy of an encrypted history is encrypted with the same key.
        One reading transaction spans all of it, so that the copy shows one moment and no write makes it begin again.
    With `breathe` it is copied some pages at a time. Raises SQLite's errors, and what `breathe` raises.
    """
    with (
        closing(connect(source, "ro", BUSY_SECONDS)) as old,
        closing(connect(target, "rwc", BUSY_SECONDS, like=source)) as new,
    ):
        old.execute("BEGIN")
        documents = document_count(old)
        old.conn.backup(new.conn, pages=_PAGES if breathe else -1, progress=breathe)
        old.rollback()
        # A copy in this mode is one file that can be moved and looked at without companions.
        new.execute("PRAGMA journal_mode = DELETE")
    # Nobody else on a shared machine reads it.
    target.chmod(0o600)
    return documents


def document_count(db: Database) -> int:
    """Return how many documents a history has, those in the trash included."""
    return int(db.execute("SELECT count(*) FROM documents").fetchone()[0])


def _copies(folder: Path, stem: str) -> list[Path]:
    """Return the copies of this history, oldest first."""
    pattern = re.compile(re.escape(stem) + r"-v\d+-(\d{8}T\d{12}Z)\.bak\.sqlite3")
    dated = [(match[1], entry) for entry in folder.iterdir() if (match := pattern.fullmatch(entry.name))]
    return [entry for _, entry in sorted(dated)]
