"""Rendering a template: checked inputs, the prompt, the schema of the answer, and the finished document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.core.document import OfficialDocument
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Content, Gather, Section, SectionKind, SectionRole, SectionSpec, TextContent, empty
from desktop.core.wareki import format_date, parse_date
from desktop.templates.model import FieldType, Template, TemplateField
from desktop.templates.placeholders import fill_if_any, fill_lines

_LONGEST_SENTENCE = 120  # characters; twice what a style guide allows

_RULES_HEADING = "【書く項目】次の順に書く。"
_SECTION_HEADING = "【書く項目】「読む発言」から次の項目をJSONで書く。分からないことは「前の発言」で補う。"
_FORM_HEADING = "【答えの形】次の形のJSONだけを書く。説明や前置きは書かない。"
_EXAMPLE_HEADING = "【記入例】別の文書の例。形だけをまねる。例の内容は写さない。"


def validate_inputs(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Return every field's value, trimmed, with dates as 和暦 and lists as one item a line.

    A field that is not given takes its default. Raises `UserFault` FIELD_UNKNOWN (field), FIELD_MISSING (field,
    label), FIELD_BAD_DATE (field, label, value) or FIELD_BAD_CHOICE (field, label).
    """
    known = {field.key for field in template.fields}
    for key in values:
        if key not in known:
            raise UserFault(ErrorCode.FIELD_UNKNOWN, field=key)
    return {field.key: _validated(field, values.get(field.key, field.default)) for field in template.fields}


def _validated(field: TemplateField, typed: str) -> str:
    value = _tidied(field, typed)
    if not value:
        if field.required:
            raise UserFault(ErrorCode.FIELD_MISSING, field=field.key, label=field.label)
        return ""
    if field.type is FieldType.DATE:
        try:
            return format_date(parse_date(value))
        except ValueError as error:
            raise UserFault(ErrorCode.FIELD_BAD_DATE, field=field.key, label=field.label, value=value[:40]) from error
    if field.type is FieldType.CHOICE and value not in field.choices:
        raise UserFault(ErrorCode.FIELD_BAD_CHOICE, field=field.key, label=field.label)
    return value


def _tidied(field: TemplateField, typed: str) -> str:
    """Return the value without surrounding space; a source keeps the indentation of its first line."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if field.type is FieldType.LIST:
        return "\n".join(line.strip() for line in text.split("\n") if line.strip())
    if field.type is FieldType.TEXT:
        return " ".join(text.split("\n")).strip()
    return text.strip("\n") if text.strip() else ""


def render_prompt(template: Template, values: Mapping[str, str], *, only: str = "") -> tuple[str, str]:
    """Return the system and the user message for the values, which `validate_inputs` checks first.

    The system message is the same for every draft of the template, so that its evaluation can be kept. With `only`
    the key of a section, one line at the end of the user message asks for that section alone.
    """
    checked = validate_inputs(template, values)
    for field in template.fields:
        if field.type is FieldType.LIST:
            checked[field.key] = "、".join(checked[field.key].split("\n"))
    user = fill_lines(template.prompt.user, checked).strip()
    if only:
        user += f"\n「{template.section(only).title}」だけを書き直してください。"
    return system_prompt(template), user


def system_prompt(template: Template) -> str:
    """Return the template's own words, then its sections with their limits, the JSON form and the worked example."""
    rules = "\n".join(_rule(spec) for spec in template.sections)
    form = json.dumps({spec.key: _form(spec) for spec in template.sections}, ensure_ascii=False)
    parts = [template.prompt.system.strip(), f"{_RULES_HEADING}\n{rules}", f"{_FORM_HEADING}\n{form}"]
    if template.prompt.example.strip():
        parts.append(f"{_EXAMPLE_HEADING}\n{template.prompt.example.strip()}")
    return "\n\n".join(parts)


def section_prompt(template: Template, spec: SectionSpec) -> str:
    """Return the system message for asking about one place of a record at a time: the template's words, one rule."""
    return f"{template.prompt.system.strip()}\n\n{_SECTION_HEADING}\n{_rule(spec)}"


def _rule(spec: SectionSpec) -> str:
    instruction = " ".join(spec.instruction.split())
    if spec.kind is SectionKind.TEXT:
        limit = f"文章、{spec.max_chars}字以内"
    elif spec.kind is SectionKind.LIST:
        limit = f"箇条書き、{spec.max_items}項目以内、1項目{spec.max_chars}字以内"
    else:
        columns = "・".join(column.title for column in spec.columns)
        limit = f"表（{columns}）、{spec.max_items}行以内"
    if spec.optional:
        limit += "、なければ空"
    return f"・{spec.key}：{spec.title}（{limit}）。{instruction}"


