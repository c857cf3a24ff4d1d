"""Deterministic sample text for a JSON schema, also as the continuation of an answer that is already begun."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.engine.grammar import ITEM_SEPARATOR, KEY_SEPARATOR, dump_compact

# The rest of a JSON string: its characters, then its closing quote, or the piece of an escape where it is cut.
_STRING_REST = re.compile(
    r'(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*(?P<cut>\\(?:u[0-9a-fA-F]{0,3})?\Z)?(?P<end>"?)', re.DOTALL
)
_SAMPLE = "（見本）"
_ITEMS = 2


def sample_text(name: str, length: int) -> str:
    """Return a sample value for a field, at most `length` characters."""
    return f"{_SAMPLE}{name}の文です。"[:length]


def continue_sample(schema: Mapping[str, object], written: str) -> str:
    """Return what is missing after `written` for a JSON text of the schema.

    What is written is kept as it is, wherever it is cut; a text that the schema does not allow is continued as if
    it were allowed.
    """
    writer = _Writer(written)
    writer.value(schema, "")
    return "".join(writer.added)


class _Writer:
    """Walks a schema along the text that is written, and writes on from where it ends."""

    def __init__(self, written: str) -> None:
        self.rest = written
        self.added: list[str] = []

    def value(self, schema: Mapping[str, object], name: str) -> None:
        """Write one value of a schema."""
        choices = schema.get("enum")
        if isinstance(choices, list | tuple):
            self._choice([str(choice) for choice in choices])
        elif schema.get("type") == "object":
            self._object(schema)
        elif schema.get("type") == "array":
            self._array(schema, name)
        else:
            self._string(sample_text(name, _number(schema, "maxLength", 400)))

    def _literal(self, text: str) -> None:
        """Write structure: consume it where it is written, add it where it is not."""
        here = min(len(text), len(self.rest))
        self.rest = self.rest[here:]
        self.added.append(text[here:])

    def _choice(self, choices: list[str]) -> None:
        quoted = [dump_compact(choice) for choice in choices]
        fitting = [text for text in quoted if text.startswith(self.rest) or self.rest.startswith(text)]
        self._literal((fitting or quoted)[0])

    def _string(self, sample: str) -> None:
        self._literal('"')
        if not self.rest:
            # Either nothing of the string is written yet, or it is cut right after its opening quote.
            self.added.append(sample + '"')
            return
        begun = _STRING_REST.match(self.rest)
        assert begun is not None
        cut_escape = begun["cut"]
        self.rest = self.rest[begun.end() :]
        if not begun["end"]:
            # Cut inside the string, perhaps inside an escape: a lone backslash becomes an escaped one.
            missing = "\\" if cut_escape == "\\" else "0" * (6 - len(cut_escape)) if cut_escape else ""
            self.added.append(missing + '"')

    def _object(self, schema: Mapping[str, object]) -> None:
        properties = schema.get("properties")
        assert isinstance(properties, Mapping)
        separator = "{"
        for key, child in properties.items():
            self._literal(f"{separator}{dump_compact(key)}{KEY_SEPARATOR}")
            self.value(child, key)
            separator = ITEM_SEPARATOR
        self._literal("}" if properties else "{}")

    def _array(self, schema: Mapping[str, object], name: str) -> None:
        items = schema.get("items")
        assert isinstance(items, Mapping)
        wanted = min(max(_ITEMS, _number(schema, "minItems", 0)), _number(schema, "maxItems", _ITEMS))
        self._literal("[")
        count = 0
        while self.rest[:1] != "]" and (self.rest or count < wanted):
            if count:
                self._literal(ITEM_SEPARATOR)
            self.value(items, f"{name}{count + 1}")
            count += 1
        self._literal("]")


def _number(schema: Mapping[str, object], key: str, default: int) -> int:
    value = schema.get(key, default)
    return value if isinstance(value, int) else default
