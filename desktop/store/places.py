"""Where a history may lie: SQLite's locks and its write-ahead log do not work across a network.

Source: https://www.sqlite.org/wal.html ("WAL does not work over a network filesystem") and
https://www.sqlite.org/howtocorrupt.html (broken locks of network file systems).
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault

_MOUNTS = Path("/proc/self/mountinfo")
# The type of a mount that stands for another machine's disk, as Linux names it; below `fuse.` the program's name.
_NETWORK_TYPES = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "ncpfs", "afs", "ceph", "glusterfs", "davfs", "lustre", "gfs2", "ocfs2"}
)
_NETWORK_PROGRAMS = frozenset({"sshfs", "davfs", "davfs2", "rclone", "gvfsd-fuse", "glusterfs", "s3fs", "smbnetfs"})
_ESCAPED = re.compile(r"\\([0-7]{3})")
_DRIVE_REMOTE = 4
# Both spellings of \\server\share, and the long form \\?\UNC\server\share; \\?\C:\ and \\.\ are this machine's.
_UNC = re.compile(r"[\\/]{2}(?:\?[\\/]UNC[\\/]|(?![?.][\\/]))", re.IGNORECASE)


def refuse_network(path: Path) -> None:
    """Raise `StoreFault` STORE_ON_NETWORK (path, kind) when `path` would lie on another machine's disk.

    `kind` is `unc`, `drive`, or the type of the mount. What cannot be found out is let pass.
    """
    kind = network_kind(path)
    if kind:
        raise StoreFault(ErrorCode.STORE_ON_NETWORK, path=str(path), kind=kind)


def network_kind(path: Path) -> str:
    """Return what tells that a path lies on a network, or nothing."""
    # A link is followed: what counts is where the file really comes to lie.
    return _kind(str(path.absolute()), os.path.realpath(path))


def is_unc(path: str) -> bool:
    r"""Tell whether a Windows path names another machine: `\\server\share`, `//server/share`, `\\?\UNC\…`."""
    return _UNC.match(path) is not None


def mount_kind(path: str, mounts: str) -> str:
    """Return the type of the network mount that an absolute path lies on, given the text of `mountinfo`, or nothing.

    The longest mount point above the path decides; of two on one point the later one, which hides the earlier.
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        head, _, tail = line.partition(" - ")
        fields, kinds = head.split(" "), tail.split(" ")
        if len(fields) < 5 or not kinds[0]:  # noqa: PLR2004 -- the mount point is the fifth field, see proc(5)
            continue
        point = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4])
        if (path == point or path.startswith(point.rstrip("/") + "/")) and len(point) >= longest:
            found, longest = kinds[0], len(point)
    return found if _is_network(found) else ""


def _is_network(kind: str) -> bool:
    family, _, program = kind.partition(".")
    return family in _NETWORK_TYPES or (family == "fuse" and program in _NETWORK_PROGRAMS)


if sys.platform == "win32":
    import ctypes

    def _kind(given: str, real: str) -> str:
        for path in (given, real):
            if is_unc(path):
                return "unc"
            drive = os.path.splitdrive(path)[0]
            if drive and ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE:
                return "drive"
        return ""

else:

    def _kind(given: str, real: str) -> str:
        del given
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return mount_kind(real, mounts)
