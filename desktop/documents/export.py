"""Saving a document whatever its format: the one entry for the window and the console."""

from __future__ import annotations

from pathlib import Path

from desktop.core.document import OfficialDocument
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import safe_file_name as safe_file_name
from desktop.core.files import write_atomically
from desktop.documents.base import Exporter
from desktop.documents.docx_out import DocxExporter
from desktop.documents.markdown_out import MarkdownExporter
from desktop.documents.reference import Reference
from desktop.documents.text_out import TextExporter

_EXPORTERS: tuple[Exporter, ...] = (DocxExporter(), TextExporter(), MarkdownExporter())
SUFFIXES = tuple(suffix for exporter in _EXPORTERS for suffix in exporter.suffixes)


def export(
    document: OfficialDocument, path: Path, *, overwrite: bool = False, reference: Reference | None = None
) -> Path:
    """Write the document in the format of the path's suffix and return the path; the file is whole or not there.

    `reference` is the office's look for Word files. Raises `UserFault` OUTPUT_TYPE_UNSUPPORTED (suffix),
    OUTPUT_EXISTS (path), OUTPUT_NOT_WRITABLE (path, reason).
    """
    suffix = path.suffix.lower()
    exporter = next((candidate for candidate in _EXPORTERS if suffix in candidate.suffixes), None)
    if exporter is None:
        raise UserFault(ErrorCode.OUTPUT_TYPE_UNSUPPORTED, suffix=suffix)
    if reference is not None and isinstance(exporter, DocxExporter):
        exporter = DocxExporter(reference)
    write_atomically(path, lambda stream: exporter.write(document, stream), overwrite=overwrite)
    return path
