"""Checking template files and folders of them: every fault with its file and line, what lies beside them included."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, FieldValue, UserFault
from desktop.core.files import reason_of
from desktop.session.letterhead import letterhead
from desktop.templates.library import read_template_text
from desktop.templates.lines import locate
from desktop.templates.model import Template
from desktop.templates.parse import read_whole
from desktop.templates.reading import BadValue

SUFFIX = ".toml"
# A tree of more files is not one of templates.
MAX_FILES = 5_000
# Older versions of the shared library, which have the identities of the newer ones.
_OLD_VERSIONS = "履歴"
_HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file, or a folder that could not be looked through, with its faults by line."""

    path: Path
    faults: tuple[UserFault, ...]


def check_templates(paths: Iterable[Path]) -> list[CheckedFile]:
    """Check template files, and all of them in the folders given and below; old versions and hidden files are left out.

    Never raises for what a file holds or for one that cannot be read: that is a fault of the file.
    """
    seen: dict[tuple[Path, str], str] = {}
    found: list[CheckedFile] = []
    for number, path in enumerate(_files(paths, found)):
        if number >= MAX_FILES:
            found.append(CheckedFile(path.parent, (_bad(path.parent, 1, "", BadValue.TOO_MANY, limit=MAX_FILES),)))
            break
        found.append(_check(path, seen))
    return found


def _files(paths: Iterable[Path], unreadable: list[CheckedFile]) -> Iterator[Path]:
    """Yield the files; folders that cannot be listed are noted instead."""

    def note(error: OSError) -> None:
        folder = Path(error.filename or "")
        fault = UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=str(folder), reason=reason_of(error))
        unreadable.append(CheckedFile(folder, (fault,)))

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path, onerror=note):
            folders[:] = sorted(one for one in folders if not one.startswith(_HIDDEN) and one != _OLD_VERSIONS)
            for name in sorted(names):
                if name.lower().endswith(SUFFIX) and not name.startswith(_HIDDEN):
                    yield Path(folder, name)


def _check(path: Path, seen: dict[tuple[Path, str], str]) -> CheckedFile:
    try:
        text = read_template_text(path)
    except UserFault as fault:
        return CheckedFile(path, (fault,))
    template, faults = read_whole(text, path.name)
    if template is not None:
        faults = [*faults, *_beside(path, text, template, seen), *_reference(path, text, template, faults)]
    return CheckedFile(path, tuple(sorted(faults, key=lambda fault: int(fault.fields.get("line", 0)))))


def _beside(path: Path, text: str, template: Template, seen: dict[tuple[Path, str], str]) -> list[UserFault]:
    """Return a fault when another template of the folder has the same identity."""
    first = seen.setdefault((path.parent, template.id), path.name)
    if not template.id or first == path.name:
        return []
    return [_bad(path, locate(text).line(("id",)), "id", BadValue.DUPLICATE, other=first)]


def _reference(path: Path, text: str, template: Template, faults: Iterable[UserFault]) -> list[UserFault]:
    """Return a fault of the reference file, unless its name is already known to be at fault."""
    if any(str(fault.fields.get("key", "")).startswith("layout.reference") for fault in faults):
        return []
    _, fault = letterhead(template.layout, path.parent)
    if fault is None:
        return []
    line = locate(text).line(("layout", "reference"))
    return [UserFault(fault.code, **{**fault.fields, "file": path.name, "line": line})]


def _bad(path: Path, line: int, key: str, reason: BadValue, **facts: FieldValue) -> UserFault:
    code = ErrorCode.TEMPLATE_BAD_VALUE
    return UserFault(code, file=path.name, line=line, key=key, reason=reason.value, **facts)
