"""Switching the encryption of a history that nobody has open: key, lock, conversion in one call."""

from __future__ import annotations

from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import dpapi, keys
from desktop.store.cipher import BUSY_SECONDS, connect_with, is_encrypted
from desktop.store.conversion import Converted, Progress, convert, pending
from desktop.store.faults import translated
from desktop.store.keys import HistoryKey
from desktop.store.lock import StoreLock


def switch(path: Path, *, encrypt: bool, passphrase: str | None, progress: Progress) -> Converted:
    """Bring the history and its copies into the wanted form; nothing to do gives an empty report.

    The key is made when there is none; it stays when the history becomes plain, for copies kept elsewhere. Raises
    `StoreFault` as `conversion.convert`, `keys.load` and `keys.store`, and STORE_LOCKED (path); `CancelledError`.
    """
    if not path.exists() or not pending(path, encrypt=encrypt):
        return Converted((), ())
    with translated(path):
        lock = StoreLock(path)
        try:
            return convert(path, _key(path, passphrase), encrypt=encrypt, progress=progress)
        finally:
            lock.release()


def _key(path: Path, passphrase: str | None) -> HistoryKey:
    key_file = keys.key_file_of(path)
    if key_file.exists():
        return keys.load(key_file, passphrase)
    if is_encrypted(path):
        raise StoreFault(ErrorCode.STORE_KEY_MISSING, path=str(key_file))
    key = HistoryKey.fresh()
    keys.store(key, key_file, passphrase)
    # Read back before anything depends on it.
    keys.forget()
    return keys.load(key_file, passphrase)


def export_key(path: Path, out: Path, passphrase: str) -> None:
    """Write the key of a history to `out`, protected by the passphrase; raises as `keys.load` and `keys.store`."""
    keys.store(keys.key_for(path), out, passphrase)


def import_key(path: Path, source: Path, passphrase: str) -> None:
    """Take an exported key for the history at `path`; it must open the history when that is there and encrypted.

    On Windows it is protected for the present person, elsewhere by its passphrase. Raises as `keys.load` and
    `keys.store`, STORE_WRONG_KEY (path).
    """
    key = keys.load(source, passphrase)
    if is_encrypted(path):
        with translated(path):
            connect_with(path, "ro", BUSY_SECONDS, key).close()
    keys.store(key, path.parent / keys.KEY_FILE, None if dpapi.AVAILABLE else passphrase)
