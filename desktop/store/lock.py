"""The lock that keeps a second program from writing the same history."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.faults import fault_of

_HELD_BY_ANOTHER = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK, errno.EWOULDBLOCK})

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StoreLock:
    """An exclusive lock on `<database>.lock`, held until `release` or the end of the process, however it ends.

    The file itself stays: removing it would let two programs hold a lock on two files of the same name.
    """

    def __init__(self, database: Path) -> None:
        """Take the lock; raises `StoreFault` STORE_LOCKED when another program, or this one, holds it already."""
        try:
            # Not inherited by child processes, which would keep the lock alive.
            self._descriptor: int | None = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise fault_of(error, database) from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            self.release()
            if error.errno in _HELD_BY_ANOTHER:
                raise StoreFault(ErrorCode.STORE_LOCKED, path=str(database)) from error
            raise StoreFault(ErrorCode.STORE_FAILED, reason=_name(error)) from error

    def release(self) -> None:
        """Let others open the history; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
