"""Strict, typed reading of TOML tables that collects every fault with its file and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from desktop.core.errors import ErrorCode, FieldValue, UserFault
from desktop.templates.lines import KeyPath, Positions
from desktop.templates.shape import Choice, Flag, Integer, Key, Kind, Part, Parts, Strings, Text

MAX_FAULTS = 100
# A word longer than any key is a typing accident; likening it to keys would take long.
_MAX_LIKENED_CHARS = 100

Option = TypeVar("Option", bound=StrEnum)
Wanted = TypeVar("Wanted", bound=Kind)


class BadValue(StrEnum):
    """Why a value of the right type is refused; the `reason` of TEMPLATE_BAD_VALUE."""

    FORMAT_UNSUPPORTED = "format_unsupported"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    OUT_OF_RANGE = "out_of_range"
    NOT_ONE_OF = "not_one_of"
    LINE_BREAK = "line_break"
    BAD_NAME = "bad_name"
    DUPLICATE = "duplicate"
    NOT_ALLOWED_HERE = "not_allowed_here"
    NOT_A_DATE = "not_a_date"
    NOT_A_DATE_FIELD = "not_a_date_field"
    PLACEHOLDER_IN_SYSTEM = "placeholder_in_system"
    STRAY_BRACE = "stray_brace"
    UNUSED = "unused"
    NOT_A_FILE_NAME = "not_a_file_name"
    NOT_A_DOCX = "not_a_docx"
    NOT_A_HASH = "not_a_hash"


class Faults:
    """The faults of one file, each with its line."""

    def __init__(self, name: str, positions: Positions) -> None:
        """Keep the file's name and where its keys stand."""
        self.name = name
        self.positions = positions
        self._found: list[UserFault] = []

    @property
    def full(self) -> bool:
        """Whether there are as many faults as anybody reads; more would only cost time."""
        return len(self._found) >= MAX_FAULTS

    def in_order(self) -> list[UserFault]:
        """Return all faults by line."""
        return sorted(self._found, key=lambda fault: int(fault.fields["line"]))

    def add(self, code: ErrorCode, line: int, **fields: FieldValue) -> None:
        """Note a fault at a line, unless there are too many already."""
        if not self.full:
            self._found.append(UserFault(code, file=self.name, line=line, **fields))

    def bad_value(self, path: KeyPath, reason: BadValue, **facts: FieldValue) -> None:
        """Note that the value at a path is refused; `facts` tell what would be accepted."""
        line = self.positions.line(path)
        self.add(ErrorCode.TEMPLATE_BAD_VALUE, line, key=dotted(path), reason=reason.value, **facts)

    def unknown_field(self, path: KeyPath, field: str, known: Iterable[str], line: int) -> None:
        """Note a placeholder or an example that names no field."""
        code = ErrorCode.TEMPLATE_UNKNOWN_FIELD
        self.add(code, line, key=dotted(path), field=field, suggestion=closest(field, known))


def dotted(path: KeyPath) -> str:
    """Return a path as people write it, without the indexes: the line says which element is meant."""
    return ".".join(part for part in path if isinstance(part, str))


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like a mistyped one, or an empty string."""
    if len(word) > _MAX_LIKENED_CHARS:
        return ""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "float"),
    (str, "string"),
    (list, "array"),
    (dict, "table"),
)


def type_name(value: object) -> str:
    """Return TOML's own name for the type of a value."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "datetime")


