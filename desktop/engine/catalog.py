"""The models of a terminal: what is known of each, which are installed, choosing one, verifying one."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.gguf import read_header
from desktop.engine.model_hash import remember_hash, sha256_of

SUFFIX = ".gguf"


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What `models/catalog.toml` says of a model; sizes in bytes, context in tokens.

    What has not been computed from the file itself is 0 or empty. `tested` is whether this project made drafts with
    it, `memory_estimated` whether `memory` was computed from the number of parameters rather than seen.
    """

    name: str
    title: str
    file: str
    licence: str
    bytes: int = 0
    sha256: str = ""
    architecture: str = ""
    context: int = 0
    memory: int = 0
    memory_estimated: bool = False
    size_class: str = ""
    parameters: str = ""
    tested: bool = False
    good_at: str = ""
    good_at_en: str = ""
    licence_note: str = ""
    licence_note_en: str = ""
    source: str = ""


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


def verify_model(
    name: str, folders: Sequence[Path], catalog: Catalog | None = None, *, hashes: Path | None = None
) -> Verified:
    """Compute a model's hash anew and compare it with the catalogue's; `hashes` is the person's folder for hashes.

    Raises `UserFault` MODEL_UNKNOWN_NAME, MODEL_NONE, MODEL_HASH_MISMATCH (name, expected, found), and what
    `read_header` raises.
    """
    model = choose_model(installed_models(folders, catalog), name)
    read_header(model.path)
    found = sha256_of(model.path)
    expected = model.known.sha256 if model.known else ""
    if expected and found != expected:
        raise UserFault(ErrorCode.MODEL_HASH_MISMATCH, name=model.name, expected=expected, found=found)
    remember_hash(model.path, found, hashes)
    return Verified(found, expected)


def _catalog_file() -> Path:
    """Return the catalogue of the installed program, or of the source tree."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent / "models" / "catalog.toml"
    return Path(__file__).resolve().parents[2] / "models" / "catalog.toml"


def _entry(model: Mapping[str, object]) -> CatalogEntry:
    """Return the entry; a value of another type than the field's counts as not given."""
    given: dict[str, Any] = {}
    for field in fields(CatalogEntry):
        value = model.get(field.name)
        if type(value).__name__ == field.type:
            given[field.name] = value
    return CatalogEntry(**{"name": "", "title": "", "file": "", "licence": "", **given})
