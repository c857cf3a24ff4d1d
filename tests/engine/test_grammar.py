"""From JSON schema to grammar: what is refused, and the one layout that drafts are written in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.grammar import dump_compact, to_gbnf

TEXT = {"type": "string"}
VALUES = st.recursive(
    st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(VALUES)
def test_whatever_is_written_in_the_layout_reads_back_as_it_was(value: object) -> None:
    assert json.loads(dump_compact(value)) == value


def test_the_layout_is_one_line_with_single_spaces() -> None:
    value = {"件名": '改行\nと"引用"と\\とタブ\t', "項目": ["一", "二"], "担当": []}
    assert dump_compact(value) == (
        '{"件名": "改行\\nと\\"引用\\"と\\\\とタブ\\u0009", "項目": ["一", "二"], "担当": []}'
    )


def test_a_lone_surrogate_that_no_model_can_read_becomes_a_question_mark() -> None:
    assert dump_compact("半\ud83d端") == '"半?端"'


def test_what_is_no_part_of_a_draft_is_refused() -> None:
    with pytest.raises(TypeError):
        dump_compact({"数": 1})


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "number"},
        {"type": ["string", "null"]},
        {"anyOf": [TEXT]},
        {"type": "string", "pattern": "a"},
        {"type": "string", "minLength": -1},
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "string", "maxLength": True},
        {"enum": []},
        {"enum": [1]},
        {"enum": ["a"], "type": "string", "maxLength": 3},
        {"type": "array"},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": TEXT, "maxItems": 5000},
        {"type": "array", "items": TEXT, "uniqueItems": True},
        {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["a"]},
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": True},
        {"type": "object", "properties": {"a": {"type": "boolean"}}},
        {"type": "object", "properties": []},
    ],
)
def test_a_schema_outside_the_subset_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(EngineFault) as caught:
        to_gbnf(schema)
    assert caught.value.code is ErrorCode.GRAMMAR_UNSUPPORTED
    assert caught.value.fields["reason"]


def test_a_long_text_is_bound_in_pieces_that_the_library_takes() -> None:
    lengths = [int(number) for number in _numbers(to_gbnf({"type": "string", "maxLength": 4500}))]
    assert max(lengths) <= 2000


def _numbers(gbnf: str) -> list[str]:
    return [number for part in gbnf.split("{")[1:] for number in part.split("}")[0].split(",")]


def test_a_sentence_ends_at_its_first_full_stop() -> None:
    gbnf = to_gbnf({"type": "string", "format": "sentence", "minLength": 1, "maxLength": 9})
    assert 'r0 ::= "\\"" inner{1,9} "。"? "\\""' in gbnf
    assert r"\x7F。]" in gbnf


def test_another_format_is_refused_instead_of_ignored() -> None:
    with pytest.raises(EngineFault):
        to_gbnf({"type": "string", "format": "date"})
