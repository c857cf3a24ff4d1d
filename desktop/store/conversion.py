"""Turning a plain history into an encrypted one and back: a verified copy takes the file's place in one step.

Whenever the program dies, the file under the history's name is whole: the old one until the rename, the new one from
then on. The old one waits under `RETIRED` until the new one was opened and checked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.cipher import BUSY_SECONDS, MAGIC, connect, connect_with, is_encrypted
from desktop.store.faults import translated
from desktop.store.history_files import BACKUPS, remove_database, sync_folder
from desktop.store.keys import HistoryKey
from desktop.store.sqlite import HAS_CIPHER, sqlite3

CONVERTING = ".converting"
RETIRED = ".retired"

# The progress is told, and a cancel heard, every so many steps of SQLite's machine.
_STEPS = 500
_ROWS = 200
_BLOCK = 1024 * 1024
# Copying takes this share of the time, checking the rest.
_COPYING = 0.5

# Called with the share done, from 0 to 1; returns whether to go on.
Progress = Callable[[float], bool]


class CancelledError(Exception):
    """The person stopped a conversion; everything is as it was."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Which files were converted, and which copies could not be because they are damaged or have another key."""

    files: tuple[Path, ...]
    left: tuple[Path, ...]


def pending(path: Path, *, encrypt: bool) -> list[Path]:
    """Return the history, if it is to be converted, and its copies that are; only first pages are read."""
    folder = path.parent / BACKUPS
    copies = sorted(found for found in folder.iterdir() if found.is_file()) if folder.is_dir() else []
    return [found for found in (path, *copies) if _is_database(found) and is_encrypted(found) is not encrypt]


def convert(path: Path, key: HistoryKey, *, encrypt: bool, progress: Progress) -> Converted:
    """Convert a history and its copies in `backups`; the caller holds its lock, and nobody has it open.

    Raises `CancelledError` when `progress` says so before the switch of the file in work; `StoreFault`
    STORE_CONVERSION_FAILED (reason) when the copy differs from the original, STORE_LOCKED (path) while another program
    reads it, and as `connect`; each file is then whole, in its old form or, if it came before, in its new one.
    """
    if not HAS_CIPHER:
        raise StoreFault(ErrorCode.STORE_CIPHER_MISSING, path=str(path))
    tidy(path)
    files = pending(path, encrypt=encrypt)
    total, before = sum(found.stat().st_size for found in files) or 1, 0
    done, left = list[Path](), list[Path]()
    for found in files:
        size = found.stat().st_size
        share = _Share(progress, before / total, size / total)
        try:
            with translated(found):
                _convert_file(found, key, encrypt=encrypt, share=share)
            done.append(found)
        except StoreFault:
            # A damaged copy must not keep the history itself from being protected.
            if found == path:
                raise
            left.append(found)
        before += size
    return Converted(tuple(done), tuple(left))


@dataclass(frozen=True, slots=True)
class _Share:
    """The part of the whole progress that one file takes."""

    progress: Progress
    start: float
    width: float

    def go_on(self, part: float) -> bool:
        return self.progress(min(1.0, self.start + self.width * min(1.0, part)))

    def check(self, part: float) -> None:
        if not self.go_on(part):
            raise CancelledError


def tidy(path: Path) -> None:
    """Finish what a killed conversion left of the history and its copies; the caller holds its lock.

    An original is removed only when the file that took its place can be opened and is sound; otherwise it stays.
    """
    folder = path.parent / BACKUPS
    copies = [Path(f"{found}"[: -len(RETIRED)]) for found in folder.glob(f"*{RETIRED}")] if folder.is_dir() else []
    if folder.is_dir():
        for partial in folder.glob(f"*{CONVERTING}*"):
            partial.unlink(missing_ok=True)
    for found in (path, *copies):
        _roll_back(found)
        _remove(_beside(found, CONVERTING))
        retired = _beside(found, RETIRED)
        if not retired.exists():
            continue
        if not found.exists():
            # Only where the file system has no links could the name have been free for a moment.
            retired.replace(found)
        elif found.samefile(retired):
            retired.unlink()
        elif _is_sound(found):
            _retire(retired)


