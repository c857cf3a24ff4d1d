"""Opening a plain or an encrypted SQLite file, told apart by their first page."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.keys import HistoryKey, key_for
from desktop.store.sqlite import HAS_CIPHER, sqlite3

# How long another program's write lock is waited for, in seconds.
BUSY_SECONDS = 5.0
MAGIC = b"SQLite format 3\x00"
# SQLCipher's pages; the first 16 bytes of the file are the salt.
CIPHER_PAGE = 4096
# A page of random bytes lacks hardly one of the 256 values; pages of a plain database hold zeros and few others.
_VARIED = 240


def connect(path: Path, mode: str, busy_seconds: float, *, like: Path | None = None) -> Database:
    """Connect with SQLite's own transactions; `mode` is `ro`, `rw` or `rwc` as in SQLite's URI names.

    An encrypted file is opened with the key beside it (`keys.key_file_of`). A new file is plain, or as `like` is.
    Raises `StoreFault` as `keys.key_for`, STORE_CIPHER_MISSING (path) where the library is not there,
    STORE_WRONG_KEY (path) when the first page cannot be read with the key; and SQLite's errors untranslated.
    """
    model = like if like is not None and not (path.exists() and path.stat().st_size) else path
    if not is_encrypted(model):
        return connect_with(path, mode, busy_seconds, None)
    if not HAS_CIPHER:
        raise StoreFault(ErrorCode.STORE_CIPHER_MISSING, path=str(path))
    return connect_with(path, mode, busy_seconds, key_for(model))


def connect_with(path: Path, mode: str, busy_seconds: float, key: HistoryKey | None) -> Database:
    """Connect with this key, or as to a plain file without one; raises as `connect`."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=busy_seconds, isolation_level=None
    )
    connection.text_factory = _readable
    try:
        if key is not None:
            _unlock(connection, path, key)
    except BaseException:
        connection.close()
        raise
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def connect_memory(busy_seconds: float) -> Database:
    """Connect to a database in memory that other files can be attached to by their URI."""
    connection = sqlite3.connect("file::memory:", uri=True, timeout=busy_seconds, isolation_level=None)
    connection.text_factory = _readable
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def is_encrypted(path: Path) -> bool:
    """Tell an encrypted database by its first page; a plain, a missing and a damaged plain one are not."""
    try:
        with path.open("rb") as stream:
            page = stream.read(CIPHER_PAGE)
    except OSError:
        return False
    return len(page) == CIPHER_PAGE and not page.startswith(MAGIC) and len(set(page)) >= _VARIED


def _unlock(connection: sqlite3.Connection, path: Path, key: HistoryKey) -> None:
    # SQLCipher writes what it finds to the standard error output otherwise.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{key.spelled}"')
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB":
            raise
        raise StoreFault(ErrorCode.STORE_WRONG_KEY, path=str(path)) from None


def _readable(stored: bytes) -> str:
    """Decode text; a byte gone bad on the disk costs one character, not the whole document."""
    return stored.decode("utf-8", "replace")
