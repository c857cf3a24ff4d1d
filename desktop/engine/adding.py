"""Adding a model: from a file, from a manifest with its parts, or from a folder that holds either."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.engine.catalog import SUFFIX, Catalog
from desktop.engine.gguf import read_header
from desktop.engine.intake import (
    Added,
    Cancelled,
    Progress,
    Shelf,
    Watch,
    adding_lock,
    already_there,
    check_expected,
    check_space,
    installed,
    make_folder,
    model_file_name,
    not_writable,
    open_new,
    put_in_place,
    same_size,
    temporary_file,
)
from desktop.engine.joining import join_parts, pending_models
from desktop.engine.manifest import MANIFEST_SUFFIX, Manifest, read_manifest
from desktop.engine.model_hash import CHUNK, sha256_of

_MAX_NAMED = 5


def add_model(  # noqa: PLR0913 -- each is a separate, named choice of the caller
    source: Path,
    shelf: Shelf,
    *,
    also: Sequence[Path] = (),
    expected_sha256: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    catalog: Catalog | None = None,
) -> Added:
    """Put a verified model on the shelf, or verify that it is there already.

    `also` are more folders with parts. Raises `UserFault` MODEL_MISSING, MODEL_NOT_GGUF, MODEL_TRUNCATED,
    MODEL_HASH_MISMATCH (name, expected, found), MODEL_NO_SPACE (needed, free), MODEL_FOLDER_NOT_WRITABLE (path,
    reason), MODEL_BEING_ADDED (name), SOURCE_NOT_READABLE (name, reason), MODEL_NOT_IN_FOLDER (path), MODEL_SEVERAL
    (path, names), and for parts what `read_manifest` and `join_parts` raise; `AddCancelled` when `cancelled` says so.
    What is refused leaves nothing behind but parts that were verified.
    """
    catalog = Catalog.load() if catalog is None else catalog
    found = _find(source, also, shelf)
    if isinstance(found, Path):
        watch = Watch(found.stat().st_size if found.is_file() else 0, progress, cancelled)
        return _add_file(found, shelf, watch, catalog, expected_sha256)
    watch = Watch(found.manifest.bytes, progress, cancelled)
    folders = (found.folder, *also)
    return join_parts(found.manifest, folders, shelf, watch, catalog, expected=expected_sha256)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A manifest, and the folder in which its parts are looked for first."""

    manifest: Manifest
    folder: Path


def _find(source: Path, also: Sequence[Path], shelf: Shelf) -> Path | _Parts:
    """Return the GGUF file, or the manifest, that `source` means."""
    try:
        if source.is_dir():
            return _in_folder(source, also, shelf)
    except OSError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=str(source), reason=reason_of(error)) from error
    if not source.name.lower().endswith(".json"):
        return source
    if not source.exists():
        # The next of several media has parts only: what an earlier call began knows the rest.
        for pending in pending_models(shelf):
            if pending.manifest.file_name.lower() == source.name.lower() and source.parent.is_dir():
                return _Parts(pending.manifest, source.parent)
    return _Parts(read_manifest(source), source.parent)


def _in_folder(folder: Path, also: Sequence[Path], shelf: Shelf) -> Path | _Parts:
    files = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    manifests = [file for file in files if file.name.lower().endswith(MANIFEST_SUFFIX)]
    models = [file for file in files if file.suffix.lower() == SUFFIX and file.is_file()]
    if chosen := _only(folder, manifests or models):
        return _Parts(read_manifest(chosen), folder) if manifests else chosen
    waiting = [
        pending.manifest
        for pending in pending_models(shelf)
        if any((place / part.name).is_file() for part in pending.manifest.parts for place in (folder, *also))
    ]
    if _only(folder, [Path(manifest.file) for manifest in waiting]):
        return _Parts(waiting[0], folder)
    raise UserFault(ErrorCode.MODEL_NOT_IN_FOLDER, path=str(folder))


def _only(folder: Path, files: Sequence[Path]) -> Path | None:
    """Return the one file, or nothing when there is none; raises `UserFault` MODEL_SEVERAL when there are more."""
    if len(files) > 1:
        names = ", ".join([file.name for file in files[:_MAX_NAMED]] + ["…"] * (len(files) > _MAX_NAMED))
        raise UserFault(ErrorCode.MODEL_SEVERAL, path=str(folder), names=names)
    return files[0] if files else None


def _add_file(file: Path, shelf: Shelf, watch: Watch, catalog: Catalog, expected: str) -> Added:
    """Copy one file while it is hashed, unless it is there; header and size are checked first."""
    read_header(file)
    name = model_file_name(file.name)

    def settle(found: str) -> str:
        check_expected(catalog, name, expected, found)
        known = catalog.by_file(name) or catalog.by_sha256(found)
        return known.file if known else name

    # Before anything is written: who may only read the folder can have the model there verified as well.
    path, found = _there(file, name, shelf, watch)
    copied = False
    try:
        if path is None:
            make_folder(shelf)
            with adding_lock(shelf, name):
                # Someone may have finished it just now.
                path, found = _there(file, name, shelf, watch)
                if path is None:
                    path, found = _copy_in(file, temporary_file(shelf, name), shelf, watch, settle)
                    copied = True
    except OSError as error:
        raise not_writable(shelf, error, watch.total) from error
    settle(found)
    known = catalog.by_file(path.name) or catalog.by_sha256(found)
    return Added(installed(shelf, path, known, found), copied=copied)


def _there(file: Path, name: str, shelf: Shelf, watch: Watch) -> tuple[Path | None, str]:
    """Return where the same model is already, with its hash; the file is read for it only if its size is the same."""
    if not same_size(shelf, name, watch.total):
        return None, ""
    try:
        found = sha256_of(file, watch.again().step)
    except OSError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=file.name, reason=reason_of(error)) from error
    return already_there(shelf, name, watch.total, found, watch), found


def _copy_in(file: Path, temporary: Path, shelf: Shelf, watch: Watch, settle: Callable[[str], str]) -> tuple[Path, str]:
    """Copy the file and put it in place under the name that `settle` gives for its hash, or refuses to give."""
    check_space(shelf.into, watch.total)
    try:
        found = _copy(file, temporary, watch)
        return put_in_place(shelf, temporary, settle(found), found), found
    finally:
        temporary.unlink(missing_ok=True)


def _copy(source: Path, target: Path, watch: Watch) -> str:
    """Copy and hash; a fault of the source is told from one of the target. Raises `OSError` for the target's."""
    digest = hashlib.sha256()
    with source.open("rb") as reader, open_new(target) as writer:
        while True:
            try:
                chunk = reader.read(CHUNK)
            except OSError as error:
                raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=source.name, reason=reason_of(error)) from error
            if not chunk:
                break
            watch.step(len(chunk))
            writer.write(chunk)
            digest.update(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()
