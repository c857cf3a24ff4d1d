"""Histories that are encrypted, with a key that is made once per test run: its protection is slow on purpose."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.core.errors import StoreFault
from desktop.store import keys
from desktop.store.cipher import is_encrypted
from desktop.store.encryption import switch
from desktop.store.history import HistoryStore

PASSPHRASE = "市役所の合言葉は長めにする"  # noqa: S105 -- the tests have no secrets


@cache
def _key_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / keys.KEY_FILE
        keys.store(keys.HistoryKey.fresh(), path, PASSPHRASE)
        return path.read_bytes()


def put_key(folder: Path) -> Path:
    """Put the key file of the tests into a folder, unlocked in this process."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / keys.KEY_FILE
    path.write_bytes(_key_file())
    try:
        keys.load(path)
    except StoreFault:
        keys.load(path, PASSPHRASE)
    return path


def encrypt(path: Path) -> Path:
    """Encrypt a history, made first where there is none."""
    put_key(path.parent)
    if not path.exists():
        HistoryStore.open(path).close()
    switch(path, encrypt=True, passphrase=None, progress=lambda _done: True)
    assert is_encrypted(path)
    return path
