"""Opening a .docx as an untrusted archive: everything is bounded before anything is parsed."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.bounds import read_bounded
from desktop.documents.kinds import CFB_MAGIC, ZIP_MAGIC, compound_file_kind

MAX_ENTRIES = 5_000
MAX_TOTAL_BYTES = 500 * 1024 * 1024
MAX_XML_BYTES = 32 * 1024 * 1024
MAX_XML_RATIO = 300
MAX_XML_DEPTH = 200
MAX_XML_ELEMENTS = 1_500_000
_RATIO_FREE_BYTES = 4 * 1024 * 1024  # below this size no ratio does harm; short documents of one word repeat a lot

_CENTRAL_ENTRY = b"PK\x01\x02"
_ENCRYPTED_FLAG = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAIN_KIND = "officeDocument"
_DEFAULT_MAIN = "word/document.xml"
_OTHER_STARTS = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"<html", "html"),
    (b"<!DOCTYPE html", "html"),
    (b"MIME-Version:", "html"),
)
_OTHER_ENTRIES = (("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"), ("mimetype", "odt"))


class _TooComplexError(Exception):
    """The XML exceeds a bound."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: the end of the relation's type, and an entry of the package or something outside."""

    kind: str
    target: str
    outside: bool


class Package:
    """An open archive whose parts are read one by one, each within its bounds."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Wrap an archive that has been checked."""
        self._archive = archive
        self.names = frozenset(archive.namelist())

    @property
    def main(self) -> str:
        """The entry of the main document part, by the package's relationships or else its usual place."""
        for relation in self.relations("").values():
            if relation.kind == _MAIN_KIND and not relation.outside:
                return relation.target
        return _DEFAULT_MAIN

    def xml(self, entry: str) -> BaseOxmlElement:
        """Return the root of an entry's XML."""
        return _parse(self.data(entry))

    def data(self, entry: str) -> bytes:
        """Return the bytes of an entry."""
        return _read_entry(self._archive, entry)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return what a part points to by identity; the package itself is the part without a name."""
        folder, _, name = part.rpartition("/")
        entry = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if entry not in self.names:
            return {}
        found = {}
        for one in self.xml(entry):
            target = str(one.get("Target", ""))
            outside = one.get("TargetMode") == "External"
            inner = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = str(one.get("Type", "")).rpartition("/")[2]
            found[str(one.get("Id", ""))] = Relation(kind, target if outside else posixpath.normpath(inner), outside)
        return found


def read_main_part(path: Path) -> BaseOxmlElement:
    """Return the root of a .docx's main document part; no other part is opened, no relationship to outside followed.

    Raises what `read_bounded` and `opened` raise.
    """
    with opened(read_bounded(path), path.name) as package:
        return package.xml(package.main)


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Package]:
    """Open a package for reading; faults of its parts come as the faults below, too.

    Raises `UserFault` (field `name`) DOCX_PROTECTED, DOCX_BROKEN, DOCX_TOO_COMPLEX, SOURCE_EMPTY for a file of no
    bytes, SOURCE_CONVERT_FIRST (kind) when another format bears the suffix.
    """
    if not data:
        raise UserFault(ErrorCode.SOURCE_EMPTY, name=name)
    if not data.startswith(ZIP_MAGIC):
        raise _fault_of_other_format(data, name)
    if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        raise UserFault(ErrorCode.DOCX_TOO_COMPLEX, name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive, name)
            yield Package(archive)
    except _TooComplexError as error:
        raise UserFault(ErrorCode.DOCX_TOO_COMPLEX, name=name) from error
    # SyntaxError is the base class of lxml's parser errors; an XML of an unknown encoding is a LookupError, a part that
    # is not there a KeyError, which is one, too; the others come from a damaged archive.
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, SyntaxError, EOFError, LookupError, OSError) as error:
        raise UserFault(ErrorCode.DOCX_BROKEN, name=name) from error
    except (NotImplementedError, RuntimeError, ValueError) as error:  # unknown compression or version, bad numbers
        raise UserFault(ErrorCode.DOCX_BROKEN, name=name) from error


def _fault_of_other_format(data: bytes, name: str) -> UserFault:
    if data.startswith(CFB_MAGIC):
        kind = compound_file_kind(data)
        if kind == "protected":
            return UserFault(ErrorCode.DOCX_PROTECTED, name=name)
    else:
        kind = next((kind for start, kind in _OTHER_STARTS if data.lstrip().startswith(start)), None)
    if kind is None:
        return UserFault(ErrorCode.DOCX_BROKEN, name=name)
    return UserFault(ErrorCode.SOURCE_CONVERT_FIRST, name=name, kind=kind)


def _check_archive(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise _TooComplexError
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise UserFault(ErrorCode.DOCX_PROTECTED, name=name)
    names = set(archive.namelist())
    kind = None if _DEFAULT_MAIN in names else next((kind for entry, kind in _OTHER_ENTRIES if entry in names), None)
    if kind is not None:
        raise UserFault(ErrorCode.SOURCE_CONVERT_FIRST, name=name, kind=kind)


def _read_entry(archive: zipfile.ZipFile, entry_name: str) -> bytes:
    entry = archive.getinfo(entry_name)
    if entry.compress_type not in _METHODS:
        raise zipfile.BadZipFile("a compression that no office program writes")
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > MAX_XML_BYTES or (entry.file_size > _RATIO_FREE_BYTES and ratio > MAX_XML_RATIO):
        raise _TooComplexError
    with archive.open(entry) as stream:
        data = stream.read(MAX_XML_BYTES + 1)
    if len(data) > MAX_XML_BYTES:  # the directory lied about the size
        raise _TooComplexError
    return data


def _parse(data: bytes) -> BaseOxmlElement:
    """Parse XML with python-docx's parser, after a pass that builds nothing has found it small and without entities."""
    _scan(data)
    return parse_xml(data)


def _scan(data: bytes) -> None:
    """Raise for a document type declaration (entities, external files), for depth and for number of elements."""
    depth = elements = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_XML_DEPTH or elements > MAX_XML_ELEMENTS:
            raise _TooComplexError

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_arguments: object) -> None:
        raise _TooComplexError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(data, True)
