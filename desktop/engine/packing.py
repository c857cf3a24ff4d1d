"""Cutting a model into parts with a manifest, for media and shares that do not take the whole file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.engine.catalog import Catalog
from desktop.engine.gguf import read_header
from desktop.engine.intake import Cancelled, Progress, Watch, check_expected, check_space, model_file_name
from desktop.engine.manifest import MANIFEST_SUFFIX, MAX_MODEL_BYTES, MAX_PARTS, Manifest, Part, is_portable_name
from desktop.engine.model_hash import CHUNK

# A FAT32 medium takes files of up to 4 GiB less one byte.
DEFAULT_PART_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written: its manifest, and where that lies."""

    path: Path
    manifest: Manifest


def pack_model(  # noqa: PLR0913 -- each is a separate, named choice of the caller
    file: Path,
    out: Path,
    *,
    part_bytes: int = DEFAULT_PART_BYTES,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    catalog: Catalog | None = None,
) -> Packed:
    """Write a model's parts into a folder, and then the manifest that makes them a pack.

    Raises `UserFault` MODEL_NAME_UNSAFE (name), MODEL_TOO_MANY_PARTS (parts, most, smallest), MODEL_PACK_EXISTS (path),
    OUTPUT_NOT_WRITABLE (path, reason), MODEL_NO_SPACE (needed, free), MODEL_HASH_MISMATCH when the catalogue knows
    the file otherwise, SOURCE_NOT_READABLE, and what `read_header` raises; `AddCancelled`. No part is left then.
    """
    catalog = Catalog.load() if catalog is None else catalog
    read_header(file)
    size = file.stat().st_size
    name = model_file_name(file.name)
    if not is_portable_name(name) or not is_portable_name(f"{name}{MANIFEST_SUFFIX}"):
        raise UserFault(ErrorCode.MODEL_NAME_UNSAFE, name=file.name)
    sizes = _part_sizes(size, part_bytes)
    names = [f"{name}.part{number:03}" for number in range(1, len(sizes) + 1)]
    path = out / f"{name}{MANIFEST_SUFFIX}"
    _prepare(out, [path, *(out / part for part in names)], size)
    known = catalog.by_file(name)
    watch = Watch(size, progress, cancelled)
    with _removed_unless_done() as written:
        parts, found = _write_parts(file, out, dict(zip(names, sizes, strict=True)), written, watch)
        check_expected(catalog, name, "", found)
        manifest = Manifest(known.name if known else Path(name).stem, name, size, found, parts)
        write_atomically(path, lambda stream: stream.write(manifest.to_json().encode()))
    return Packed(path, manifest)


def _part_sizes(size: int, part_bytes: int) -> list[int]:
    parts = -(-size // part_bytes)
    if parts > MAX_PARTS or size > MAX_MODEL_BYTES:
        smallest = -(-size // MAX_PARTS)
        raise UserFault(ErrorCode.MODEL_TOO_MANY_PARTS, parts=parts, most=MAX_PARTS, smallest=smallest)
    return [min(part_bytes, size - start) for start in range(0, size, part_bytes)]


def _prepare(out: Path, files: list[Path], size: int) -> None:
    """Create the folder; refuse one that holds such a pack, or parts of one, or has no room."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in files:
            if path.exists():
                raise UserFault(ErrorCode.MODEL_PACK_EXISTS, path=str(path))
        check_space(out, size)
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=str(out), reason=reason_of(error)) from error


@contextmanager
def _removed_unless_done() -> Iterator[list[Path]]:
    """Give a list of the files that were written; they go again when the work does not come to its end."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _write_parts(
    file: Path, out: Path, sizes: dict[str, int], written: list[Path], watch: Watch
) -> tuple[tuple[Part, ...], str]:
    """Return the parts, and the hash of the whole."""
    whole = hashlib.sha256()
    parts = []
    with file.open("rb") as reader:
        for name, size in sizes.items():
            digest = hashlib.sha256()

            def fill(stream: BinaryIO, size: int = size, digest: hashlib._Hash = digest) -> None:
                for chunk in _chunks(reader, file.name, size):
                    stream.write(chunk)
                    digest.update(chunk)
                    whole.update(chunk)
                    watch.step(len(chunk))

            write_atomically(out / name, fill)
            written.append(out / name)
            parts.append(Part(name, size, digest.hexdigest()))
    return tuple(parts), whole.hexdigest()


def _chunks(reader: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    """Read exactly `size` bytes; a fault of the source is told from one of the target."""
    while size:
        try:
            chunk = reader.read(min(CHUNK, size))
        except OSError as error:
            raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=name, reason=reason_of(error)) from error
        if not chunk:
            raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=name, reason="cut short meanwhile")
        size -= len(chunk)
        yield chunk
