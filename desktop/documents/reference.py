"""An office's own Word file as the look of a document: its styles, headers, footers and page, cleaned and bounded."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docx.opc.oxml import serialize_part_xml
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.docx_package import Part
from desktop.documents.docx_xml import R, W
from desktop.documents.package import Package, opened
from desktop.documents.reference_xml import Refusal, RefusedError, clean, name_of

_TYPE = "application/vnd.openxmlformats-officedocument"
_PICTURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"))
_MOST_PICTURES = 20
_MAX_PICTURE_BYTES = 5 * 1024 * 1024
_SECTION = frozenset({"pgSz", "pgMar", "pgBorders", "pgNumType", "vAlign", "titlePg", "docGrid"})
_PAGES_WITH_HEADERS = frozenset({"default", "first"})
# A page between a postcard and the longest that Word takes, in twentieths of a point.
_MIN_TEXT_WIDTH, _MAX_PAGE = 3_000, 31_680
_DEFAULT_SIZE = 20  # half points: what Word takes where a file says nothing
_FAULTS = {ErrorCode.DOCX_PROTECTED: Refusal.PROTECTED, ErrorCode.DOCX_TOO_COMPLEX: Refusal.TOO_COMPLEX}


@dataclass(frozen=True, slots=True)
class Reference:
    """What is taken of a Word file; `styles` and `section` are XML.

    `width` is the width between the margins in twentieths of a point and `size` the size of the body's type in half
    points. `section` is empty where the file says nothing of its page.
    """

    styles: bytes
    section: bytes
    width: int
    size: int
    parts: tuple[Part, ...] = ()

    @property
    def has_footer(self) -> bool:
        """Whether the file has a footer of its own."""
        return any(part.link[1] == "footer" for part in self.parts)


def read_reference(data: bytes, name: str) -> Reference:
    """Return what is used of the Word file in `data`.

    Raises `UserFault` TEMPLATE_REFERENCE_BAD (reference, reason): `reason` is one of `reference_xml.Refusal`.
    """
    try:
        with opened(data, name) as package:
            return _read(package)
    except RefusedError as error:
        raise _fault(name, error.reason) from error
    except UserFault as fault:
        raise _fault(name, _FAULTS.get(fault.code, Refusal.NOT_A_DOCX)) from fault


def _fault(name: str, reason: Refusal) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_REFERENCE_BAD, reference=name, reason=reason.value)


def _read(package: Package) -> Reference:
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in package.names):
        raise RefusedError(Refusal.MACROS)
    if b"macroEnabled" in package.data("[Content_Types].xml"):
        raise RefusedError(Refusal.MACROS)
    main = package.main
    root = package.xml(main)
    if root.tag != f"{{{W}}}document":
        raise RefusedError(Refusal.NOT_A_DOCX)
    relations = package.relations(main)
    by_kind = {relation.kind: relation.target for relation in relations.values() if not relation.outside}
    styles = _part_root(package, by_kind.get("styles", ""), "styles")
    sections = root.findall(f".//{{{W}}}sectPr")
    section = sections[-1] if sections else parse_xml(f'<w:sectPr xmlns:w="{W}"/>')
    parts = [*_heads(package, main, section), *_theme(package, by_kind.get("theme", ""))]
    page = _section(section)
    return Reference(serialize_part_xml(styles), serialize_part_xml(page), _width(page), _size(styles), tuple(parts))


def _part_root(package: Package, name: str, wanted: str) -> BaseOxmlElement:
    """Return the cleaned root of a part of Word's own elements, an empty one where the file has none."""
    if not name:
        return parse_xml(f'<w:{wanted} xmlns:w="{W}"/>')
    root = package.xml(name)
    if root.tag != f"{{{W}}}{wanted}":
        raise RefusedError(Refusal.NOT_A_DOCX)
    clean(root)
    return root


def _heads(package: Package, main: str, section: BaseOxmlElement) -> Iterator[Part]:
    """Yield the headers and footers of the section with their pictures."""
    relations = package.relations(main)
    for number, pointer in enumerate(section, start=1):
        kind = {"headerReference": "header", "footerReference": "footer"}.get(name_of(pointer), "")
        if not kind or pointer.get(f"{{{W}}}type", "default") not in _PAGES_WITH_HEADERS:
            continue
        relation = relations.get(str(pointer.get(f"{{{R}}}id", "")))
        if relation is None or relation.outside:
            raise RefusedError(Refusal.OUTSIDE)
        root = package.xml(relation.target)
        if root.tag != f"{{{W}}}{'hdr' if kind == 'header' else 'ftr'}":
            raise RefusedError(Refusal.NOT_A_DOCX)
        pictures = dict(_pictures(package, relation.target, f"{kind}{number}"))
        clean(root, {identity: f"rIdPicture{place}" for place, identity in enumerate(pictures)})
        yield from pictures.values()
        links = tuple(
            (f"rIdPicture{place}", "image", part.name.removeprefix("word/"))
            for place, part in enumerate(pictures.values())
        )
        identity = f"rId{kind.title()}{pointer.get(f'{{{W}}}type', 'default').title()}"
        part_type = f"{_TYPE}.wordprocessingml.{kind}+xml"
        yield Part(f"word/office_{kind}{number}.xml", part_type, serialize_part_xml(root), (identity, kind), links)


