"""The messages between the program and its inference process: newline-delimited JSON, bounded and strictly parsed."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Generic, TypeVar, cast

from desktop.core.errors import AssistantError, EngineFault, ErrorCode, FieldValue, UserFault
from desktop.engine.base import (
    Device,
    Done,
    GenerateRequest,
    ModelInfo,
    ModelSpec,
    PrefillProgress,
    Started,
    TextDelta,
)

PROTOCOL_VERSION = 2
# Bytes of one line. A request carries a whole source document; an answer carries a few characters or a crash report.
MAX_REQUEST_BYTES = 64 * 1024 * 1024
MAX_ANSWER_BYTES = 1024 * 1024


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class ProtocolError(Exception):
    """A line that is not a message of this protocol; `reason` is a short code and never holds the line itself."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Load:
    """Load a model, replacing the one loaded."""

    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class Generate:
    """Run one generation."""

    request: GenerateRequest


@dataclass(frozen=True, slots=True)
class Count:
    """Count the tokens of a text."""

    text: str


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Look for graphics devices; this starts their drivers."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the request whose number the frame carries, and every earlier one."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the process."""


Request = Load | Generate | Count | ListDevices | Cancel | Shutdown


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of a child: its protocol version, and the inference library with its version."""

    protocol: int
    library: str


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How much of a model is loaded, from 0 to 1."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is ready."""

    info: ModelInfo


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer to `Count`."""

    tokens: int


@dataclass(frozen=True, slots=True)
class DeviceList:
    """The answer to `ListDevices`: the graphics devices of this library, which are good for this library only."""

    library: str
    devices: Sequence[Device]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The child's process is running, whatever its model is doing; sent about once a second."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The request failed; `user` tells a fault that the person can mend from one of the engine."""

    user: bool
    code: ErrorCode
    fields: Mapping[str, FieldValue]

    @classmethod
    def of(cls, fault: AssistantError) -> Failure:
        """Describe a fault."""
        return cls(isinstance(fault, UserFault), fault.code, fault.fields)

    def fault(self) -> AssistantError:
        """Return the fault this describes, ready to be raised."""
        kind = UserFault if self.user else EngineFault
        return kind(self.code, **self.fields)


Answer = (
    Hello
    | LoadProgress
    | Loaded
    | Counted
    | DeviceList
    | Heartbeat
    | Failure
    | Started
    | PrefillProgress
    | TextDelta
    | Done
)

_REQUESTS: Mapping[str, type[Request]] = {
    "load": Load,
    "generate": Generate,
    "count": Count,
    "list_devices": ListDevices,
    "cancel": Cancel,
    "shutdown": Shutdown,
}
_ANSWERS: Mapping[str, type[Answer]] = {
    "hello": Hello,
    "load_progress": LoadProgress,
    "loaded": Loaded,
    "counted": Counted,
    "devices": DeviceList,
    "heartbeat": Heartbeat,
    "error": Failure,
    "started": Started,
    "progress": PrefillProgress,
    "text": TextDelta,
    "end": Done,
}
_NAMES = {kind: name for name, kind in (*_REQUESTS.items(), *_ANSWERS.items())}


@dataclass(frozen=True, slots=True)
class Frame(Generic[T_co]):
    """One message with the number of the request it belongs to (0: to none)."""

    request_id: int
    body: T_co


def encode(frame: Frame[Request] | Frame[Answer]) -> bytes:
    """Return the frame as one line; plain ASCII, so that no lone surrogate and no console encoding can break it."""
    body = frame.body
    value = {"type": _NAMES[type(body)], "id": frame.request_id, **_plain_fields(body)}
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def decode_request(line: bytes) -> Frame[Request]:
    """Parse a line from the program; raises `ProtocolError`."""
    return _decode(line, _REQUESTS)


def decode_answer(line: bytes) -> Frame[Answer]:
    """Parse a line from the child; raises `ProtocolError`.

    Of a hello of another version only the version is read: its other fields may differ.
    """
    return _decode(line, _ANSWERS)


def read_line(stream: IO[bytes], limit: int) -> bytes | None:
    """Read one line of at most `limit` bytes, `None` at the end; raises `ProtocolError` for longer or cut lines."""
    line = stream.readline(limit + 1)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise ProtocolError("too_long" if len(line) > limit else "cut_line")
    return line


def _plain_fields(value: object) -> dict[str, object]:
    assert dataclasses.is_dataclass(value)
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _decode(line: bytes, kinds: Mapping[str, type[T]]) -> Frame[T]:
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not_json") from error
    if not isinstance(value, dict):
        raise ProtocolError("not_an_object")
    kind = kinds.get(str(value.pop("type", "")))
    number = value.pop("id", None)
    if kind is None:
        raise ProtocolError("unknown_type")
    if not _is_int(number) or number < 0:
        raise ProtocolError("bad_id")
    if kind is Hello and value.get("protocol") != PROTOCOL_VERSION:
        version = value.get("protocol")
        return Frame(number, cast("T", Hello(version if _is_int(version) else -1, "")))
    return Frame(number, _build(kind, value))


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _is_int(value: object) -> typing.TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _build(kind: type[T], value: object) -> T:
    """Build a message dataclass from plain JSON; exactly its fields, each of its annotated type."""
    hints = _hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise ProtocolError("wrong_fields")
    return kind(**{name: _convert(hint, value[name]) for name, hint in hints.items()})


_HINT_CACHE: dict[type, dict[str, object]] = {}


def _hints(kind: type) -> dict[str, object]:
    if kind not in _HINT_CACHE:
        _HINT_CACHE[kind] = typing.get_type_hints(kind)
    return _HINT_CACHE[kind]


def _convert(hint: object, value: object) -> object:
    """Check one JSON value against a type hint and return it as that type."""
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        (hint,) = (choice for choice in hint.__args__ if choice is not type(None))
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Sequence and isinstance(value, list):
        return tuple(_convert(arguments[0], entry) for entry in value)
    if origin is Mapping and isinstance(value, dict):
        return _mapping(arguments[1], value)
    if not isinstance(hint, type):
        raise ProtocolError("wrong_type")
    return _build(hint, value) if dataclasses.is_dataclass(hint) else _scalar(hint, value)


def _scalar(kind: type, value: object) -> object:
    if kind is float and _is_int(value):
        return float(value)
    if issubclass(kind, Path | StrEnum) and isinstance(value, str):
        return _from_text(kind, value)
    # bool is a subclass of int: only the very type will do.
    if type(value) is not kind:
        raise ProtocolError("wrong_type")
    return value


def _from_text(kind: type[Path | StrEnum], value: str) -> Path | StrEnum:
    try:
        return kind(value)
    except ValueError as error:
        raise ProtocolError("wrong_value") from error


def _mapping(item: object, value: dict[str, object]) -> dict[str, object]:
    if item is not object and not all(isinstance(entry, str | int | float) for entry in value.values()):
        raise ProtocolError("wrong_type")
    return value
