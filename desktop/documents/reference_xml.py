"""Cleaning XML of a foreign Word file: what can fetch, run or embed is refused, what is not needed is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from docx.opc.oxml import serialize_part_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from desktop.documents.docx_xml import R, W

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WORD_2010 = "http://schemas.microsoft.com/office/word/2010"
_VML = "urn:schemas-microsoft-com"
NAMESPACES = frozenset(
    {
        W,
        f"{_DRAWING}/main",
        f"{_DRAWING}/picture",
        f"{_DRAWING}/wordprocessingDrawing",
        f"{_WORD_2010}/wordprocessingDrawing",
        f"{_WORD_2010}/wordprocessingShape",
        f"{_WORD_2010}/wordprocessingGroup",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        f"{_VML}:vml",
        f"{_VML}:office:office",
        f"{_VML}:office:word",
    }
)
_OBJECTS = frozenset({"object", "OLEObject", "control", "altChunk", "subDoc", "contentPart", "movie"})
# Bound to data, macros or people of the other file, or pointing to places in it.
_DROPPED = frozenset(
    {"sdtPr", "sdtEndPr", "ffData", "fldData", "hlinkClick", "hlinkHover", "extLst", "numPr", "pPrChange", "rPrChange"}
    | {"commentReference", "commentRangeStart", "commentRangeEnd", "annotationRef", "permStart", "permEnd"}
    | {"footnoteReference", "endnoteReference", "footnotePr", "endnotePr", "headerReference", "footerReference"}
    | {"printerSettings", "bookmarkStart", "bookmarkEnd", "proofErr", "sectPr", "del", "moveFrom"}
)
_UNWRAPPED = frozenset({"hyperlink", "smartTag", "ins", "moveTo"})
_WEB_ATTRIBUTES = frozenset({"href", "src", "relid", "althref", "target"})
# Fields that only count, date or name; every other one may read a file, ask a server or start something.
_FIELDS = frozenset(
    {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "DATE", "TIME", "CREATEDATE", "SAVEDATE", "TITLE", "STYLEREF"}
)


class Refusal(StrEnum):
    """Why a reference file is not used; the `reason` of TEMPLATE_REFERENCE_BAD."""

    NOT_FOUND = "not_found"
    LINK = "link"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    CHANGED = "changed"
    NOT_A_DOCX = "not_a_docx"
    PROTECTED = "protected"
    TOO_COMPLEX = "too_complex"
    MACROS = "macros"
    OBJECT = "object"
    OUTSIDE = "outside"
    FIELD = "field"
    PICTURE = "picture"
    PAGE = "page"


class RefusedError(Exception):
    """Something in the file is not acceptable."""

    def __init__(self, reason: Refusal) -> None:
        """Keep the reason."""
        super().__init__(reason.value)
        self.reason = reason


def clean(root: BaseOxmlElement, pictures: Mapping[str, str] | None = None) -> None:
    """Clean an element and everything in it, in place; `pictures` maps identities of pictures to new ones.

    Raises `RefusedError` for objects, for fields other than the harmless ones and for pictures that lie outside.
    """
    known = pictures or {}
    _check_fields(root)
    for element in list(root.iter()):
        if element is root:
            _clean_attributes(element, known)
        elif not isinstance(element.tag, str):
            _drop(element)
        else:
            _clean_element(element, known)


def name_of(element: BaseOxmlElement) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def xml_of(element: BaseOxmlElement) -> str:
    """Return an element as text, without the declaration that belongs at the head of a file."""
    return serialize_part_xml(element).decode("utf-8").partition("?>")[2].strip()


def _clean_element(element: BaseOxmlElement, pictures: Mapping[str, str]) -> None:
    space, _, name = str(element.tag)[1:].rpartition("}")
    if name in _OBJECTS:
        raise RefusedError(Refusal.OBJECT)
    if space not in NAMESPACES or name in _DROPPED:
        _drop(element)
    elif name in _UNWRAPPED and space == W:
        _unwrap(element)
    else:
        _clean_attributes(element, pictures)


def _clean_attributes(element: BaseOxmlElement, pictures: Mapping[str, str]) -> None:
    for key, value in list(element.attrib.items()):
        space, _, name = str(key)[1:].rpartition("}") if str(key).startswith("{") else ("", "", str(key))
        if space == R:
            if str(value) not in pictures:
                raise RefusedError(Refusal.OUTSIDE)
            element.set(key, pictures[str(value)])
        elif name in _WEB_ATTRIBUTES and space != W:
            del element.attrib[key]


def _drop(element: BaseOxmlElement) -> None:
    """Take an element out, and leave the text after it, which belongs to nobody in Word's XML."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: BaseOxmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        place = parent.index(element)
        for child in list(element):
            parent.insert(place, child)
            place += 1
        parent.remove(element)


def _check_fields(root: BaseOxmlElement) -> None:
    """Raise for a field that is not harmless, however its instruction is cut into pieces."""
    complex_fields = _Fields()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        if name == "fldSimple":
            _check_instruction(str(element.get(f"{{{W}}}instr", "")))
        elif name in {"instrText", "delInstrText"}:
            complex_fields.text(element.text or "")
        elif name == "fldChar":
            complex_fields.mark(str(element.get(f"{{{W}}}fldCharType", "")))
    complex_fields.end()


def _check_instruction(instruction: str) -> None:
    words = instruction.split()
    if not words or words[0].upper() not in _FIELDS:
        raise RefusedError(Refusal.FIELD)


class _Fields:
    """The fields that are open while a part is read: an instruction, then its result; both may hold other fields."""

    def __init__(self) -> None:
        self._open: list[str | None] = []  # the instruction so far, none once it has ended

    def text(self, piece: str) -> None:
        """Take a piece of an instruction."""
        if not self._open or self._open[-1] is None:
            raise RefusedError(Refusal.FIELD)
        self._open[-1] += piece

    def mark(self, kind: str) -> None:
        """Take a begin, separate or end; a field inside an instruction could spell another one and is refused."""
        last = self._open[-1] if self._open else None
        if kind == "begin":
            if last is not None:
                raise RefusedError(Refusal.FIELD)
            self._open.append("")
            return
        if last is not None:
            _check_instruction(last)
            self._open[-1] = None
        if kind == "end" and self._open:
            self._open.pop()

    def end(self) -> None:
        """Refuse an instruction that never ends."""
        if any(one is not None for one in self._open):
            raise RefusedError(Refusal.FIELD)
