"""Opening the history's file: what it is, whether it is sound, which schema it has, and bringing it up to date."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.files import reason_of
from desktop.store.backup import make_backup
from desktop.store.checks import quick_look
from desktop.store.cipher import BUSY_SECONDS as BUSY_SECONDS
from desktop.store.cipher import CIPHER_PAGE, MAGIC, connect_memory, is_encrypted
from desktop.store.cipher import connect as connect
from desktop.store.faults import DamagedRowError, damaged, fault_of, not_writable
from desktop.store.history_files import remove_database, sync_folder
from desktop.store.keys import key_file_of, key_for
from desktop.store.log import committed_in_log, left_out
from desktop.store.migrations import Step, applied_names, apply, step_names
from desktop.store.sqlite import sqlite3

# "Fumi" in ASCII: tells our file from any other SQLite database of the same name.
APPLICATION_ID = 0x46756D69

_PAGE_SIZE_AT = len(MAGIC)
# After a burst of writing the write-ahead log is cut back to this size, in bytes.
_WAL_LIMIT = 8 * 1024 * 1024
_RETRY_LATER = frozenset({ErrorCode.STORE_DISK_FULL, ErrorCode.STORE_LOCKED})


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Write everything inside at once or nothing; the write lock is taken at the start, so it is waited for once."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """Let several reads inside see one and the same state."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


def open_writable(path: Path, steps: Sequence[Step], now: dt.datetime, busy_seconds: float) -> Database:
    """Open the history for writing; the caller holds its lock. A missing file is created, an older one migrated.

    Raises `StoreFault` as `inspect` and `_migrate` do, and SQLite's and the system's errors untranslated.
    """
    if Path(f"{path}-journal").exists():
        # A copy that was put here by hand, and a kill while it was taken into use: SQLite takes that back.
        with closing(connect(path, "rw", busy_seconds)) as db:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    found = inspect(path, steps, busy_seconds)
    if found == 0:
        create(path, steps, busy_seconds)
    db = connect(path, "rw", busy_seconds)
    try:
        _configure(db)
        if 0 < found < len(steps):
            _migrate(db, path, found, steps, now)
    except BaseException:
        db.close()
        raise
    return db


def open_read_only(path: Path, steps: Sequence[Step], busy_seconds: float) -> Database:
    """Open the history for reading beside a program that writes it; the file is neither created nor changed.

    A missing history reads as an empty one. One of an older schema is read through a migrated copy in memory.
    Raises as `open_writable`.
    """
    found = inspect(path, steps, busy_seconds)
    db = connect(path, "ro", busy_seconds) if found == len(steps) else connect_memory(busy_seconds)
    try:
        if found != len(steps):
            _fill_memory(db, path, found, steps, busy_seconds)
        db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


def _fill_memory(memory: Database, path: Path, found: int, steps: Sequence[Step], busy_seconds: float) -> None:
    if found and is_encrypted(path):
        # SQLCipher's backup interface copies to files with the same kind of pages only.
        _export_to_memory(memory, path)
    elif found:
        with closing(connect(path, "ro", busy_seconds)) as source:
            source.conn.backup(memory.conn)
    with transaction(memory):
        apply(memory, steps)


def _export_to_memory(memory: Database, path: Path) -> None:
    memory.execute("ATTACH ? AS source KEY ?", (f"{path.absolute().as_uri()}?mode=ro", key_for(path).spelled))
    version = _number(memory, "PRAGMA source.user_version")
    memory.execute("SELECT sqlcipher_export('main', 'source')").fetchone()
    memory.execute("DETACH source")
    memory.execute(f"PRAGMA user_version = {version}")


def inspect(path: Path, steps: Sequence[Step], busy_seconds: float) -> int:
    """Return the number of the schema a file has, 0 when there is no file; nothing is changed.

    The pages of a file that is too large to look through at once are left to the check in the background.
    Raises `StoreFault` STORE_DAMAGED for a file that is no history database or not a sound one, STORE_FROM_FUTURE
    (found, known) for one that a newer program has written.
    """
    if not _has_header(path):
        return 0
    log = Path(f"{path}-wal")
    committed = committed_in_log(log)
    # Read-only, because a writing connection would copy the write-ahead log into a damaged file when it closes.
    with closing(connect(path, "ro", busy_seconds)) as db:
        if _number(db, "PRAGMA application_id") != APPLICATION_ID:
            raise damaged(path)
        found, applied, known = _number(db, "PRAGMA user_version"), applied_names(db), step_names(steps)
        if found > len(known) or not set(applied) <= set(known):
            raise StoreFault(ErrorCode.STORE_FROM_FUTURE, found=max(found, len(applied)), known=len(known))
        if found < 1 or applied != known[:found] or quick_look(db, path.stat().st_size) is False:
            raise damaged(path)
        # A transaction is begun only when the one before it is safely in the log: so a power cut can break off one,
        # and where SQLite leaves out more, the log has gone bad under what was acknowledged.
        if len(committed) > 1 and committed == committed_in_log(log) and left_out(path, committed) > 1:
            raise damaged(path)
    return found


