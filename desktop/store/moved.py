"""A document as it moves between histories: whole, and without anything that only one history knows (its numbers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.core.sections import Content
from desktop.store.records import DocumentState, Origin, RunFacts, TemplateStamp


@dataclass(frozen=True, slots=True)
class MovedField:
    """One field of a form as it was filled in: what was typed, which file a text came from, since when it is so."""

    key: str
    value: str | None
    file_name: str | None
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class MovedForm:
    """A form with the title that followed from it, and when it was last changed."""

    title: str
    fields: tuple[MovedField, ...]
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MovedRun:
    """One run of the model; `ended_at` is missing when it was broken off."""

    facts: RunFacts
    started_at: dt.datetime
    ended_at: dt.datetime | None
    error_code: str
    raw_text: str


@dataclass(frozen=True, slots=True)
class MovedVersion:
    """One version of a section; `run` counts the document's runs from 0.

    `stands_for` counts the section's versions from 0: where undo went back to it, the earlier one it is a copy of.
    """

    content: Content
    origin: Origin
    finished: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    run: int | None = None
    stands_for: int | None = None


@dataclass(frozen=True, slots=True)
class MovedDocument:
    """Everything kept of a document. Versions stand in their order, oldest first.

    `past` are earlier values of fields, oldest first. `trashed_at` is when it was put into the trash, where it lies.
    """

    uid: str
    template: TemplateStamp
    form: MovedForm
    state: DocumentState
    created_at: dt.datetime
    runs: tuple[MovedRun, ...] = ()
    sections: Mapping[str, tuple[MovedVersion, ...]] = field(default_factory=dict)
    past: tuple[MovedField, ...] = ()
    tags: tuple[str, ...] = ()
    trashed_at: dt.datetime | None = None

    @property
    def updated_at(self) -> dt.datetime:
        """When the document was last changed."""
        return self.form.changed_at

    @property
    def version_count(self) -> int:
        """How many versions all sections have together."""
        return sum(len(versions) for versions in self.sections.values())
