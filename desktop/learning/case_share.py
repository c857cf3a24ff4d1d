"""Cases on the share: putting a new one there, and reading everybody's from the local copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import safe_file_name
from desktop.core.files import reason_of, write_atomically
from desktop.core.long_paths import reachable
from desktop.learning.cases import MAX_BYTES, Case, case_heading, dump_case, parse_case
from desktop.templates.cache import Copy, Entry, SharedCache
from desktop.templates.publishing import make_level
from desktop.templates.resolve import Trouble, trouble_of
from desktop.templates.shared import CASES, SUFFIX, branch_of, levels_of, normal
from desktop.templates.sync import FileKind

# What the synchronisation has to know to copy cases beside the templates.
CASE_FILES = {CASES: FileKind(MAX_BYTES, case_heading)}
_TITLE_IN_NAME = 40


@dataclass(frozen=True, slots=True)
class SharedCase:
    """A case as it lies on the share: `file` below its root, `level` 1 for the whole city, more for the folders below.

    `seen_at` is when the share last held it, in seconds since 1970.
    """

    case: Case
    file: str
    level: int
    seen_at: float


@dataclass(frozen=True, slots=True)
class CaseShelf:
    """All cases that a person may see, newest first, and the files that cannot be used; `synced_at` is 0 for never."""

    cases: tuple[SharedCase, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    synced_at: float = 0.0


def publish_case(share: Path, level: str, case: Case) -> str:
    """Put a case into the folder 好事例 of a level (`""` for the whole city); returns its place below the share.

    Raises `UserFault` CASE_BROKEN for a case that could not be read back, CASE_NOT_WRITABLE (path, reason). The file
    is there whole or not at all. Blocks for as long as the share does: not for the thread of the window.
    """
    content = dump_case(case).encode()
    root = reachable(share)
    name = f"{safe_file_name(case.title[:_TITLE_IN_NAME])}_{case.id}{SUFFIX}"
    try:
        path = make_level(root, f"{level}/{CASES}") / name
        write_atomically(path, lambda stream: stream.write(content))
    except OSError as error:
        raise UserFault(ErrorCode.CASE_NOT_WRITABLE, path=str(share), reason=reason_of(error)) from error
    except UserFault as fault:
        reason = fault.fields.get("reason", fault.code.value)
        raise UserFault(ErrorCode.CASE_NOT_WRITABLE, path=str(share), reason=reason) from fault
    return normal(path.relative_to(root).as_posix())


def read_cases(cache: SharedCache, office: str) -> CaseShelf:
    """Return the cases of a person's office and of the levels above it, from the copies alone; touches no share."""
    index = cache.index()
    ranks = {folder.casefold(): level for level, folder in enumerate(levels_of(office), 1)}
    entries = [entry for entry in index.entries.values() if branch_of(entry.key) == CASES]
    troubles = [trouble for entry in entries if (trouble := trouble_of(entry))]
    found: list[SharedCase] = []
    for entry in sorted(entries, key=lambda one: one.key):
        level = ranks.get(_level_folder(entry.key).casefold())
        if level is not None and entry.copy is not None:
            try:
                found.append(_shared(cache, entry, entry.copy, level))
            except UserFault as fault:
                troubles.append(Trouble(fault, entry.key, entry.copy.author))
    return CaseShelf(_ordered(found), tuple(troubles), index.synced_at)


def _level_folder(key: str) -> str:
    """Return the level that a case belongs to: what stands before 好事例; deeper folders are people's own order."""
    parts = key.split("/")
    return "/".join(parts[: parts.index(CASES)])


def _shared(cache: SharedCache, entry: Entry, copy: Copy, level: int) -> SharedCase:
    content = cache.read(copy.sha256)
    if content is None:
        raise UserFault(ErrorCode.TEMPLATE_COPY_LOST, file=entry.key)
    return SharedCase(parse_case(content.decode("utf-8-sig"), entry.key), entry.key, level, entry.seen_at)


def _ordered(found: Sequence[SharedCase]) -> tuple[SharedCase, ...]:
    """Return the newest first; of a file and a copy of it (`… - コピー`), one."""
    single = {one.case.id: one for one in reversed(found)}
    nearest = sorted(single.values(), key=lambda one: (-one.level, one.file))
    return tuple(sorted(nearest, key=lambda one: one.case.updated, reverse=True))
