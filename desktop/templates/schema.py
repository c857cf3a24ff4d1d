"""The JSON schema of template files and the manual's tables of keys, both made from the shape of the file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from desktop.templates.shape import (
    NAME,
    NAME_FOR_EDITORS,
    TEMPLATE,
    Answer,
    Choice,
    Flag,
    Integer,
    Key,
    Kind,
    Part,
    Parts,
    Strings,
    Text,
    walk,
)

Schema = dict[str, object]

_ONE_LINE = r"^[^\r\n]*$"
_ONE_FILLED_LINE = r"^[^\r\n]*\S[^\r\n]*$"


@cache
def words(language: str) -> Mapping[str, str]:
    """Return what every key (`section.kind`) and every value (`section.kind.table`) means, in ja or en."""
    text = resources.files("desktop.resources").joinpath("template_keys.toml").read_text("utf-8")
    found: dict[str, str] = tomllib.loads(text)[language]
    return found


def schema_text() -> str:
    """Return the schema as a file: indented JSON with a line end."""
    return json.dumps(template_schema(), ensure_ascii=False, indent=2) + "\n"


def template_schema() -> Schema:
    """Return the JSON schema (draft 7) of a template file; what refers to other keys is checked by the parser alone."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "文机のひな形 / Fumizukue template"}
    return {**head, **_object(TEMPLATE, "")}


def _object(keys: Mapping[str, Key], prefix: str) -> Schema:
    return {
        "type": "object",
        "properties": {name: _property(f"{prefix}{name}", key) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _property(path: str, key: Key) -> Schema:
    described = {"description": f"{words('ja')[path]} / {words('en')[path]}"}
    return {**described, **_of_kind(path, key.kind, required=key.required)}


def _of_kind(path: str, kind: Kind, *, required: bool) -> Schema:
    if isinstance(kind, Part):
        return _object(kind.keys, f"{path}.") if kind.keys else _texts(kind.limit)
    if isinstance(kind, Parts):
        bounds = {"minItems": 1} if required else {}
        return {"type": "array", **bounds, "maxItems": kind.most, "items": _object(kind.keys, f"{path}.")}
    if isinstance(kind, Choice):
        return _choice(path, kind)
    return _plain(kind, required=required)


def _plain(kind: Text | Integer | Flag | Strings | Answer, *, required: bool) -> Schema:
    if isinstance(kind, Text):
        return _text(kind, required=required)
    if isinstance(kind, Integer):
        return {"type": "integer", "minimum": kind.low, "maximum": kind.high, "default": kind.default}
    if isinstance(kind, Flag):
        return {"type": "boolean", "default": False}
    strings = {"type": "array", "maxItems": kind.most, "items": _string(kind.limit)}
    if isinstance(kind, Strings):
        return strings
    return {"anyOf": [_string(kind.limit), strings, _texts(kind.limit)]}


def _text(kind: Text, *, required: bool) -> Schema:
    if kind.pattern:
        pattern = NAME_FOR_EDITORS if kind.pattern == NAME else kind.pattern
        pattern = f"^(?:{pattern})$" if required else f"^(?:{pattern})?$"
    elif kind.lines:
        pattern = r"\S" if required else ""
    else:
        pattern = _ONE_FILLED_LINE if required else _ONE_LINE
    return {**_string(kind.limit), **({"pattern": pattern} if pattern else {})}


def _choice(path: str, kind: Choice) -> Schema:
    meanings = [f"{words('ja')[f'{path}.{value}']} / {words('en')[f'{path}.{value}']}" for value in kind.values]
    default = {"default": kind.default.value} if kind.default is not None and kind.default.value else {}
    return {"enum": list(kind.values), **default, "x-taplo": {"docs": {"enumValues": meanings}}}


def _string(limit: int) -> Schema:
    return {"type": "string", "maxLength": limit}


def _texts(limit: int) -> Schema:
    return {"type": "object", "additionalProperties": _string(limit)}


_HEADS = {
    "ja": "| 項目 | 必ず | 書くもの | 意味 |",
    "en": "| Key | Required | Value | Meaning |",
}
_REQUIRED = {"ja": "はい", "en": "yes"}
# How a kind of value and its limits are told.
_TOLD: dict[type[Kind], dict[str, str]] = {
    Text: {"ja": "文字、{limit:,} 字まで", "en": "text, up to {limit:,} characters"},
    Integer: {"ja": "整数 {low}〜{high}（普通は {default}）", "en": "whole number {low} to {high} (usually {default})"},
    Flag: {"ja": "`true` か `false`（普通は `false`）", "en": "`true` or `false` (usually `false`)"},
    Strings: {
        "ja": "文字の並び、{most} 個まで、一つ {limit} 字まで",
        "en": "list of up to {most} texts, up to {limit} characters each",
    },
    Answer: {
        "ja": "文字、{most} 個までの並び、または列ごとの値。一つ {limit:,} 字まで",
        "en": "text, list of up to {most}, or values by column, up to {limit:,} characters each",
    },
    Parts: {"ja": "`[[{path}]]` を {most} 個まで", "en": "up to {most} of `[[{path}]]`"},
    Part: {"ja": "`[{path}]`", "en": "`[{path}]`"},
}
_LINES = {"ja": ("、一行", "、何行でも"), "en": (", one line", ", any number of lines")}
_EACH = {"ja": "、一つ {limit:,} 字まで", "en": ", up to {limit:,} characters each"}


def key_table(language: str) -> str:
    """Return a Markdown table of all keys with their limits, as the manual shows it."""
    lines = [_HEADS[language], "|---|---|---|---|"]
    for path, key in walk():
        wanted = _REQUIRED[language] if key.required else ""
        lines.append(f"| `{path}` | {wanted} | {_told(key.kind, path, language)} | {words(language)[path]} |")
    return "\n".join(lines)


def _told(kind: Kind, path: str, language: str) -> str:
    """Return what can be written for a key, with its limits."""
    if isinstance(kind, Choice):
        separator = "、" if language == "ja" else ", "
        return separator.join(f"`{value}` {words(language)[f'{path}.{value}']}" for value in kind.values)
    facts = {name: getattr(kind, name) for name in ("limit", "low", "high", "default", "most") if hasattr(kind, name)}
    pattern = _TOLD[type(kind)][language]
    if isinstance(kind, Text):
        pattern += _LINES[language][kind.lines]
    elif isinstance(kind, Part) and kind.limit:
        pattern += _EACH[language]
    return pattern.format(path=path, **facts)
