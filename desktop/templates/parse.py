"""Strict parsing of a template file: everything that is not understood is a fault with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from desktop.core.document import LayoutKind
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Gather
from desktop.core.wareki import parse_date
from desktop.templates import placeholders
from desktop.templates.lines import KeyPath, Positions, locate
from desktop.templates.model import Category, FieldType, Prompt, Template, TemplateField, TemplateLayout
from desktop.templates.parse_sections import check_unique, name_of, read_sections
from desktop.templates.reading import BadValue, Faults, Table, type_name

FORMAT = 1
MAX_BYTES = 256 * 1024

_TOP = ("format", "id", "name", "name_en", "category", "version", "description", "description_en")
_PARTS = ("field", "section", "layout", "prompt", "example")
_FIELD = ("key", "label", "label_en", "type", "required", "default", "help", "help_en", "choices")
_LAYOUT = ("kind", "title", "number", "date", "addressee", "sender", "contact", "note", "fact")
_FACT = ("label", "value")
_PROMPT = ("system", "user", "example")
_PATTERNS = ("title", "number", "date", "addressee", "sender", "note")

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TOML_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse_template(text: str, name: str) -> Template:
    """Return the template written in `text`; `name` is the file's name, for the messages.

    Raises the first fault by line: `UserFault` TEMPLATE_SYNTAX (file, line, column), TEMPLATE_UNKNOWN_KEY (file,
    line, key, suggestion), TEMPLATE_MISSING_KEY (file, line, key), TEMPLATE_WRONG_TYPE (file, line, key, expected,
    found), TEMPLATE_BAD_VALUE (file, line, key, reason) or TEMPLATE_UNKNOWN_FIELD (file, line, key, field,
    suggestion). `reason` is one of `reading.BadValue`.
    """
    template, faults = _read(text, name)
    if faults:
        raise faults[0]
    return template


def check_template(text: str, name: str) -> list[UserFault]:
    """Return every fault of the text by line; an empty list means that it can be used."""
    try:
        _, faults = _read(text, name)
    except UserFault as fault:
        return [fault]
    return faults


def _read(text: str, name: str) -> tuple[Template, list[UserFault]]:
    data, positions = _load(text, name)
    faults = Faults(name, positions)
    top = Table(faults, (), data, (*_TOP, *_PARTS))
    if top.has("format") and data["format"] != FORMAT and type_name(data["format"]) == "integer":
        # A newer format means other keys: reporting each of them would only hide the reason.
        faults.bad_value(("format",), BadValue.FORMAT_UNSUPPORTED)
        raise next(fault for fault in faults.in_order() if fault.code is ErrorCode.TEMPLATE_BAD_VALUE)
    template = _template(top, text)
    _check_uses(template, top)
    return template, faults.in_order()


def _load(text: str, name: str) -> tuple[dict[str, object], Positions]:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UserFault(ErrorCode.TEMPLATE_BAD_VALUE, file=name, line=1, key="", reason=BadValue.TOO_LONG.value)
    try:
        return tomllib.loads(text), locate(text)
    except (ValueError, RecursionError) as error:
        # `ValueError` and not only TOMLDecodeError: an integer of thousands of digits raises the former.
        position = _TOML_POSITION.search(str(error))
        line, column = (int(part) for part in position.groups()) if position else (text.count("\n") + 1, 1)
        raise UserFault(ErrorCode.TEMPLATE_SYNTAX, file=name, line=line, column=column) from error


def _template(top: Table, source: str) -> Template:
    top.integer("format", FORMAT, FORMAT, FORMAT, required=True)
    identity = top.text("id", 40, required=True)
    if identity and not _ID.fullmatch(identity):
        top.bad("id", BadValue.BAD_NAME)
    return Template(
        id=identity,
        name=top.text("name", 60, required=True),
        name_en=top.text("name_en", 60),
        category=top.choice("category", Category, Category.OTHER, required=True).value,
        version=top.text("version", 20, required=True),
        description=top.text("description", 400, lines=True),
        description_en=top.text("description_en", 400, lines=True),
        fields=_fields(top),
        sections=read_sections(top),
        layout=_layout(top.table("layout", _LAYOUT, required=True)),
        prompt=_prompt(top.table("prompt", _PROMPT, required=True)),
        examples=_examples(top),
        source=source,
    )


def _fields(top: Table) -> tuple[TemplateField, ...]:
    tables = top.tables("field", _FIELD, most=40)
    fields = tuple(_field(table) for table in tables)
    check_unique(tables, (field.key for field in fields))
    return fields


def _field(table: Table) -> TemplateField:
    kind = table.choice("type", FieldType, FieldType.TEXT, required=True)
    field = TemplateField(
        key=name_of(table),
        label=table.text("label", 40, required=True),
        label_en=table.text("label_en", 60),
        type=kind,
        required=table.flag("required"),
        default=table.text("default", 2000, lines=True),
        help=table.text("help", 400, lines=True),
        help_en=table.text("help_en", 400, lines=True),
        choices=table.strings("choices", 60, most=60, required=kind is FieldType.CHOICE),
    )
    _check_choices(table, field)
    if field.type is FieldType.DATE and field.default and not _is_date(field.default):
        table.bad("default", BadValue.NOT_A_DATE)
    return field


def _check_choices(table: Table, field: TemplateField) -> None:
    if field.type is not FieldType.CHOICE:
        if table.has("choices"):
            table.bad("choices", BadValue.NOT_ALLOWED_HERE)
        return
    if len(set(field.choices)) < len(field.choices):
        table.bad("choices", BadValue.DUPLICATE)
    elif field.choices and field.default and field.default not in field.choices:
        table.bad("default", BadValue.NOT_ONE_OF)


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _layout(table: Table) -> TemplateLayout:
    return TemplateLayout(
        kind=table.choice("kind", LayoutKind, LayoutKind.MEMO, required=True),
        title=table.text("title", 200),
        number=table.text("number", 200),
        date=table.text("date", 200),
        addressee=table.text("addressee", 200, lines=True),
        sender=table.text("sender", 200, lines=True),
        contact=table.strings("contact", 200, most=10),
        note=table.text("note", 400, lines=True),
        facts=tuple(
            (fact.text("label", 40, required=True), fact.text("value", 400, required=True, lines=True))
            for fact in table.tables("fact", _FACT, most=30)
        ),
    )


def _prompt(table: Table) -> Prompt:
    return Prompt(
        system=table.text("system", 6000, required=True, lines=True),
        user=table.text("user", 6000, required=True, lines=True),
        example=table.text("example", 6000, lines=True),
    )


def _examples(top: Table) -> tuple[tuple[str, str], ...]:
    table = top.table("example", top.open_table("example"))
    return tuple((key, table.text(key, 20_000, lines=True)) for key in top.open_table("example"))


def _check_uses(template: Template, top: Table) -> None:
    """Check what refers to fields: placeholders, the date's pattern, the example; and that no field goes unused."""
    faults = top.faults
    known = [field.key for field in template.fields if field.key]
    patterns = [(path, pattern) for path, pattern in _patterns(template) if path in faults.positions.values]
    used: set[str] = set()
    for path, pattern in patterns:
        used.update(placeholders.names(pattern))
        _check_pattern(faults, path, pattern, known)
    for key in ("system", "example"):
        text = template.prompt.system if key == "system" else template.prompt.example
        if any(f"{{{name}}}" in text for name in known):
            faults.bad_value(("prompt", key), BadValue.PLACEHOLDER_IN_SYSTEM)
    for index, field in enumerate(template.fields):
        if field.key and field.key not in used:
            faults.bad_value(("field", index, "key"), BadValue.UNUSED)
    for index, section in enumerate(template.sections):
        if section.gather is not Gather.NONE and len(template.document_fields) != 1:
            faults.bad_value(("section", index, "gather"), BadValue.NOT_ALLOWED_HERE)
    for key, _ in template.examples:
        if key not in known:
            faults.unknown_field(("example", key), key, known, faults.positions.line(("example", key)))
    _check_date(template, faults)


