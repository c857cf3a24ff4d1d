"""Word files as an office would lay them beside its templates, and the same with something dangerous in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor

from desktop.documents.docx_xml import W


def picture() -> bytes:
    """Return a small red PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\xcc\x22\x22" * 32 for _ in range(32))
    head = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def letterhead_file(*, footer: bool = True) -> bytes:
    """Return a file of B5 size with a logo and a name in the header, page numbers in the footer, own styles."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(182), Mm(257)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(12), "BIZ UDMincho"
    title = document.styles["Title"]
    title.font.size, title.font.color.rgb = Pt(20), RGBColor(0x12, 0x34, 0x56)
    sender = document.styles.add_style("発信者", WD_STYLE_TYPE.PARAGRAPH)
    sender.font.bold = True
    document.add_paragraph("この本文は使われない")
    head = section.header.paragraphs[0]
    head.add_run("あおぞら市　様式第1号")
    head.add_run().add_picture(io.BytesIO(picture()), width=Mm(8))
    if footer:
        field = f'<w:fldSimple xmlns:w="{W}" w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        foot = section.footer.paragraphs[0]
        foot.add_run("あおぞら市役所　")
        foot._p.append(parse_xml(field))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_header_xml(xml: str, footer: str = "header") -> bytes:
    """Return the file with more XML at the end of its header (or footer)."""
    data = letterhead_file()
    name = next(name for name in names_in(data) if name.startswith(f"word/{footer}") and name.endswith(".xml"))
    end = f"</w:{'hdr' if footer == 'header' else 'ftr'}>"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(name).decode("utf-8")
    return rewritten(data, {name: text.replace(end, xml + end).encode("utf-8")})


def names_in(data: bytes) -> list[str]:
    """Return the entries of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def rewritten(data: bytes, entries: Mapping[str, bytes]) -> bytes:
    """Return a package with entries replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in entries:
                new.writestr(name, old.read(name))
        for name, content in entries.items():
            new.writestr(name, content)
    return stream.getvalue()


def with_relation(data: bytes, part: str, relation: str) -> bytes:
    """Return a package in which a part has one more relation."""
    folder, _, name = part.rpartition("/")
    entry = f"{folder}/_rels/{name}.rels"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(entry).decode("utf-8")
    return rewritten(data, {entry: text.replace("</Relationships>", relation + "</Relationships>").encode("utf-8")})
