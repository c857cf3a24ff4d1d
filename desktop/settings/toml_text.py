"""Writing the small part of TOML that settings need."""

from __future__ import annotations

import re
from collections.abc import Mapping

TomlValue = str | int | float | bool | tuple[str, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def dump_toml(values: Mapping[str, TomlValue]) -> str:
    """Return `key = value` lines that `tomllib` reads back as they were.

    A lone half of a surrogate pair, which TOML cannot hold, becomes a question mark.
    """
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in values.items())


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _value(value: TomlValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(_string(one) for one in value)}]"
    return _string(value) if isinstance(value, str) else repr(value)


def _string(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return '"' + "".join(_escaped(sign) for sign in whole) + '"'


def _escaped(sign: str) -> str:
    if sign in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[sign]
    return f"\\u{ord(sign):04X}" if sign < " " or sign == "\x7f" else sign
