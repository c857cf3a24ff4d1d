"""Sections that are gathered place by place: their worked examples are read, and mistakes in them get their line."""

from __future__ import annotations

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Copy, Gather, Shot
from desktop.templates.library import builtin_templates
from desktop.templates.parse import check_template, parse_template
from desktop.templates.render import answer_schema, section_prompt

GOOD = """format = 1
id = "minutes2"
name = "議事録"
category = "minutes"
version = "1.0"
description = "試し"

[[field]]
key = "記録"
label = "記録"
type = "document"

[[section]]
key = "宿題"
title = "宿題"
kind = "table"
gather = "tasks"
instruction = "する仕事。"

[[section.column]]
key = "担当"
title = "担当"
max_chars = 20
copy = "people"

[[section.column]]
key = "内容"
title = "内容"

[[section.shot]]
before = "部長：だれが行きますか。"
reading = "山田：私が行きます。"
answer = { "担当" = "山田", "内容" = "会場へ行く" }

[[section]]
key = "意見"
title = "意見"
kind = "list"
gather = "passages"

[layout]
kind = "minutes"
title = "議事録"

[prompt]
system = "あなたは書記です。"
user = "{記録}"
"""


def test_what_a_section_is_gathered_from_is_read_with_its_examples() -> None:
    tasks, opinions = parse_template(GOOD, "a.toml").sections
    assert (tasks.gather, opinions.gather) == (Gather.TASKS, Gather.PASSAGES)
    assert [column.copy for column in tasks.columns] == [Copy.PEOPLE, Copy.NONE]
    answer = {"担当": "山田", "内容": "会場へ行く"}
    assert tasks.shots == (Shot("部長：だれが行きますか。", "山田：私が行きます。", answer),)


@pytest.mark.parametrize(
    ("good", "bad", "code", "key"),
    [
        ('gather = "tasks"', 'gather = "promises"', ErrorCode.TEMPLATE_BAD_VALUE, "section.gather"),
        ('gather = "passages"', 'gather = "next"', ErrorCode.TEMPLATE_BAD_VALUE, "section.gather"),
        ('gather = "tasks"\n', "\n", ErrorCode.TEMPLATE_BAD_VALUE, "section.shot"),
        ('copy = "people"', 'copy = "anything"', ErrorCode.TEMPLATE_BAD_VALUE, "section.column.copy"),
        ('"内容" = "会場へ行く"', '"内訳" = "会場へ行く"', ErrorCode.TEMPLATE_UNKNOWN_KEY, "section.shot.answer.内訳"),
        ('answer = { "担当"', 'answers = { "担当"', ErrorCode.TEMPLATE_UNKNOWN_KEY, "section.shot.answers"),
        ('reading = "山田：私が行きます。"', "", ErrorCode.TEMPLATE_MISSING_KEY, "section.shot.reading"),
        ('type = "document"', 'type = "longtext"', ErrorCode.TEMPLATE_BAD_VALUE, "section.gather"),
    ],
)
def test_a_mistake_in_a_gathered_section_is_named_with_its_line(good: str, bad: str, code: ErrorCode, key: str) -> None:
    assert good in GOOD
    faults = check_template(GOOD.replace(good, bad), "a.toml")
    named = [fault for fault in faults if (fault.code, fault.fields["key"]) == (code, key)]
    assert named, faults
    assert int(named[0].fields["line"]) > 1


def test_a_row_can_only_copy_what_it_is_given() -> None:
    tasks, _ = parse_template(GOOD, "a.toml").sections
    properties = answer_schema(tasks, {"担当": ("山田", "森")}, most=3)["properties"]
    assert isinstance(properties, dict)
    assert properties["担当"] == {"type": "string", "enum": ["山田", "森"]}
    assert properties["内容"]["minLength"] == 1


def test_a_passage_gives_at_most_the_items_asked_for() -> None:
    _, opinions = parse_template(GOOD, "a.toml").sections
    properties = answer_schema(opinions, {}, most=3)["properties"]
    assert isinstance(properties, dict)
    assert properties["意見"]["maxItems"] == 3


def test_a_question_about_one_section_does_not_tell_of_the_others() -> None:
    template = parse_template(GOOD, "a.toml")
    system = section_prompt(template, template.sections[0])
    assert "する仕事。" in system
    assert "意見" not in system


def test_the_minutes_that_come_with_the_program_are_gathered() -> None:
    minutes = next(template for template in builtin_templates() if template.id == "minutes")
    gathered = {spec.gather for spec in minutes.sections}
    assert gathered == {Gather.DIGEST, Gather.PASSAGES, Gather.DECISIONS, Gather.TASKS, Gather.NEXT}
    assert all(spec.shots for spec in minutes.sections)


