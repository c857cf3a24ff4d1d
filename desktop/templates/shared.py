"""Looking through the shared folder: which files it holds, within bounds, following no links."""

from __future__ import annotations

import itertools
import os
import stat
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.core.long_paths import plain

SUFFIX = ".toml"
SIGNATURE_SUFFIX = ".sig"
REFERENCE_SUFFIX = ".docx"
# Beside the templates: their older versions, by the name people see in the Explorer.
HISTORY = "履歴"
# In any level: cases that went well, which are no templates but travel with them.
CASES = "好事例"

# Reparse points that lead elsewhere. Others (deduplicated, archived, DFS) are ordinary files of the server.
_LEADING_AWAY = frozenset({0xA000000C, 0xA0000003})  # symbolic link, mount point (junction)


class SyncCancelled(Exception):  # noqa: N818 -- what was asked for, not an error
    """The synchronisation was stopped; what is in use stays in use."""


class TimeIsUpError(Exception):
    """A pass has used up its seconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a share one pass looks at: counts, bytes read, folder levels, seconds."""

    files: int = 5_000
    folders: int = 2_000
    depth: int = 8
    bytes: int = 500_000_000
    seconds: float = 600.0


@dataclass(slots=True)
class Watch:
    """The question whether to go on, asked before everything that may take long; `beat` is told each time."""

    cancelled: Callable[[], bool] | None = None
    beat: Callable[[str], None] | None = None
    seconds: float = 600.0
    _started: float = field(default_factory=time.monotonic)

    def tell(self, what: str) -> None:
        """Say what comes next."""
        if self.beat is not None:
            self.beat(what)

    def step(self, what: str) -> None:
        """Say what comes next; raises `SyncCancelled` or `TimeIsUpError`."""
        self.tell(what)
        if self.cancelled is not None and self.cancelled():
            raise SyncCancelled
        if time.monotonic() - self._started > self.seconds:
            raise TimeIsUpError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the share. `key` is its path below the share with `/`, NFC; `path` is how it is opened."""

    key: str
    path: Path
    size: int
    mtime_ns: int

    @property
    def stamp(self) -> tuple[int, int]:
        """What changes when the file does."""
        return self.size, self.mtime_ns


@dataclass(slots=True)
class Listing:
    """What a pass found. Under the keys in `unread` more may lie than was seen."""

    templates: dict[str, FoundFile] = field(default_factory=dict)
    others: dict[str, FoundFile] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    faults: list[UserFault] = field(default_factory=list)

    def was_seen(self, key: str) -> bool:
        """Tell whether a file of this key would have been found if it were there."""
        return not any(folder in ("", key) or key.startswith(f"{folder}/") for folder in self.unread)


def normal(name: str) -> str:
    """Return a name as it is compared: macOS writes が as two signs, Windows as one."""
    return unicodedata.normalize("NFC", name)


def levels_of(office: str) -> tuple[str, ...]:
    """Return the folders that count for an office, from the share's root on: `部/課` gives `""`, `部`, `部/課`."""
    parts = [part.strip() for part in normal(office).replace("\\", "/").split("/") if part.strip()]
    return ("", *("/".join(parts[:count]) for count in range(1, len(parts) + 1)))


def parent_of(key: str) -> str:
    """Return the folder of a key, `""` for the share's root."""
    return key.rpartition("/")[0]


def branch_of(key: str) -> str:
    """Return the folder of other things than templates that a file lies in, empty for a template."""
    return CASES if CASES in parent_of(key).split("/") else ""


def scan(root: Path, watch: Watch, limits: Limits, office: str = "") -> Listing:
    """List the share's templates and what belongs to them, the folders of `office` first.

    Raises `UserFault` TEMPLATE_SHARE_UNREACHABLE (path, reason) when the share itself cannot be listed, and
    `SyncCancelled`. A folder that cannot be listed, and what is beyond the limits, is in `unread` and `faults`.
    """
    return _Scan(root, watch, limits, office).run()


def names_in(root: Path) -> set[str]:
    """Return the names in the share's root; raises `UserFault` TEMPLATE_SHARE_UNREACHABLE (path, reason)."""
    try:
        with os.scandir(root) as entries:
            return {entry.name for entry in entries}
    except OSError as error:
        raise _unreachable(root, error) from error


def _unreachable(root: Path, error: OSError) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_SHARE_UNREACHABLE, path=plain(str(root)), reason=reason_of(error))


