"""Changing single values of a template's text: comments, order and everything else stay as people wrote them."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Sequence

from desktop.templates.lines import KeyPath, Positions, locate
from desktop.templates.shape import TEMPLATE, Part, Parts

Value = str | bool | int | tuple[str, ...]

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
# Arrays up to this many characters are written on one line.
_LINE = 90


def value_at(text: str, path: KeyPath) -> object:
    """Return the value at a path, `None` where it is not written; raises `ValueError` for a text that is no TOML."""
    return found_at(_loads(text), path)


def with_value(text: str, path: KeyPath, value: Value) -> str:
    """Return the text with the value at `path` replaced, or written behind its neighbours where it is not there yet.

    An empty string or array that is not written stays unwritten. Whatever else the text says, it says afterwards, too.
    Raises `ValueError` for a text that is no TOML, and where that key cannot be changed without touching others.
    """
    before = _loads(text)
    new = list(value) if isinstance(value, tuple) else value
    old = found_at(before, path)
    if old == new and type(old) is type(new):
        return text
    if old is None and new in ("", [], False):
        return text
    bom, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    # Positions count a line break as one sign, so one kind of break is worked with and put back at the end.
    breaks = "\r\n" if "\r\n" in body else "\n"
    edited = _edited(body.replace("\r\n", "\n"), path, old, value)
    if _loads(edited) != _with(before, path, new):
        raise ValueError(path)
    return bom + edited.replace("\n", breaks)


def _loads(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except RecursionError as error:
        raise ValueError(text[:0]) from error


def found_at(data: object, path: KeyPath) -> object:
    """Return what stands at a path in a parsed text, or nothing where there is no such place."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _with(data: dict[str, object], path: KeyPath, value: object) -> dict[str, object]:
    """Return what the text has to say afterwards."""
    changed = copy.deepcopy(data)
    table: object = changed
    for part in path[:-1]:
        if isinstance(table, dict) and isinstance(part, str):
            table = table.setdefault(part, {})
        else:
            table = found_at(table, (part,))
    if isinstance(table, dict):
        table[path[-1]] = value
    return changed


def _edited(body: str, path: KeyPath, old: object, value: Value) -> str:
    found = locate(body)
    if path in found.values:
        start, end = found.values[path]
        if isinstance(value, tuple) and isinstance(old, list):
            return _with_items(body, found, path, [str(item) for item in old], value)
        return body[:start] + _written(value, body[start:end]) + body[end:]
    return _with_key(body, found, path, f"{_bare(str(path[-1]))} = {_written(value)}")


def _with_items(body: str, found: Positions, path: KeyPath, old: Sequence[str], new: Sequence[str]) -> str:
    """Change the items of an array that differ; the others keep their place and their comments."""
    start, end = found.values[path]
    if not old or not new:
        return body[:start] + _written(tuple(new)) + body[end:]
    first, last = _same_ends(old, new)
    added = [_string(item) for item in new[first : len(new) - last]]
    if first + last == len(old):
        # Only added: behind the item before, or before the first one.
        place = found.values[(*path, first - 1)][1] if first else found.values[(*path, 0)][0]
        piece = "".join(f", {item}" for item in added) if first else "".join(f"{item}, " for item in added)
        return body[:place] + piece + body[place:]
    begin = found.values[(*path, first)][0]
    stop = found.values[(*path, len(old) - last - 1)][1]
    if not added:
        # The comma goes with what is taken away.
        if first:
            begin = found.values[(*path, first - 1)][1]
        else:
            stop = found.values[(*path, len(old) - last)][0]
    return body[:begin] + ", ".join(added) + body[stop:]


def _same_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many items are the same at the beginning and at the end."""
    shorter = min(len(old), len(new))
    first = 0
    while first < shorter and old[first] == new[first]:
        first += 1
    last = 0
    while last < shorter - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, last


def _with_key(body: str, found: Positions, path: KeyPath, line: str) -> str:
    """Write a new key in the place that the format's own order gives it."""
    table, key = path[:-1], path[-1]
    order = _order(table)
    earlier = order[: order.index(str(key))] if str(key) in order else order
    ends = [
        found.values[(*table, name)][1]
        for name in earlier
        if (*table, name) in found.values and (*table, name) in found.keys
    ]
    if not ends and table and table not in found.keys:
        gap = "" if not body or body.endswith("\n\n") else "\n" if body.endswith("\n") else "\n\n"
        return f"{body}{gap}[{'.'.join(_bare(str(part)) for part in table)}]\n{line}\n"
    # At the end of that line, behind its comment; in a table without keys behind its header.
    after = max(ends) if ends else found.keys.get(table, 0)
    at = (body + "\n").find("\n", after)
    return f"{body[:at]}\n{line}{body[at:]}"


def _order(table: KeyPath) -> list[str]:
    """Return the keys of a table in the format's own order; those of a person's own are not known."""
    keys = TEMPLATE
    for part in table:
        if isinstance(part, str):
            kind = keys[part].kind if part in keys else None
            keys = kind.keys if isinstance(kind, Part | Parts) else {}
    return [name for name, key in keys.items() if not isinstance(key.kind, Part | Parts)]


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _written(value: Value, before: str = "") -> str:
    """Return a value as TOML; a text that stood on several lines goes on doing so."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value) if "\n" in value or before.startswith(('"""', "'''")) else _string(value)
    items = [_string(item) for item in value]
    if sum(len(item) + 2 for item in items) <= _LINE:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _string(value: str) -> str:
    return f'"{_escaped(value, keep="")}"'


def _text(value: str) -> str:
    """Return a text between triple quotes, its lines as they are."""
    escaped = _escaped(value, keep='\n\t"').replace('"""', '""\\"')
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""\n{escaped}"""'


def _escaped(value: str, keep: str) -> str:
    """Return the signs of a TOML string; half of a surrogate pair, which UTF-8 cannot hold, is left out."""
    return "".join(_sign(sign, keep) for sign in value if not "\ud800" <= sign <= "\udfff")


def _sign(sign: str, keep: str) -> str:
    if sign in keep:
        return sign
    if sign in _SHORT:
        return _SHORT[sign]
    return f"\\u{ord(sign):04x}" if sign < " " or sign == "\x7f" else sign
