"""Backups that still hold documents which are to go, and taking them out of there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import StoreFault
from desktop.store.cipher import MAGIC, is_encrypted
from desktop.store.database import BUSY_SECONDS, connect, transaction
from desktop.store.deletion import delete_documents, rebuild
from desktop.store.faults import damaged, translated
from desktop.store.history_files import ASIDE, BACKUPS, COMPANIONS

# As much of a database's header as tells it; one that is damaged after it may still hold rows.
_BEGINNING = MAGIC[:6]
OWN = (*COMPANIONS, ".lock", ".audit-head")


@dataclass(frozen=True, slots=True)
class Holding:
    """A copy of the history that holds some of the documents; `documents` is -1 where it cannot be read."""

    path: Path
    documents: int


def copies_of(history: Path) -> list[Path]:
    """Return every copy beside a history: its backups, and files that were set aside, by name.

    What belongs to the history itself (log, index, lock, head) is none.
    """
    own = {f"{history.name}{suffix}" for suffix in OWN}
    beside = [entry for entry in history.parent.glob(f"{history.stem}*") if entry.name not in own and entry.is_file()]
    kept = [
        entry
        for folder in (history.parent / name for name in (BACKUPS, ASIDE))
        if folder.is_dir()
        for entry in folder.glob(f"{history.stem}*")
        if entry.is_file()
    ]
    return sorted(entry for entry in (*beside, *kept) if _is_database(entry))


def _is_database(path: Path) -> bool:
    """Tell whether a file may hold rows; what cannot be looked into, and a log without its database, may."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_BEGINNING))
    except OSError:
        return True
    return start == _BEGINNING or is_encrypted(path) or (path.name.endswith("-wal") and bool(start))


def holding(history: Path, documents: Mapping[int, str]) -> tuple[Holding, ...]:
    """Return the copies that hold any of the documents (number to time of creation), and those nobody can read."""
    found = []
    for path in copies_of(history):
        try:
            with translated(path), closing(connect(path, "ro", BUSY_SECONDS)) as db:
                count = len(_present(db, documents))
        except StoreFault:
            count = -1
        if count:
            found.append(Holding(path, count))
    return tuple(found)


def _present(db: Database, documents: Mapping[int, str]) -> list[int]:
    """Return the numbers that name the same documents here: a number alone may have been given twice."""
    rows = db.execute("SELECT id, created_at FROM documents")
    return [number for number, created_at in rows if documents.get(number) == created_at]


def purge(copy: Path, documents: Mapping[int, str]) -> int:
    """Take the documents out of a copy, which is replaced only when the new one is sound; returns how many went.

    Raises `StoreFault`; then the copy is as it was.
    """
    partial = copy.with_name(f"{copy.name}.partial")
    with translated(copy):
        try:
            with (
                closing(connect(copy, "ro", BUSY_SECONDS)) as old,
                closing(connect(partial, "rwc", 0, like=copy)) as new,
            ):
                old.conn.backup(new.conn)
                # A copy in this mode is one file; the old journal's text would be deleted with it, not overwritten.
                new.execute("PRAGMA journal_mode = MEMORY")
                new.execute("PRAGMA foreign_keys = ON")
                new.execute("PRAGMA secure_delete = ON")
                gone = _without(new, documents)
                rebuild(new, partial)
                if new.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                    raise damaged(copy)
                new.execute("PRAGMA journal_mode = DELETE")
            partial.chmod(copy.stat().st_mode & 0o777)
            partial.replace(copy)
        finally:
            partial.unlink(missing_ok=True)
    return gone


def _without(db: Database, documents: Mapping[int, str]) -> int:
    present = _present(db, documents)
    with transaction(db):
        # The hold that counts is the one in the history itself, and it has been asked.
        if "holds" in db.table_names():
            db.execute(f"DELETE FROM holds WHERE document_id IN ({', '.join(map(str, present))})")  # noqa: S608 -- numbers
        return len(delete_documents(db, present))
