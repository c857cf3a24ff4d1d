"""What every way of adding a model shares: the folder it goes to, its lock, progress, and putting it in place."""

from __future__ import annotations

import contextlib
import errno
import getpass
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.core.locks import LockHeldError, lock_file
from desktop.engine.catalog import SUFFIX, Catalog, CatalogEntry, InstalledModel
from desktop.engine.model_hash import remember_hash, sha256_of

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class AddCancelled(Exception):  # noqa: N818 -- what was asked for, not an error
    """The person stopped the adding; of a single file nothing was left behind, verified parts were kept."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a model is put. `search`: folders where it may already be; `hashes`: the person's remembered hashes.

    `for_all` makes what is put there readable for every person of the terminal.
    """

    into: Path
    search: tuple[Path, ...] = ()
    hashes: Path | None = None
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """The model that is there now; `copied` is false when it had been there and was only verified."""

    model: InstalledModel
    copied: bool


@dataclass(slots=True)
class Watch:
    """Progress of one pass over `total` bytes, and the question whether to stop."""

    total: int
    progress: Progress | None = None
    cancelled: Cancelled | None = None
    done: int = 0

    def step(self, count: int) -> None:
        """Count bytes that are done; raises `AddCancelled`."""
        if self.cancelled is not None and self.cancelled():
            raise AddCancelled
        self.done += count
        if self.progress is not None:
            self.progress(self.done, self.total)

    def again(self) -> Watch:
        """Return a watch for another pass over the same bytes."""
        return Watch(self.total, self.progress, self.cancelled)


def model_file_name(name: str) -> str:
    """Return the name under which a model is kept: only files with the suffix are found again."""
    return name if name.lower().endswith(SUFFIX) else f"{name}{SUFFIX}"


def temporary_file(shelf: Shelf, key: str) -> Path:
    """Return the temporary name for a model; each person has their own, since nobody may write to another's file."""
    who = str(os.getuid()) if os.name == "posix" else getpass.getuser()
    return shelf.into / f".adding-{_short(key)}-{_short(who)[:8]}.partial"


def _short(text: str) -> str:
    return hashlib.sha256(text.casefold().encode("utf-8", "surrogateescape")).hexdigest()[:16]


def open_new(path: Path) -> BinaryIO:
    """Open a file to write that is nobody else's: what has the name already, a link as well, is removed first."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def make_folder(shelf: Shelf) -> None:
    """Create the folder; raises `UserFault` MODEL_FOLDER_NOT_WRITABLE."""
    try:
        missing = [folder for folder in (shelf.into, *shelf.into.parents) if not folder.exists()]
        shelf.into.mkdir(parents=True, exist_ok=True)
        if shelf.for_all and os.name == "posix":
            for folder in missing:
                folder.chmod(0o755)
    except OSError as error:
        raise not_writable(shelf, error) from error


def not_writable(shelf: Shelf, error: OSError, needed: int = 0) -> UserFault:
    """Return the fault for a write that failed: MODEL_NO_SPACE or MODEL_FOLDER_NOT_WRITABLE."""
    if error.errno == errno.ENOSPC:
        return UserFault(ErrorCode.MODEL_NO_SPACE, needed=needed, free=shutil.disk_usage(shelf.into).free)
    return UserFault(ErrorCode.MODEL_FOLDER_NOT_WRITABLE, path=str(shelf.into), reason=reason_of(error))


def check_space(folder: Path, needed: int) -> None:
    """Raise `UserFault` MODEL_NO_SPACE (needed, free) when the folder's disk has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserFault(ErrorCode.MODEL_NO_SPACE, needed=needed, free=free)


@contextmanager
def adding_lock(shelf: Shelf, name: str) -> Iterator[None]:
    """Keep everyone else from adding a model of this name; raises `UserFault` MODEL_BEING_ADDED (name).

    A folder on a file system without locks is used without one: every byte is verified before it counts anyway.
    """
    try:
        with lock_file(shelf.into / f".adding-{_short(name)}.lock"):
            yield
    except LockHeldError as error:
        raise UserFault(ErrorCode.MODEL_BEING_ADDED, name=name) from error


def already_there(shelf: Shelf, file: str, size: int, sha256: str, watch: Watch) -> Path | None:
    """Return where a model of this name, size and hash is, verified now; what is there but differs does not count."""
    for path in same_size(shelf, file, size):
        with contextlib.suppress(OSError):
            if sha256_of(path, watch.again().step) == sha256:
                return path
    return None


def same_size(shelf: Shelf, file: str, size: int) -> list[Path]:
    """Return the files of this name and size in the folders where the model may already be."""
    found = []
    for folder in dict.fromkeys((shelf.into, *shelf.search)):
        with contextlib.suppress(OSError):
            if (path := folder / file).is_file() and path.stat().st_size == size:
                found.append(path)
    return found


def put_in_place(shelf: Shelf, temporary: Path, file: str, sha256: str) -> Path:
    """Rename a verified file to its name, replacing another of that name; raises `OSError`."""
    target = shelf.into / file
    if shelf.for_all and os.name == "posix":
        temporary.chmod(0o644)
    try:
        temporary.replace(target)
    except PermissionError:
        # Windows does not replace a model that runs; one that was put there meanwhile will do if it is the same.
        if not target.is_file() or sha256_of(target) != sha256:
            raise
        temporary.unlink(missing_ok=True)
    return target


def installed(shelf: Shelf, path: Path, known: CatalogEntry | None, sha256: str) -> InstalledModel:
    """Describe a model that was just verified, and remember its hash."""
    remember_hash(path, sha256, shelf.hashes)
    return InstalledModel(known.name if known else path.stem, path, path.stat().st_size, known, sha256)


def check_expected(catalog: Catalog, file: str, expected: str, found: str) -> None:
    """Hold a hash against the one its source states or the catalogue has; raises `UserFault` MODEL_HASH_MISMATCH."""
    known = catalog.by_file(file)
    expected = expected.lower() or (known.sha256 if known else "")
    if expected and found != expected:
        raise UserFault(ErrorCode.MODEL_HASH_MISMATCH, name=file, expected=expected, found=found)
