"""Every built-in template as a new user meets it: found, filled with its example, drafted, saved in every format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import Content, from_json_value, plain_text
from desktop.documents.arrange import title_of
from desktop.documents.export import export
from desktop.documents.read import read_source
from desktop.engine.grammar import to_gbnf
from desktop.engine.sample_json import continue_sample
from desktop.templates.library import builtin_templates
from desktop.templates.model import Category, FieldType, Template
from desktop.templates.parse import check_template
from desktop.templates.render import build_document, draft_schema, validate_inputs
from desktop.templates.samples import example_values

README = Path(__file__).resolve().parents[2] / "README.md"
TEMPLATES = builtin_templates()
# What an office asks a new program for on its first day.
WANTED = (
    "minutes", "minutes-speech", "minutes-short", "council", "notice", "request", "inquiry", "reply", "sending",
    "office-contact", "residents", "water-outage", "road-closure", "closed", "event", "cancel", "memo", "report",
    "trip-report", "handover", "approval", "assembly-qa", "assembly-answer", "assembly-followup", "greeting", "mail",
    "complaint-reply", "press", "article", "faq", "project", "business-plan", "survey", "training", "macro",
    "plain-japanese", "summary", "proofread",
)  # fmt: skip
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)


def drafted(template: Template) -> OfficialDocument:
    """Return the document of a draft in which every place holds a sample."""
    answer: Mapping[str, object] = json.loads(continue_sample(draft_schema(template), ""))
    contents: dict[str, Content] = {spec.key: from_json_value(spec, answer[spec.key]) for spec in template.sections}
    return build_document(template, example_values(template), contents)


def test_the_set_holds_what_offices_make_most_and_every_group_and_layout() -> None:
    assert sorted(template.id for template in TEMPLATES) == sorted(WANTED)
    assert len({template.name for template in TEMPLATES}) == len(TEMPLATES)
    assert {template.category for template in TEMPLATES} == set(Category)
    assert {template.layout.kind for template in TEMPLATES} == set(LayoutKind)


def test_every_file_is_named_after_its_template_and_free_of_faults() -> None:
    folder = files("desktop").joinpath("resources", "templates")
    for entry in folder.iterdir():
        text = entry.read_text(encoding="utf-8")
        assert check_template(text, entry.name) == []
        assert f'id = "{entry.name.removesuffix(".toml")}"' in text


def test_the_readme_lists_every_template_in_both_languages() -> None:
    readme = README.read_text(encoding="utf-8")
    for template in TEMPLATES:
        assert template.name in readme
        assert template.name_en in readme


@each_template
def test_a_template_can_be_found_by_other_words_and_names_its_rules_of_style(template: Template) -> None:
    assert len(template.keywords) >= 4
    assert template.review is not None
    assert template.description


@each_template
def test_the_example_fills_every_field_that_is_required(template: Template) -> None:
    values = example_values(template)
    checked = validate_inputs(template, values)
    for field in template.fields:
        if field.required:
            assert values.get(field.key) or field.default, field.key
            assert checked[field.key]
        if field.type is FieldType.CHOICE:
            assert field.required, "a choice that may be empty shows nothing chosen"


@each_template
def test_the_example_to_copy_from_is_another_case_than_the_one_to_run(template: Template) -> None:
    # A model that copied the worked example would look right in a first trial, were both about the same matter.
    values = example_values(template)
    for section in template.prompt.example.split("\n"):
        assert len(section) < 20 or section not in "\n".join(values.values())


@each_template
def test_a_draft_of_the_template_is_saved_in_every_format_with_all_of_its_text(
    template: Template, tmp_path: Path
) -> None:
    assert to_gbnf(draft_schema(template))
    document = drafted(template)
    for suffix in (".docx", ".txt", ".md"):
        saved = export(document, tmp_path / f"{template.id}{suffix}")
        text = _squeezed(read_source(saved).text)
        assert _squeezed(title_of(document)) in text
        for section in document.sections:
            for line in plain_text(section).split("\n")[len(section.spec.columns) and 1 :]:
                for cell in line.split("\t"):
                    assert _squeezed(cell) in text, (suffix, section.spec.key)


def _squeezed(text: str) -> str:
    """Return text without spaces and the marks of Markdown."""
    return "".join(text.replace("\\", "").split())


@each_template
def test_an_empty_draft_is_saved_as_well(template: Template, tmp_path: Path) -> None:
    document = build_document(template, {}, {})
    for suffix in (".docx", ".txt", ".md"):
        assert export(document, tmp_path / f"{template.id}{suffix}").stat().st_size > 0
