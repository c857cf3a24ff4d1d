"""Template files that people edit: every mistake is refused with the right line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.document import LayoutKind
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Column, SectionKind, SectionRole
from desktop.templates.model import FieldType
from desktop.templates.parse import check_template, parse_template

GOOD = '''format = 1
id = "report"
name = "報告書"
category = "other"
version = "1.0"
description = "試しのひな形"

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
key = "本文"
label = "本文"
type = "document"

[[section]]
key = "概要"
title = "概要"
kind = "text"
role = "body"
max_chars = 200
instruction = "短く。"

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
title = "内容"

[layout]
kind = "memo"
title = "{件名}"
date = "{日}"
contact = ["区分　{区分}"]

[[layout.fact]]
label = "日付"
value = "{日}"

[prompt]
system = """
書記です。
例：{"概要": "…"}
"""
user = """
件名：{件名}
{{見本}}
{本文}
"""

[example]
"件名" = "みどりの日"
'''


def line_of(text: str, part: str) -> int:
    """Return the line of the first occurrence; the part must be there."""
    assert part in text
    return text[: text.index(part)].count("\n") + 1


def only_fault(text: str) -> UserFault:
    faults = check_template(text, "a.toml")
    assert [str(fault) for fault in faults[1:]] == []
    with pytest.raises(UserFault) as raised:
        parse_template(text, "a.toml")
    assert raised.value.fields == faults[0].fields
    return faults[0]


def test_a_good_file_gives_everything_it_says() -> None:
    template = parse_template(GOOD, "a.toml")

    assert (template.id, template.name, template.version) == ("report", "報告書", "1.0")
    assert [field.type for field in template.fields] == [
        FieldType.TEXT,
        FieldType.DATE,
        FieldType.CHOICE,
        FieldType.DOCUMENT,
    ]
    assert template.field("区分").choices == ("通常", "至急")
    assert template.section("概要").role is SectionRole.BODY
    assert template.section("作業").kind is SectionKind.TABLE
    assert template.section("作業").columns == (Column("担当", "担当", 20), Column("内容", "内容", 80))
    assert template.layout.kind is LayoutKind.MEMO
    assert template.layout.facts == (("日付", "{日}"),)
    assert template.examples == (("件名", "みどりの日"),)
    assert template.source == GOOD
    assert check_template(GOOD, "a.toml") == []


def test_a_file_saved_with_windows_line_ends_is_the_same_template() -> None:
    windows = parse_template(GOOD.replace("\n", "\r\n"), "a.toml")

    assert windows.prompt == parse_template(GOOD, "a.toml").prompt


@pytest.mark.parametrize(
    ("old", "new", "key", "suggestion"),
    [
        ('name = "報告書"', 'nmae_en = "x"\nname = "報告書"', "nmae_en", "name_en"),
        ("required = true", "requierd = true", "field.requierd", "required"),
        ("max_items = 5", "max_itmes = 5", "section.max_itmes", "max_items"),
        ('title = "内容"', 'title = "内容"\nwidth = 3', "section.column.width", ""),
        ('contact = ["区分', 'contacts = ["区分', "layout.contacts", "contact"),
        ("system = ", "systme = 1\nsystem = ", "prompt.systme", "system"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_likely_word(
    old: str, new: str, key: str, suggestion: str
) -> None:
    text = GOOD.replace(old, new, 1)
    fault = next(fault for fault in check_template(text, "a.toml") if fault.code is ErrorCode.TEMPLATE_UNKNOWN_KEY)

    bare = key.rpartition(".")[2]
    assert fault.fields == {"file": "a.toml", "line": line_of(text, bare), "key": key, "suggestion": suggestion}


@pytest.mark.parametrize(
    ("removed", "key", "table"),
    [
        ('version = "1.0"\n', "version", "format"),
        ("format = 1\n", "format", "id"),
        ('key = "日"\n', "field.key", '[[field]]\nlabel = "日付"'),
        ('kind = "table"\n', "section.kind", '[[section]]\nkey = "作業"'),
        ('title = "担当"\n', "section.column.title", '[[section.column]]\nkey = "担当"'),
        ('kind = "memo"\n', "layout.kind", "[layout]"),
    ],
)
def test_a_missing_key_is_named_with_the_line_of_its_table(removed: str, key: str, table: str) -> None:
    text = GOOD.replace(removed, "", 1)
    fault = next(fault for fault in check_template(text, "a.toml") if fault.code is ErrorCode.TEMPLATE_MISSING_KEY)

    assert fault.fields == {"file": "a.toml", "line": line_of(text, table), "key": key}


def test_a_choice_without_choices_and_a_template_without_sections_are_refused() -> None:
    for text, key in (
        (GOOD.replace('choices = ["通常", "至急"]\ndefault = "通常"\n', ""), "field.choices"),
        (GOOD[: GOOD.index("[[section]]")] + GOOD[GOOD.index("[layout]") :], "section"),
    ):
        fault = only_fault(text)
        assert (fault.code, fault.fields["key"]) == (ErrorCode.TEMPLATE_MISSING_KEY, key)
    empty = only_fault(GOOD.replace('choices = ["通常", "至急"]', "choices = []"))
    assert (empty.fields["key"], empty.fields["reason"]) == ("field.choices", "too_few")


def test_a_missing_part_is_named() -> None:
    without_prompt = GOOD[: GOOD.index("[prompt]")] + GOOD[GOOD.index("[example]") :]
    codes = {(fault.code, fault.fields.get("key")) for fault in check_template(without_prompt, "a.toml")}

    assert (ErrorCode.TEMPLATE_MISSING_KEY, "prompt") in codes


@pytest.mark.parametrize(
    ("old", "new", "key", "expected", "found"),
    [
        ("max_items = 5", 'max_items = "5"', "section.max_items", "integer", "string"),
        ("max_items = 5", "max_items = true", "section.max_items", "integer", "boolean"),
        ("max_items = 5", "max_items = 5.0", "section.max_items", "integer", "float"),
        ("required = true", "required = 1", "field.required", "boolean", "integer"),
        ('name = "報告書"', "name = 2026-11-24", "name", "string", "datetime"),
        ('["通常", "至急"]', '"通常"', "field.choices", "array_of_strings", "string"),
        ('["区分　{区分}"]', '["区分　{区分}", 3]', "layout.contact", "string", "integer"),
        ('"件名" = "みどりの日"', '"件名" = ["みどりの日"]', "example.件名", "string", "array"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(old: str, new: str, key: str, expected: str, found: str) -> None:
    text = GOOD.replace(old, new, 1)
    fault = only_fault(text)

    assert fault.code is ErrorCode.TEMPLATE_WRONG_TYPE
    line = line_of(text, new)
    assert fault.fields == {"file": "a.toml", "line": line, "key": key, "expected": expected, "found": found}


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('id = "report"', 'id = "../report"', "id", "bad_name"),
        ('name = "報告書"', 'name = " "', "name", "empty"),
        ('name = "報告書"', 'name = "a\\nb"', "name", "line_break"),
        ('name = "報告書"', f'name = "{"長" * 61}"', "name", "too_long"),
        ('category = "other"', 'category = "その他"', "category", "not_one_of"),
        ('type = "text"', 'type = "number"', "field.type", "not_one_of"),
        ("required = true", 'required = true\nchoices = ["a"]', "field.choices", "not_allowed_here"),
        ('["通常", "至急"]', '["通常", "通常"]', "field.choices", "duplicate"),
        ('default = "通常"', 'default = "普通"', "field.default", "not_one_of"),
        ('type = "date"', 'type = "date"\ndefault = "令和8年2月30日"', "field.default", "not_a_date"),
        ("max_chars = 200", "max_chars = 2001", "section.max_chars", "out_of_range"),
        ("max_chars = 200", "max_chars = 0", "section.max_chars", "out_of_range"),
        ('key = "作業"', 'key = "概要"', "section.key", "duplicate"),
        ('key = "作業"', 'key = "作 業"', "section.key", "bad_name"),
        ('key = "内容"', 'key = "担当"', "section.column.key", "duplicate"),
        ('date = "{日}"', 'date = "{件名}"', "layout.date", "not_a_date_field"),
        ('title = "{件名}"', 'title = "{件名}}"', "layout.title", "stray_brace"),
        ("書記です。", "書記です。{件名}", "prompt.system", "placeholder_in_system"),
        ("format = 1", "format = 2", "format", "format_unsupported"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_the_reason(old: str, new: str, key: str, reason: str) -> None:
    text = GOOD.replace(old, new, 1)
    fault = only_fault(text)

    assert fault.code is ErrorCode.TEMPLATE_BAD_VALUE
    assert (fault.fields["key"], fault.fields["reason"]) == (key, reason)
    if key != "prompt.system":
        # A second key in `new` is the one that is wrong.
        assert fault.fields["line"] == line_of(GOOD, old) + new.count("\n")


def test_a_field_that_nothing_uses_is_a_fault_because_what_is_typed_there_would_vanish() -> None:
    text = GOOD.replace("{本文}", "本文", 1)
    fault = only_fault(text)

    assert (fault.fields["reason"], fault.fields["line"]) == ("unused", line_of(text, 'key = "本文"'))


@pytest.mark.parametrize("inner", ["件名.upper", "件名!r", "件名:>10", "件名[0]", "", "0"])
def test_a_placeholder_can_do_nothing_but_name_a_field(inner: str) -> None:
    text = GOOD.replace("{本文}", "{本文}\n{" + inner + "}", 1)
    fault = only_fault(text)

    assert fault.code is ErrorCode.TEMPLATE_UNKNOWN_FIELD
    assert (fault.fields["field"], fault.fields["line"]) == (inner, line_of(text, "{" + inner + "}"))


def test_a_mistyped_placeholder_gets_its_own_line_and_the_likely_field() -> None:
    long_key = GOOD.replace("本文", "会議の記録")
    text = long_key.replace("{会議の記録}", "{会議の録}\n{会議の記録}", 1)
    fault = only_fault(text)

    assert fault.fields["line"] == line_of(text, "{会議の録}")
    assert fault.fields["suggestion"] == "会議の記録"


def test_an_example_for_a_field_that_is_not_there_is_named() -> None:
    text = GOOD + '"件各" = "x"\n'
    fault = only_fault(text)

    assert fault.code is ErrorCode.TEMPLATE_UNKNOWN_FIELD
    assert fault.fields["line"] == line_of(text, '"件各"')


def test_all_faults_are_reported_in_the_order_of_the_lines() -> None:
    text = GOOD.replace('version = "1.0"', "version = 1").replace("max_items = 5", "max_itmes = 5")
    text = text.replace('kind = "memo"', 'kind = "poster"')
    faults = check_template(text, "a.toml")

    assert [fault.code for fault in faults] == [
        ErrorCode.TEMPLATE_WRONG_TYPE,
        ErrorCode.TEMPLATE_UNKNOWN_KEY,
        ErrorCode.TEMPLATE_BAD_VALUE,
    ]
    assert [fault.fields["line"] for fault in faults] == sorted(int(fault.fields["line"]) for fault in faults)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "報告書"', 'name = "報告書'),
        ('name = "報告書"', '名前 = "報告書"'),
        ('name = "報告書"', 'name = "報告書"\nname = "二つ目"'),
        ("max_items = 5", f"max_items = {'9' * 5000}"),
        ("max_items = 5", f"max_items = {'[' * 20_000}"),
    ],
)
def test_text_that_is_no_toml_is_refused_with_its_place(old: str, new: str) -> None:
    fault = only_fault(GOOD.replace(old, new, 1))

    assert fault.code is ErrorCode.TEMPLATE_SYNTAX
    assert fault.fields["file"] == "a.toml"
    assert int(fault.fields["line"]) >= 1


def test_a_syntax_error_names_its_line_and_column() -> None:
    text = GOOD.replace('name = "報告書"', "name = 報告書", 1)
    fault = only_fault(text)

    assert fault.fields == {"file": "a.toml", "line": line_of(text, "name = 報"), "column": 8}


def test_an_enormous_text_is_refused_before_it_is_parsed() -> None:
    fault = only_fault(GOOD + "#" * 300_000)

    assert (fault.code, fault.fields["reason"]) == (ErrorCode.TEMPLATE_BAD_VALUE, "too_long")


@given(st.lists(st.sampled_from(GOOD.split("\n")), max_size=60).map("\n".join))
def test_no_shuffled_file_does_anything_but_give_faults(text: str) -> None:
    for fault in check_template(text, "a.toml"):
        assert 1 <= int(fault.fields["line"]) <= text.count("\n") + 1
