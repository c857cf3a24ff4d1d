"""Where templates come from: the built-in set and folders of template files."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.templates.model import Category, Template
from desktop.templates.parse import MAX_BYTES, parse_template
from desktop.templates.reading import BadValue

# A folder with more files than this is not a folder of templates; reading all of it would hang the list.
MAX_FILES = 500
# One of each group: what an office begins with stands where the eye falls first.
_MADE_MOST = frozenset(
    {"minutes", "notice", "residents", "memo", "assembly-qa", "greeting", "press", "project", "plain-japanese"}
)


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """What a folder gave: the templates that work, in order, and a fault for each file that does not."""

    templates: tuple[Template, ...]
    faults: tuple[UserFault, ...]


@functools.cache
def builtin_templates() -> tuple[Template, ...]:
    """Return the templates that come with the program, in order; they are read once."""
    folder = files("desktop").joinpath("resources", "templates")
    entries = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return in_order(parse_template(entry.read_text(encoding="utf-8"), entry.name) for entry in entries)


def load_folder(path: Path) -> TemplateSet:
    """Read every `*.toml` file of a folder; a broken file is reported and the others work.

    Raises `UserFault` TEMPLATE_UNREADABLE (file, reason) when the folder itself cannot be listed.
    """
    try:
        entries = sorted(entry for entry in path.iterdir() if entry.suffix.lower() == ".toml")
    except OSError as error:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=str(path), reason=reason_of(error)) from error
    found: dict[str, Template] = {}
    faults: list[UserFault] = []
    for entry in entries[:MAX_FILES]:
        try:
            template = read_template(entry)
        except UserFault as fault:
            faults.append(fault)
            continue
        if template.id in found:
            faults.append(_refused(entry, BadValue.DUPLICATE, "id"))
        else:
            found[template.id] = template
    if len(entries) > MAX_FILES:
        faults.append(_refused(path, BadValue.TOO_MANY, ""))
    return TemplateSet(in_order(found.values()), tuple(faults))


def read_template(path: Path) -> Template:
    """Read one template file; raises what `read_template_text` and `parse_template` raise."""
    return replace(parse_template(read_template_text(path), path.name), folder=path.parent)


def read_template_text(path: Path) -> str:
    """Return a template file's text: UTF-8, with or without a BOM.

    Raises `UserFault` TEMPLATE_NOT_FOUND (file) or TEMPLATE_UNREADABLE (file, reason); the reason of a file in
    another charset is `not_utf8`, of a file of more than 256 KiB `too_long`.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UserFault(ErrorCode.TEMPLATE_NOT_FOUND, file=str(path)) from error
    except OSError as error:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=str(path), reason=reason_of(error)) from error
    if len(data) > MAX_BYTES:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=str(path), reason=BadValue.TOO_LONG.value)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=str(path), reason="not_utf8") from error


def in_order(templates: Iterable[Template]) -> tuple[Template, ...]:
    """Return the templates by category, in it what is made most first, then by name and identity."""
    ranks = {category.value: rank for rank, category in enumerate(Category)}
    return tuple(sorted(templates, key=lambda one: (ranks[one.category], one.id not in _MADE_MOST, one.name, one.id)))


def _refused(path: Path, reason: BadValue, key: str) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_BAD_VALUE, file=path.name, line=1, key=key, reason=reason.value)
