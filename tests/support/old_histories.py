"""Histories as older programs left them: the oldest one, kept as SQL, taken on by as many steps as asked."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

from desktop.store.database import open_writable
from desktop.store.migrations import STEPS
from desktop.store.sqlite import sqlite3

OLDEST = Path(__file__).resolve().parent.parent / "store" / "history_schema_1.sql"


def old_history(path: Path, schema: int) -> None:
    """Make a history of this schema at `path`, with the content of the oldest one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(OLDEST.read_text(encoding="utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    open_writable(path, STEPS[:schema], dt.datetime.now(dt.UTC), 5.0).close()
