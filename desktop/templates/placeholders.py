"""The `{field}` placeholders of a template: finding them and filling them in, and nothing more powerful."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")


def names(pattern: str) -> tuple[str, ...]:
    """Return what stands between single braces, in order; it need not be a valid name."""
    return tuple(match.group(1) for match in _TOKEN.finditer(pattern) if match.group(1) is not None)


def stray_brace(pattern: str) -> str:
    """Return the first brace that is neither doubled nor part of a placeholder, or an empty string."""
    for match in _TOKEN.finditer(pattern):
        if match.group() in ("{", "}"):
            return match.group()
    return ""


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """Replace every placeholder by its value and every doubled brace by a single one.

    Values are put in as they are: braces inside them are never looked at. An unknown name raises `KeyError`; strict
    parsing has made sure that there is none.
    """

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1)
        return match.group()[0] if name is None else values[name]

    return _TOKEN.sub(replacement, pattern)


def fill_if_any(pattern: str, values: Mapping[str, str]) -> str:
    """Fill the pattern, but give an empty string when it has placeholders and all of them are empty."""
    return "" if _is_void(names(pattern), values) else fill(pattern, values)


def fill_lines(pattern: str, values: Mapping[str, str]) -> str:
    """Fill a text line by line, leaving out the lines whose placeholders are all empty.

    A label without a value would invite the model to invent one.
    """
    lines = pattern.split("\n")
    return "\n".join(fill(line, values) for line in lines if not _is_void(names(line), values))


def _is_void(used: Iterable[str], values: Mapping[str, str]) -> bool:
    contents = [values[name] for name in used]
    return bool(contents) and not any(content.strip() for content in contents)