def _pictures(package: Package, part: str, prefix: str) -> Iterator[tuple[str, Part]]:
    """Yield the pictures of a part by the identity that the part gives them."""
    found = 0
    for identity, relation in package.relations(part).items():
        if relation.kind == "hyperlink":
            continue
        if relation.outside:
            raise RefusedError(Refusal.OUTSIDE)
        if relation.kind != "image":
            raise RefusedError(Refusal.OBJECT)
        data = package.data(relation.target)
        kind = next((kind for start, kind in _PICTURES if data.startswith(start)), "")
        found += 1
        if not kind or len(data) > _MAX_PICTURE_BYTES or found > _MOST_PICTURES:
            raise RefusedError(Refusal.PICTURE)
        yield identity, Part(f"word/media/{prefix}_{found}.{kind}", f"image/{kind}", data)


def _theme(package: Package, name: str) -> Iterator[Part]:
    """Yield the theme, which says what the styles' fonts and colours are; one with pictures is left out."""
    if name and not package.relations(name):
        root = package.xml(name)
        clean(root)
        yield Part("word/theme/theme1.xml", f"{_TYPE}.theme+xml", serialize_part_xml(root), ("rIdTheme", "theme"))


def _section(section: BaseOxmlElement) -> BaseOxmlElement:
    """Return the page without pointers, columns and directions that the document's tables could not follow."""
    page = copy.deepcopy(section)
    for child in list(page):
        if not isinstance(child.tag, str) or name_of(child) not in _SECTION:
            page.remove(child)
    clean(page)
    return page


def _width(page: BaseOxmlElement) -> int:
    """Return the width between the margins, zero where the file says nothing of its page."""
    size, margins = page.find(f"{{{W}}}pgSz"), page.find(f"{{{W}}}pgMar")
    if size is None or margins is None:
        return 0
    try:
        width, left, right = (_length(one, key) for one, key in ((size, "w"), (margins, "left"), (margins, "right")))
        lengths = [
            _length(element, str(key).rpartition("}")[2]) for element in (size, margins) for key in _lengths(element)
        ]
    except ValueError as error:
        raise RefusedError(Refusal.PAGE) from error
    between = width - left - right
    if between < _MIN_TEXT_WIDTH or any(abs(length) > _MAX_PAGE for length in lengths):
        raise RefusedError(Refusal.PAGE)
    return between


def _lengths(element: BaseOxmlElement) -> Iterator[str]:
    return (str(key) for key in element.attrib if str(key).rpartition("}")[2] not in {"orient", "code"})


def _length(element: BaseOxmlElement, key: str) -> int:
    return int(element.get(f"{{{W}}}{key}", "0"))


def _size(styles: BaseOxmlElement) -> int:
    """Return the size of the body's type: the default paragraph style's, or else that of all text."""
    default = f"{{{W}}}style[@{{{W}}}default='1'][@{{{W}}}type='paragraph']/{{{W}}}rPr/{{{W}}}sz"
    everywhere = f"{{{W}}}docDefaults/{{{W}}}rPrDefault/{{{W}}}rPr/{{{W}}}sz"
    found = styles.find(default)
    found = styles.find(everywhere) if found is None else found
    value = "" if found is None else str(found.get(f"{{{W}}}val", ""))
    return min(max(int(value), 8), 96) if value.isascii() and value.isdigit() and len(value) < 4 else _DEFAULT_SIZE  # noqa: PLR2004 -- sizes of type people read


def style_ids(root: BaseOxmlElement) -> Mapping[str, str]:
    """Return the identities of a styles part's paragraph styles by their names, in small letters."""
    found: dict[str, str] = {}
    for style in root.findall(f"{{{W}}}style[@{{{W}}}type='paragraph']"):
        name, identity = style.find(f"{{{W}}}name"), style.get(f"{{{W}}}styleId")
        if name is not None and identity:
            found.setdefault(str(name.get(f"{{{W}}}val", "")).casefold(), str(identity))
    return found
