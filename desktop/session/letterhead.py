"""The office's look for the Word file of a document: taken from beside its template, or missing with a fault."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.documents.reference import Reference, read_reference
from desktop.documents.reference_xml import Refusal
from desktop.templates.model import TemplateLayout
from desktop.templates.references import read_reference_file


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written; `warning` says why it has the standard look instead of the office's."""

    path: Path
    warning: UserFault | None = None


def letterhead(
    layout: TemplateLayout, folder: Path | None, newer: TemplateLayout | None = None
) -> tuple[Reference | None, UserFault | None]:
    """Return the look that a layout names, read from `folder`; or nothing, with the fault when it names one.

    A document made with an older version of a template names that version's file: when it is gone, the file that the
    version of today names (`newer`) is the office's look.
    """
    if not layout.reference:
        return None, None
    try:
        return _read(layout, folder), None
    except UserFault as fault:
        gone = fault.fields.get("reason") == Refusal.NOT_FOUND.value
        if gone and newer is not None and newer.reference not in ("", layout.reference):
            return letterhead(newer, folder)
        return None, fault


def _read(layout: TemplateLayout, folder: Path | None) -> Reference:
    return read_reference(read_reference_file(folder, layout), layout.reference)
