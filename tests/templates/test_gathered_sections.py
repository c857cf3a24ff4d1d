"""Sections that are gathered place by place: their worked examples are read, and mistakes in them get their line."""

from __future__ import annotations

import pytest

from desktop.core.errors import ErrorCode
from desktop.core.sections import Copy, Gather, Shot
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
