"""The types of a template: what one TOML file says, after strict parsing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.core.document import LayoutKind
from desktop.core.review import ReviewProfile, profile_of_layout
from desktop.core.sections import SectionSpec


class Category(StrEnum):
    """The groups in which templates are listed, in this order."""

    MINUTES = "minutes"
    NOTICE = "notice"  # from office to office
    RESIDENTS = "residents"  # announcements to residents
    MEMO = "memo"  # inside the office
    ASSEMBLY = "assembly"
    LETTER = "letter"  # greetings, mails, replies
    PUBLICITY = "publicity"
    PLANNING = "planning"  # plans, surveys, training
    WRITING = "writing"  # putting a text into other words
    OTHER = "other"


class FieldType(StrEnum):
    """What a person fills in."""

    TEXT = "text"  # one line
    LONGTEXT = "longtext"  # several lines
    DATE = "date"  # typed in 和暦 or western, kept as typed, printed in 和暦
    CHOICE = "choice"  # one of `choices`
    LIST = "list"  # one item a line
    DOCUMENT = "document"  # a source: pasted text or a file that was read


@dataclass(frozen=True, slots=True)
class TemplateField:
    """One field of the form. `label_en` and `help_en` are shown when the window speaks English."""

    key: str
    label: str
    type: FieldType
    label_en: str = ""
    required: bool = False
    default: str = ""
    help: str = ""
    help_en: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateLayout:
    """How the document is printed; every string may hold `{field}` placeholders.

    `facts` pairs a label with a pattern. `reference` is the name of a Word file beside the template whose styles,
    header, footer and page are used, `reference_sha256` what that file has to be.
    """

    kind: LayoutKind
    title: str = ""
    number: str = ""
    date: str = ""
    addressee: str = ""
    sender: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    contact: tuple[str, ...] = ()
    note: str = ""
    reference: str = ""
    reference_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The words for the model.

    `system` is the same for every draft of the template (no placeholders, so that it can be kept evaluated);
    `user` holds `{field}` placeholders, the source last. `example` is a worked example of the answer, shown after the
    form and literal as `system` is.
    """

    system: str
    user: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One template file. `source` is the file's text, kept with every document made from it.

    `author`, `updated` and `change` tell of its last publication. `folder` is where the file lies, and with it what
    stands beside it; nothing when the text came from elsewhere (the program itself, the history).
    """

    id: str
    name: str
    category: str
    version: str
    description: str
    fields: tuple[TemplateField, ...]
    sections: tuple[SectionSpec, ...]
    layout: TemplateLayout
    prompt: Prompt
    source: str
    name_en: str = ""
    description_en: str = ""
    examples: tuple[tuple[str, str], ...] = ()  # field key and value: a worked example for a new user
    keywords: tuple[str, ...] = ()
    author: str = ""
    updated: dt.date | None = None
    change: str = ""
    review: ReviewProfile | None = None
    folder: Path | None = field(default=None, compare=False)

    def field(self, key: str) -> TemplateField:
        """Return the field with this key; raises `KeyError`."""
        for candidate in self.fields:
            if candidate.key == key:
                return candidate
        raise KeyError(key)

    def section(self, key: str) -> SectionSpec:
        """Return the section with this key; raises `KeyError`."""
        for candidate in self.sections:
            if candidate.key == key:
                return candidate
        raise KeyError(key)

    @property
    def review_profile(self) -> ReviewProfile:
        """The rules of style for the finished text: the template's own, or those of its layout."""
        return profile_of_layout(self.layout.kind) if self.review is None else self.review

    @property
    def document_fields(self) -> tuple[TemplateField, ...]:
        """The fields that take a source document."""
        return tuple(candidate for candidate in self.fields if candidate.type is FieldType.DOCUMENT)
