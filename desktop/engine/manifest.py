"""The manifest of a model that was cut into parts: its format, read with bounds and trusted in nothing.

The parts' names are plain file names that every system takes; where the parts lie is not the manifest's to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of

MANIFEST_SUFFIX = ".manifest.json"
FORMAT = "fumizukue-model/1"
MAX_PARTS = 999
MAX_MODEL_BYTES = 2**40
_MAX_MANIFEST_BYTES = 1024 * 1024
_MAX_NAME_BYTES = 200

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its file name, size in bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A model and its parts in order. `file` is the model's file name; the sizes of the parts add up to `bytes`."""

    name: str
    file: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]

    @property
    def file_name(self) -> str:
        """The manifest's own file name."""
        return f"{self.file}{MANIFEST_SUFFIX}"

    def to_json(self) -> str:
        """Return the manifest as it is written to a file, in UTF-8."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


class _BadError(Exception):
    """A value is not what it has to be; the message says which."""


def is_portable_name(name: str) -> bool:
    """Return whether a name is a plain file name on every system: no folder, no device, nothing hidden."""
    return (
        0 < len(name.encode("utf-8", "surrogatepass")) <= _MAX_NAME_BYTES
        and _UNSAFE.search(name) is None
        and _DEVICE.fullmatch(name) is None
        and not name.startswith(".")
        and not name.endswith((".", " "))
    )


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Raises `UserFault` MODEL_MISSING (name), SOURCE_NOT_READABLE (name, reason), MODEL_MANIFEST_BAD (name, where).
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_MANIFEST_BYTES + 1)
    except FileNotFoundError as error:
        raise UserFault(ErrorCode.MODEL_MISSING, name=path.name) from error
    except OSError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=path.name, reason=reason_of(error)) from error
    try:
        return _manifest(content)
    except _BadError as error:
        raise UserFault(ErrorCode.MODEL_MANIFEST_BAD, name=path.name, where=str(error)) from error


def _manifest(content: bytes) -> Manifest:
    if len(content) > _MAX_MANIFEST_BYTES:
        raise _BadError("size")
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _BadError("JSON") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _BadError("format")
    listed = value.get("parts")
    if not isinstance(listed, list) or not 0 < len(listed) <= MAX_PARTS:
        raise _BadError("parts")
    parts = tuple(_part(entry, f"parts[{index}]") for index, entry in enumerate(listed, 1))
    if len({part.name.casefold() for part in parts}) < len(parts):
        raise _BadError("parts: name")
    file = _name(value, "file", "")
    if not file.lower().endswith(".gguf"):
        raise _BadError("file")
    size = _size(value, "")
    if sum(part.bytes for part in parts) != size:
        raise _BadError("bytes")
    return Manifest(_name(value, "name", ""), file, size, _sha256(value, ""), parts)


def _part(entry: object, where: str) -> Part:
    if not isinstance(entry, dict):
        raise _BadError(where)
    return Part(_name(entry, "name", where), _size(entry, where), _sha256(entry, where))


def _name(entry: Mapping[str, object], key: str, where: str) -> str:
    name = entry.get(key)
    if not isinstance(name, str) or not is_portable_name(name):
        raise _BadError(f"{where}.{key}".lstrip("."))
    return name


def _size(entry: Mapping[str, object], where: str) -> int:
    size = entry.get("bytes")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_MODEL_BYTES:
        raise _BadError(f"{where}.bytes".lstrip("."))
    return size


def _sha256(entry: Mapping[str, object], where: str) -> str:
    found = entry.get("sha256")
    if not isinstance(found, str) or _SHA256.fullmatch(found) is None:
        raise _BadError(f"{where}.sha256".lstrip("."))
    return found
