"""From a template and what a person filled in to the prompt, the schema and the printed document."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.templates.library import builtin_templates
from desktop.templates.model import Template
from desktop.templates.parse import parse_template
from desktop.templates.placeholders import fill
from desktop.templates.render import (
    build_document,
    draft_schema,
    render_prompt,
    section_schema,
    system_prompt,
    validate_inputs,
)

TEXT = '''format = 1
id = "report"
name = "報告書"
category = "other"
version = "1.0"

[[field]]
key = "件名"
label = "件名"
type = "text"
required = true

[[field]]
key = "日"
label = "日付"
type = "date"

[[field]]
key = "区分"
label = "区分"
type = "choice"
choices = ["通常", "至急"]
default = "通常"

[[field]]
key = "出席者"
label = "出席者"
type = "list"

[[field]]
key = "記録"
label = "記録"
type = "document"
required = true

[[section]]
key = "標題"
title = "標題"
kind = "text"
role = "subject"
max_chars = 50

[[section]]
key = "意見"
title = "意見"
kind = "list"
max_items = 3
max_chars = 60
instruction = """短く、
一文で。"""

[[section]]
key = "作業"
title = "作業"
kind = "table"
max_items = 5

[[section.column]]
key = "担当"
title = "担当"
max_chars = 20

[[section.column]]
key = "内容"
title = "すること"

[layout]
kind = "notice"
date = "{日}"
number = "第{件名}号"
contact = ["{出席者}", "区分　{区分}"]

[[layout.fact]]
label = "日付"
value = "{日}　{区分}"

[[layout.fact]]
label = "出席者"
value = "{出席者}"

[prompt]
system = "書記です。"
user = """
件名：{件名}
日付：{日}
出席者：{出席者}
形は {{ }} です。
{記録}
"""
example = '{"標題": "例"}'
'''


@pytest.fixture
def template() -> Template:
    return parse_template(TEXT, "a.toml")


def refused(template: Template, values: dict[str, str]) -> UserFault:
    with pytest.raises(UserFault) as raised:
        validate_inputs(template, values)
    return raised.value


def test_dates_become_wareki_lists_lose_empty_lines_and_defaults_fill_in(template: Template) -> None:
    values = validate_inputs(
        template,
        {"件名": "  市民\n文化祭 ", "日": "２０２６-１１-７", "出席者": " 森 \r\n\n佐藤\n", "記録": "\n　本文\n"},
    )

    assert values == {
        "件名": "市民 文化祭",
        "日": "令和8年11月7日",
        "区分": "通常",
        "出席者": "森\n佐藤",
        "記録": "　本文",
    }


def test_a_required_field_of_spaces_is_missing(template: Template) -> None:
    fault = refused(template, {"件名": "　 ", "記録": "x"})

    assert fault.code is ErrorCode.FIELD_MISSING
    assert fault.fields == {"field": "件名", "label": "件名"}


@pytest.mark.parametrize("typed", ["来週", "令和8年2月30日", "昭和65年1月1日"])
def test_a_date_that_does_not_exist_is_named(template: Template, typed: str) -> None:
    fault = refused(template, {"件名": "a", "記録": "b", "日": typed})

    assert fault.code is ErrorCode.FIELD_BAD_DATE
    assert fault.fields == {"field": "日", "label": "日付", "value": typed}


def test_a_choice_outside_the_list_and_an_unknown_field_are_named(template: Template) -> None:
    assert refused(template, {"件名": "a", "記録": "b", "区分": "普通"}).code is ErrorCode.FIELD_BAD_CHOICE
    assert refused(template, {"件名": "a", "記録": "b", "件各": "c"}).fields == {"field": "件各"}


def test_values_are_never_read_as_placeholders(template: Template) -> None:
    _, user = render_prompt(template, {"件名": "{記録}{0.__class__}", "記録": "{{件名}} %s {日}"})

    assert "件名：{記録}{0.__class__}" in user
    assert user.endswith("{{件名}} %s {日}")
    assert "形は { } です。" in user


def test_a_line_whose_field_is_empty_is_left_out_so_that_nothing_invites_invention(template: Template) -> None:
    _, user = render_prompt(template, {"件名": "a", "記録": "b"})

    assert "日付：" not in user
    assert "出席者：" not in user
    _, user = render_prompt(template, {"件名": "a", "記録": "b", "出席者": "森\n佐藤"})
    assert "出席者：森、佐藤\n" in user


def test_the_system_message_is_the_same_for_every_draft_and_says_each_section(template: Template) -> None:
    first, _ = render_prompt(template, {"件名": "a", "記録": "b"})
    second, _ = render_prompt(template, {"件名": "c", "記録": "d", "日": "R8.11.24"}, only="作業")

    assert first == second == system_prompt(template)
    assert "意見（箇条書き、3項目以内、1項目60字以内）。短く、 一文で。" in first
    assert "作業（表（担当・すること）、5行以内）" in first
    assert '{"標題": "…", "意見": ["…"], "作業": [{"担当": "…", "内容": "…"}]}' in first
    assert first.endswith('{"標題": "例"}')


def test_asking_for_one_section_only_adds_to_the_end_of_the_user_message(template: Template) -> None:
    values = {"件名": "a", "記録": "b"}
    _, whole = render_prompt(template, values)
    _, one = render_prompt(template, values, only="作業")

    assert one.startswith(whole)
    assert "作業" in one.removeprefix(whole)


def test_the_schema_has_every_section_in_order_with_its_limits(template: Template) -> None:
    schema = draft_schema(template)
    properties = schema["properties"]

    assert isinstance(properties, dict)
    assert list(properties) == schema["required"] == ["標題", "意見", "作業"]
    assert schema["additionalProperties"] is False
    assert properties["標題"]["maxLength"] == 50
    assert (properties["意見"]["maxItems"], properties["意見"]["items"]["maxLength"]) == (3, 60)
    assert properties["作業"]["items"]["required"] == ["担当", "内容"]
    assert properties["作業"]["minItems"] == 0
    assert section_schema(template, "作業")["properties"] == {"作業": properties["作業"]}
    with pytest.raises(KeyError):
        section_schema(template, "ない")


def test_a_document_is_printed_with_the_subject_as_its_title_and_without_empty_facts(template: Template) -> None:
    contents: dict[str, Content] = {
        "標題": TextContent("花植えについて\n（案内）"),
        "作業": TableContent((("森", "柵を直す"),)),
    }
    document = build_document(template, {"件名": "12", "記録": "b", "日": "R8.11.24"}, contents)

    assert document.title == "花植えについて （案内）"
    assert document.date == dt.date(2026, 11, 24)
    assert document.number == "第12号"
    assert document.facts == (("日付", "令和8年11月24日　通常"),)
    assert document.contact == ("区分　通常",)
    assert [section.content for section in document.sections] == [
        contents["標題"],
        ListContent(),
        contents["作業"],
    ]


def test_a_document_can_be_printed_whatever_was_typed(template: Template) -> None:
    document = build_document(template, {"日": "来週", "区分": "普通"}, {})

    assert document.date is None
    assert document.title == "報告書"
    assert document.number == ""
    assert document.contact == ("区分　普通",)


def test_filling_looks_at_each_brace_once() -> None:
    assert fill("{{{a}}} {b}", {"a": "{b}", "b": "}}"}) == "{{b}} }}"
    with pytest.raises(KeyError):
        fill("{c}", {"a": ""})


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_the_worked_example_of_a_builtin_template_has_the_form_it_asks_for(template: Template) -> None:
    written = json.loads(template.prompt.example[template.prompt.example.index("{") :])
    properties = draft_schema(template)["properties"]

    assert isinstance(properties, dict)
    assert list(written) == list(properties)
    for key, value in written.items():
        assert_fits(value, properties[key])


def assert_fits(value: object, schema: dict[str, object]) -> None:
    """Check a value against the subset of JSON schema that templates use."""
    if schema["type"] == "string":
        assert isinstance(value, str)
        assert isinstance(schema["maxLength"], int)
        assert isinstance(schema["minLength"], int)
        assert schema["minLength"] <= len(value) <= schema["maxLength"]
    elif schema["type"] == "array":
        assert isinstance(value, list)
        assert isinstance(schema["items"], dict)
        assert isinstance(schema["maxItems"], int)
        assert len(value) <= schema["maxItems"]
        for item in value:
            assert_fits(item, schema["items"])
    else:
        assert isinstance(value, dict)
        assert isinstance(schema["properties"], dict)
        assert list(value) == list(schema["properties"])
        for key, cell in value.items():
            assert_fits(cell, schema["properties"][key])


def test_a_cell_with_room_for_several_sentences_may_hold_them_and_a_short_one_only_one() -> None:
    def schema_of(longest: int) -> object:
        properties = draft_schema(parse_template(TEXT.replace("max_chars = 60", f"max_chars = {longest}"), "a"))
        return properties["properties"]["意見"]["items"].get("format")  # type: ignore[index]  # a schema is plain JSON

    assert schema_of(120) == "sentence"
    assert schema_of(121) is None
