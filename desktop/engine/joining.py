"""Adding a model that comes in parts: verified while they are read, joined in one file, resumed where it stopped.

The joined file grows under a temporary name by one verified part after another, so nothing but the model's own size
is needed. Beside it lies a copy of the manifest, for media that hold parts only. Neither is trusted: on resuming,
what is kept is hashed part by part, and what does not match is cut off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.engine.catalog import Catalog
from desktop.engine.gguf import read_header
from desktop.engine.intake import (
    Added,
    Shelf,
    Watch,
    adding_lock,
    already_there,
    check_expected,
    check_space,
    installed,
    make_folder,
    not_writable,
    open_new,
    put_in_place,
    temporary_file,
)
from desktop.engine.manifest import Manifest, Part, read_manifest
from desktop.engine.model_hash import CHUNK


@dataclass(frozen=True, slots=True)
class Pending:
    """A model of which some parts are here: the temporary file, and its size in bytes."""

    manifest: Manifest
    partial: Path
    size: int


def pending_models(shelf: Shelf) -> list[Pending]:
    """Return the models that this person began to add and that wait for more parts."""
    found = []
    with contextlib.suppress(OSError):
        for state in sorted(shelf.into.glob(".adding-*.manifest")):
            with contextlib.suppress(UserFault, OSError):
                manifest = read_manifest(state)
                partial = temporary_file(shelf, manifest.sha256)
                if _state_of(partial) == state:
                    found.append(Pending(manifest, partial, partial.stat().st_size))
    return found


def join_parts(  # noqa: PLR0913 -- each is a separate, named choice of the caller
    manifest: Manifest, folders: Sequence[Path], shelf: Shelf, watch: Watch, catalog: Catalog, *, expected: str = ""
) -> Added:
    """Add a model from the parts in the folders; a later call goes on where this one stops.

    Raises `UserFault` MODEL_PART_MISSING (part, number, total), MODEL_PART_DAMAGED (part, reason),
    MODEL_HASH_MISMATCH, MODEL_NO_SPACE, MODEL_FOLDER_NOT_WRITABLE, MODEL_BEING_ADDED, and what `read_header` raises;
    `AddCancelled`. Parts that were verified before the fault are kept.
    """
    check_expected(catalog, manifest.file, expected, manifest.sha256)
    known = catalog.by_sha256(manifest.sha256) or catalog.by_file(manifest.file)
    file = known.file if known else manifest.file
    partial = temporary_file(shelf, manifest.sha256)
    # Before anything is written: who may only read the folder can have the model there verified as well.
    there = already_there(shelf, file, manifest.bytes, manifest.sha256, watch)
    copied = False
    try:
        if there is None:
            make_folder(shelf)
            with adding_lock(shelf, file):
                # Someone may have finished it just now.
                there = already_there(shelf, file, manifest.bytes, manifest.sha256, watch)
                if there is None:
                    _join(manifest, folders, shelf, partial, watch)
                    there, copied = put_in_place(shelf, partial, file, manifest.sha256), True
        _forget(partial)
    except OSError as error:
        raise not_writable(shelf, error, manifest.bytes) from error
    return Added(installed(shelf, there, known, manifest.sha256), copied=copied)


def _join(manifest: Manifest, folders: Sequence[Path], shelf: Shelf, partial: Path, watch: Watch) -> None:
    """Bring the temporary file to the whole, verified model."""
    try:
        with open_new(_state_of(partial)) as state:
            state.write(manifest.to_json().encode())
        with _opened(partial) as stream:
            joined = _Joined(stream, watch)
            kept = joined.verify_kept(manifest.parts)
            check_space(shelf.into, manifest.bytes - stream.tell())
            for number, part in enumerate(manifest.parts[kept:], kept + 1):
                joined.append(part, _candidates(part, number, len(manifest.parts), folders))
            os.fsync(stream.fileno())
            found = joined.whole.hexdigest()
        _check_whole(manifest, partial, found)
    finally:
        if not partial.exists() or partial.stat().st_size == 0:
            _forget(partial)


def _opened(partial: Path) -> BinaryIO:
    """Open for reading and writing at the start, without cutting off what is there."""
    # Not through a link that someone else laid there.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(partial, flags, 0o666), "r+b")


class _Joined:
    """The temporary file, standing at the end of its last verified part."""

    def __init__(self, stream: BinaryIO, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch
        self.whole = hashlib.sha256()

    def verify_kept(self, parts: Iterable[Part]) -> int:
        """Hash what an earlier call left, cut off what is not a whole, unchanged part; return how many parts are."""
        kept = 0
        for part in parts:
            start = self._stream.tell()
            if not self._take(part, _pieces(self._stream, part.bytes), write=False):
                self._cut(start)
                return kept
            kept += 1
        self._cut(self._stream.tell())
        return kept

    def append(self, part: Part, candidates: Iterable[Path]) -> None:
        """Append a part from the first of the files that is whole; raises `UserFault` MODEL_PART_DAMAGED."""
        start = self._stream.tell()
        reason = ""
        for path in candidates:
            try:
                if self._append(part, path):
                    return
                reason = f"SHA-256: {path}"
            except _UnusableError as error:
                reason = f"{error}: {path}"
            except BaseException:
                # Half a part is of no use to the next call.
                with contextlib.suppress(OSError):
                    self._cut(start)
                raise
            self._cut(start)
        raise UserFault(ErrorCode.MODEL_PART_DAMAGED, part=part.name, reason=reason)

    def _append(self, part: Part, path: Path) -> bool:
        try:
            source = path.open("rb")
        except OSError as error:
            raise _UnusableError(reason_of(error)) from error
        with source:
            size = os.fstat(source.fileno()).st_size
            if size != part.bytes:
                raise _UnusableError(f"{size:,} / {part.bytes:,}")
            return self._take(part, _read(source, part), write=True)

    def _take(self, part: Part, pieces: Iterator[bytes], *, write: bool) -> bool:
        """Pass one part's bytes; return whether they are the part's. Only then do they count for the whole."""
        digest, whole, size = hashlib.sha256(), self.whole.copy(), 0
        for piece in pieces:
            digest.update(piece)
            whole.update(piece)
            size += len(piece)
            if write:
                self._stream.write(piece)
            self._watch.step(len(piece))
        if size != part.bytes or digest.hexdigest() != part.sha256:
            return False
        if write:
            self._stream.flush()
        self.whole = whole
        return True

    def _cut(self, size: int) -> None:
        self._stream.seek(size)
        self._stream.truncate()
        self._watch.done = size


class _UnusableError(Exception):
    """A part cannot be read, or has another size; the message says which."""


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(min(CHUNK, size))):
        size -= len(piece)
        yield piece


def _read(source: BinaryIO, part: Part) -> Iterator[bytes]:
    pieces = _pieces(source, part.bytes)
    while True:
        try:
            piece = next(pieces, None)
        except OSError as error:
            raise _UnusableError(reason_of(error)) from error
        if piece is None:
            return
        yield piece


def _candidates(part: Part, number: int, total: int, folders: Sequence[Path]) -> list[Path]:
    """Return the files of the part's name; raises `UserFault` MODEL_PART_MISSING."""
    found = []
    for folder in dict.fromkeys(folders):
        with contextlib.suppress(OSError):
            if (path := folder / part.name).is_file():
                found.append(path)
    if not found:
        raise UserFault(ErrorCode.MODEL_PART_MISSING, part=part.name, number=number, total=total)
    return found


def _check_whole(manifest: Manifest, partial: Path, found: str) -> None:
    """Check what the parts add up to; a whole that is wrong although its parts are right can never be completed."""
    if found != manifest.sha256:
        _forget(partial)
        raise UserFault(ErrorCode.MODEL_HASH_MISMATCH, name=manifest.file, expected=manifest.sha256, found=found)
    try:
        read_header(partial, manifest.file)
    except UserFault:
        _forget(partial)
        raise


def _state_of(partial: Path) -> Path:
    return partial.with_suffix(".manifest")


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _state_of(partial).unlink(missing_ok=True)
