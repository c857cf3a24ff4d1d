"""The lock that keeps a second program from writing the same history."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.locks import try_lock
from desktop.store.faults import fault_of


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
            ours = try_lock(self._descriptor)
        except OSError as error:
            self.release()
            raise StoreFault(ErrorCode.STORE_FAILED, reason=_name(error)) from error
        if not ours:
            self.release()
            raise StoreFault(ErrorCode.STORE_LOCKED, path=str(database))

    def release(self) -> None:
        """Let others open the history; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
