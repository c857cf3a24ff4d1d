"""Translating the errors of SQLite and of the file system into the faults a person can act on."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.files import reason_of
from desktop.store.sqlite import sqlite3

# A full disk shows as a plain I/O error where SQLite cannot tell (a growing WAL index): less free space than this
# many bytes decides.
NEARLY_NOTHING_FREE = 256 * 1024

# EDQUOT does not exist on Windows.
_NO_SPACE = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_CODES = (
    ("SQLITE_FULL", ErrorCode.STORE_DISK_FULL),
    ("SQLITE_BUSY", ErrorCode.STORE_LOCKED),
    ("SQLITE_LOCKED", ErrorCode.STORE_LOCKED),
    ("SQLITE_PROTOCOL", ErrorCode.STORE_LOCKED),
    ("SQLITE_CORRUPT", ErrorCode.STORE_DAMAGED),
    ("SQLITE_NOTADB", ErrorCode.STORE_DAMAGED),
    ("SQLITE_READONLY", ErrorCode.STORE_FOLDER_NOT_WRITABLE),
    ("SQLITE_CANTOPEN", ErrorCode.STORE_FOLDER_NOT_WRITABLE),
    ("SQLITE_PERM", ErrorCode.STORE_FOLDER_NOT_WRITABLE),
)


class DamagedRowError(Exception):
    """A row holds what this program never writes."""


def damaged(path: Path) -> StoreFault:
    """Return the fault of a file that is not, or no longer, a history database."""
    return StoreFault(ErrorCode.STORE_DAMAGED, path=str(path))


def not_writable(folder: Path, reason: str) -> StoreFault:
    """Return the fault of a folder in which nothing can be written."""
    return StoreFault(ErrorCode.STORE_FOLDER_NOT_WRITABLE, path=str(folder), reason=reason)


def fault_of(error: sqlite3.Error | OSError | UnicodeDecodeError | DamagedRowError, path: Path) -> StoreFault:
    """Return the fault for an error met while working on the database at `path`.

    Only the error's name goes into the fault, never its message: a message may quote what a person wrote.
    """
    # What this program writes is UTF-8: text that is none comes from a damaged page.
    if isinstance(error, DamagedRowError | UnicodeDecodeError):
        return damaged(path)
    if isinstance(error, OSError):
        full = error.errno in _NO_SPACE
        return _disk_full(path) if full else not_writable(path.parent, reason_of(error))
    return _sqlite_fault(getattr(error, "sqlite_errorname", "") or type(error).__name__, path)


def _sqlite_fault(name: str, path: Path) -> StoreFault:
    if name.startswith("SQLITE_IOERR") and _nothing_free(path.parent):
        return _disk_full(path)
    code = next((code for prefix, code in _CODES if name.startswith(prefix)), ErrorCode.STORE_FAILED)
    if code is ErrorCode.STORE_FAILED:
        return StoreFault(code, reason=name)
    if code is ErrorCode.STORE_FOLDER_NOT_WRITABLE:
        return not_writable(path.parent, name)
    return StoreFault(code, path=str(path))


def _disk_full(path: Path) -> StoreFault:
    return StoreFault(ErrorCode.STORE_DISK_FULL, path=str(path))


def _nothing_free(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NEARLY_NOTHING_FREE
    except OSError:
        return False


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise the `StoreFault` of any SQLite, file system or row error met inside."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError, DamagedRowError) as error:
        raise fault_of(error, path) from error
