"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.long_paths import plain


def write_atomically(path: Path, write: Callable[[BinaryIO], object], *, overwrite: bool = False) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk, and rename it into place.

    Raises `UserFault` OUTPUT_EXISTS when the file is there and `overwrite` is false, OUTPUT_NOT_WRITABLE when the
    folder or the file cannot be written. Whatever happens, an existing file stays whole and no temporary file stays.
    """
    try:
        if path.exists() and not overwrite:
            raise UserFault(ErrorCode.OUTPUT_EXISTS, path=plain(str(path)))
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=plain(str(path)), reason=reason_of(error)) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        _give_default_permissions(temporary)
        _move_into_place(temporary, path, overwrite=overwrite)
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=plain(str(path)), reason=reason_of(error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _give_default_permissions(path: Path) -> None:
    """Replace mkstemp's private mode by what a newly saved file normally has."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def _move_into_place(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Rename; without `overwrite` a file that appeared meanwhile wins."""
    if overwrite:
        temporary.replace(path)
        return
    try:
        _move_without_replacing(temporary, path)
    except FileExistsError as error:
        raise UserFault(ErrorCode.OUTPUT_EXISTS, path=plain(str(path))) from error


def _move_without_replacing(temporary: Path, path: Path) -> None:
    """Rename unless the name is taken: Windows refuses by itself; elsewhere a hard link fails."""
    if os.name == "nt":
        temporary.rename(path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # The file system has no hard links (FAT, some shares): the check at the start has to do.
        temporary.replace(path)


def reason_of(error: OSError) -> str:
    """Return the system's short reason for an OSError."""
    return error.strerror or type(error).__name__
