"""Paths longer than the 260 characters that Windows takes in its old form."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

_LOCAL = "\\\\?\\"
_UNC = "\\\\?\\UNC\\"
_DEVICES = ("\\\\?\\", "\\\\.\\")


def extended(path: str) -> str:
    r"""Return an absolute Windows path in the form without a limit: `\\?\C:\…`, or `\\?\UNC\server\share\…`.

    Windows takes what follows the prefix literally, so slashes are turned and `.` and `..` are worked out first. A
    path that has the form already, or that is not absolute, comes back as it is.
    """
    turned = path.replace("/", "\\")
    if turned.startswith(_DEVICES):
        return turned
    if turned.startswith("\\\\"):
        return _UNC + ntpath.normpath(turned).lstrip("\\")
    drive, rest = ntpath.splitdrive(turned)
    return _LOCAL + ntpath.normpath(turned) if drive and rest.startswith("\\") else path


def plain(path: str) -> str:
    """Undo `extended`, for showing a path to a person."""
    if path.startswith(_UNC):
        return "\\\\" + path[len(_UNC) :]
    return path.removeprefix(_LOCAL)


def reachable(path: Path) -> Path:
    """Return the path in the form in which this system opens it whatever its length."""
    return Path(extended(str(path.absolute()))) if os.name == "nt" else path