def _has_header(path: Path) -> bool:
    """Tell a database from a missing file; raises STORE_DAMAGED for anything else.

    An empty file is damage: this program never leaves one. So is a write-ahead log that has lost its database:
    SQLite would delete it together with what it holds. And so is a last page that is cut off: SQLite would read
    zeros in its place; only while a log waits to be copied can a crash have left one that is whole in the log.
    """
    log = Path(f"{path}-wal")
    log_waits = log.is_file() and log.stat().st_size > 0
    try:
        with path.open("rb") as stream:
            header, size = stream.read(_PAGE_SIZE_AT + 2), os.fstat(stream.fileno()).st_size
    except FileNotFoundError:
        if log_waits:
            raise damaged(path) from None
        return False
    except OSError as error:
        if path.is_dir():
            raise damaged(path) from error
        raise not_writable(path.parent, reason_of(error)) from error
    if is_encrypted(path):
        page_size = CIPHER_PAGE
    elif header.startswith(MAGIC):
        # SQLite writes 1 for 65,536 bytes, which 16 bits cannot hold.
        page_size = max(512, int.from_bytes(header[_PAGE_SIZE_AT:], "big"))
    else:
        raise damaged(path)
    if size % page_size and not log_waits:
        raise damaged(path)
    return True


def _number(db: Database, pragma: str) -> int:
    return int(db.execute(pragma).fetchone()[0])


def _configure(db: Database) -> None:
    # With FULL, a commit returns only when the log is on the disk: it survives the machine's crash as well.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    # Copies of a person's text do not go to a shared temporary folder.
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("PRAGMA trusted_schema = OFF")
    # What is deleted or replaced is overwritten with zeros; `deletion.scrub` sees to the rest.
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")


def create(path: Path, steps: Sequence[Step], busy_seconds: float, *, like: Path | None = None) -> None:
    """Make the file under another name and rename it: a crash leaves no half-made history.

    Where it takes the place of an encrypted one, `like`, it is encrypted with the same key. Without its key file,
    what looks encrypted may as well be a plain file whose beginning is damaged: then it is plain.
    """
    fresh = path.with_name(path.name + ".new")
    model = like if like is not None and key_file_of(like).exists() else None
    remove_database(fresh)
    try:
        with closing(connect(fresh, "rwc", busy_seconds, like=model)) as db:
            _configure(db)
            with transaction(db):
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                apply(db, steps)
        # Nobody else on a shared machine reads it; the companions of the file take its mode.
        fresh.chmod(0o600)
        fresh.replace(path)
    finally:
        remove_database(fresh)
    sync_folder(path.parent)


def _migrate(db: Database, path: Path, found: int, steps: Sequence[Step], now: dt.datetime) -> None:
    """Bring an older schema up to date in one transaction, after a verified backup.

    Raises `StoreFault` STORE_MIGRATION_FAILED (backup); a full disk and a foreign lock keep their own codes. In each
    case the file is as it was.
    """
    # References may dangle while a step rebuilds a table; they are checked before the commit.
    db.execute("PRAGMA foreign_keys = OFF")
    backup: Path | None = None
    try:
        # The backup is made behind the write lock, so that no other program's change falls between the two.
        with transaction(db):
            backup = make_backup(path, found, now, lambda copy: inspect(copy, steps, BUSY_SECONDS))
            apply(db, steps)
    except StoreFault:
        raise
    except Exception as error:
        if backup is None:
            raise
        fault = fault_of(error, path) if isinstance(error, sqlite3.Error | OSError | DamagedRowError) else None
        if fault is not None and fault.code in _RETRY_LATER:
            raise fault from error
        raise StoreFault(ErrorCode.STORE_MIGRATION_FAILED, backup=str(backup)) from error
    db.execute("PRAGMA foreign_keys = ON")
