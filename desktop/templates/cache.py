"""The local copy of the shared templates: contents by their hash, and one index that is switched over whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.errors import AssistantError, ErrorCode, FieldValue, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.core.locks import LockHeldError, lock_file
from desktop.core.long_paths import plain, reachable

FORMAT = 1
# Contents that no index names any more are kept this long: a document that is open may still print with them.
KEPT_SECONDS = 90 * 86_400
# Nobody is still writing a temporary file of this age.
_RUBBISH_SECONDS = 3_600

_INDEX = "index.json"
# What a pass had read when it was stopped: the next one goes on from there, but nobody uses it as a list.
_UNFINISHED = "unfinished.json"


@dataclass(frozen=True, slots=True)
class Copy:
    """A version of a template that works. Hashes are SHA-256 of the bytes as they lay on the share."""

    sha256: str
    id: str
    name: str
    version: str
    author: str = ""
    updated: str = ""
    reference: str = ""  # hash of the Word file beside it
    reference_name: str = ""
    signature: str = ""  # text of the signature file


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the share: its last version that works, and what is wrong with the present one if anything is.

    Times are seconds since 1970 by this terminal's clock: `seen_at` is when the share last held that version,
    `read_at` when its bytes were last read. `stamp` tells whether the files changed since.
    """

    key: str
    copy: Copy | None = None
    seen_at: float = 0.0
    read_at: float = 0.0
    stamp: tuple[tuple[str, int, int], ...] = ()
    code: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    mender: str = ""  # who can mend the present file

    @property
    def fault(self) -> UserFault | None:
        """Why the present file is not used."""
        return UserFault(ErrorCode(self.code), **self.fields) if self.code else None


@dataclass(frozen=True, slots=True)
class Index:
    """All entries by key; `synced_at` is when a pass last ended, 0 for never. `faults` belong to no template."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    synced_at: float = 0.0
    faults: tuple[tuple[str, Mapping[str, FieldValue]], ...] = ()


class SharedCache:
    """The folder of one share's copies. Any number of programs may read it; one at a time brings it up to date."""

    def __init__(self, folder: Path, share: Path) -> None:
        """Use a folder below `folder` that belongs to this share alone; nothing is created yet."""
        key = hashlib.sha256(os.path.normcase(str(share)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self.folder = reachable(folder / key)

    def index(self) -> Index:
        """Return the list in force; an empty one where there is none that can be read."""
        return _read_index(self.folder / _INDEX)

    def unfinished(self) -> Index:
        """Return what a pass that was stopped had read."""
        return _read_index(self.folder / _UNFINISHED)

    def keep_unfinished(self, index: Index) -> None:
        """Write down what has been read so far; raises `UserFault` OUTPUT_NOT_WRITABLE."""
        _write_index(self.folder / _UNFINISHED, index)

    def switch(self, index: Index) -> None:
        """Put a new list in force at once and whole; raises `UserFault` OUTPUT_NOT_WRITABLE (path, reason)."""
        _write_index(self.folder / _INDEX, index)
        with contextlib.suppress(OSError):
            (self.folder / _UNFINISHED).unlink(missing_ok=True)

    def path(self, sha256: str, name: str = "") -> Path:
        """Return where the contents with this hash lie; with a name, in a folder of their own under that name."""
        return self.folder / "objects" / sha256[:2] / (f"{sha256[:32]}.folder/{name}" if name else sha256)

    def has(self, sha256: str, name: str = "") -> bool:
        """Tell whether the contents are there; only `read` makes sure that they are whole."""
        return self.path(sha256, name).is_file()

    def has_all(self, copy: Copy) -> bool:
        """Tell whether everything of a copy is there."""
        return self.has(copy.sha256) and (not copy.reference or self.has(copy.reference, copy.reference_name))

    def read(self, sha256: str, name: str = "") -> bytes | None:
        """Return contents, or nothing where they are missing or damaged; damaged ones are removed to be read anew."""
        path = self.path(sha256, name)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def put(self, content: bytes, name: str = "") -> str:
        """Keep contents and return their hash; raises `UserFault` OUTPUT_NOT_WRITABLE (path, reason)."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256, name)
        if self.read(sha256, name) is None:
            with _writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, lambda stream: stream.write(content), overwrite=True)
        return sha256

    def sweep(self, now: float) -> None:
        """Remove contents that no list has named for a long time, and temporary files that a kill left."""
        named = {name for index in (self.index(), self.unfinished()) for name in _named(index)}
        for path in (*self.folder.glob("objects/??/*"), *self.folder.glob("objects/??/*.folder/*")):
            with contextlib.suppress(OSError):
                age = now - path.stat().st_mtime
                if path.suffix == ".folder":
                    continue
                owner = path.parent.name.removesuffix(".folder") if path.parent.suffix == ".folder" else path.name
                if owner not in named and age > (_RUBBISH_SECONDS if path.suffix == ".tmp" else KEPT_SECONDS):
                    path.unlink()
        for path in self.folder.glob(".*.tmp"):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > _RUBBISH_SECONDS:
                    path.unlink()

    @contextmanager
    def updating(self) -> Iterator[None]:
        """Keep other programs from bringing the same copies up to date.

        Raises `UserFault` TEMPLATE_SYNC_BUSY, or OUTPUT_NOT_WRITABLE (path, reason).
        """
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = ExitStack()
        try:
            # Where the disk knows no locks it goes without: every pass makes sure of each byte itself.
            with _writing(self.folder):
                held.enter_context(lock_file(self.folder / "sync.lock"))
        except LockHeldError as error:
            raise UserFault(ErrorCode.TEMPLATE_SYNC_BUSY) from error
        with held:
            yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=plain(str(path)), reason=reason_of(error)) from error


def _named(index: Index) -> Iterator[str]:
    for entry in index.entries.values():
        if entry.copy is not None:
            yield entry.copy.sha256
            yield entry.copy.reference[:32]


def fault_fields(fault: AssistantError) -> tuple[str, Mapping[str, FieldValue]]:
    """Return a fault as an index holds it."""
    return fault.code.value, dict(fault.fields)


def _write_index(path: Path, index: Index) -> None:
    content = json.dumps({"format": FORMAT, **asdict(index)}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    write_atomically(path, lambda stream: stream.write(content), overwrite=True)


def _read_index(path: Path) -> Index:
    try:
        value = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
        if value["format"] != FORMAT:
            return Index()
        entries = {key: _entry(entry) for key, entry in value["entries"].items()}
        faults = tuple((str(code), dict(fields)) for code, fields in value["faults"] if ErrorCode(code))
        return Index(entries, float(value["synced_at"]), faults)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Nothing usable is remembered: the next pass reads everything again.
        return Index()


def _entry(value: Mapping[str, Any]) -> Entry:
    """Build an entry from JSON; what has another shape raises one of the errors that `_read_index` expects."""
    copy = value["copy"]
    entry = Entry(
        key=str(value["key"]),
        copy=Copy(**copy) if copy else None,
        seen_at=float(value["seen_at"]),
        read_at=float(value["read_at"]),
        stamp=tuple((str(name), int(size), int(mtime)) for name, size, mtime in value["stamp"]),
        code=str(value["code"]),
        fields=dict(value["fields"]),
        mender=str(value["mender"]),
    )
    if entry.code:
        ErrorCode(entry.code)
    return entry