class _Scan:
    def __init__(self, root: Path, watch: Watch, limits: Limits, office: str) -> None:
        self._root = root
        self._watch = watch
        self._limits = limits
        self._own = frozenset(level.casefold() for level in levels_of(office))
        self._found = Listing()
        self._waiting: list[tuple[str, Path]] = [("", root)]
        self._files = 0

    def run(self) -> Listing:
        folders, key = 0, ""
        try:
            while self._waiting:
                if folders >= self._limits.folders:
                    self._stop("folders", self._limits.folders)
                    break
                self._waiting.sort(key=self._rank)
                key, path = self._waiting.pop(0)
                folders += 1
                if not self._folder(key, path):
                    self._found.unread.append(key)
                    self._stop("files", self._limits.files)
                    break
        except TimeIsUpError:
            self._found.unread.append(key)
            self._stop("seconds", self._limits.seconds)
        return self._found

    def _rank(self, waiting: tuple[str, Path]) -> tuple[bool, int, str]:
        key = waiting[0]
        return key.casefold() not in self._own, key.count("/"), key

    def _stop(self, what: str, most: float) -> None:
        """Note that the rest was not looked at."""
        self._found.unread += [key for key, _ in self._waiting]
        self._found.faults.append(
            UserFault(ErrorCode.TEMPLATE_SHARE_LIMIT, path=plain(str(self._root)), what=what, most=int(most))
        )

    def _folder(self, key: str, path: Path) -> bool:
        """List one folder; return false when the limit of files was reached in it."""
        self._watch.step(key or "/")
        try:
            with os.scandir(path) as listed:
                # No more than can be looked at: a folder may hold a million files.
                some = itertools.islice(listed, self._limits.files + 1)
                entries = sorted(some, key=lambda entry: _order(entry.name))
        except OSError as error:
            if not key:
                raise _unreachable(path, error) from error
            self._found.unread.append(key)
            self._found.faults.append(_unreadable(key, error))
            return True
        for entry in entries:
            self._files += 1
            if self._files > self._limits.files:
                return False
            if not _is_skipped(entry.name):
                self._entry(f"{key}/{normal(entry.name)}".lstrip("/"), entry)
        return True

    def _entry(self, key: str, entry: os.DirEntry[str]) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._found.unread.append(key)
            self._found.faults.append(_unreadable(key, error))
            return
        if leads_away(status.st_mode, getattr(status, "st_reparse_tag", 0)):
            # Even one that stays inside: it would show a template twice, or lead round in a circle.
            self._found.faults.append(UserFault(ErrorCode.TEMPLATE_LINK, file=key))
        elif stat.S_ISDIR(status.st_mode):
            self._subfolder(key, Path(entry.path))
        elif stat.S_ISREG(status.st_mode):
            self._file(FoundFile(key, Path(entry.path), status.st_size, status.st_mtime_ns))

    def _subfolder(self, key: str, path: Path) -> None:
        if key.count("/") >= self._limits.depth:
            self._found.unread.append(key)
            fault = UserFault(ErrorCode.TEMPLATE_SHARE_LIMIT, path=key, what="depth", most=self._limits.depth)
            self._found.faults.append(fault)
        else:
            self._waiting.append((key, path))

    def _file(self, file: FoundFile) -> None:
        name = file.key.lower()
        if name.endswith(SUFFIX):
            files = self._found.templates
        elif name.endswith((REFERENCE_SUFFIX, SUFFIX + SIGNATURE_SUFFIX)):
            files = self._found.others
        else:
            return
        if file.key in files:
            fault = UserFault(ErrorCode.TEMPLATE_DUPLICATE_NAME, file=file.key)
            self._found.faults.append(fault)
        else:
            files[file.key] = file


def leads_away(mode: int, reparse_tag: int) -> bool:
    """Tell whether an entry is a symbolic link or a Windows junction, by its mode and its reparse tag."""
    return stat.S_ISLNK(mode) or reparse_tag in _LEADING_AWAY


def _order(name: str) -> tuple[str, bool, str]:
    """Sort by the name without suffix, so that `memo.toml` comes before `memo - コピー.toml`; NFC before NFD."""
    return os.path.splitext(normal(name))[0], name != normal(name), name  # noqa: PTH122 -- a name, not a path


def _is_skipped(name: str) -> bool:
    """Tell what belongs to editors, systems and the history: `~$…` is Word's sign that a file is open."""
    return name.startswith((".", "~")) or normal(name) == HISTORY


def _unreadable(key: str, error: OSError) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=key, reason=reason_of(error))
