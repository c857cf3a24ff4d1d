"""A draft that is still being written shows what is there, never more, and never stops the program."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.sections import Column, ListContent, SectionKind, SectionSpec, TableContent, TextContent
from desktop.session.partial_json import Json, read_draft, read_object

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values: st.SearchStrategy[Json] = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
SPECS = (
    SectionSpec("概要", "概要", SectionKind.TEXT),
    SectionSpec("意見", "意見", SectionKind.LIST),
    SectionSpec("決定", "決定", SectionKind.TABLE, columns=(Column("内容", "内容"), Column("担当", "担当"))),
)


@given(st.dictionaries(words, values, max_size=4))
def test_a_finished_draft_is_read_exactly(members: dict[str, Json]) -> None:
    read = read_object(json.dumps(members, ensure_ascii=False))
    assert dict(read.members) == members
    assert read.finished == set(members)
    assert read.open_key == ""


@given(st.dictionaries(words, values, max_size=4), st.data())
def test_a_draft_cut_anywhere_shows_only_true_beginnings(members: dict[str, Json], data: st.DataObject) -> None:
    text = json.dumps(members, ensure_ascii=data.draw(st.booleans()))
    cut = data.draw(st.integers(0, len(text)))
    read = read_object(text[:cut])
    for key in read.finished:
        assert read.members[key] == members[key]
    for key, value in read.members.items():
        assert _begins(value, members[key])


def _begins(part: Json, whole: Json) -> bool:
    if isinstance(part, str):
        # Half of a surrogate pair is shown as U+FFFD until the other half arrives.
        return isinstance(whole, str) and whole.startswith(part.removesuffix("\ufffd"))
    if isinstance(part, list):
        return isinstance(whole, list) and all(_begins(a, b) for a, b in zip(part, whole, strict=False))
    return isinstance(whole, dict) and all(_begins(value, whole[key]) for key, value in part.items())


def test_sections_grow_while_the_model_writes_into_a_table_row() -> None:
    text = '{"概要":"道路の件","意見":["賛成","反'
    draft = read_draft(text, SPECS)
    assert draft.contents["概要"] == TextContent("道路の件")
    assert draft.contents["意見"] == ListContent(("賛成", "反"))
    assert draft.finished == {"概要"}
    table = read_draft(text + '対"],"決定":[{"内容":"買う","担当":"山', SPECS)
    assert table.contents["決定"] == TableContent((("買う", "山"),))


def test_the_open_member_is_found_again_for_continuing() -> None:
    text = '{"概要":"道路の件","意見":["賛成","反'
    read = read_object(text)
    assert read.open_key == "意見"
    assert text[read.open_start :] == '"意見":["賛成","反'


def test_a_raw_newline_from_the_model_is_kept() -> None:
    assert read_object('{"a":"一行目\n二行目"}').members == {"a": "一行目\n二行目"}


@pytest.mark.parametrize("text", ["x", "{1", '{"a" "b"}', '{"a":1}', '["a"]', '{"a":"b"x', '{"a":"\\q"}'])
def test_what_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_object(text)


def test_deep_nesting_is_refused_instead_of_exhausting_the_stack() -> None:
    with pytest.raises(ValueError, match="nested"):
        read_object('{"a":' + "[" * 100_000)


def test_an_hour_that_no_clock_shows_is_told_in_twelve_hours_in_texts_lists_and_tables() -> None:
    text = '{"概要": "午後13時から", "意見": ["午前18時"], "決定": [{"内容": "午後20時", "担当": "原"}]}'
    contents = read_draft(text, SPECS).contents
    assert contents["概要"] == TextContent("午後1時から")
    assert contents["意見"] == ListContent(("午後6時",))
    assert contents["決定"] == TableContent((("午後8時", "原"),))
