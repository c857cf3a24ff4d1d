"""What two versions are compared as: states of a section or of a whole document, as texts with when and by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.core.sections import Content, ListContent, SectionSpec, TextContent
from desktop.store.records import Origin, SectionVersion
from desktop.ui.dates import moment

# Versions of one author within this time of each other are one state of a document: a draft comes section by section.
ONE_SITTING = dt.timedelta(minutes=5)
BULLET = "• "
CELLS = "　｜　"


@dataclass(frozen=True, slots=True)
class Edition:
    """A state: `numbers` are the versions it is made of by section key; a section that had none yet is not in it."""

    at: dt.datetime
    origin: Origin
    text: str
    numbers: Mapping[str, int]


def readable(content: Content) -> str:
    """Return a content as lines that can be compared: items with bullets, rows with their cells parted."""
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ListContent):
        return "\n".join(f"{BULLET}{item}" for item in content.items)
    return "\n".join(CELLS.join(" ".join(cell.split()) for cell in row) for row in content.rows)


def of_section(versions: Sequence[SectionVersion]) -> list[Edition]:
    """Return a section's versions (newest first) as editions, newest first."""
    return [
        Edition(version.created_at, version.origin, readable(version.content), {version.section_key: version.number})
        for version in versions
    ]


def of_document(versions: Mapping[str, Sequence[SectionVersion]], specs: Sequence[SectionSpec]) -> list[Edition]:
    """Return the states a document went through, newest first, from the versions of all its sections."""
    steps = sorted((version for found in versions.values() for version in found), key=lambda one: one.created_at)
    editions: list[Edition] = []
    standing: dict[str, SectionVersion] = {}
    for place, version in enumerate(steps):
        newest = standing.get(version.section_key)
        if newest is None or version.number > newest.number:  # a clock that was set back must not bring old text back
            standing[version.section_key] = version
        following = steps[place + 1] if place + 1 < len(steps) else None
        if following is None or not _one_sitting(version, following):
            numbers = {key: found.number for key, found in standing.items()}
            editions.append(Edition(version.created_at, version.origin, _whole(standing, specs), numbers))
    return editions[::-1]


def _one_sitting(version: SectionVersion, following: SectionVersion) -> bool:
    return version.origin is following.origin and following.created_at - version.created_at < ONE_SITTING


def _whole(standing: Mapping[str, SectionVersion], specs: Sequence[SectionSpec]) -> str:
    parts = [f"【{spec.title}】\n{readable(standing[spec.key].content)}\n" for spec in specs if spec.key in standing]
    return "\n".join(parts)


def author(origin: Origin) -> str:
    """Say who wrote a version."""
    if origin is Origin.MODEL:
        return QCoreApplication.translate("VersionsMenu", "AIの下書き")
    return QCoreApplication.translate("VersionsMenu", "あなたの編集")


def edition_name(edition: Edition, language: str, *, latest: bool) -> str:
    """Return when and by whom, for a list to choose from."""
    name = f"{moment(edition.at, language)}　{author(edition.origin)}"
    return name + QCoreApplication.translate("VersionsMenu", "（今の版）") if latest else name
