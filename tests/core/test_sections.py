"""Sections: content survives the store, partial drafts and the clipboard."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.sections import (
    Column,
    Content,
    ListContent,
    Section,
    SectionKind,
    SectionSpec,
    TableContent,
    TextContent,
    dumps,
    empty,
    from_json_value,
    is_empty,
    loads,
    plain_text,
    to_json_value,
)

_TEXT = SectionSpec("t", "次回", SectionKind.TEXT)
_LIST = SectionSpec("l", "議題", SectionKind.LIST)
_TABLE = SectionSpec("d", "決定事項", SectionKind.TABLE, columns=(Column("内容", "内容"), Column("担当", "担当")))

_strings = st.text()
_contents: st.SearchStrategy[Content] = st.one_of(
    st.builds(TextContent, _strings),
    st.builds(ListContent, st.lists(_strings).map(tuple)),
    st.builds(TableContent, st.lists(st.lists(_strings).map(tuple)).map(tuple)),
)


@given(_contents)
def test_content_comes_back_from_the_store_as_it_was(content: Content) -> None:
    assert loads(dumps(content)) == content


@given(_strings, st.lists(_strings), st.lists(st.tuples(_strings, _strings)))
def test_a_model_value_and_content_are_the_same_both_ways(
    text: str, items: list[str], rows: list[tuple[str, str]]
) -> None:
    for spec, content in (
        (_TEXT, TextContent(text)),
        (_LIST, ListContent(tuple(items))),
        (_TABLE, TableContent(tuple(rows))),
    ):
        assert from_json_value(spec, json.loads(json.dumps(to_json_value(spec, content)))) == content


@pytest.mark.parametrize(
    "text",
    ["", "x", "null", "[]", "{}", '{"text": 1}', '{"items": [1]}', '{"items": "ab"}', '{"rows": ["ab"]}',
     '{"rows": [[1]]}', '{"rows": [3]}'],
)  # fmt: skip
def test_damaged_content_in_the_store_is_an_error_and_not_invented_text(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads(text)


@pytest.mark.parametrize("value", [None, 3, {}, "text", ["a", 1, None], [{"内容": 1}, "x"], [["a"]]])
@pytest.mark.parametrize("spec", [_TEXT, _LIST, _TABLE])
def test_a_value_of_the_wrong_shape_never_breaks_a_running_draft(spec: SectionSpec, value: object) -> None:
    content = from_json_value(spec, value)
    assert loads(dumps(content)) == content
    assert type(content) is type(empty(spec.kind))


def test_a_row_still_being_written_gets_empty_cells() -> None:
    assert from_json_value(_TABLE, [{"内容": "試行する"}, {}]) == TableContent((("試行する", ""), ("", "")))


def test_half_a_surrogate_pair_from_the_model_does_not_break_saving() -> None:
    content = from_json_value(_TEXT, json.loads('"髙\\ud83d橋"'))
    assert content == TextContent("髙橋")
    assert dumps(content).encode("utf-8")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TextContent(""), True),
        (TextContent(" 　\n\t"), True),
        (TextContent("。"), False),
        (ListContent(), True),
        (ListContent(("", "　")), True),
        (ListContent(("", "a")), False),
        (TableContent(), True),
        (TableContent((("", " "), ("",))), True),
        (TableContent((("", "a"),)), False),
    ],
)
def test_white_space_alone_counts_as_empty(content: Content, *, expected: bool) -> None:
    assert is_empty(content) is expected


def test_a_table_pasted_into_a_spreadsheet_keeps_its_columns() -> None:
    section = Section(_TABLE, TableContent((("試行\tする\n来月", "佐藤　係長"),)))
    assert plain_text(section) == "内容\t担当\n試行 する 来月\t佐藤　係長"


def test_lists_and_text_are_copied_line_by_line() -> None:
    assert plain_text(Section(_LIST, ListContent(("一", "二")))) == "一\n二"
    assert plain_text(Section(_TEXT, TextContent("一\n二"))) == "一\n二"
