"""A document taken out of the history, with the template it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.history import HistoryStore
from desktop.store.records import DocumentRecord, Inputs
from desktop.templates.model import FieldType, Template
from desktop.templates.parse import parse_template


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document with the template it was made from, in that template's version."""

    record: DocumentRecord
    template: Template


def opened_in(store: HistoryStore, document_id: int) -> OpenDocument:
    """Return a document as it stands; raises what `HistoryStore.load` and `parse_template` raise."""
    record = store.load(document_id)
    return OpenDocument(record, parse_template(record.template_source, record.summary.template_id))


def title_of(template: Template, inputs: Inputs) -> str:
    """Return a title for the history list: the first one-line field that is filled, or the template's name."""
    for field in template.fields:
        value = inputs.values.get(field.key, "").strip()
        if field.type is FieldType.TEXT and value:
            return value
    return template.name
