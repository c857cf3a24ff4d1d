"""Deleting documents for good: every row of theirs, and every trace of their text in the files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.connection import OpenHistory
from desktop.store.faults import translated
from desktop.store.rows import stored_time
from desktop.store.search_index import forget_document

# Up to this size in bytes a file is rebuilt in memory; a larger one in a temporary file, which holds what stays only.
IN_MEMORY = 256 * 1024 * 1024


def delete_documents(db: Database, ids: Iterable[int]) -> tuple[int, ...]:
    """Delete all rows of documents inside the caller's transaction; returns the numbers that were deleted.

    Documents on hold stay, and so do numbers that do not exist unmentioned. The connection must have foreign keys on.
    Works on every schema, because backups keep older ones. After the commit `scrub` removes what is left of the text.
    """
    tables = set(db.table_names())
    held = {number for (number,) in db.execute("SELECT document_id FROM holds")} if "holds" in tables else set[int]()
    deleted = []
    for number in dict.fromkeys(ids):
        if number in held or not db.execute("SELECT 1 FROM documents WHERE id = ?", (number,)).fetchone():
            continue
        if "places" in tables:
            forget_document(db, number)
        db.execute("DELETE FROM documents WHERE id = ?", (number,))
        # What the audit log holds of its text; the row itself stays, and the chain with it.
        if "audit_texts" in tables:
            db.execute("DELETE FROM audit_texts WHERE document = ?", (number,))
        deleted.append(number)
    return tuple(deleted)


def want_scrubbing(history: OpenHistory) -> None:
    """Note, inside the transaction that deletes, that the text is still to be overwritten."""
    history.db.execute("INSERT OR IGNORE INTO scrubbing VALUES (1, ?)", (stored_time(history.now()),))


def scrubbing_wanted(history: OpenHistory) -> bool:
    """Tell whether deleted text may still lie in the file."""
    with history.reading() as db:
        return db.execute("SELECT 1 FROM scrubbing").fetchone() is not None


def scrub(history: OpenHistory) -> None:
    """Rebuild the file from what it still holds and empty its log; until this returns the need for it stays noted.

    SQLite's `secure_delete` overwrites deleted cells, but not what moving rows between pages leaves behind, and a
    search index keeps deleted words until its parts are merged. Raises `StoreFault`; STORE_LOCKED while another
    program reads the history.
    """
    db = history.db
    with translated(history.path):
        rebuild(db, history.path)
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreFault(ErrorCode.STORE_LOCKED, path=str(history.path))
    with history.writing():
        db.execute("DELETE FROM scrubbing")


def rebuild(db: Database, path: Path) -> None:
    """Merge the search indexes and write all pages anew; outside any transaction."""
    indexes = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
    ).fetchall()
    for (name,) in indexes:
        db.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'optimize\')')  # noqa: S608 -- a name from our own schema
    if path.stat().st_size > IN_MEMORY:
        db.execute("PRAGMA temp_store = FILE")
    try:
        db.execute("VACUUM")
    finally:
        db.execute("PRAGMA temp_store = MEMORY")
