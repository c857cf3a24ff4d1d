"""The keys a template may have but need not: search words, publication, style profile, optional sections, reference."""

from __future__ import annotations

import datetime as dt

import pytest

from desktop.core.errors import ErrorCode
from desktop.core.review import ReviewProfile
from desktop.core.sections import ListContent, TextContent
from desktop.documents.arrange import arrange
from desktop.documents.blocks import Line, LineKind
from desktop.templates.model import Template
from desktop.templates.parse import check_template, parse_template
from desktop.templates.render import build_document, draft_schema, system_prompt

GOOD = """format = 1
id = "report"
name = "報告"
category = "memo"
version = "1.2"
keywords = ["出張", "復命書"]
author = "企画課　田中"
updated = "令和8年11月24日"
change = "様式を改めた"

[[field]]
key = "記録"
label = "記録"
type = "document"

[[section]]
key = "結果"
title = "結果"
kind = "text"

[[section]]
key = "所感"
title = "所感"
kind = "text"
optional = true

[[section]]
key = "経費"
title = "経費"
kind = "list"
optional = true

[layout]
kind = "memo"
reference = "市の様式.docx"

[prompt]
system = "あなたは職員です。"
user = "{記録}"

[review]
profile = "residents"
"""


@pytest.fixture
def template() -> Template:
    return parse_template(GOOD, "a.toml")


def test_everything_that_need_not_be_written_is_read(template: Template) -> None:
    assert template.keywords == ("出張", "復命書")
    assert (template.author, template.change) == ("企画課　田中", "様式を改めた")
    assert template.updated == dt.date(2026, 11, 24)
    assert template.review_profile is ReviewProfile.RESIDENTS
    assert (template.layout.reference, template.layout.reference_sha256) == ("市の様式.docx", "")
    assert [section.optional for section in template.sections] == [False, True, True]


@pytest.mark.parametrize(
    ("kind", "profile"),
    [("minutes", ReviewProfile.MINUTES), ("notice", ReviewProfile.OFFICIAL), ("memo", ReviewProfile.OFFICIAL)],
)
def test_a_template_without_a_profile_takes_that_of_its_layout(kind: str, profile: ReviewProfile) -> None:
    without = GOOD.replace('[review]\nprofile = "residents"\n', "").replace('kind = "memo"', f'kind = "{kind}"')
    template = parse_template(without, "a.toml")
    assert template.review is None
    assert template.review_profile is profile


def test_the_profile_none_is_not_replaced_by_that_of_the_layout() -> None:
    template = parse_template(GOOD.replace('"residents"', '"none"'), "a.toml")
    assert template.review_profile is ReviewProfile.NONE


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('["出張", "復命書"]', '["語"' + ', "語"' * 20 + "]", "keywords", "too_many"),
        ('"復命書"]', f'"{"長" * 41}"]', "keywords", "too_long"),
        ('"令和8年11月24日"', '"きのう"', "updated", "not_a_date"),
        ('"様式を改めた"', f'"{"長" * 401}"', "change", "too_long"),
        ('profile = "residents"', 'profile = "公用文"', "review.profile", "not_one_of"),
        (
            'kind = "text"\noptional',
            'kind = "text"\nrole = "subject"\noptional',
            "section.optional",
            "not_allowed_here",
        ),
        ('"市の様式.docx"', '"../市の様式.docx"', "layout.reference", "not_a_file_name"),
        ('"市の様式.docx"', '"市の様式.docm"', "layout.reference", "not_a_docx"),
        ('"市の様式.docx"', '"a.docx"\nreference_sha256 = "12"', "layout.reference_sha256", "not_a_hash"),
        ("reference = ", f'reference_sha256 = "{"0" * 64}"\n#', "layout.reference_sha256", "not_allowed_here"),
    ],
)
def test_a_mistake_in_a_key_that_need_not_be_written_is_named(old: str, new: str, key: str, reason: str) -> None:
    assert old in GOOD
    (fault,) = check_template(GOOD.replace(old, new), "a.toml")
    assert fault.code is ErrorCode.TEMPLATE_BAD_VALUE
    assert (fault.fields["key"], fault.fields["reason"]) == (key, reason)
    assert int(fault.fields["line"]) > 1


def test_a_value_out_of_its_limits_tells_the_limits() -> None:
    (fault,) = check_template(GOOD.replace('"様式を改めた"', f'"{"長" * 401}"'), "a.toml")
    assert (fault.fields["limit"], fault.fields["length"]) == (400, 401)
    (fault,) = check_template(GOOD.replace('"residents"', '"resident"'), "a.toml")
    assert fault.fields["suggestion"] == "residents"
    assert "plain_japanese" in str(fault.fields["allowed"])


def test_the_model_may_leave_an_optional_section_empty_and_no_other(template: Template) -> None:
    properties = draft_schema(template)["properties"]
    assert isinstance(properties, dict)
    assert (properties["結果"]["minLength"], properties["所感"]["minLength"]) == (1, 0)
    rules = system_prompt(template).split("\n")
    assert [("なければ空" in rule) for rule in rules if rule.startswith("・")] == [False, True, True]


def test_an_optional_section_is_printed_only_with_content_and_the_numbers_have_no_gap(template: Template) -> None:
    empty = build_document(template, {}, {})
    filled = build_document(template, {}, {"経費": ListContent(("2,000円",)), "結果": TextContent("済み")})

    def headings(document: object) -> list[tuple[str, str]]:
        assert isinstance(document, type(empty))
        lines = [block for block in arrange(document) if isinstance(block, Line)]
        return [(line.marker, line.text) for line in lines if line.kind is LineKind.HEADING]

    assert headings(empty) == [("１", "結果")]
    assert headings(filled) == [("１", "結果"), ("２", "経費")]
