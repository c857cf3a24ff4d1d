"""The archive around a Word document: its fixed parts, its properties, and their assembly."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import BinaryIO
from xml.sax.saxutils import escape

from desktop.documents.docx_styles import GOTHIC, MINCHO
from desktop.documents.docx_xml import PROLOG, R, W

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"
_PARTS = (
    ("word/document.xml", f"{_TYPE}.wordprocessingml.document.main+xml"),
    ("word/styles.xml", f"{_TYPE}.wordprocessingml.styles+xml"),
    ("word/settings.xml", f"{_TYPE}.wordprocessingml.settings+xml"),
    ("word/fontTable.xml", f"{_TYPE}.wordprocessingml.fontTable+xml"),
    ("word/footer1.xml", f"{_TYPE}.wordprocessingml.footer+xml"),
    ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    ("docProps/app.xml", f"{_TYPE}.extended-properties+xml"),
)

_CONTENT_TYPES = (
    f'{PROLOG}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in _PARTS)
    + "</Types>"
)
_ROOT_RELATIONS = (
    f'{PROLOG}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{R}/extended-properties" Target="docProps/app.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{PROLOG}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rIdStyles" Type="{R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rIdSettings" Type="{R}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rIdFonts" Type="{R}/fontTable" Target="fontTable.xml"/>'
    f'<Relationship Id="rIdFooter" Type="{R}/footer" Target="footer1.xml"/></Relationships>'
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


def write_package(stream: BinaryIO, document_xml: str, styles_xml: str, title: str) -> None:
    """Write a whole .docx to a binary stream; `title` goes into its properties, which name no author."""
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "word/document.xml": document_xml,
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": styles_xml,
        "word/settings.xml": _SETTINGS,
        "word/fontTable.xml": _FONTS,
        "word/footer1.xml": _FOOTER,
        "docProps/core.xml": _properties(title),
        "docProps/app.xml": _APPLICATION,
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"))


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
