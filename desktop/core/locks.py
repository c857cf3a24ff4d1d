"""Locking an open file against other programs, and against other descriptors of this one, without waiting."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES = 10
_PAUSE_SECONDS = 0.02
# 0 is what Wine sets where Windows sets EACCES.
_HELD_BY_ANOTHER = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK, errno.EWOULDBLOCK, 0})

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock on an open file; return whether it is ours now. It ends with the descriptor.

    Reading the file is right enough. Raises `OSError` where the file system knows no locks.
    """
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            return False
        raise
    return True


class LockHeldError(Exception):
    """Another program, or another descriptor of this one, has the lock."""


@contextmanager
def lock_file(path: Path) -> Iterator[bool]:
    """Hold the lock that a file of its own stands for; the file goes when the lock does, or with the next holder.

    Yields whether it is held: false where the file system knows no locks. Raises `LockHeldError`, and `OSError` when
    the file can be neither made nor opened. The system lets go of the lock of a program that died.
    """
    descriptor = _hold(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            # Elsewhere the name must go while the lock is held; Windows cannot remove an open file.
            with contextlib.suppress(OSError):
                if os.name == "posix":
                    path.unlink()
            os.close(descriptor)
            with contextlib.suppress(OSError):
                if os.name != "posix":
                    path.unlink()


def _hold(path: Path) -> int | None:
    for attempt in range(_TRIES):
        try:
            descriptor = _open(path)
        except PermissionError:
            # On Windows a file that was removed but is still open keeps its name, and nobody can open it any more.
            if os.name == "posix" or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_SECONDS)
            continue
        try:
            ours = try_lock(descriptor)
        except OSError:
            os.close(descriptor)
            return None
        if not ours:
            os.close(descriptor)
            break
        # The one who had it may have removed the file just before we locked it.
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)
    raise LockHeldError(path.name)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if not path.exists():
            raise
        # Left by another person: to lock it, reading is enough.
        return os.open(path, os.O_RDONLY)
