"""A case that went well, as one small TOML file: its strict reading, its writing, and finding it again."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.wareki import parse_date
from desktop.templates.heading import Heading
from desktop.templates.lines import Positions, locate
from desktop.templates.reading import BadValue, Faults, Table, type_name
from desktop.templates.search import folded
from desktop.templates.shape import IDENTITY, Integer, Key, Text
from desktop.templates.toml_text import one_line, several_lines

FORMAT = 1
MAX_BYTES = 128 * 1024
MAX_TITLE = 60
MAX_TEXT = 1_000
MAX_BODY = 20_000
MAX_OFFICE = 60
MAX_MINUTES = 100_000

CASE: Mapping[str, Key] = {
    "format": Key(Integer(FORMAT, FORMAT, default=FORMAT), required=True),
    "id": Key(Text(40, pattern=IDENTITY), required=True),
    "title": Key(Text(MAX_TITLE), required=True),
    "template": Key(Text(40, pattern=IDENTITY), required=True),
    "template_name": Key(Text(60), required=True),
    "template_version": Key(Text(20)),
    "office": Key(Text(MAX_OFFICE)),
    "author": Key(Text(40)),
    "updated": Key(Text(20), required=True),
    "minutes_before": Key(Integer(0, MAX_MINUTES, default=0), required=True),
    "minutes_after": Key(Integer(0, MAX_MINUTES, default=0), required=True),
    "worked": Key(Text(MAX_TEXT, lines=True), required=True),
    "tips": Key(Text(MAX_TEXT, lines=True)),
    "body": Key(Text(MAX_BODY, lines=True)),
}

_HEAD = "# 文机の好事例。取り下げるときは、このファイルを消してください。\n"
_LONG = frozenset({"worked", "tips", "body"})
_TOML_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


class CaseReason(StrEnum):
    """Why a case file is refused; the `reason` of CASE_BROKEN."""

    SYNTAX = "syntax"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    FORMAT_UNSUPPORTED = "format_unsupported"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    LINE_BREAK = "line_break"
    BAD_NAME = "bad_name"
    NOT_A_DATE = "not_a_date"


_REASONS = {
    ErrorCode.TEMPLATE_UNKNOWN_KEY: CaseReason.UNKNOWN_KEY,
    ErrorCode.TEMPLATE_MISSING_KEY: CaseReason.MISSING_KEY,
    ErrorCode.TEMPLATE_WRONG_TYPE: CaseReason.WRONG_TYPE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Times are in minutes for one document; `office` is a 課 or a role, `author` a name if one was typed.

    `body` is empty unless the person asked for the document's text to be shown.
    """

    id: str
    title: str
    template: str
    template_name: str
    template_version: str
    minutes_before: int
    minutes_after: int
    worked: str
    updated: dt.date
    tips: str = ""
    body: str = ""
    office: str = ""
    author: str = ""

    @property
    def minutes_saved(self) -> int:
        """How many minutes one document takes less; 0 where it takes no less."""
        return max(0, self.minutes_before - self.minutes_after)


def new_identity(today: dt.date) -> str:
    """Return an identity that no other case has: the day and chance."""
    return f"{today:%Y%m%d}-{secrets.token_hex(4)}"


def parse_case(text: str, name: str) -> Case:
    """Return the case written in `text`; `name` is the file's name, for the messages.

    Raises the first fault by line: `UserFault` CASE_BROKEN (file, line, key, reason), the reason one of `CaseReason`.
    """
    faults = Faults(name, Positions(""))
    try:
        data = _load(text, name)
        faults = Faults(name, locate(text))
    except (ValueError, RecursionError) as error:
        # `ValueError` and not only TOMLDecodeError: an integer of thousands of digits raises the former.
        found = _TOML_POSITION.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _broken(name, line, "", CaseReason.SYNTAX) from error
    if type_name(data.get("format")) == "integer" and data["format"] != FORMAT:
        raise _broken(name, faults.positions.line(("format",)), "format", CaseReason.FORMAT_UNSUPPORTED)
    case = _case(Table(faults, (), data, CASE))
    for fault in faults.in_order():
        reason = _REASONS.get(fault.code) or CaseReason(str(fault.fields["reason"]))
        raise _broken(name, int(fault.fields["line"]), str(fault.fields["key"]), reason)
    return case


def _load(text: str, name: str) -> dict[str, object]:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _broken(name, 1, "", CaseReason.TOO_LONG)
    return tomllib.loads(text)


def _case(table: Table) -> Case:
    table.integer("format")
    return Case(
        id=table.text("id"),
        title=table.text("title"),
        template=table.text("template"),
        template_name=table.text("template_name"),
        template_version=table.text("template_version"),
        minutes_before=table.integer("minutes_before"),
        minutes_after=table.integer("minutes_after"),
        worked=table.text("worked"),
        updated=_day(table),
        tips=table.text("tips"),
        body=table.text("body"),
        office=table.text("office"),
        author=table.text("author"),
    )


def _day(table: Table) -> dt.date:
    text = table.text("updated")
    try:
        return parse_date(text)
    except ValueError:
        if text:
            table.bad("updated", BadValue.NOT_A_DATE)
        return dt.date.min


def _broken(file: str, line: int, key: str, reason: CaseReason) -> UserFault:
    return UserFault(ErrorCode.CASE_BROKEN, file=file, line=line, key=key, reason=reason.value)


def dump_case(case: Case) -> str:
    """Return a case as its file's text; raises `UserFault` CASE_BROKEN for one that could not be read back."""
    values: dict[str, str | int] = {"format": FORMAT}
    for key in CASE:
        if key != "format":
            value = getattr(case, key)
            values[key] = value.isoformat() if isinstance(value, dt.date) else value
    lines = [f"{key} = {_written(key, value)}\n" for key, value in values.items() if value != "" or CASE[key].required]
    text = _HEAD + "".join(lines)
    parse_case(text, case.title)
    return text


def _written(key: str, value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return several_lines(value) if key in _LONG else one_line(value)


def case_heading(text: str, name: str) -> Heading:
    """Return what the list of copies keeps of a case; raises what `parse_case` raises."""
    case = parse_case(text, name)
    return Heading(case.id, case.title, str(FORMAT), case.author or case.office, case.updated.isoformat())


def matches(case: Case, query: str) -> bool:
    """Tell whether every word of the query stands in the case; an empty query finds everything."""
    inside = folded(f"{case.title}\n{case.template_name}\n{case.office}\n{case.worked}\n{case.tips}\n{case.body}")
    return all(folded(word) in inside for word in query.split())
