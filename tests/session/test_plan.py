"""A draft can be asked for in parts: one section again, or on from any place where it broke off."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.sections import (
    Column,
    Content,
    ListContent,
    SectionKind,
    SectionSpec,
    TableContent,
    TextContent,
    to_json_value,
)
from desktop.engine.grammar import dump_compact
from desktop.session.asks import Answers, Ask
from desktop.session.partial_json import read_object
from desktop.session.plan import FORM, fit, form_asks, growth
from desktop.templates.library import builtin_templates
from desktop.templates.model import Template


def minutes() -> Template:
    return next(template for template in builtin_templates() if template.id == "minutes")


def filled(template: Template) -> dict[str, Content]:
    """Return content for every section."""
    contents: dict[str, Content] = {}
    for spec in template.sections:
        if spec.kind is SectionKind.TEXT:
            contents[spec.key] = TextContent(f"{spec.key}の文")
        elif spec.kind is SectionKind.LIST:
            contents[spec.key] = ListContent((f"{spec.key}の一", f"{spec.key}の二"))
        else:
            contents[spec.key] = TableContent((tuple(f"{column.key}の値" for column in spec.columns),))
    return contents


def whole_json(template: Template) -> str:
    contents = filled(template)
    return dump_compact({spec.key: to_json_value(spec, contents[spec.key]) for spec in template.sections})


def asked(template: Template, contents: dict[str, Content], pending: list[str], answer: str = "") -> Iterator[Ask]:
    """Yield the questions for pending sections, after an earlier run that left an answer."""
    answers = Answers()
    if answer:
        answers.put(FORM, answer)
    return form_asks(template, (), contents, pending, Answers(answers.dumps()))


def keys_of(ask: Ask) -> list[str]:
    properties = ask.schema["properties"]
    assert isinstance(properties, dict)
    return list(properties)


def test_a_new_draft_is_one_generation_of_all_sections() -> None:
    template = minutes()
    keys = [spec.key for spec in template.sections]
    (step,) = asked(template, {}, keys)
    assert step.written == ""
    assert keys_of(step) == keys


def test_writing_one_section_again_gives_the_model_those_before_it_and_stops_after_it() -> None:
    template = minutes()
    keys = [spec.key for spec in template.sections]
    (step,) = asked(template, filled(template), [keys[2]])
    assert keys_of(step) == keys[:3]
    read = read_object(step.written)
    assert list(read.members) == keys[:2]
    assert step.written.endswith(json.dumps(keys[2], ensure_ascii=False) + ":")


def test_sections_apart_from_each_other_are_separate_generations_and_the_later_one_sees_the_earlier() -> None:
    template = minutes()
    keys = [spec.key for spec in template.sections]
    contents = filled(template)
    plan = asked(template, contents, [keys[0], keys[2]])
    assert keys_of(next(plan)) == [keys[0]]
    spec = template.section(keys[0])
    new: Content = TextContent("新しい") if spec.kind is SectionKind.TEXT else ListContent(("新しい",))
    contents[keys[0]] = new
    second = next(plan)
    assert keys_of(second) == keys[:3]
    assert "新しい" in second.written


@given(st.data())
def test_continuing_repeats_what_was_written_and_nothing_else(data: st.DataObject) -> None:
    template = minutes()
    text = whole_json(template)
    cut = data.draw(st.integers(1, len(text) - 2))
    raw = text[:cut]
    written = growth(raw, template, [spec.key for spec in template.sections])
    pending = [spec.key for spec in template.sections if not written.get(spec.key, (None, False))[1]]
    contents = {key: content for key, (content, _) in written.items()}
    if not pending:
        return
    step = next(asked(template, contents, pending, raw))
    assert text.startswith(step.written)
    # What is left out of the beginning is at most a key that the grammar forces anyway.
    assert growth(step.written, template, pending) == {key: v for key, v in written.items() if key in pending}


@pytest.mark.parametrize("raw", ["", "壊れた", "{", '{"知らない": "a'])
def test_continuing_without_a_usable_answer_starts_the_section_anew(raw: str) -> None:
    template = minutes()
    keys = [spec.key for spec in template.sections]
    step = next(asked(template, {}, keys, raw))
    assert step.written == ""


def test_what_a_person_wrote_beyond_the_limits_is_shortened_for_the_prompt_only() -> None:
    text = SectionSpec("a", "a", SectionKind.TEXT, max_chars=5)
    assert fit(text, TextContent("一二三\x00四五六")) == TextContent("一二三四五")
    assert fit(text, TextContent("")) == TextContent("（なし）")
    sentence = SectionSpec("d", "d", SectionKind.LIST, max_chars=9)
    assert fit(sentence, ListContent(("買う。売る。", "。", "行を\n分ける"))) == ListContent(("買う。", "行を 分ける"))
    items = SectionSpec("b", "b", SectionKind.LIST, max_chars=2, max_items=2)
    assert fit(items, ListContent(("一二三", "", "四", "五"))) == ListContent(("一二", "四"))
    table = SectionSpec("c", "c", SectionKind.TABLE, max_items=1, columns=(Column("x", "x", 2), Column("y", "y", 1)))
    assert fit(table, TableContent((("一二三", "四五"), ("六", "七")))) == TableContent((("一二", "四"),))
