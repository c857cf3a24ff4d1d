"""What a template in work looks like: its faults, the words for the model, and a page with sample or trial answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.core.document import OfficialDocument
from desktop.core.errors import UserFault
from desktop.core.sections import (
    Content,
    ListContent,
    SectionKind,
    SectionSpec,
    TableContent,
    TextContent,
    from_json_value,
)
from desktop.core.wareki import format_date
from desktop.engine.sample_json import continue_sample, sample_text
from desktop.templates.heading import heading_of
from desktop.templates.model import FieldType, Template, TemplateField
from desktop.templates.parse import check_template, parse_template
from desktop.templates.render import build_document, draft_schema, render_prompt, validate_inputs
from desktop.templates.samples import example_values

SAMPLE_CHARS = 200
_KINDS: dict[SectionKind, type] = {
    SectionKind.TEXT: TextContent,
    SectionKind.LIST: ListContent,
    SectionKind.TABLE: TableContent,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What became of `text`: either faults by line, or a template with its prompt and its page.

    `values` are those of the form, with samples where it has none. `contents` are the answers of the last trial where
    they fit (`trial` tells whether any does), else samples.
    """

    text: str
    faults: tuple[UserFault, ...] = ()
    template: Template | None = None
    system: str = ""
    user: str = ""
    document: OfficialDocument | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, Content] = field(default_factory=dict)
    trial: bool = False


def preview(text: str, known_as: str, typed: Mapping[str, str], answers: Mapping[str, Content]) -> Preview:
    """Return what a text looks like with what is typed into its form and answered by the model; never fails.

    `known_as` is its name in messages where the text itself cannot be read.
    """
    heading = heading_of(text)
    name = heading.name or heading.id or known_as
    faults = check_template(text, name)
    if faults:
        return Preview(text, tuple(faults))
    template = parse_template(text, name)
    values = sample_values(template, typed)
    system, user = render_prompt(template, values)
    fitting = {spec.key: answers[spec.key] for spec in template.sections if _fits(spec, answers.get(spec.key))}
    contents = {**sample_contents(template), **fitting}
    document = build_document(template, values, contents)
    return Preview(text, (), template, system, user, document, values, contents, bool(fitting))


def sample_values(template: Template, typed: Mapping[str, str]) -> dict[str, str]:
    """Return values that the template accepts: what is typed, else its example, else samples where it needs them."""
    example = example_values(template)
    return {one.key: _value(template, one, typed.get(one.key, ""), example.get(one.key, "")) for one in template.fields}


def _value(template: Template, one: TemplateField, typed: str, example: str) -> str:
    for value in (typed, example, one.default):
        if value.strip() and _accepted(template, one, value):
            return value
    return _sample(one) if one.required else ""


def _accepted(template: Template, one: TemplateField, value: str) -> bool:
    known = {other.key: _sample(other) for other in template.fields}
    try:
        validate_inputs(template, {**known, one.key: value})
    except UserFault:
        return False
    return True


def _sample(one: TemplateField) -> str:
    if one.type is FieldType.DATE:
        return format_date(dt.date.today())  # noqa: DTZ011 -- the date on the person's own calendar
    return one.choices[0] if one.choices else sample_text(one.label, SAMPLE_CHARS)


def sample_contents(template: Template) -> dict[str, Content]:
    """Return a deterministic answer of the template's form."""
    answer = json.loads(continue_sample(draft_schema(template), ""))
    return {spec.key: from_json_value(spec, answer.get(spec.key)) for spec in template.sections}


def _fits(spec: SectionSpec, content: Content | None) -> bool:
    if content is None or not isinstance(content, _KINDS[spec.kind]):
        return False
    return not isinstance(content, TableContent) or all(len(row) == len(spec.columns) for row in content.rows)
