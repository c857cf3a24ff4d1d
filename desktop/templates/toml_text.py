"""Writing strings as TOML that people can read and that reads back as it was."""

from __future__ import annotations

import re

_ESCAPES = {"\\": "\\\\", "\r": "\\r", "\t": "\\t"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FEW_QUOTES = re.compile('"(?="")|"$')


def one_line(text: str) -> str:
    """Return a string on one line; half of a surrogate pair, which TOML cannot hold, becomes a question mark."""
    return '"' + _escaped(text).replace('"', '\\"').replace("\n", "\\n") + '"'


def several_lines(text: str) -> str:
    """Return a string between three quotation marks, its lines as they are; one line stays on one."""
    if "\n" not in text:
        return one_line(text)
    return '"""\n' + _FEW_QUOTES.sub('\\"', _escaped(text)) + '"""'


def _escaped(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8")
    for sign, escape in _ESCAPES.items():
        whole = whole.replace(sign, escape)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04X}", whole)
