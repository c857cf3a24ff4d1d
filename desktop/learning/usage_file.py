"""One person's use in one month as a small JSON file without content: its strict, bounded reading and its writing."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.errors import ErrorCode, UserFault
from desktop.templates.lines import Positions
from desktop.templates.reading import BadValue, Faults, Table, type_name
from desktop.templates.shape import IDENTITY, Integer, Key, Parts, Text

FORMAT = 1
MAX_BYTES = 64 * 1024
MAX_TEMPLATES = 200
MAX_DOCUMENTS = 10_000
MAX_MINUTES_EACH = 6_000
MAX_SECTION = 60
MAX_NAME = 60

_HEX = r"[0-9a-f]{32}"
_MONTH = r"20\d\d-(?:0[1-9]|1[0-2])"
FILE_NAME = re.compile(rf"({_MONTH})_({_HEX})\.json")

_TEMPLATE: Mapping[str, Key] = {
    "template": Key(Text(40, pattern=IDENTITY), required=True),
    "name": Key(Text(MAX_NAME), required=True),
    "documents": Key(Integer(1, MAX_DOCUMENTS, default=0), required=True),
    "answered": Key(Integer(0, MAX_DOCUMENTS, default=0), required=True),
    "minutes": Key(Integer(0, MAX_DOCUMENTS * MAX_MINUTES_EACH, default=0), required=True),
}
USAGE: Mapping[str, Key] = {
    "format": Key(Integer(FORMAT, FORMAT, default=FORMAT), required=True),
    "person": Key(Text(32, pattern=_HEX), required=True),
    "month": Key(Text(7, pattern=_MONTH), required=True),
    "section": Key(Text(MAX_SECTION)),
    "templates": Key(Parts(_TEMPLATE, MAX_TEMPLATES), required=True),
}


class UsageReason(StrEnum):
    """Why a file of the folder is left out; the `reason` of USAGE_BROKEN."""

    SYNTAX = "syntax"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    NEWER = "newer"
    TOO_LARGE = "too_large"
    OTHER_NAME = "other_name"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not_a_file"
    FUTURE = "future"


_REASONS = {
    ErrorCode.TEMPLATE_UNKNOWN_KEY: UsageReason.UNKNOWN_KEY,
    ErrorCode.TEMPLATE_MISSING_KEY: UsageReason.MISSING_KEY,
    ErrorCode.TEMPLATE_WRONG_TYPE: UsageReason.WRONG_TYPE,
}


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Finished documents of one template; `answered` of them have an answer, `minutes` saved in all."""

    template: str
    name: str
    documents: int
    answered: int
    minutes: int


@dataclass(frozen=True, slots=True)
class MonthUse:
    """One person's month. `person` is an identity made of chance, `month` the month's first day."""

    person: str
    month: dt.date
    section: str
    templates: tuple[TemplateUse, ...]


def file_name(use: MonthUse) -> str:
    """Return the name under which a month lies on the share."""
    return f"{use.month:%Y-%m}_{use.person}.json"


def clean(text: str, limit: int) -> str:
    """Return a name as it is written into a file: one line, one way of writing, not longer than `limit`."""
    visible = "".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign)[0] != "C")
    # What was taken out may have stood between two spaces.
    return unicodedata.normalize("NFC", " ".join(visible.split()))[:limit].strip()


def dump_usage(use: MonthUse) -> str:
    """Return a month as its file's text; raises `UserFault` USAGE_BROKEN for one that could not be read back."""
    value = {
        "format": FORMAT,
        "person": use.person,
        "month": f"{use.month:%Y-%m}",
        "section": use.section,
        "templates": [
            {
                "template": one.template,
                "name": one.name,
                "documents": one.documents,
                "answered": one.answered,
                "minutes": one.minutes,
            }
            for one in use.templates
        ],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    parse_usage(text, file_name(use))
    return text


def parse_usage(text: str, name: str) -> MonthUse:
    """Return the month written in `text`; `name` is the file's name, which has to agree with it.

    Raises `UserFault` USAGE_BROKEN (file, key, reason), the reason one of `UsageReason`.
    """
    data = _load(text, name)
    given = data.get("format")
    if type_name(given) == "integer" and isinstance(given, int) and given > FORMAT:
        raise broken(name, UsageReason.NEWER, "format")
    faults = Faults(name, Positions(""))
    use = _month_use(Table(faults, (), data, USAGE))
    for fault in faults.in_order():
        raise broken(name, _REASONS.get(fault.code, UsageReason.BAD_VALUE), str(fault.fields.get("key", "")))
    if file_name(use) != name:
        raise broken(name, UsageReason.OTHER_NAME)
    return use


def broken(file: str, reason: UsageReason, key: str = "") -> UserFault:
    """Return the fault of a file that is left out."""
    return UserFault(ErrorCode.USAGE_BROKEN, file=file, key=key, reason=reason.value)


def _load(text: str, name: str) -> Mapping[str, object]:
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        # `ValueError` and not only JSONDecodeError: a number of thousands of digits raises the former.
        raise broken(name, UsageReason.SYNTAX) from error
    if not isinstance(data, dict):
        raise broken(name, UsageReason.SYNTAX)
    return data


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(text)


def _month_use(table: Table) -> MonthUse:
    table.integer("format")
    person, month, section = table.text("person"), table.text("month"), table.text("section")
    templates = tuple(_template_use(part) for part in table.tables("templates"))
    if len({one.template for one in templates}) != len(templates):
        table.bad("templates", BadValue.DUPLICATE)
    if section != clean(section, MAX_SECTION):
        table.bad("section", BadValue.BAD_NAME)
    fits = re.fullmatch(_MONTH, month)
    day = dt.date.fromisoformat(f"{month}-01") if fits else dt.date.min
    return MonthUse(person, day, section, templates)


def _template_use(table: Table) -> TemplateUse:
    use = TemplateUse(
        table.text("template"),
        table.text("name"),
        table.integer("documents"),
        table.integer("answered"),
        table.integer("minutes"),
    )
    if use.name != clean(use.name, MAX_NAME):
        table.bad("name", BadValue.BAD_NAME)
    if use.answered > use.documents:
        table.bad("answered", BadValue.OUT_OF_RANGE, low=0, high=use.documents)
    elif use.minutes > use.answered * MAX_MINUTES_EACH:
        table.bad("minutes", BadValue.OUT_OF_RANGE, low=0, high=use.answered * MAX_MINUTES_EACH)
    return use
