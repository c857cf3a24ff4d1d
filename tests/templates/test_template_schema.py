"""The JSON schema that editors check templates with says the same as the parser."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from desktop.templates.library import builtin_templates
from desktop.templates.model import Template
from desktop.templates.parse import check_template
from desktop.templates.schema import key_table, schema_text, template_schema, words
from desktop.templates.shape import Choice, Flag, Integer, Key, Strings, Text, walk

FILE = Path(__file__).parents[2] / "desktop" / "resources" / "template.schema.json"
VALIDATOR = Draft7Validator(json.loads(FILE.read_text("utf-8")))


def refused(text: str) -> bool:
    return not VALIDATOR.is_valid(tomllib.loads(text))


def test_the_schema_in_the_repository_is_the_one_the_program_makes() -> None:
    text = resources.files("desktop.resources").joinpath("template.schema.json").read_text("utf-8")
    assert text == schema_text(), "run: fumizukue-cli templates schema --out desktop/resources/template.schema.json"
    Draft7Validator.check_schema(template_schema())


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_every_template_that_comes_with_the_program_fits_the_schema(template: Template) -> None:
    assert list(VALIDATOR.iter_errors(tomllib.loads(template.source))) == []


def test_every_key_and_every_value_is_explained_in_both_languages() -> None:
    for language in ("ja", "en"):
        for path, key in walk():
            assert words(language)[path]
            for value in key.kind.values if isinstance(key.kind, Choice) else ():
                assert words(language)[f"{path}.{value}"]
    assert set(words("ja")) == set(words("en"))
    assert key_table("ja").count("\n") == key_table("en").count("\n") == len(list(walk())) + 1


def memo() -> dict[str, Any]:
    """Return the data of a good template."""
    return tomllib.loads(next(one for one in builtin_templates() if one.id == "memo").source)


def sample(path: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return the data of a template that has the part of a path, and in it the table and the key of the path."""
    for template in builtin_templates():
        data = tomllib.loads(template.source)
        data.setdefault("review", {})
        found = place(data, path.split("."))
        if found is not None:
            return data, *found
    raise AssertionError(path)


def place(data: dict[str, Any], names: list[str]) -> tuple[dict[str, Any], str] | None:
    """Return the table and the key, in the first element of each list that goes on, or nothing."""
    first, *rest = names
    if not rest:
        return data, first
    inner = data.get(first, [])
    tables = inner if isinstance(inner, list) else [inner]
    return next((found for one in tables if (found := place(one, rest)) is not None), None)


def bad_values(key: Key) -> Iterator[object]:
    """Yield values just outside a key's limits, and of a wrong type."""
    kind = key.kind
    if isinstance(kind, Text):
        yield from ("x" * (kind.limit + 1), 3)
        if key.required:
            yield " "
        if not kind.lines:
            yield "a\nb"
        if kind.pattern:
            yield "a b"
    elif isinstance(kind, Integer):
        yield from (kind.low - 1, kind.high + 1, "1", True)
    elif isinstance(kind, Flag):
        yield from (1, "true")
    elif isinstance(kind, Choice):
        yield from ("", "x", 1)
    elif isinstance(kind, Strings):
        yield from (["x"] * (kind.most + 1), ["x" * (kind.limit + 1)], "x", [1])


@pytest.mark.parametrize(("path", "key"), list(walk()), ids=[path for path, _ in walk()])
def test_parser_and_schema_refuse_the_same_values(path: str, key: Key) -> None:
    for value in bad_values(key):
        data, table, name = sample(path)
        table[name] = value
        text = as_toml(data)
        assert tomllib.loads(text) == data
        assert [fault for fault in check_template(text, "a.toml") if name in str(fault.fields["key"])], (path, value)
        assert refused(text), (path, value)


def as_toml(data: dict[str, Any]) -> str:
    """Write a template's data as TOML: JSON's strings, numbers and lists are TOML's too, tables go inline."""

    def value(one: object) -> str:
        if isinstance(one, dict):
            pairs = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {value(held)}" for key, held in one.items())
            return "{ " + pairs + " }"
        if isinstance(one, list):
            return "[" + ", ".join(map(value, one)) + "]"
        return json.dumps(one, ensure_ascii=False)

    return "\n".join(f"{json.dumps(key)} = {value(held)}" for key, held in data.items())


@pytest.mark.parametrize("path", [path for path, key in walk() if key.required])
def test_parser_and_schema_miss_the_same_keys(path: str) -> None:
    data, table, name = sample(path)
    del table[name]
    text = as_toml(data)
    assert check_template(text, "a.toml")
    assert refused(text)


def test_an_unknown_key_is_refused_by_both() -> None:
    text = as_toml({**memo(), "nmae": "x"})
    assert refused(text)
    assert check_template(text, "a.toml")


def test_japanese_names_of_fields_are_accepted_by_the_schema_too() -> None:
    data = memo()
    data["field"][0]["key"] = "会議の_記録2"
    assert not refused(as_toml(data))
    for name in ("会議 名", "2回目", "a.b", "a{b", "会議・名"):
        data["field"][0]["key"] = name
        assert check_template(as_toml(data), "a.toml")
