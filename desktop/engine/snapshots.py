"""Evaluated heads of prompts on disk: a file each, verified whenever it is read, the longest unused leaving first."""

from __future__ import annotations

import hashlib
import os
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.core.files import write_atomically

SUFFIX = ".head"
# One file: magic, then digest of all that follows, key, counts; then the tokens, then the state as the library gave it.
_MAGIC = b"fumizukue head 1\n"
_DIGEST_BYTES = 32
_COUNTS = struct.Struct("<QQ")  # tokens, bytes of the state
_ID_TYPE = "i"  # signed, 4 bytes, as the library's token ids


@dataclass(frozen=True, slots=True)
class SnapshotFolder:
    """A folder of snapshots that belong to `owner`: all that has to be the same for a state to be usable.

    That is the model's hash, the library with the processor features it uses, and the context's parameters. The
    folder may hold those of other owners as well; together they take at most `limit` bytes. Nothing here ever fails:
    a snapshot that cannot be read or kept only costs the time to read the head again.
    """

    folder: Path
    limit: int
    owner: str

    def load(self, tokens: Sequence[int]) -> bytes | None:
        """Return the state after exactly these tokens; a file that is not what it should be is removed."""
        key = self._key(tokens)
        path = self._path(key)
        try:
            with path.open("rb") as stream:
                # One more byte than may be kept is enough to know that a file is none of ours.
                raw = stream.read(self.limit + 1)
        except OSError:
            return None
        state = _state_in(raw, key, tokens)
        try:
            if state is None:
                path.unlink(missing_ok=True)
            else:
                os.utime(path)
        except OSError:
            # A folder that cannot be written to: then what is damaged stays, and is refused the next time as well.
            pass
        return state

    def save(self, tokens: Sequence[int], state: bytes) -> None:
        """Keep the state after these tokens, when it is not larger than all that may be kept."""
        key = self._key(tokens)
        raw = _file_of(key, tokens, state)
        if len(raw) > self.limit:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(len(raw))
            write_atomically(self._path(key), lambda stream: stream.write(raw), overwrite=True)
        except (OSError, UserFault):
            # No room or no right to write: the head is read again the next time.
            return

    def _make_room(self, needed: int) -> None:
        """Remove those that have not been used for longest until the new one fits."""
        found = sorted((_used(path) for path in self.folder.glob(f"*{SUFFIX}")), reverse=True)
        room = self.limit - needed
        for _, size, name in found:
            room -= size
            if room < 0:
                self.folder.joinpath(name).unlink(missing_ok=True)

    def _key(self, tokens: Sequence[int]) -> bytes:
        return hashlib.sha256(self.owner.encode() + b"\0" + array(_ID_TYPE, tokens).tobytes()).digest()

    def _path(self, key: bytes) -> Path:
        return self.folder / f"{key.hex()[:40]}{SUFFIX}"


def _used(path: Path) -> tuple[int, int, str]:
    """Return when a file was last used, its size and its name; one that has just gone counts for nothing."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, path.name
    return status.st_mtime_ns, status.st_size, path.name


def _file_of(key: bytes, tokens: Sequence[int], state: bytes) -> bytes:
    body = key + _COUNTS.pack(len(tokens), len(state)) + array(_ID_TYPE, tokens).tobytes() + state
    return _MAGIC + hashlib.sha256(body).digest() + body


def _state_in(raw: bytes, key: bytes, tokens: Sequence[int]) -> bytes | None:
    """Return the state of a file, or `None` when one bit of it is not as it was written."""
    start = len(_MAGIC) + _DIGEST_BYTES
    body = memoryview(raw)[start:]
    if raw[: len(_MAGIC)] != _MAGIC or hashlib.sha256(body).digest() != raw[len(_MAGIC) : start]:
        return None
    head = key + _COUNTS.pack(len(tokens), max(0, len(body) - len(key) - _COUNTS.size - 4 * len(tokens)))
    head += array(_ID_TYPE, tokens).tobytes()
    return bytes(body[len(head) :]) if bytes(body[: len(head)]) == head else None
