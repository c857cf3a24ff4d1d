"""Plain text files: decoded, bounded, otherwise as they are."""

from __future__ import annotations

from pathlib import Path

from desktop.documents.base import SourceText
from desktop.documents.bounds import read_bounded
from desktop.documents.charset import decode
from desktop.documents.kinds import TEXT_SUFFIXES


class TextImporter:
    """Reads text, Markdown, comma-separated values and subtitles, all as the plain text they are."""

    suffixes: tuple[str, ...] = TEXT_SUFFIXES

    def __init__(self, charset: str | None = None) -> None:
        """Take one of `charset.CHARSETS` when a person chose it; `None` decides by the file's bytes."""
        self._charset = charset

    def read(self, path: Path) -> SourceText:
        """Return the text with LF line ends; raises `UserFault` SOURCE_BINARY, SOURCE_CHARSET, SOURCE_TOO_LARGE."""
        decoded = decode(read_bounded(path), path.name, self._charset)
        return SourceText(decoded.text, path.name, decoded.charset)
