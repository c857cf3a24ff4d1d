"""Finding the Word file that a template names: only in the template's own folder, and only a plain file."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import is_plain_file_name
from desktop.core.files import reason_of
from desktop.templates.model import TemplateLayout
from desktop.templates.shape import MAX_REFERENCE_BYTES

# Reparse points that lead elsewhere: symbolic link, junction.
_LEADING_AWAY = frozenset({0xA000000C, 0xA0000003})


def read_reference_file(folder: Path | None, layout: TemplateLayout) -> bytes:
    """Return the bytes of the layout's reference file; nothing outside `folder` is ever opened.

    Raises `UserFault` TEMPLATE_REFERENCE_BAD (reference, reason; detail for a system's own reason): not_found, link,
    not_a_file, too_large, unreadable, or changed when it is not what `reference_sha256` says.
    """
    name = layout.reference
    if folder is None or not is_plain_file_name(name):
        raise _fault(name, "not_found")
    try:
        data = _read(_entry(folder, name), name)
    except FileNotFoundError as error:
        raise _fault(name, "not_found") from error
    except OSError as error:
        raise _fault(name, "unreadable", detail=reason_of(error)) from error
    if layout.reference_sha256 and hashlib.sha256(data).hexdigest() != layout.reference_sha256:
        raise _fault(name, "changed")
    return data


def _entry(folder: Path, name: str) -> Path:
    """Return the file's path; a name is the same in small letters and in either normal form, as on a file server."""
    path = folder / name
    if not os.path.lexists(path):
        wanted = _folded(name)
        path = next((entry for entry in folder.iterdir() if _folded(entry.name) == wanted), path)
    return path


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _read(path: Path, name: str) -> bytes:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) in _LEADING_AWAY:
        raise _fault(name, "link")
    if not stat.S_ISREG(found.st_mode):
        raise _fault(name, "not_a_file")
    # Between the look and the opening the file may have become a link or a pipe.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        opened = os.fstat(stream.fileno())
        if not os.path.samestat(found, opened):
            raise _fault(name, "link")
        data = stream.read(MAX_REFERENCE_BYTES + 1)
    if len(data) > MAX_REFERENCE_BYTES:
        raise _fault(name, "too_large")
    return data


def _fault(name: str, reason: str, detail: str = "") -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_REFERENCE_BAD, reference=name, reason=reason, detail=detail)
