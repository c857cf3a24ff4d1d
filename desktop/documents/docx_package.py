"""The archive around a Word document: its fixed parts, its properties, and their assembly."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from desktop.documents.docx_styles import FOOTER_ID, GOTHIC, MINCHO
from desktop.documents.docx_xml import PROLOG, R, W

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the package; `relations` holds identity, kind and target (beside the part) of what it points to.

    `link` is the identity and the kind of the document's own pointer to it, if it has one.
    """

    name: str
    type: str
    data: bytes
    link: tuple[str, str] = ("", "")
    relations: tuple[tuple[str, str, str], ...] = ()


_ROOT_RELATIONS = (
    f'{PROLOG}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{R}/extended-properties" Target="docProps/app.xml"/></Relationships>'
)
_SETTINGS = (
    f'{PROLOG}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="840"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:balanceSingleByteDoubleByteWidth/>'
    "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:adjustLineHeightInTable/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="ja-JP" w:eastAsia="ja-JP"/><w:decimalSymbol w:val="."/>'
    '<w:listSeparator w:val=","/></w:settings>'
)
_FONTS = (
    f'{PROLOG}<w:fonts xmlns:w="{W}">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{latin}"/><w:panose1 w:val="{panose}"/><w:charset w:val="80"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="fixed"/></w:font>'
        for name, latin, panose, family in (
            (MINCHO, "MS Mincho", "02020609040205080304", "roman"),
            (GOTHIC, "MS Gothic", "020B0609070205080204", "modern"),
        )
    )
    + "</w:fonts>"
)
_FOOTER = (
    f'{PROLOG}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:r><w:t xml:space="preserve">- </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> -</w:t></w:r></w:p></w:ftr>'
)
_APPLICATION = (
    f'{PROLOG}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Fumizukue</Application></Properties>"
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def default_footer(style: str = "Footer") -> Part:
    """Return the footer that counts the pages, in a style."""
    return _part("word/footer1.xml", "footer", _FOOTER.replace('"Footer"', quoteattr(style)), FOOTER_ID)


def write_package(
    stream: BinaryIO, document_xml: str, styles: str, title: str, letterhead: Sequence[Part] | None = None
) -> None:
    """Write a whole .docx to a binary stream; `title` goes into its properties, which name no author.

    `letterhead` holds headers, footers and what they need; without it there is a footer that counts the pages.
    """
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    parts = (
        Part("word/document.xml", f"{_TYPE}.wordprocessingml.document.main+xml", document_xml.encode("utf-8")),
        _part("word/styles.xml", "styles", styles, "rIdStyles"),
        _part("word/settings.xml", "settings", _SETTINGS, "rIdSettings"),
        _part("word/fontTable.xml", "fontTable", _FONTS, "rIdFonts"),
        *((default_footer(),) if letterhead is None else letterhead),
        Part("docProps/core.xml", core, _properties(title).encode("utf-8")),
        Part("docProps/app.xml", f"{_TYPE}.extended-properties+xml", _APPLICATION.encode("utf-8")),
    )
    links = [(part.link[0], part.link[1], part.name.removeprefix("word/")) for part in parts if part.link[0]]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "[Content_Types].xml", _content_types(parts))
        _add(archive, "_rels/.rels", _ROOT_RELATIONS.encode("utf-8"))
        _add(archive, "word/_rels/document.xml.rels", _relations(links))
        for part in parts:
            _add(archive, part.name, part.data)
            if part.relations:
                folder, _, name = part.name.rpartition("/")
                _add(archive, f"{folder}/_rels/{name}.rels", _relations(part.relations))


def _part(name: str, kind: str, text: str, identity: str) -> Part:
    return Part(name, f"{_TYPE}.wordprocessingml.{kind}+xml", text.encode("utf-8"), (identity, kind))


def _content_types(parts: Sequence[Part]) -> bytes:
    overrides = "".join(f'<Override PartName="/{part.name}" ContentType="{part.type}"/>' for part in parts)
    return (
        f'{PROLOG}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _relations(links: Sequence[tuple[str, str, str]]) -> bytes:
    entries = "".join(
        f'<Relationship Id="{identity}" Type="{R}/{kind}" Target="{target}"/>' for identity, kind, target in links
    )
    return f'{PROLOG}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _properties(title: str) -> str:
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{PROLOG}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>ja-JP</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{now}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{now}</dcterms:modified></cp:coreProperties>'
    )
