"""Writing a document in the look of a reference: our styles where it has none of the name, its page, its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from xml.sax.saxutils import quoteattr

from docx.opc.oxml import serialize_part_xml
from docx.oxml.parser import parse_xml

from desktop.documents.docx_package import Part, default_footer
from desktop.documents.docx_styles import FOOTER_ID, PageStyle, paragraph_styles, section_properties, style_xml
from desktop.documents.docx_xml import W
from desktop.documents.reference import Reference, style_ids
from desktop.documents.reference_xml import xml_of

# Only our own XML is looked at: text in it cannot hold an angle bracket.
_STYLE_OF_PARAGRAPH = re.compile(r'(<w:pStyle w:val=")(\w+)("/>)')
_NORMAL = "Normal"
_HEAD_TYPES = {"Default": "default", "First": "first"}


class Look:
    """One reference applied to one layout."""

    def __init__(self, reference: Reference, page: PageStyle) -> None:
        """Find out which of our styles the reference has, by their names."""
        self.page = replace(page, size=reference.size, reference_width=reference.width)
        self._reference = reference
        self._root = parse_xml(reference.styles)
        self._ids = self._identities()

    def _identities(self) -> Mapping[str, str]:
        """Return which identity each of our styles has in the file that is written."""
        theirs = style_ids(self._root)
        taken = {str(style.get(f"{{{W}}}styleId")) for style in self._root.findall(f"{{{W}}}style")}
        default = self._root.find(f"{{{W}}}style[@{{{W}}}default='1'][@{{{W}}}type='paragraph']")
        ids = {_NORMAL: _NORMAL if default is None else str(default.get(f"{{{W}}}styleId"))}
        for style in paragraph_styles(self.page):
            own = f"Fumizukue{style.id}" if style.id in taken else style.id
            ids[style.id] = theirs.get(style.name.casefold(), own)
        return ids

    def body(self, xml: str) -> str:
        """Return our body with the reference's identities of styles."""
        return _STYLE_OF_PARAGRAPH.sub(self._renamed, xml)

    def _renamed(self, match: re.Match[str]) -> str:
        return f"<w:pStyle w:val={quoteattr(self._ids.get(match[2], match[2]))}/>"

    def styles(self) -> str:
        """Return the reference's styles and those of ours that it does not have."""
        theirs = set(style_ids(self._root).values())
        if self._ids[_NORMAL] not in theirs:
            self._add('<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>')
        for style in paragraph_styles(self.page):
            if self._ids[style.id] not in theirs:
                self._add(style_xml(style, self.page, self._ids))
        return serialize_part_xml(self._root).decode("utf-8")

    def _add(self, xml: str) -> None:
        self._root.append(parse_xml(xml.replace("<w:style ", f'<w:style xmlns:w="{W}" ', 1)))

    def section(self) -> str:
        """Return the page with pointers to its headers and footers."""
        if not self._reference.width:
            own = section_properties(self.page)
            return own if not self._reference.parts else own.replace(_own_footer(), self._pointers())
        root = parse_xml(self._reference.section)
        inner = "".join(xml_of(child) for child in root)
        return f"<w:sectPr>{self._pointers()}{_with_one_column(inner)}</w:sectPr>"

    def _pointers(self) -> str:
        pointers = [
            f'<w:{part.link[1]}Reference w:type="{_head_type(part)}" r:id="{part.link[0]}"/>'
            for part in self._reference.parts
            if part.link[1] in {"header", "footer"}
        ]
        return "".join(pointers if self._reference.has_footer else [*pointers, _own_footer()])

    def parts(self) -> tuple[Part, ...]:
        """Return the headers, footers and what they need; a reference without footer gets the page numbers."""
        if self._reference.has_footer:
            return self._reference.parts
        return (*self._reference.parts, default_footer(self._ids["Footer"]))


def _own_footer() -> str:
    return f'<w:footerReference w:type="default" r:id="{FOOTER_ID}"/>'


def _head_type(part: Part) -> str:
    return next(kind for end, kind in _HEAD_TYPES.items() if part.link[0].endswith(end))


def _with_one_column(section: str) -> str:
    """Put the columns where the schema wants them: before what describes the page's text as a whole."""
    at = min(
        (section.find(f"<w:{name}") for name in ("vAlign", "titlePg", "docGrid") if f"<w:{name}" in section),
        default=len(section),
    )
    return f'{section[:at]}<w:cols w:space="425"/>{section[at:]}'
