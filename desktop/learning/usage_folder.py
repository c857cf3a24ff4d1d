"""Files of usage in a folder: writing a person's months there, and reading everybody's within bounds."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.core.long_paths import plain, reachable
from desktop.learning.usage_file import FILE_NAME, MAX_BYTES, MonthUse, UsageReason, broken, parse_usage
from desktop.templates.shared import leads_away

# More than a city hall leaves in ten years: 4,000 people and 12 months are 48,000 files a year.
MOST_FILES = 100_000
MOST_ENTRIES = 200_000


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to write. With `keep` one that is there already stays: a month that is over does not change."""

    name: str
    text: str
    keep: bool = False


def write_files(folder: Path, files: Iterable[OutgoingFile], beat: Callable[[str], object]) -> int:
    """Write the files, each whole or not at all; returns how many were written. The folder is not created.

    Raises `UserFault` USAGE_NOT_WRITABLE (path, reason). Blocks for as long as the share does.
    """
    root, written = reachable(folder), 0
    for file in files:
        beat(file.name)
        try:
            write_atomically(root / file.name, partial(_put, file.text.encode()), overwrite=not file.keep)
        except UserFault as fault:
            if fault.code is ErrorCode.OUTPUT_EXISTS:
                continue
            reason = str(fault.fields.get("reason", ""))
            raise UserFault(ErrorCode.USAGE_NOT_WRITABLE, path=plain(str(folder)), reason=reason) from fault
        written += 1
    return written


def _put(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


def read_folder(
    folder: Path, today: dt.date, beat: Callable[[str], object], found: Callable[[MonthUse | AssistantError], object]
) -> None:
    """Give every month in the folder to `found`, or the fault for which a file is left out, in the order of names.

    Files of other names, folders and what is below them are not looked at. Raises `UserFault` USAGE_SHARE_UNREACHABLE
    (path, reason), USAGE_TOO_MANY (path, most). Blocks for as long as the share does.
    """
    root = reachable(folder)
    beat("/")
    for name in _names(root, folder):
        beat(name)
        try:
            found(_read(root / name, name, today))
        except AssistantError as fault:
            found(fault)


def _names(root: Path, folder: Path) -> Sequence[str]:
    names: list[str] = []
    try:
        with os.scandir(root) as entries:
            for count, entry in enumerate(entries):
                if FILE_NAME.fullmatch(entry.name):
                    names.append(entry.name)
                if count >= MOST_ENTRIES or len(names) > MOST_FILES:
                    raise UserFault(ErrorCode.USAGE_TOO_MANY, path=plain(str(folder)), most=MOST_FILES)
    except OSError as error:
        raise UserFault(ErrorCode.USAGE_SHARE_UNREACHABLE, path=plain(str(folder)), reason=reason_of(error)) from error
    return sorted(names)


def _read(path: Path, name: str, today: dt.date) -> MonthUse:
    """Read one file; a link, a pipe, one too large is refused before a byte of it is read."""
    try:
        status = os.lstat(path)
        if leads_away(status.st_mode, getattr(status, "st_reparse_tag", 0)) or not stat.S_ISREG(status.st_mode):
            raise broken(name, UsageReason.NOT_A_FILE)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise broken(name, UsageReason.UNREADABLE) from error
    if len(content) > MAX_BYTES:
        raise broken(name, UsageReason.TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise broken(name, UsageReason.SYNTAX) from error
    use = parse_usage(text, name)
    if use.month > today:
        raise broken(name, UsageReason.FUTURE, "month")
    return use
