"""What changed between two versions of a template, in the terms of the person who fills it in."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.templates.model import Template


class Part(StrEnum):
    """Which part of a template a change is in."""

    ABOUT = "about"  # name, description
    FIELD = "field"
    SECTION = "section"
    LAYOUT = "layout"  # how it is printed
    PROMPT = "prompt"  # what the model is told


class Kind(StrEnum):
    """What happened to it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `name` is the field's label or the section's title, empty for a part that has no name."""

    part: Part
    kind: Kind
    name: str = ""


def differences(before: Template, after: Template) -> list[Change]:
    """Return what a document will find changed when it is moved from one version to the other."""
    changes = []
    if (before.name, before.description) != (after.name, after.description):
        changes.append(Change(Part.ABOUT, Kind.CHANGED))
    changes += _named(Part.FIELD, {one.key: one for one in before.fields}, {one.key: one for one in after.fields})
    # Instructions to the model are no change of what is printed; they count as part of the prompt.
    changes += _named(
        Part.SECTION,
        {one.key: replace(one, instruction="", shots=()) for one in before.sections},
        {one.key: replace(one, instruction="", shots=()) for one in after.sections},
    )
    if before.layout != after.layout:
        changes.append(Change(Part.LAYOUT, Kind.CHANGED))
    # What is told of a section that came or went is no change of its own.
    common = {one.key for one in before.sections} & {one.key for one in after.sections}
    if _told(before, common) != _told(after, common):
        changes.append(Change(Part.PROMPT, Kind.CHANGED))
    return changes


def _named(part: Part, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for key, value in after.items():
        if key not in before:
            yield Change(part, Kind.ADDED, _title(value))
        elif before[key] != value:
            yield Change(part, Kind.CHANGED, _title(value))
    for key, value in before.items():
        if key not in after:
            yield Change(part, Kind.REMOVED, _title(value))


def _title(value: object) -> str:
    return str(getattr(value, "label", "") or getattr(value, "title", ""))


def _told(template: Template, keys: Container[str]) -> object:
    return template.prompt, [(spec.instruction, spec.shots) for spec in template.sections if spec.key in keys]
