"""The manual for people who write templates is true: its example works, its tables and its words are the program's."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from desktop.core.sections import SectionKind
from desktop.documents.docx_styles import PAGES, paragraph_styles
from desktop.session.wording import describe
from desktop.templates.parse import check_template, parse_template
from desktop.templates.render import build_document, draft_schema, render_prompt
from desktop.templates.schema import key_table, template_schema

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "templates.md").read_text("utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)[0]


def test_the_example_of_the_manual_can_be_used_as_it_stands() -> None:
    assert [describe(fault, "en").title for fault in check_template(EXAMPLE, "thanks.toml")] == []
    assert list(Draft7Validator(template_schema()).iter_errors(tomllib.loads(EXAMPLE))) == []
    template = parse_template(EXAMPLE, "thanks.toml")
    system, user = render_prompt(template, dict(template.examples))
    assert "なければ空" in system
    assert "本町自治会長" in user
    assert build_document(template, dict(template.examples), {}).addressee == "本町自治会長　様"


def test_the_answer_shown_in_the_example_has_the_form_that_is_asked_for() -> None:
    template = parse_template(EXAMPLE, "thanks.toml")
    answer = tomllib.loads(f"answer = '''{template.prompt.example}'''")["answer"]
    text = answer[answer.index("{") :]
    assert list(Draft7Validator(draft_schema(template)).iter_errors(json.loads(text))) == []


def test_the_example_shows_every_kind_of_section_and_every_part_of_a_template() -> None:
    template = parse_template(EXAMPLE, "thanks.toml")
    assert {section.kind for section in template.sections} == set(SectionKind)
    assert set(tomllib.loads(EXAMPLE)) >= {"field", "section", "layout", "prompt", "review", "example", "keywords"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_tables_of_the_manual_are_those_of_the_program(language: str) -> None:
    assert key_table(language) in MANUAL, "run: cog -r docs/templates.md"


def test_the_manual_names_every_style_that_an_office_can_set() -> None:
    for page in PAGES.values():
        for style in paragraph_styles(page):
            if not style.name.isascii():
                assert MANUAL.count(style.name) >= 2, style.name


@pytest.mark.parametrize(("language", "name"), [("ja", "よくある誤り"), ("en", "Frequent faults")])
def test_the_manual_explains_faults_in_the_words_that_the_program_uses(language: str, name: str) -> None:
    messages = (ROOT / "desktop" / "resources" / "messages").glob(f"*_{language}.toml")
    known = "".join(
        path.read_text("utf-8") for path in [*messages, ROOT / f"desktop/resources/messages/{language}.toml"]
    )
    table = MANUAL.partition(f"## {name}")[2].partition("\n##")[0]
    quoted = re.findall(r"^\| [「“](.*?)[」”] \|", table, re.MULTILINE)
    assert len(quoted) > 10
    for words in quoted:
        for piece in re.split(r"「.*?」|“.*?”|\{.*?\}|…|○|[」”]、[「“]|[」”][「“]|”, “", words):
            assert piece.strip() in known, words


def test_the_readme_leads_to_the_manual_in_both_languages() -> None:
    japanese, _, english = (ROOT / "README.md").read_text("utf-8").partition("# Fumizukue (English)")
    assert "docs/templates.md" in japanese
    assert "docs/templates.md" in english
