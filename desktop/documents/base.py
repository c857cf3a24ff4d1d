"""The Importer and Exporter protocols and the bounds every importer keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from desktop.core.document import OfficialDocument

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_TEXT_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class SourceText:
    """Text read from a file. `detail` says how (charset, number of tables …) in fixed codes, for the preview."""

    text: str
    name: str
    charset: str = ""
    detail: Mapping[str, int] | None = None

    @property
    def chars(self) -> int:
        """Number of characters, for the preview."""
        return len(self.text)


class Importer(Protocol):
    """Reads one file format."""

    suffixes: tuple[str, ...]

    def read(self, path: Path) -> SourceText:
        """Return the file's text; raises `UserFault` with one of the SOURCE_ or DOCX_ codes."""
        ...


class Exporter(Protocol):
    """Writes one file format."""

    suffixes: tuple[str, ...]

    def write(self, document: OfficialDocument, stream: BinaryIO) -> None:
        """Write the document to an open binary stream."""
        ...
