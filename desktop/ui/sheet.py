"""The document on the desk as the window knows it, and what the model is doing with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from desktop.core.sections import Content, is_empty
from desktop.session.open_document import OpenDocument
from desktop.session.plan import contents_of, unfinished_keys
from desktop.store.records import DocumentState, Inputs
from desktop.templates.model import Template

CONTINUABLE = (DocumentState.CANCELLED, DocumentState.INTERRUPTED)


class Phase(Enum):
    """What the model is doing."""

    RESTING = auto()
    LOADING = auto()
    MEASURING = auto()
    READING = auto()
    WRITING = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `fraction` from 0 to 1 or `None` while unknown, times in seconds, `section` the key in work.

    `expected` is what the whole run was expected to take before it began.
    """

    phase: Phase = Phase.RESTING
    fraction: float | None = None
    seconds_left: float | None = None
    expected: float | None = None
    section: str = ""
    silent: float = 0.0
    stopping: bool = False


@dataclass(slots=True)
class Sheet:
    """One document. `number` is 0 until the history knows it; it lives in the main thread only.

    `pending` are the sections the model has still to write, `held` those a person edited during the run, `edits`
    counts the edits of each section, so that an answer from the store can be known to be older than an edit.
    """

    template: Template
    inputs: Inputs = field(default_factory=Inputs)
    number: int = 0
    title: str = ""
    state: DocumentState = DocumentState.PREPARING
    contents: dict[str, Content] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    edits: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, opened: OpenDocument) -> Sheet:
        """Return the sheet of a document from the history."""
        record = opened.record
        return cls(
            opened.template,
            record.inputs,
            record.summary.id,
            record.summary.title,
            record.summary.state,
            contents_of(record),
            list(unfinished_keys(opened.template, record)),
        )

    @property
    def has_draft(self) -> bool:
        """Whether anything stands on the page."""
        return any(not is_empty(content) for content in self.contents.values())

    @property
    def continuable(self) -> bool:
        """Whether a draft broke off that can be continued."""
        return self.state in CONTINUABLE and bool(self.pending)