class Table:
    """One TOML table being read: each getter notes what is wrong and returns a harmless value instead."""

    def __init__(self, faults: Faults, path: KeyPath, data: Mapping[str, object], keys: Mapping[str, Key]) -> None:
        """Note the keys that the table may not have; `keys` holds types and limits of those it may."""
        self.faults = faults
        self.path = path
        self._data = data
        self._keys = keys
        for key in data:
            if faults.full:
                break
            if key not in keys:
                line = faults.positions.line((*path, key))
                suggestion = closest(key, keys)
                faults.add(ErrorCode.TEMPLATE_UNKNOWN_KEY, line, key=dotted((*path, key)), suggestion=suggestion)

    def has(self, key: str) -> bool:
        """Tell whether the key is written."""
        return key in self._data

    def path_of(self, key: str) -> KeyPath:
        """Return the full path of a key of this table."""
        return (*self.path, key)

    def bad(self, key: str, reason: BadValue, **facts: FieldValue) -> None:
        """Note that a value of this table is refused."""
        self.faults.bad_value(self.path_of(key), reason, **facts)

    def text(self, key: str, *, reason: BadValue = BadValue.BAD_NAME) -> str:
        """Return a string, an empty one when it is not written; one that does not match its pattern has `reason`."""
        kind, required = self._wanted(key, Text)
        return self.text_of(key, kind, required=required, reason=reason)

    def text_of(self, key: str, kind: Text, *, required: bool = False, reason: BadValue = BadValue.BAD_NAME) -> str:
        """Return a string with limits that depend on another key."""
        value = self._value(key, str, "string", required=required)
        if not isinstance(value, str):
            return ""
        if required and not value.strip():
            self.bad(key, BadValue.EMPTY)
        elif len(value) > kind.limit:
            self.bad(key, BadValue.TOO_LONG, limit=kind.limit, length=len(value))
        elif not kind.lines and ("\n" in value or "\r" in value):
            self.bad(key, BadValue.LINE_BREAK)
        elif value and kind.pattern and not re.fullmatch(kind.pattern, value):
            self.bad(key, reason)
        return value

    def integer(self, key: str) -> int:
        """Return a whole number within its bounds, the usual one when it is not written."""
        kind, required = self._wanted(key, Integer)
        value = self._value(key, int, "integer", required=required)
        if not isinstance(value, int):
            return kind.default
        if not kind.low <= value <= kind.high:
            self.bad(key, BadValue.OUT_OF_RANGE, low=kind.low, high=kind.high)
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, false when it is not written."""
        self._wanted(key, Flag)
        return self._value(key, bool, "boolean") is True

    def choice(self, key: str, options: type[Option], default: Option) -> Option:
        """Return one of an enumeration's values, `default` when it is not written."""
        kind, required = self._wanted(key, Choice)
        assert kind.options is options
        value = self._value(key, str, "string", required=required)
        if not isinstance(value, str):
            return default
        if value not in kind.values:
            likely = closest(value, kind.values)
            self.bad(key, BadValue.NOT_ONE_OF, allowed=", ".join(kind.values), suggestion=likely)
            return default
        return options(value)

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return an array of strings; at least one when required."""
        kind, _ = self._wanted(key, Strings)
        return self.strings_of(key, kind, required=required)

    def strings_of(self, key: str, kind: Strings, *, required: bool = False) -> tuple[str, ...]:
        """Return an array of strings with limits that depend on another key."""
        values = self._array(key, "array_of_strings", kind.most, required=required)
        for index, value in enumerate(values):
            if self.faults.full:
                break
            if not isinstance(value, str):
                self._wrong_type((*self.path_of(key), index), "string", value)
            elif len(value) > kind.limit:
                path = (*self.path_of(key), index)
                self.faults.bad_value(path, BadValue.TOO_LONG, limit=kind.limit, length=len(value))
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str) -> Table:
        """Return a table inside this one, an empty one when it is not written."""
        kind, required = self._wanted(key, Part)
        return self.table_of(key, kind.keys, required=required)

    def table_of(self, key: str, keys: Mapping[str, Key], *, required: bool = False) -> Table:
        """Return a table whose keys depend on others."""
        value = self._value(key, dict, "table", required=required)
        return Table(self.faults, self.path_of(key), value if isinstance(value, dict) else {}, keys)

    def keys_in(self, key: str) -> tuple[str, ...]:
        """Return what is written in a table whose keys the caller checks."""
        value = self._data.get(key)
        return tuple(value) if isinstance(value, dict) else ()

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return the elements of an array of tables."""
        kind, required = self._wanted(key, Parts)
        values = self._array(key, "array_of_tables", kind.most, required=required)
        found = []
        for index, value in enumerate(values[: kind.most]):
            path = (*self.path_of(key), index)
            if isinstance(value, dict):
                found.append(Table(self.faults, path, value, kind.keys))
            else:
                self._wrong_type(path, "table", value)
        return tuple(found)

    def _wanted(self, key: str, wanted: type[Wanted]) -> tuple[Wanted, bool]:
        """Return the kind of a key, which the caller and the shape of the file have to agree on."""
        found = self._keys[key]
        assert isinstance(found.kind, wanted), key
        return found.kind, found.required

    def _array(self, key: str, expected: str, most: int, *, required: bool = False) -> list[object]:
        values = self._value(key, list, expected, required=required)
        if not isinstance(values, list):
            return []
        if len(values) > most:
            self.bad(key, BadValue.TOO_MANY, limit=most, length=len(values))
        elif required and not values:
            self.bad(key, BadValue.TOO_FEW)
        return values

    def _value(self, key: str, kind: type, expected: str, *, required: bool = False) -> object:
        if key not in self._data:
            if required:
                line = self.faults.positions.line(self.path)
                self.faults.add(ErrorCode.TEMPLATE_MISSING_KEY, line, key=dotted(self.path_of(key)))
            return None
        value = self._data[key]
        # A TOML boolean is a Python int as well.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self._wrong_type(self.path_of(key), expected, value)
            return None
        return value

    def _wrong_type(self, path: KeyPath, expected: str, value: object) -> None:
        line = self.faults.positions.line(path)
        code = ErrorCode.TEMPLATE_WRONG_TYPE
        self.faults.add(code, line, key=dotted(path), expected=expected, found=type_name(value))
