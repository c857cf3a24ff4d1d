"""The keys at the head of a template's text: reading them from any text, and changing them and nothing else."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.templates.lines import KeyPath, locate

MAX_VERSION = 20

_NUMBER = re.compile(r"\d+(?=\D*$)")
_AUTHOR_LINE = re.compile(r"""^\s*author\s*=\s*["']([^"'\n]{1,80})["']""", re.MULTILINE)
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Below which key a new one is written.
_PLACES: dict[KeyPath, KeyPath] = {(): ("version",), ("layout",): ("layout", "kind")}
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a text says about itself; empty where it says nothing that can be read.

    `reference` is the name of the Word file beside it.
    """

    id: str = ""
    name: str = ""
    version: str = ""
    author: str = ""
    updated: str = ""
    change: str = ""
    reference: str = ""


def heading_of(text: str) -> Heading:
    """Read the heading of a text that need not be a valid template, nor even whole."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        found = _AUTHOR_LINE.search(text)
        return Heading(author=found[1] if found else "")
    layout = data.get("layout")
    reference = layout.get("reference") if isinstance(layout, dict) else ""
    values = {key: data.get(key) for key in ("id", "name", "version", "author", "updated", "change")}
    return Heading(**{key: _text(value) for key, value in {**values, "reference": reference}.items()})


def _text(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str) else ""


def raised(version: str) -> str:
    """Return the version after this one: its last number plus one, or `.1` behind a version without numbers."""
    if _NUMBER.search(version):
        return _NUMBER.sub(lambda match: str(int(match[0]) + 1).zfill(len(match[0])), version)
    return f"{version[: MAX_VERSION - 2]}.1" if version else "1"


def with_heading(text: str, values: Mapping[str, str]) -> str:
    """Return a template's text with the top-level keys of `values` set to strings; every other sign stays.

    A key that is not there yet comes below `version`, in the order of `values`. Raises `ValueError` for a text that is
    no TOML or has no `version`.
    """
    return _edited(text, {(key,): value for key, value in values.items()})


def with_reference(text: str, name: str, sha256: str) -> str:
    """Return the text with `[layout] reference` naming a file, and its hash where the text states one.

    Raises `ValueError` for a text that is no TOML or has no `[layout] kind`.
    """
    named: dict[KeyPath, str] = {("layout", "reference"): name}
    states_hash = "reference_sha256" in tomllib.loads(text.removeprefix("\ufeff")).get("layout", {})
    return _edited(text, {**named, ("layout", "reference_sha256"): sha256} if states_hash else named)


def _edited(text: str, values: Mapping[KeyPath, str]) -> str:
    bom, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    tomllib.loads(body)
    # Positions count a line break as one sign, so one kind of break is worked with and put back at the end.
    breaks = "\r\n" if "\r\n" in body else "\n"
    body = body.replace("\r\n", "\n")
    found = locate(body).values
    edits = {found[path]: _string(value) for path, value in values.items() if path in found}
    for path, value in values.items():
        if path not in found:
            place = _PLACES[path[:-1]]
            if place not in found:
                raise ValueError(place)
            # At the end of that line, behind its comment.
            at = (body + "\n").find("\n", found[place][1])
            edits[at, at] = f"{edits.get((at, at), '')}\n{path[-1]} = {_string(value)}"
    for (start, end), replacement in sorted(edits.items(), reverse=True):
        body = body[:start] + replacement + body[end:]
    return bom + body.replace("\n", breaks)


def _string(value: str) -> str:
    """Return a one-line TOML string."""
    signs = (_ESCAPES.get(sign, sign) for sign in _BREAKS.sub(" ", value).strip())
    return '"' + "".join(sign for sign in signs if len(sign) > 1 or sign.isprintable() or sign == "\u3000") + '"'
