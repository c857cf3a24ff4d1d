"""Reading a source whatever its format: the one entry for the window and the console."""

from __future__ import annotations

from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.base import MAX_TEXT_CHARS, Importer, SourceText
from desktop.documents.bounds import check_file
from desktop.documents.docx_in import DocxImporter
from desktop.documents.kinds import DOCX_SUFFIXES, PICTURE_SUFFIXES, RECORDING_SUFFIXES, TEXT_SUFFIXES, convert_kind
from desktop.documents.text_in import TextImporter

SUFFIXES = (*TEXT_SUFFIXES, *DOCX_SUFFIXES)


def read_source(path: Path, charset: str | None = None) -> SourceText:
    """Return the text of a source file; `charset` (one of `charset.CHARSETS`) is a person's choice for text files.

    Raises `UserFault`, always with the field `name`:

    - SOURCE_NOT_FOUND; SOURCE_NOT_READABLE (reason); SOURCE_TOO_LARGE (bytes and limit in bytes, or chars and limit in
      characters); SOURCE_EMPTY;
    - SOURCE_TYPE_UNSUPPORTED (suffix); SOURCE_CONVERT_FIRST (kind: a key of `kinds.CONVERT_KINDS`);
      SOURCE_PICTURE; SOURCE_RECORDING;
    - SOURCE_BINARY; SOURCE_CHARSET; DOCX_PROTECTED; DOCX_BROKEN; DOCX_TOO_COMPLEX.
    """
    suffix = path.suffix.lower()
    # What to do about a wrong format matters more than its size, but a name without a file is no format at all.
    refusal = _refusal(suffix, path.name)
    if refusal is not None and path.is_file():
        raise refusal
    check_file(path)
    source = _importer(suffix, path.name, charset).read(path)
    if source.chars > MAX_TEXT_CHARS:
        raise UserFault(ErrorCode.SOURCE_TOO_LARGE, name=path.name, chars=source.chars, limit=MAX_TEXT_CHARS)
    if not source.text.strip():
        raise UserFault(ErrorCode.SOURCE_EMPTY, name=path.name)
    return source


def _refusal(suffix: str, name: str) -> UserFault | None:
    """Return the fault of a format that is known and not read, with what a person can do about it."""
    kind = convert_kind(suffix)
    if kind is not None:
        return UserFault(ErrorCode.SOURCE_CONVERT_FIRST, name=name, kind=kind)
    if suffix in PICTURE_SUFFIXES:
        return UserFault(ErrorCode.SOURCE_PICTURE, name=name)
    return UserFault(ErrorCode.SOURCE_RECORDING, name=name) if suffix in RECORDING_SUFFIXES else None


def _importer(suffix: str, name: str, charset: str | None) -> Importer:
    if suffix in TEXT_SUFFIXES:
        return TextImporter(charset)
    if suffix in DOCX_SUFFIXES:
        return DocxImporter()
    raise UserFault(ErrorCode.SOURCE_TYPE_UNSUPPORTED, name=name, suffix=suffix)
