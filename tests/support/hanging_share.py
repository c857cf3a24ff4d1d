"""A file system in which every call hangs in the kernel until it is let go, as a dead file server does."""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_INIT, _REPLY_BYTES, _BUFFER = 26, 64, 65536 + 4096


def why_not() -> str:
    """Return why there can be no such file system here, or an empty text."""
    if os.name != "posix" or os.getuid() != 0:
        return "mounting needs root"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "there is no /dev/fuse"
    return ""


class HangingShare:
    """What is asked is taken and never answered: not even a kill ends who waits, until `let_go`."""

    def __init__(self, device: int) -> None:
        """Answer the kernel's greeting, and then no more."""
        self._device = device
        self.asked = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="hanging-share", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                _, operation, unique = struct.unpack_from("<IIQ", os.read(self._device, _BUFFER))
                if operation == _INIT:
                    reply = struct.pack("<IIIIHHI", 7, 31, 65536, 0, 12, 9, 65536).ljust(_REPLY_BYTES, b"\0")
                    os.write(self._device, struct.pack("<IiQ", 16 + len(reply), 0, unique) + reply)
                else:
                    self.asked.set()

    def join(self) -> None:
        """Wait until nothing is read any more."""
        self._thread.join()


@contextmanager
def hanging_share(folder: Path) -> Iterator[HangingShare]:
    """Mount it on a folder; what hangs is let go at the end."""
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"hanging", os.fsencode(folder), b"fuse", 0, options) != 0:
        os.close(device)
        raise OSError(ctypes.get_errno(), "mount")
    share = HangingShare(device)
    try:
        yield share
    finally:
        # Aborting the connection wakes the reader and everybody who waits.
        libc.umount2(os.fsencode(folder), 1)  # MNT_FORCE
        libc.umount2(os.fsencode(folder), 2)  # MNT_DETACH
        share.join()
        os.close(device)