def _roll_back(path: Path) -> None:
    """Let SQLite undo what a kill broke off outside the log's mode; the read-only look at the start could not."""
    journal = Path(f"{path}-journal")
    if path.exists() and journal.exists() and journal.stat().st_size:
        with closing(connect(path, "rw", BUSY_SECONDS)) as db:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _convert_file(path: Path, key: HistoryKey, *, encrypt: bool, share: _Share) -> None:
    if _beside(path, RETIRED).exists():
        # An original whose successor was found unsound: nothing may take its place.
        raise StoreFault(ErrorCode.STORE_CONVERSION_FAILED, reason=RETIRED)
    fresh, old_key = _beside(path, CONVERTING), None if encrypt else key
    new_key = key if encrypt else None
    _remove(fresh)
    try:
        with closing(connect_with(path, "rw", BUSY_SECONDS, old_key)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise StoreFault(ErrorCode.STORE_DAMAGED, path=str(path))
            # Empties and removes the log: one that outlived its database would be applied to the new one.
            if db.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
                raise StoreFault(ErrorCode.STORE_LOCKED, path=str(path))
            _export(db, fresh, new_key, share)
            _verify(db, fresh, new_key, share)
        share.check(1.0)
        _switch(path, fresh)
    finally:
        _remove(fresh)
    if _is_sound(path):
        _retire(_beside(path, RETIRED))


def _export(db: Database, fresh: Path, key: HistoryKey | None, share: _Share) -> None:
    # Made here, so that it never is readable for others.
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    size = max(1, _number(db, "PRAGMA main.page_count") * _number(db, "PRAGMA main.page_size"))
    db.execute("PRAGMA cipher_log_level = NONE")
    db.execute("ATTACH ? AS fresh KEY ?", (f"{fresh.absolute().as_uri()}?mode=rw", key.spelled if key else ""))
    # The copy is thrown away when anything goes wrong, and flushed to the disk as a whole at the end.
    db.execute("PRAGMA fresh.journal_mode = OFF")
    db.execute("PRAGMA fresh.synchronous = OFF")

    def told() -> int:
        return not share.go_on(_COPYING * fresh.stat().st_size / size)

    with _interruptible(db, told, share):
        db.execute("BEGIN IMMEDIATE")
        db.execute("SELECT sqlcipher_export('fresh')").fetchone()
        for pragma in ("application_id", "user_version"):
            db.execute(f"PRAGMA fresh.{pragma} = {_number(db, f'PRAGMA main.{pragma}')}")
        db.execute("COMMIT")
    db.execute("DETACH fresh")
    with fresh.open("r+b") as stream:
        os.fsync(stream.fileno())


@contextmanager
def _interruptible(db: Database, told: Callable[[], int], share: _Share) -> Iterator[None]:
    """Let the progress be told while SQLite works, and turn its interruption into `CancelledError`."""
    db.conn.set_progress_handler(told, _STEPS)
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT" or not share.go_on(0.0):
            raise CancelledError from None
        raise
    finally:
        db.conn.set_progress_handler(None, 0)
        if db.conn.in_transaction:
            db.rollback()


def _verify(old: Database, fresh: Path, key: HistoryKey | None, share: _Share) -> None:
    """Compare schema, numbers and every row of every table, and let SQLite check the copy's pages."""
    with closing(connect_with(fresh, "ro", BUSY_SECONDS, key)) as new:
        if key is not None and new.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
            raise _differs("hmac")
        with _interruptible(new, lambda: not share.go_on(_COPYING), share):
            if new.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise _differs("integrity")
        for pragma in ("application_id", "user_version"):
            if _number(old, f"PRAGMA {pragma}") != _number(new, f"PRAGMA {pragma}"):
                raise _differs(pragma)
        schemas = [
            sorted(map(repr, db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))) for db in (old, new)
        ]
        if schemas[0] != schemas[1]:
            raise _differs("schema")
        tables = [
            name
            for (name,) in old.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
            ).fetchall()
        ]
        for number, table in enumerate(tables):
            part = _COPYING + (1 - _COPYING) * number / len(tables)
            if _digest(old, table, share, part) != _digest(new, table, share, part):
                raise _differs(f"table {table}")


def _digest(db: Database, table: str, share: _Share, part: float) -> tuple[int, bytes]:
    """Return the number of a table's rows and a hash of their values, in the order in which they lie."""
    hashed, count = hashlib.blake2b(), 0
    quoted = table.replace('"', '""')
    before = db.conn.text_factory
    # Bytes that are no UTF-8 must not look alike after a replacement; the wrapping tells text from blobs.
    db.conn.text_factory = bytearray
    try:
        for row in db.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 -- the name comes from the file's own schema
            hashed.update(repr(row).encode())
            count += 1
            if count % _ROWS == 0:
                share.check(part)
    finally:
        db.conn.text_factory = before
    return count, hashed.digest()


def _switch(path: Path, fresh: Path) -> None:
    """Put the copy into the history's place while the original keeps a second name; the rename is the one step."""
    retired = _beside(path, RETIRED)
    try:
        os.link(path, retired)
    except OSError:
        # No links on this file system (FAT): a copy under that name does the same.
        partial = _beside(path, CONVERTING + ".old")
        shutil.copy(path, partial)
        partial.replace(retired)
    sync_folder(path.parent)
    fresh.replace(path)
    sync_folder(path.parent)


def _retire(retired: Path) -> None:
    """Overwrite an original and remove it; one that something else holds open is left for the next start.

    On flash memory and on file systems that copy on writing, the old blocks may outlive this: docs/encryption.md.
    """
    with suppress(OSError):
        if not is_encrypted(retired):
            with retired.open("r+b") as stream:
                remaining = os.fstat(stream.fileno()).st_size
                while remaining > 0:
                    remaining -= stream.write(bytes(min(_BLOCK, remaining)))
                stream.flush()
                os.fsync(stream.fileno())
        retired.unlink()
        sync_folder(retired.parent)


def _is_sound(path: Path) -> bool:
    try:
        with closing(connect(path, "ro", BUSY_SECONDS)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except (StoreFault, sqlite3.Error):
        return False


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC or is_encrypted(path)
    except OSError:
        return False


def _remove(database: Path) -> None:
    remove_database(database)
    _beside(database, ".old").unlink(missing_ok=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _differs(reason: str) -> StoreFault:
    return StoreFault(ErrorCode.STORE_CONVERSION_FAILED, reason=reason)


def _number(db: Database, pragma: str) -> int:
    return int(db.execute(pragma).fetchone()[0])
