"""The records of the history database, as the rest of the program sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.sections import Content


class DocumentState(StrEnum):
    """Where a document stands."""

    PREPARING = "preparing"  # the form is being filled; nothing was asked of the model yet
    STREAMING = "streaming"  # the model writes; found at start, it means the program died
    COMPLETE = "complete"
    CANCELLED = "cancelled"  # the person stopped it; can be continued
    INTERRUPTED = "interrupted"  # a crash stopped it; can be continued


class Origin(StrEnum):
    """Who wrote a version of a section."""

    MODEL = "model"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class TemplateStamp:
    """The template a document is made from, as it was at that moment; `source` is the whole template file."""

    id: str
    name: str
    version: str
    source: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person filled in: values by field key, as typed; and where a document field's text came from."""

    values: Mapping[str, str] = field(default_factory=dict)
    file_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """With what a draft was made: `settings` is the sampling as JSON; `model_sha256` may be empty (not known yet)."""

    model_name: str
    model_sha256: str
    settings: str


@dataclass(frozen=True, slots=True)
class Speed:
    """What one run took, or one measurement, which has no `template_id`. Counts in tokens, durations in seconds.

    `read_tokens` were really read, not reused. `answer_chars` is what the answers were expected to be long before it
    was known better; `text_chars` of the prompt were `text_tokens`.
    """

    template_id: str
    asks: int
    read_tokens: int
    read_seconds: float
    written_tokens: int
    written_seconds: float
    answer_chars: int = 0
    text_chars: int = 0
    text_tokens: int = 0


@dataclass(frozen=True, slots=True)
class SectionVersion:
    """One saved version of one section.

    `number` counts from 1 for each section. `finished` is false when the model was still writing it.
    """

    section_key: str
    number: int
    content: Content
    origin: Origin
    finished: bool
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A line of the history list. Times are aware (UTC)."""

    id: int
    template_id: str
    template_name: str
    title: str
    state: DocumentState
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Everything kept of one document. `sections` holds the latest version of each section that has one.

    `run`, `raw_text` and `error_code` are those of the latest run; `raw_text` is the model's output as it was saved.
    """

    summary: DocumentSummary
    template_version: str
    template_source: str
    inputs: Inputs
    run: RunFacts | None
    raw_text: str
    error_code: str
    sections: Mapping[str, SectionVersion]