def _patterns(template: Template) -> list[tuple[KeyPath, str]]:
    layout = template.layout
    found: list[tuple[KeyPath, str]] = [(("prompt", "user"), template.prompt.user)]
    found += [(("layout", key), getattr(layout, key)) for key in _PATTERNS]
    found += [(("layout", "contact", index), pattern) for index, pattern in enumerate(layout.contact)]
    found += [(("layout", "fact", index, "value"), pattern) for index, (_, pattern) in enumerate(layout.facts)]
    return found


def _check_pattern(faults: Faults, path: KeyPath, pattern: str, known: Iterable[str]) -> None:
    for field in dict.fromkeys(placeholders.names(pattern)):
        if field not in known:
            faults.unknown_field(path, field, known, faults.positions.line_of_text(path, f"{{{field}}}"))
    if placeholders.stray_brace(pattern):
        faults.bad_value(path, BadValue.STRAY_BRACE)


def _check_date(template: Template, faults: Faults) -> None:
    """Refuse a printed date that is not one date field alone: only that can always be printed in 和暦."""
    pattern = template.layout.date
    dates = [f"{{{field.key}}}" for field in template.fields if field.type is FieldType.DATE]
    if pattern and pattern not in dates and ("layout", "date") in faults.positions.values:
        faults.bad_value(("layout", "date"), BadValue.NOT_A_DATE_FIELD)
