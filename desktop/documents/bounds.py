"""Reading a file's bytes without ever taking in more than the limit."""

from __future__ import annotations

from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.documents.base import MAX_FILE_BYTES


def read_bounded(path: Path) -> bytes:
    """Return the bytes of a regular file of at most `MAX_FILE_BYTES`.

    Raises `UserFault` SOURCE_NOT_FOUND (name), SOURCE_NOT_READABLE (name, reason) or SOURCE_TOO_LARGE (name, bytes,
    limit; both in bytes).
    """
    check_file(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _not_readable(path, reason_of(error)) from error
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(path, len(data))
    return data


def check_file(path: Path) -> None:
    """Raise what `read_bounded` would raise as far as it can be told without opening the file."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_FOUND, name=path.name) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "invalid name"
        raise _not_readable(path, reason) from error
    # A pipe or a device would keep the reader waiting; a folder has no text.
    if not path.is_file():
        raise _not_readable(path, "not a regular file")
    if status.st_size > MAX_FILE_BYTES:
        raise _too_large(path, status.st_size)


def _not_readable(path: Path, reason: str) -> UserFault:
    return UserFault(ErrorCode.SOURCE_NOT_READABLE, name=path.name, reason=reason)


def _too_large(path: Path, size: int) -> UserFault:
    return UserFault(ErrorCode.SOURCE_TOO_LARGE, name=path.name, bytes=size, limit=MAX_FILE_BYTES)
