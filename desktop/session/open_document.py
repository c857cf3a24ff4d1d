"""A document taken out of the history, with the template it was made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.core.sections import SectionSpec
from desktop.session.profile import is_own
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentRecord, Inputs, TemplateStamp
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
    """Return a title for the history list: the first one-line field that is filled, or the template's name.

    Who writes is in every document the same, and names none.
    """
    for field in template.fields:
        value = inputs.values.get(field.key, "").strip()
        if field.type is FieldType.TEXT and value and not is_own(field):
            return value
    return template.name


def latest_inputs_in(store: HistoryStore, template_id: str) -> Inputs | None:
    """Return what stands in the form of the latest document of a template."""
    latest = next((one for one in store.list_documents() if one.template_id == template_id), None)
    return None if latest is None else store.load(latest.id).inputs


def moved_to(store: HistoryStore, document_id: int, present: Callable[[str], Template]) -> int:
    """Make a copy of a document in the `present` version of its template and return its number.

    The document itself stays; what the other version has no place for is not in the copy.
    """
    opened = opened_in(store, document_id)
    template = present(opened.template.id)
    inputs = opened.record.inputs
    known = {field.key for field in template.fields}
    fitting = Inputs(
        {key: value for key, value in inputs.values.items() if key in known},
        {key: name for key, name in inputs.file_names.items() if key in known},
    )
    stamp = TemplateStamp(template.id, template.name, template.version, template.source)
    number = store.create_document(stamp, title_of(template, fitting), fitting)
    kinds = {spec.key: spec.kind for spec in opened.template.sections}
    for spec in template.sections:
        version = opened.record.sections.get(spec.key)
        # A section that was a text and is a table now cannot be taken over.
        if version is not None and kinds.get(spec.key) is spec.kind and _same_columns(opened.template, spec):
            store.save_edit(number, spec.key, version.content)
    return number


def _same_columns(before: Template, spec: SectionSpec) -> bool:
    return len(before.section(spec.key).columns) == len(spec.columns)
