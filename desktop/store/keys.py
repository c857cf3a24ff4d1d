"""The key of an encrypted history: made, kept protected in a file beside the history, unlocked, exported, imported."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NoReturn

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.files import reason_of
from desktop.store import dpapi
from desktop.store.faults import not_writable
from desktop.store.history_files import sync_folder

KEY_BYTES = 32
KEY_FILE = "history.key"
SHORTEST_PASSPHRASE = 12
_MAX_BYTES = 16 * 1024
_FORMAT = 1


class HistoryKey:
    """Thirty-two secret bytes. They show in no `repr`, message, log or pickle."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        """Keep the bytes; raises `ValueError` for a wrong number of them."""
        if len(raw) != KEY_BYTES:
            raise ValueError("a history key has 32 bytes")
        self._raw = raw

    @classmethod
    def fresh(cls) -> HistoryKey:
        """Return a new random key."""
        return cls(os.urandom(KEY_BYTES))

    @property
    def raw(self) -> bytes:
        """The secret itself, for protecting it."""
        return self._raw

    @property
    def spelled(self) -> str:
        """The secret as SQLCipher takes a raw key: no passphrase is derived from it."""
        return f"x'{self._raw.hex()}'"

    @property
    def identity(self) -> str:
        """A name by which two keys can be told apart; nothing of the key can be found from it."""
        return hashlib.sha256(b"fumizukue history key" + self._raw).hexdigest()[:16]

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "HistoryKey(…)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a history key is not pickled")


# Keys that were unlocked in this process, by the name their file gives them: a passphrase is asked for once.
_unlocked: dict[str, HistoryKey] = {}


def key_file_of(database: Path) -> Path:
    """Return the key file of a history or of a copy of it in a folder beside it, whether it exists or not."""
    beside, above = database.parent / KEY_FILE, database.parent.parent / KEY_FILE
    return above if not beside.exists() and above.exists() else beside


def key_for(database: Path) -> HistoryKey:
    """Return the key of an encrypted file.

    Raises `StoreFault` STORE_KEY_MISSING (path of the key file), STORE_KEY_LOCKED (path) when a passphrase is needed
    and `unlock` was not called, STORE_KEY_UNUSABLE (path, reason).
    """
    return load(key_file_of(database))


def load(key_file: Path, passphrase: str | None = None) -> HistoryKey:
    """Return the key in a file and remember it; raises as `key_for`, and STORE_PASSPHRASE_WRONG (path)."""
    facts = _read(key_file)
    identity = facts.get("identity", "")
    if passphrase is None and identity in _unlocked:
        return _unlocked[identity]
    if facts.get("protected_by") == "dpapi":
        key = _from_dpapi(facts, key_file)
    elif passphrase is None:
        raise StoreFault(ErrorCode.STORE_KEY_LOCKED, path=str(key_file))
    else:
        key = _from_passphrase(facts, key_file, passphrase)
    if key.identity != identity:
        raise _unusable(key_file, "identity")
    _unlocked[identity] = key
    return key


def unlock(database: Path, passphrase: str) -> None:
    """Unlock the key of a history for this process; raises as `load`."""
    load(key_file_of(database), passphrase)


def forget() -> None:
    """Lock all keys of this process again."""
    _unlocked.clear()


def store(key: HistoryKey, key_file: Path, passphrase: str | None) -> None:
    """Write the key, protected by the passphrase, or by Windows when there is none; whole or not at all, mode 0600.

    Raises `StoreFault` STORE_PASSPHRASE_NEEDED when there is neither, STORE_PASSPHRASE_SHORT (least),
    STORE_FOLDER_NOT_WRITABLE (path, reason).
    """
    if passphrase is not None:
        facts = _with_passphrase(key, passphrase)
    elif dpapi.AVAILABLE:
        facts = {"protected_by": "dpapi", "wrapped": _text(dpapi.protect(key.raw))}
    else:
        raise StoreFault(ErrorCode.STORE_PASSPHRASE_NEEDED)
    whole = {"format": _FORMAT, "identity": key.identity, **facts}
    _write_privately(key_file, json.dumps(whole, indent=1).encode())
    _unlocked[key.identity] = key


def _with_passphrase(key: HistoryKey, passphrase: str) -> dict[str, str | int]:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise StoreFault(ErrorCode.STORE_PASSPHRASE_SHORT, least=SHORTEST_PASSPHRASE)
    salt = os.urandom(pwhash.argon2id.SALTBYTES)
    # libsodium's choice for a person who waits: 64 MB, which an old terminal can spare beside a model.
    operations, memory = pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE
    box = SecretBox(pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, operations, memory))
    return {
        "protected_by": "passphrase",
        "salt": _text(salt),
        "operations": operations,
        "memory": memory,
        "wrapped": _text(bytes(box.encrypt(key.raw))),
    }


def _from_passphrase(facts: dict[str, str], key_file: Path, passphrase: str) -> HistoryKey:
    try:
        salt, wrapped = (base64.b64decode(facts[name], validate=True) for name in ("salt", "wrapped"))
        operations, memory = int(facts["operations"]), int(facts["memory"])
        # A file from elsewhere must not make the program take all memory.
        if operations > pwhash.argon2id.OPSLIMIT_SENSITIVE or memory > pwhash.argon2id.MEMLIMIT_SENSITIVE:
            raise _unusable(key_file, "limits")
        wrapping = pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, operations, memory)
    except (KeyError, ValueError, TypeError, CryptoError) as error:
        raise _unusable(key_file, type(error).__name__) from error
    try:
        return HistoryKey(SecretBox(wrapping).decrypt(wrapped))
    except (CryptoError, ValueError):
        # Not chained: nothing of what was tried goes into a log.
        raise StoreFault(ErrorCode.STORE_PASSPHRASE_WRONG, path=str(key_file)) from None


def _from_dpapi(facts: dict[str, str], key_file: Path) -> HistoryKey:
    try:
        return HistoryKey(dpapi.unprotect(base64.b64decode(facts["wrapped"], validate=True)))
    except OSError as error:
        raise _unusable(key_file, reason_of(error)) from None
    except (KeyError, ValueError, TypeError) as error:
        raise _unusable(key_file, type(error).__name__) from None


def _read(key_file: Path) -> dict[str, str]:
    """Return what a key file says; numbers come as text."""
    try:
        with key_file.open("rb") as stream:
            found = json.loads(stream.read(_MAX_BYTES))
    except FileNotFoundError:
        raise StoreFault(ErrorCode.STORE_KEY_MISSING, path=str(key_file)) from None
    except OSError as error:
        raise _unusable(key_file, reason_of(error)) from error
    except (ValueError, RecursionError):
        # Not chained: the message would quote the file.
        raise _unusable(key_file, "JSON") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise _unusable(key_file, "format")
    return {str(name): str(value) for name, value in found.items()}


def _write_privately(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes a file that nobody else can read.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise not_writable(path.parent, reason_of(error)) from error


def _unusable(key_file: Path, reason: str) -> StoreFault:
    return StoreFault(ErrorCode.STORE_KEY_UNUSABLE, path=str(key_file), reason=reason)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
