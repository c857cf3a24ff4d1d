"""Strict parsing of a template file: everything that is not understood is a fault with its file and line."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection

from desktop.core.document import LayoutKind
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import is_plain_file_name
from desktop.core.review import ReviewProfile
from desktop.core.sections import Gather
from desktop.core.wareki import parse_date
from desktop.templates import placeholders
from desktop.templates.lines import KeyPath, Positions, locate
from desktop.templates.model import Category, FieldType, Prompt, Template, TemplateField, TemplateLayout
from desktop.templates.parse_sections import check_unique, read_sections
from desktop.templates.reading import BadValue, Faults, Table, closest, type_name
from desktop.templates.shape import FORMAT, MAX_EXAMPLE_CHARS, TEMPLATE, Key, Text
from desktop.templates.shape import MAX_BYTES as MAX_BYTES

_PATTERNS = ("title", "number", "date", "addressee", "sender", "note")

# The parser of the standard library needs time and memory by the square of a key's parts; a template's have two. Only
# parts of up to 100 characters are looked for: of longer ones the largest file holds too few to do harm.
_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.){0,100}+"|'[^'\n]{0,100}+')[ \t]*+\.[ \t]*+){64}"""
)
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
    return read_whole(text, name)[1]


def read_whole(text: str, name: str) -> tuple[Template | None, list[UserFault]]:
    """Return what could be understood, nothing where that is too little, and every fault by line."""
    try:
        return _read(text, name)
    except UserFault as fault:
        return None, [fault]


def _read(text: str, name: str) -> tuple[Template, list[UserFault]]:
    data, positions = _load(text, name)
    faults = Faults(name, positions)
    top = Table(faults, (), data, TEMPLATE)
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
    if long_key := _LONG_KEY.search(text):
        line, column = (
            text.count("\n", 0, long_key.start()) + 1,
            long_key.start() - text.rfind("\n", 0, long_key.start()),
        )
        raise UserFault(ErrorCode.TEMPLATE_SYNTAX, file=name, line=line, column=column)
    try:
        return tomllib.loads(text), locate(text)
    except (ValueError, RecursionError) as error:
        # `ValueError` and not only TOMLDecodeError: an integer of thousands of digits raises the former.
        position = _TOML_POSITION.search(str(error))
        line, column = (int(part) for part in position.groups()) if position else (text.count("\n") + 1, 1)
        raise UserFault(ErrorCode.TEMPLATE_SYNTAX, file=name, line=line, column=column) from error


def _template(top: Table, source: str) -> Template:
    top.integer("format")
    return Template(
        id=top.text("id"),
        name=top.text("name"),
        name_en=top.text("name_en"),
        category=top.choice("category", Category, Category.OTHER).value,
        version=top.text("version"),
        description=top.text("description"),
        description_en=top.text("description_en"),
        keywords=top.strings("keywords"),
        author=top.text("author"),
        updated=_updated(top),
        change=top.text("change"),
        fields=_fields(top),
        sections=read_sections(top),
        layout=_layout(top.table("layout")),
        prompt=_prompt(top.table("prompt")),
        review=_review(top),
        examples=_examples(top),
        source=source,
    )


def _updated(top: Table) -> dt.date | None:
    text = top.text("updated")
    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError:
        top.bad("updated", BadValue.NOT_A_DATE)
        return None


def _review(top: Table) -> ReviewProfile | None:
    table = top.table("review")
    profile = table.choice("profile", ReviewProfile, ReviewProfile.NONE)
    return profile if table.has("profile") else None


def _fields(top: Table) -> tuple[TemplateField, ...]:
    tables = top.tables("field")
    fields = tuple(_field(table) for table in tables)
    check_unique(tables, (field.key for field in fields))
    return fields


def _field(table: Table) -> TemplateField:
    kind = table.choice("type", FieldType, FieldType.TEXT)
    field = TemplateField(
        key=table.text("key"),
        label=table.text("label"),
        label_en=table.text("label_en"),
        type=kind,
        required=table.flag("required"),
        default=table.text("default"),
        help=table.text("help"),
        help_en=table.text("help_en"),
        choices=table.strings("choices", required=kind is FieldType.CHOICE),
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
        likely = closest(field.default, field.choices)
        table.bad("default", BadValue.NOT_ONE_OF, allowed=", ".join(field.choices), suggestion=likely)


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _layout(table: Table) -> TemplateLayout:
    return TemplateLayout(
        kind=table.choice("kind", LayoutKind, LayoutKind.MEMO),
        title=table.text("title"),
        number=table.text("number"),
        date=table.text("date"),
        addressee=table.text("addressee"),
        sender=table.text("sender"),
        contact=table.strings("contact"),
        note=table.text("note"),
        reference=_reference(table),
        reference_sha256=table.text("reference_sha256", reason=BadValue.NOT_A_HASH),
        facts=tuple((fact.text("label"), fact.text("value")) for fact in table.tables("fact")),
    )


def _reference(table: Table) -> str:
    """Return the name of the Word file: one that can mean nothing but a file in the template's own folder."""
    name = table.text("reference")
    if name and not is_plain_file_name(name):
        table.bad("reference", BadValue.NOT_A_FILE_NAME)
    elif name and not name.lower().endswith(".docx"):
        table.bad("reference", BadValue.NOT_A_DOCX)
    if table.has("reference_sha256") and not table.has("reference"):
        table.bad("reference_sha256", BadValue.NOT_ALLOWED_HERE)
    return name


def _prompt(table: Table) -> Prompt:
    return Prompt(table.text("system"), table.text("user"), table.text("example"))


def _examples(top: Table) -> tuple[tuple[str, str], ...]:
    written = top.keys_in("example")
    table = top.table_of("example", dict.fromkeys(written, Key(Text(MAX_EXAMPLE_CHARS, lines=True))))
    return tuple((key, table.text(key)) for key in written)


def _check_uses(template: Template, top: Table) -> None:
    """Check what refers to fields: placeholders, the date's pattern, the example; and that no field goes unused."""
    faults = top.faults
    known = dict.fromkeys(field.key for field in template.fields if field.key)
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


def _check_pattern(faults: Faults, path: KeyPath, pattern: str, known: Collection[str]) -> None:
    for field in dict.fromkeys(placeholders.names(pattern)):
        if faults.full:
            return
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
