"""The models of a terminal: what is known of each, which are installed, adding one, verifying one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.engine.gguf import read_header

SUFFIX = ".gguf"
_CHUNK = 4 * 1024 * 1024

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class AddCancelled(Exception):  # noqa: N818 -- what was asked for, not an error
    """The person stopped the copying; nothing was left behind."""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What `models/catalog.toml` says of a model; sizes in bytes, context in tokens. An empty hash is not known."""

    name: str
    title: str
    file: str
    licence: str
    bytes: int = 0
    sha256: str = ""
    architecture: str = ""
    context: int = 0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Catalog:
    """The models that are known by name."""

    entries: tuple[CatalogEntry, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> Catalog:
        """Read the catalogue; a program without one knows no models by name."""
        path = path or _catalog_file()
        if not path.is_file():
            return cls()
        models = tomllib.loads(path.read_text(encoding="utf-8")).get("model", [])
        return cls(tuple(_entry(model) for model in models))

    def by_file(self, name: str) -> CatalogEntry | None:
        """Return the entry of a file name, in any case of letters."""
        return next((entry for entry in self.entries if entry.file.lower() == name.lower()), None)

    def by_sha256(self, sha256: str) -> CatalogEntry | None:
        """Return the entry with this hash."""
        return next((entry for entry in self.entries if entry.sha256 and entry.sha256 == sha256), None)


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model file that is there. `sha256` is empty when it has not been computed."""

    name: str
    path: Path
    size: int
    known: CatalogEntry | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """A model's hash as found, and as the catalogue has it (empty when it has none)."""

    found: str
    expected: str


def installed_models(folders: Sequence[Path], catalog: Catalog | None = None) -> list[InstalledModel]:
    """Return the model files of the folders, in the folders' order; the first of two with one name counts."""
    catalog = Catalog.load() if catalog is None else catalog
    found: dict[str, InstalledModel] = {}
    for folder in folders:
        try:
            files = sorted(entry for entry in folder.iterdir() if entry.suffix.lower() == SUFFIX and entry.is_file())
        except OSError:
            # A model folder that is absent or closed to the person holds no models for them.
            continue
        for path in files:
            known = catalog.by_file(path.name)
            name = known.name if known else path.stem
            found.setdefault(name, InstalledModel(name, path, path.stat().st_size, known))
    return list(found.values())


def choose_model(installed: Sequence[InstalledModel], wanted: str) -> InstalledModel:
    """Return the wanted model, or the largest when none is named.

    Raises `UserFault` MODEL_NONE when there are none, MODEL_UNKNOWN_NAME (name) when the wanted one is not there.
    """
    if not installed:
        raise UserFault(ErrorCode.MODEL_NONE)
    if not wanted:
        return max(installed, key=lambda model: model.size)
    for model in installed:
        if wanted in (model.name, model.path.name, model.path.stem):
            return model
    raise UserFault(ErrorCode.MODEL_UNKNOWN_NAME, name=wanted)


def add_model(  # noqa: PLR0913 -- each is a separate, named choice of the caller
    file: Path,
    into: Path,
    *,
    expected_sha256: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    catalog: Catalog | None = None,
) -> InstalledModel:
    """Copy a model file into a folder, verified; what is refused leaves nothing behind.

    The header and the size are checked first, then the file is copied to a temporary name while it is hashed, then
    renamed. Raises `UserFault` MODEL_MISSING, MODEL_NOT_GGUF, MODEL_TRUNCATED, MODEL_HASH_MISMATCH (name, expected,
    found), MODEL_NO_SPACE (needed, free), MODEL_FOLDER_NOT_WRITABLE (path, reason); `AddCancelled` when `cancelled`
    says so.
    """
    catalog = Catalog.load() if catalog is None else catalog
    read_header(file)
    known = catalog.by_file(file.name)
    expected = expected_sha256.lower() or (known.sha256 if known else "")
    size = file.stat().st_size
    temporary = _temporary(into, size)
    try:
        found = _copy(file, temporary, size, progress, cancelled)
        if expected and found != expected:
            raise UserFault(ErrorCode.MODEL_HASH_MISMATCH, name=file.name, expected=expected, found=found)
        known = known or catalog.by_sha256(found)
        target = into / (known.file if known else file.name)
        temporary.replace(target)
    except OSError as error:
        raise UserFault(ErrorCode.MODEL_FOLDER_NOT_WRITABLE, path=str(into), reason=reason_of(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
    _remember(target, found)
    return InstalledModel(known.name if known else target.stem, target, size, known, found)


def _temporary(into: Path, size: int) -> Path:
    try:
        into.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(into).free
        if free < size:
            raise UserFault(ErrorCode.MODEL_NO_SPACE, needed=size, free=free)
        descriptor, name = tempfile.mkstemp(dir=into, prefix=".adding-", suffix=".tmp")
    except OSError as error:
        raise UserFault(ErrorCode.MODEL_FOLDER_NOT_WRITABLE, path=str(into), reason=reason_of(error)) from error
    os.close(descriptor)
    return Path(name)


def _copy(source: Path, target: Path, size: int, progress: Progress | None, cancelled: Cancelled | None) -> str:
    digest = hashlib.sha256()
    done = 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(_CHUNK):
            if cancelled is not None and cancelled():
                raise AddCancelled
            writer.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, size)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def verify_model(name: str, folders: Sequence[Path], catalog: Catalog | None = None) -> Verified:
    """Compute a model's hash anew and compare it with the catalogue's.

    Raises `UserFault` MODEL_UNKNOWN_NAME, MODEL_NONE, MODEL_HASH_MISMATCH (name, expected, found), and what
    `read_header` raises.
    """
    model = choose_model(installed_models(folders, catalog), name)
    read_header(model.path)
    found = _hash(model.path)
    expected = model.known.sha256 if model.known else ""
    if expected and found != expected:
        raise UserFault(ErrorCode.MODEL_HASH_MISMATCH, name=model.name, expected=expected, found=found)
    _remember(model.path, found)
    return Verified(found, expected)


def model_sha256(path: Path) -> str:
    """Return a model's hash: the remembered one while size and time of the file are the same, else computed."""
    try:
        remembered = json.loads(_sidecar(path).read_text(encoding="utf-8"))
        if remembered["stamp"] == _stamp(path):
            return str(remembered["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        # Nothing usable is remembered; the hash is computed below.
        pass
    found = _hash(path)
    _remember(path, found)
    return found


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256.json")


def _remember(path: Path, sha256: str) -> None:
    """Keep the hash beside the file; a folder that cannot be written to only costs the time to hash again."""
    try:
        _sidecar(path).write_text(json.dumps({"sha256": sha256, "stamp": _stamp(path)}), encoding="utf-8")
    except OSError:
        return


def _catalog_file() -> Path:
    """Return the catalogue of the installed program, or of the source tree."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent / "models" / "catalog.toml"
    return Path(__file__).resolve().parents[2] / "models" / "catalog.toml"


def _entry(model: Mapping[str, object]) -> CatalogEntry:
    def text(key: str) -> str:
        return str(model.get(key, ""))

    def number(key: str) -> int:
        value = model.get(key, 0)
        return value if isinstance(value, int) else 0

    return CatalogEntry(
        name=text("name"),
        title=text("title"),
        file=text("file"),
        licence=text("licence"),
        bytes=number("bytes"),
        sha256=text("sha256"),
        architecture=text("architecture"),
        context=number("context"),
        memory=number("memory"),
    )