def only_fault(text: str) -> UserFault:
    (fault,) = check_template(text, "a.toml")
    return fault


def line_of(text: str, part: str) -> int:
    """Return the line of the first occurrence; the part must be there."""
    assert part in text
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("kind", "gather"),
    [("text", "decisions"), ("text", "tasks"), ("list", "next"), ("text", "passages")],
)
def test_a_section_of_a_kind_that_cannot_be_gathered_so_is_refused_on_its_line(kind: str, gather: str) -> None:
    written = f'kind = "{kind}"\ngather = "{gather}"'
    text = GOOD.replace('kind = "list"\ngather = "passages"', written)
    fault = only_fault(text)
    assert (fault.code, fault.fields["reason"]) == (ErrorCode.TEMPLATE_BAD_VALUE, "not_allowed_here")
    assert (fault.fields["key"], fault.fields["line"]) == ("section.gather", line_of(text, written) + 1)


@pytest.mark.parametrize("gather", ["next", "passages", "digest"])
def test_a_table_is_gathered_from_decisions_or_tasks_only(gather: str) -> None:
    text = GOOD.replace('gather = "tasks"', f'gather = "{gather}"')
    fault = only_fault(text)
    assert (fault.fields["key"], fault.fields["reason"]) == ("section.gather", "not_allowed_here")
    assert fault.fields["line"] == line_of(text, f'gather = "{gather}"')


def test_a_worked_example_for_a_section_that_is_written_in_one_go_is_refused_on_its_line() -> None:
    text = GOOD.replace('gather = "tasks"\n', "")
    fault = only_fault(text)
    assert (fault.fields["key"], fault.fields["reason"]) == ("section.shot", "not_allowed_here")
    assert fault.fields["line"] == line_of(text, "[[section.shot]]")


def test_a_column_of_an_example_that_the_table_has_not_is_named_with_the_likely_one() -> None:
    text = GOOD.replace('"担当" = "山田"', '"担当者" = "山田"')
    fault = only_fault(text)
    assert (fault.code, fault.fields["key"]) == (ErrorCode.TEMPLATE_UNKNOWN_KEY, "section.shot.answer.担当者")
    assert (fault.fields["suggestion"], fault.fields["line"]) == ("担当", line_of(text, '"担当者"'))


SECOND_RECORD = '[[field]]\nkey = "資料"\nlabel = "資料"\ntype = "document"\n\n[[section]]\nkey = "宿題"'


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace('type = "document"', 'type = "longtext"'),
        GOOD.replace('[[section]]\nkey = "宿題"', SECOND_RECORD).replace("{記録}", "{記録}{資料}"),
    ],
    ids=["no record", "two records"],
)
def test_a_template_without_exactly_one_record_cannot_gather_from_it(text: str) -> None:
    faults = check_template(text, "a.toml")
    found = [(fault.fields["key"], fault.fields["reason"], fault.fields["line"]) for fault in faults]
    lines = [line_of(text, 'gather = "tasks"'), line_of(text, 'gather = "passages"')]
    assert found == [("section.gather", "not_allowed_here", line) for line in lines]


def test_an_example_of_a_table_is_a_row_and_not_a_text() -> None:
    text = GOOD.replace('answer = { "担当" = "山田", "内容" = "会場へ行く" }', 'answer = "山田が行く"')
    fault = only_fault(text)
    assert fault.code is ErrorCode.TEMPLATE_WRONG_TYPE
    assert (fault.fields["expected"], fault.fields["line"]) == ("table", line_of(text, 'answer = "山田が行く"'))


def test_more_examples_than_a_prompt_should_hold_are_refused() -> None:
    start, end = GOOD.index("[[section.shot]]"), GOOD.index('[[section]]\nkey = "意見"')
    fault = only_fault(GOOD[:start] + GOOD[start:end] * 7 + GOOD[end:])
    assert (fault.fields["key"], fault.fields["reason"]) == ("section.shot", "too_many")


def test_the_example_of_a_text_and_of_a_list_is_read_in_its_own_shape() -> None:
    shot = '\n[[section.shot]]\nreading = """\n岡：広い。\n"""\nanswer = ["岡：広い。"]\n'
    text = GOOD.replace('gather = "passages"\n', f'gather = "passages"\n{shot}')
    assert parse_template(text, "a.toml").section("意見").shots == (Shot("", "岡：広い。", ["岡：広い。"]),)
    one = text.replace('kind = "list"\ngather = "passages"', 'kind = "text"\ngather = "next"')
    one = one.replace('answer = ["岡：広い。"]', 'answer = "6月2日"')
    assert parse_template(one, "a.toml").section("意見").shots == (Shot("", "岡：広い。", "6月2日"),)
