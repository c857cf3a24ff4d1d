"""JSON schema to GBNF, for the subset that templates need, and the one JSON layout that such a grammar accepts.

The subset: an object whose `properties` are all required and come in their order; a string with `minLength` and
`maxLength` (in characters), with `format` "sentence" one that holds no 。 but at its end, and no line break; an array
of strings or objects with `minItems` and `maxItems`; an `enum` of strings.

The layout is one line with a single space after `:` and `,`: small models were trained on this form more than on any
other that is as short, and `", "` and `": "` are single tokens in the common vocabularies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from desktop.core.errors import EngineFault, ErrorCode

KEY_SEPARATOR = ": "
ITEM_SEPARATOR = ", "
DEFAULT_MAX_ITEMS = 50
DEFAULT_MAX_LENGTH = 4000
# llama.cpp takes repetitions of at most 2,000; beyond that it silently drops the bound.
_LARGEST_REPETITION = 2000

# A character of a JSON string: anything but controls, the quote and the backslash; or one of the escapes that
# `dump_compact` writes. `\n` is a model's way to break a line; `\u00..` is only for the other control characters.
_CHAR_RULE = 'char ::= [^"\\\\\\x00-\\x1F\\x7F] | "\\\\" (["\\\\n] | "u00" [017] [0-9a-f])'
# The same for a string that holds one sentence: a model that copies its source cannot run on past the first 。
_SENTENCE_RULE = 'inner ::= [^"\\\\\\x00-\\x1F\\x7F。] | "\\\\" (["\\\\] | "u00" [017] [0-9a-f])'
SENTENCE_FORMAT = "sentence"
SENTENCE_END = "。"
_KNOWN_KEYWORDS = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "minItems", "maxItems"},
    "string": {"type", "minLength", "maxLength", "enum", "format"},
}
_NOTES = {"title", "description", "$schema"}
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def dump_compact(value: object) -> str:
    """Return JSON in exactly the layout that the grammars of this module accept.

    Takes strings, lists and mappings with string keys; a lone surrogate becomes `?`.
    """
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, Mapping):
        pairs = (f"{_quote(str(key))}{KEY_SEPARATOR}{dump_compact(item)}" for key, item in value.items())
        return "{" + ITEM_SEPARATOR.join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ITEM_SEPARATOR.join(map(dump_compact, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a draft")


def _quote(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + _CONTROLS.sub(lambda match: f"\\u{ord(match.group()):04x}", escaped) + '"'


def to_gbnf(schema: Mapping[str, object]) -> str:
    """Return the GBNF grammar of a schema; raises `EngineFault` GRAMMAR_UNSUPPORTED (field reason)."""
    builder = _Builder()
    root = builder.rule(schema)
    return "\n".join([f"root ::= {root}", *builder.rules, _CHAR_RULE, _SENTENCE_RULE, ""])


def _unsupported(reason: str) -> EngineFault:
    return EngineFault(ErrorCode.GRAMMAR_UNSUPPORTED, reason=reason)


class _Builder:
    """Collects rules; each schema node becomes one rule with a plain ASCII name."""

    def __init__(self) -> None:
        self.rules: list[str] = []

    def rule(self, schema: object) -> str:
        """Add the rule of a schema node and return its name."""
        if not isinstance(schema, Mapping):
            raise _unsupported("schema")
        kind = schema.get("type", "string" if "enum" in schema else None)
        if not isinstance(kind, str) or kind not in _KNOWN_KEYWORDS:
            raise _unsupported("type")
        unknown = schema.keys() - _KNOWN_KEYWORDS[kind] - _NOTES
        if unknown:
            raise _unsupported(f"keyword {min(map(str, unknown))}")
        body = {"object": self._object, "array": self._array, "string": self._string}[kind](schema)
        return self._add(body)

    def _add(self, body: str) -> str:
        name = f"r{len(self.rules)}"
        self.rules.append(f"{name} ::= {body}")
        return name

    def _object(self, schema: Mapping[str, object]) -> str:
        properties = schema.get("properties", {})
        if not isinstance(properties, Mapping) or not all(isinstance(key, str) for key in properties):
            raise _unsupported("properties")
        required = schema.get("required", list(properties))
        if not isinstance(required, Sequence) or set(required) != set(properties):
            raise _unsupported("required")
        if schema.get("additionalProperties", False) is not False:
            raise _unsupported("additionalProperties")
        parts = [f"{_literal(_quote(key) + KEY_SEPARATOR)} {self.rule(child)}" for key, child in properties.items()]
        return f" {_literal('{')} " + f" {_literal(ITEM_SEPARATOR)} ".join(parts) + f" {_literal('}')}"

    def _array(self, schema: Mapping[str, object]) -> str:
        low, high = _bounds(schema, "minItems", "maxItems", DEFAULT_MAX_ITEMS)
        if high > _LARGEST_REPETITION:
            raise _unsupported("maxItems")
        item = self.rule(schema.get("items"))
        if high == 0:
            return _literal("[]")
        more = f"({_literal(ITEM_SEPARATOR)} {item}){{{max(low, 1) - 1},{high - 1}}}" if high > 1 else ""
        filled = f"{item} {more}"
        return f"{_literal('[')} {filled if low else f'({filled})?'} {_literal(']')}"

    def _string(self, schema: Mapping[str, object]) -> str:
        if "enum" in schema:
            return self._choice(schema)
        low, high = _bounds(schema, "minLength", "maxLength", DEFAULT_MAX_LENGTH)
        if "format" in schema:
            return self._sentence(schema["format"], low, high)
        return f"{_literal(chr(34))} {self._chars(low, high)} {_literal(chr(34))}"

    def _sentence(self, wanted: object, low: int, high: int) -> str:
        """Return a string of at most one sentence; the full stop at its end does not count as a character."""
        if wanted != SENTENCE_FORMAT or high > _LARGEST_REPETITION:
            raise _unsupported("format")
        quote = _literal(chr(34))
        return f"{quote} inner{{{low},{high}}} {_literal(SENTENCE_END)}? {quote}"

    def _choice(self, schema: Mapping[str, object]) -> str:
        choices = schema["enum"]
        if "minLength" in schema or "maxLength" in schema:
            raise _unsupported("enum with length")
        if not isinstance(choices, list | tuple) or not choices or not all(isinstance(item, str) for item in choices):
            raise _unsupported("enum")
        return " | ".join(_literal(_quote(item)) for item in dict.fromkeys(choices))

    def _chars(self, low: int, high: int) -> str:
        """Return between `low` and `high` characters in pieces that llama.cpp takes, without ambiguity."""
        step = _LARGEST_REPETITION
        if high <= step:
            return f"char{{{low},{high}}}" if high else '""'
        if low >= step:
            return f"char{{{step}}} {self._add(self._chars(low - step, high - step))}"
        rest = self._add(self._chars(0, high - step))
        return f"(char{{{low},{step - 1}}} | char{{{step}}} {rest})"


def _bounds(schema: Mapping[str, object], low_key: str, high_key: str, default: int) -> tuple[int, int]:
    low, high = schema.get(low_key, 0), schema.get(high_key, default)
    for key, value in ((low_key, low), (high_key, high)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise _unsupported(key)
    assert isinstance(low, int)
    assert isinstance(high, int)
    high = max(high, low) if high_key not in schema else high
    if low > high:
        raise _unsupported(low_key)
    return low, high


def _literal(text: str) -> str:
    """Return text as a GBNF literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", escaped).replace("\n", "\\n") + '"'