def _form(spec: SectionSpec) -> object:
    if spec.kind is SectionKind.TEXT:
        return "…"
    if spec.kind is SectionKind.LIST:
        return ["…"]
    return [{column.key: "…" for column in spec.columns}]


def draft_schema(template: Template) -> dict[str, object]:
    """Return the JSON schema of a whole draft: one property a section, in the template's order, all required."""
    return _object({spec.key: _property(spec) for spec in template.sections})


def section_schema(template: Template, key: str) -> dict[str, object]:
    """Return the JSON schema of one section alone: an object with this one property; raises `KeyError`."""
    return _object({key: _property(template.section(key))})


def answer_schema(spec: SectionSpec, choices: Mapping[str, Sequence[str]], *, most: int) -> dict[str, object]:
    """Return the JSON schema of the answer about one place: a row of a table, or an object with the section's value.

    `choices` holds what may be copied into a column, by its key; a list has at most `most` items.
    """
    if spec.kind is SectionKind.TABLE:
        return _row(spec, choices)
    if spec.gather in (Gather.DECISIONS, Gather.TASKS):
        return _object({spec.key: _sentence(spec.max_chars)})
    limited = replace(spec, max_items=min(spec.max_items, most)) if spec.gather is Gather.PASSAGES else spec
    return _object({spec.key: _property(limited)})


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _property(spec: SectionSpec) -> dict[str, object]:
    if spec.kind is SectionKind.TEXT:
        # What is not printed when empty may be empty; anywhere else an empty text would look forgotten.
        may_be_empty = spec.optional or spec.role is SectionRole.RECORD
        return _string(spec.max_chars, shortest=0 if may_be_empty else 1)
    items = _sentence(spec.max_chars) if spec.kind is SectionKind.LIST else _row(spec, {})
    return {"type": "array", "minItems": 0, "maxItems": spec.max_items, "items": items}


def _row(spec: SectionSpec, choices: Mapping[str, Sequence[str]]) -> dict[str, object]:
    # The widest column says what the row is about; a row without it would be empty.
    widest = max(spec.columns, key=lambda column: column.max_chars)
    return _object(
        {
            column.key: {"type": "string", "enum": list(choices[column.key])}
            if column.key in choices
            else _sentence(column.max_chars, shortest=int(column is widest))
            for column in spec.columns
        }
    )


def _sentence(longest: int, shortest: int = 1) -> dict[str, object]:
    """Return the schema of an item or a cell: one sentence, so that a model cannot copy whole speeches into it.

    Where a template allows as much as only several sentences fill (an answer of the assembly), it means them.
    """
    if longest > _LONGEST_SENTENCE:
        return _string(longest, shortest)
    return {**_string(longest, shortest), "format": "sentence"}


def _string(longest: int, shortest: int = 1) -> dict[str, object]:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def build_document(template: Template, values: Mapping[str, str], contents: Mapping[str, Content]) -> OfficialDocument:
    """Return the document to print: the layout's patterns filled in, and each section with its content.

    Never refuses: what a person has drafted can always be exported, so a value that does not pass
    `validate_inputs` is printed as it was typed (and a date that is none is left out). The title is the layout's, or
    the subject section's text, or the template's name.
    """
    known = {field.key: _printable(field, values.get(field.key, field.default)) for field in template.fields}
    layout = template.layout
    sections = tuple(Section(spec, contents.get(spec.key, empty(spec.kind))) for spec in template.sections)
    facts = ((label, fill_if_any(pattern, known).strip()) for label, pattern in layout.facts)
    contact = (fill_if_any(pattern, known).strip() for pattern in layout.contact)
    date = fill_if_any(layout.date, known)
    return OfficialDocument(
        layout=layout.kind,
        title=fill_if_any(layout.title, known).strip() or _subject(sections) or template.name,
        sections=sections,
        number=fill_if_any(layout.number, known).strip(),
        date=parse_date(date) if date else None,
        addressee=fill_if_any(layout.addressee, known).strip(),
        sender=fill_if_any(layout.sender, known).strip(),
        facts=tuple((label, value) for label, value in facts if value),
        contact=tuple(line for line in contact if line),
        note=fill_lines(layout.note, known).strip(),
    )


def _printable(field: TemplateField, typed: str) -> str:
    try:
        return _validated(field, typed)
    except UserFault:
        return "" if field.type is FieldType.DATE else _tidied(field, typed)


def _subject(sections: tuple[Section, ...]) -> str:
    for section in sections:
        if section.spec.role is SectionRole.SUBJECT and isinstance(section.content, TextContent):
            return " ".join(section.content.text.split())
    return ""
