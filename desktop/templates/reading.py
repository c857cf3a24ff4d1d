"""Strict, typed reading of TOML tables that collects every fault with its file and line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from desktop.core.errors import ErrorCode, FieldValue, UserFault
from desktop.templates.lines import KeyPath, Positions

Choice = TypeVar("Choice", bound=StrEnum)


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


class Faults:
    """The faults of one file, each with its line."""

    def __init__(self, name: str, positions: Positions) -> None:
        """Keep the file's name and where its keys stand."""
        self.name = name
        self.positions = positions
        self._found: list[UserFault] = []

    def in_order(self) -> list[UserFault]:
        """Return all faults by line."""
        return sorted(self._found, key=lambda fault: int(fault.fields["line"]))

    def add(self, code: ErrorCode, line: int, **fields: FieldValue) -> None:
        """Note a fault at a line."""
        self._found.append(UserFault(code, file=self.name, line=line, **fields))

    def bad_value(self, path: KeyPath, reason: BadValue) -> None:
        """Note that the value at a path is refused."""
        line = self.positions.line(path)
        self.add(ErrorCode.TEMPLATE_BAD_VALUE, line, key=dotted(path), reason=reason.value)

    def unknown_field(self, path: KeyPath, field: str, known: Iterable[str], line: int) -> None:
        """Note a placeholder or an example that names no field."""
        code = ErrorCode.TEMPLATE_UNKNOWN_FIELD
        self.add(code, line, key=dotted(path), field=field, suggestion=closest(field, known))


def dotted(path: KeyPath) -> str:
    """Return a path as people write it, without the indexes: the line says which element is meant."""
    return ".".join(part for part in path if isinstance(part, str))


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like a mistyped one, or an empty string."""
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

    def __init__(self, faults: Faults, path: KeyPath, data: Mapping[str, object], allowed: Iterable[str]) -> None:
        """Note the keys that the table may not have."""
        self.faults = faults
        self.path = path
        self._data = data
        known = tuple(allowed)
        for key in data:
            if key not in known:
                line = faults.positions.line((*path, key))
                suggestion = closest(key, known)
                faults.add(ErrorCode.TEMPLATE_UNKNOWN_KEY, line, key=dotted((*path, key)), suggestion=suggestion)

    def has(self, key: str) -> bool:
        """Tell whether the key is written."""
        return key in self._data

    def path_of(self, key: str) -> KeyPath:
        """Return the full path of a key of this table."""
        return (*self.path, key)

    def bad(self, key: str, reason: BadValue) -> None:
        """Note that a value of this table is refused."""
        self.faults.bad_value(self.path_of(key), reason)

    def text(self, key: str, limit: int, *, required: bool = False, default: str = "", lines: bool = False) -> str:
        """Return a string of at most `limit` characters; several lines only when `lines` is true."""
        value = self._value(key, str, "string", required=required)
        if not isinstance(value, str):
            return default
        if required and not value.strip():
            self.bad(key, BadValue.EMPTY)
        elif len(value) > limit:
            self.bad(key, BadValue.TOO_LONG)
        elif not lines and ("\n" in value or "\r" in value):
            self.bad(key, BadValue.LINE_BREAK)
        return value

    def integer(self, key: str, default: int, low: int, high: int, *, required: bool = False) -> int:
        """Return an integer between `low` and `high`, both included."""
        value = self._value(key, int, "integer", required=required)
        if not isinstance(value, int):
            return default
        if not low <= value <= high:
            self.bad(key, BadValue.OUT_OF_RANGE)
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, false when it is not written."""
        return self._value(key, bool, "boolean") is True

    def choice(self, key: str, kind: type[Choice], default: Choice, *, required: bool = False) -> Choice:
        """Return one of an enumeration's values."""
        value = self._value(key, str, "string", required=required)
        if not isinstance(value, str):
            return default
        try:
            return kind(value)
        except ValueError:
            self.bad(key, BadValue.NOT_ONE_OF)
            return default

    def strings(self, key: str, limit: int, most: int, *, required: bool = False) -> tuple[str, ...]:
        """Return an array of at most `most` strings of at most `limit` characters; at least one when required."""
        values = self._array(key, "array_of_strings", most, required=required)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self._wrong_type((*self.path_of(key), index), "string", value)
            elif len(value) > limit:
                self.faults.bad_value((*self.path_of(key), index), BadValue.TOO_LONG)
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str, allowed: Iterable[str], *, required: bool = False) -> Table:
        """Return a table inside this one, an empty one when it is not written."""
        value = self._value(key, dict, "table", required=required)
        return Table(self.faults, self.path_of(key), value if isinstance(value, dict) else {}, allowed)

    def open_table(self, key: str) -> Mapping[str, object]:
        """Return a table whose keys the caller checks."""
        value = self._value(key, dict, "table")
        return value if isinstance(value, dict) else {}

    def tables(self, key: str, allowed: Iterable[str], most: int, *, required: bool = False) -> tuple[Table, ...]:
        """Return the elements of an array of tables."""
        known = tuple(allowed)
        values = self._array(key, "array_of_tables", most, required=required)
        found = []
        for index, value in enumerate(values):
            path = (*self.path_of(key), index)
            if isinstance(value, dict):
                found.append(Table(self.faults, path, value, known))
            else:
                self._wrong_type(path, "table", value)
        return tuple(found)

    def _array(self, key: str, expected: str, most: int, *, required: bool = False) -> list[object]:
        values = self._value(key, list, expected, required=required)
        if not isinstance(values, list):
            return []
        if len(values) > most:
            self.bad(key, BadValue.TOO_MANY)
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
