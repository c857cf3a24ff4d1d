"""An office's own Word file gives a document its look, and nothing in it can fetch, run or embed anything."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.docx_xml import R, W
from desktop.documents.export import export
from desktop.documents.reference import read_reference
from tests.support.reference_files import (
    letterhead_file,
    names_in,
    picture,
    rewritten,
    with_header_xml,
    with_relation,
)
from tests.support.sample_documents import memo, minutes, notice

FIELD = '<w:fldSimple w:instr=" {} "><w:r><w:t>x</w:t></w:r></w:fldSimple>'
CUT_FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDE</w:instrText></w:r>'
    '<w:r><w:instrText>TEXT "a"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
OUTSIDE = f'<Relationship Id="rIdOut" Type="{R}/image" Target="file://server/a.png" TargetMode="External"/>'
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def refused(data: bytes) -> str:
    with pytest.raises(UserFault) as raised:
        read_reference(data, "様式.docx")
    assert raised.value.code is ErrorCode.TEMPLATE_REFERENCE_BAD
    assert raised.value.fields["reference"] == "様式.docx"
    return str(raised.value.fields["reason"])


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def written(document: OfficialDocument, data: bytes, folder: Path) -> Path:
    return export(document, folder / "a.docx", reference=read_reference(data, "様式.docx"))


@pytest.mark.parametrize("document", [notice(), minutes(), memo()], ids=["notice", "minutes", "memo"])
def test_a_document_has_the_page_the_headers_and_the_styles_of_the_office(
    document: OfficialDocument, tmp_path: Path
) -> None:
    found = Document(str(written(document, letterhead_file(), tmp_path)))
    section = found.sections[0]
    assert section.page_width is not None
    assert abs(section.page_width - Mm(182)) < Mm(1)
    assert section.header.paragraphs[0].text == "あおぞら市　様式第1号"
    assert len(section.header.part.related_parts) == 1
    assert section.footer.paragraphs[0].text.startswith("あおぞら市役所")
    assert found.styles["Normal"].font.name == "BIZ UDMincho"
    assert str(found.styles["Title"].font.color.rgb) == "123456"
    assert all(text.text != "この本文は使われない" for text in found.paragraphs)


@pytest.mark.parametrize("layout", LayoutKind)
def test_every_style_that_is_named_is_there_once(layout: LayoutKind, tmp_path: Path) -> None:
    data = written(dataclasses.replace(minutes(), layout=layout), letterhead_file(), tmp_path).read_bytes()
    styles = re.findall(r'w:styleId="([^"]+)"', part(data, "word/styles.xml"))
    used = re.findall(r'<w:(?:pStyle|basedOn|next|link) w:val="([^"]+)"', part(data, "word/document.xml"))
    used += re.findall(r'<w:(?:basedOn|next) w:val="([^"]+)"', part(data, "word/styles.xml"))
    assert len(styles) == len(set(styles))
    assert set(used) <= set(styles)


def test_a_style_of_the_office_is_found_by_its_name_whatever_its_identity_is(tmp_path: Path) -> None:
    data = letterhead_file()
    styles = part(data, "word/styles.xml").replace('w:styleId="Title"', 'w:styleId="a3"')
    data = rewritten(data, {"word/styles.xml": styles.replace('w:styleId="Heading2"', 'w:styleId="Title"').encode()})
    found = Document(str(written(notice(), data, tmp_path)))
    title = next(one for one in found.paragraphs if "防災訓練" in one.text)
    assert title.style is not None
    assert title.style.style_id == "a3"


def test_tables_fit_between_the_margins_of_the_office(tmp_path: Path) -> None:
    found = Document(str(written(minutes(), letterhead_file(), tmp_path)))
    widths = [sum(int(column.width or 0) for column in table.columns) for table in found.tables]
    assert widths
    assert all(width <= Mm(182 - 50) + Mm(1) for width in widths)


def test_a_file_without_a_footer_still_counts_the_pages(tmp_path: Path) -> None:
    data = written(minutes(), letterhead_file(footer=False), tmp_path).read_bytes()
    assert 'instr=" PAGE "' in part(data, "word/footer1.xml")
    assert part(data, "word/document.xml").count("<w:footerReference") == 1


def test_a_file_that_says_nothing_of_its_page_gets_ours_and_keeps_its_styles(tmp_path: Path) -> None:
    data = letterhead_file()
    body = re.sub(r"<w:sectPr.*?</w:sectPr>", "", part(data, "word/document.xml"), flags=re.DOTALL)
    target = written(notice(), rewritten(data, {"word/document.xml": body.encode()}), tmp_path)
    found = Document(str(target))
    assert found.sections[0].page_width is not None
    assert abs(found.sections[0].page_width - Mm(210)) < Mm(1)
    assert found.styles["Normal"].font.name == "BIZ UDMincho"


def test_other_formats_have_no_look(tmp_path: Path) -> None:
    look = read_reference(letterhead_file(), "a.docx")
    plain = export(notice(), tmp_path / "a.txt").read_bytes()
    assert export(notice(), tmp_path / "b.txt", reference=look).read_bytes() == plain


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_docx"),
        (b"PK\x03\x04 cut off", "not_a_docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "not_a_docx"),
        (rewritten(letterhead_file(), {"word/vbaProject.bin": b"x"}), "macros"),
        (
            rewritten(
                letterhead_file(),
                {
                    "[Content_Types].xml": part(letterhead_file(), "[Content_Types].xml")
                    .replace(WORD_TYPE, MACRO_TYPE)
                    .encode()
                },
            ),
            "macros",
        ),
        (
            rewritten(letterhead_file(), {"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "too_complex",
        ),
        (rewritten(letterhead_file(), {"word/styles.xml": b"<a" + b">" * 3}), "not_a_docx"),
        (rewritten(letterhead_file(), {"word/styles.xml": b'<a xmlns="b"/>'}), "not_a_docx"),
        (rewritten(letterhead_file(), {"word/styles.xml": b'<?xml version="1.0" encoding="x"?><a/>'}), "not_a_docx"),
        (rewritten(letterhead_file(), {"word/document.xml": b"<d>" * 300 + b"</d>" * 300}), "too_complex"),
        (rewritten(letterhead_file(), {"word/document.xml": b"<d/>" + b" " * 33_000_000}), "too_complex"),
    ],
    ids=[
        "empty",
        "cut",
        "old",
        "macro part",
        "macro type",
        "entity",
        "broken",
        "other root",
        "encoding",
        "deep",
        "bomb",
    ],
)
def test_a_file_that_is_no_plain_word_document_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


@pytest.mark.parametrize("footer", ["header", "footer"])
@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<w:p><w:r><w:object/></w:r></w:p>", "object"),
        ('<w:p><w:r><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office"/></w:r></w:p>', "object"),
        ("<w:p><w:r><w:control/></w:r></w:p>", "object"),
        (f'<w:altChunk xmlns:r="{R}" r:id="rId9"/>', "object"),
        (f'<w:p xmlns:r="{R}"><w:r><w:drawing r:link="rIdOut"/></w:r></w:p>', "outside"),
        (f"<w:p>{FIELD.format('INCLUDETEXT C:/Windows/win.ini')}</w:p>", "field"),
        (f"<w:p>{FIELD.format('INCLUDEPICTURE https://example.com/a.png')}</w:p>", "field"),
        (f"<w:p>{FIELD.format('DDEAUTO cmd')}</w:p>", "field"),
        (f"<w:p>{FIELD.format('')}</w:p>", "field"),
        (CUT_FIELD, "field"),
        (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>',
            "field",
        ),
        ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>', "field"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", "field"),
    ],
)
def test_what_could_fetch_run_or_embed_in_a_header_is_refused(xml: str, footer: str, reason: str) -> None:
    assert refused(with_header_xml(xml, footer)) == reason


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        (OUTSIDE, "outside"),
        (f'<Relationship Id="rIdOle" Type="{R}/oleObject" Target="embeddings/a.bin"/>', "object"),
        (f'<Relationship Id="rIdX" Type="{R}/image" Target="../../../etc/passwd"/>', "not_a_docx"),
        (f'<Relationship Id="rIdX" Type="{R}/image" Target="styles.xml"/>', "picture"),
    ],
)
def test_a_header_that_points_to_anything_but_its_own_pictures_is_refused(relation: str, reason: str) -> None:
    data = letterhead_file()
    header = next(name for name in names_in(data) if name.startswith("word/header") and name.endswith(".xml"))
    assert refused(with_relation(data, header, relation)) == reason


def test_a_picture_that_windows_would_run_through_an_old_decoder_is_refused() -> None:
    data = letterhead_file()
    image = next(name for name in names_in(data) if name.startswith("word/media/"))
    assert refused(rewritten(data, {image: b"\x01\x00\x00\x00" + b"EMF" * 99})) == "picture"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'w:w="\d+"', 'w:w="999999999999"'),
        (r'w:w="\d+"', 'w:w="wide"'),
        (r'w:left="\d+"', 'w:left="9000"'),
        (r'w:top="\d+"', f'w:top="{"9" * 5000}"'),
    ],
)
def test_a_page_that_no_table_fits_on_is_refused(old: str, new: str) -> None:
    data = letterhead_file()
    body = part(data, "word/document.xml")
    place = body.rindex("<w:sectPr")
    changed = body[:place] + re.sub(old, new, body[place:], count=1)
    assert refused(rewritten(data, {"word/document.xml": changed.encode()})) == "page"


def test_what_is_not_used_of_the_file_does_not_come_along(tmp_path: Path) -> None:
    template = '<Relationship Id="rIdT" Type="{}/attachedTemplate" Target="https://example.com/a.dotm" {}/>'
    data = letterhead_file()
    data = rewritten(
        data,
        {
            "word/embeddings/oleObject1.bin": b"x",
            "word/activeX/activeX1.xml": b"<a/>",
            "customXml/item9.xml": b"<a/>",
            "word/_rels/settings.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                + template.format(R, 'TargetMode="External"')
                + "</Relationships>"
            ).encode(),
        },
    )
    target = written(notice(), data, tmp_path).read_bytes()
    assert not [name for name in names_in(target) if "mbed" in name or "activeX" in name or "customXml" in name]
    assert all(b"example.com" not in zipfile.ZipFile(io.BytesIO(target)).read(name) for name in names_in(target))
    assert all(b"External" not in zipfile.ZipFile(io.BytesIO(target)).read(name) for name in names_in(target))


def test_a_web_address_in_a_header_stays_as_text_and_no_longer_leads_anywhere(tmp_path: Path) -> None:
    link = f'<w:p xmlns:r="{R}"><w:hyperlink r:id="rId77"><w:r><w:t>www.example.jp</w:t></w:r></w:hyperlink></w:p>'
    data = with_header_xml(link)
    header = next(name for name in names_in(data) if name.startswith("word/header") and name.endswith(".xml"))
    address = f'<Relationship Id="rId77" Type="{R}/hyperlink" Target="https://x.example/" TargetMode="External"/>'
    target = written(notice(), with_relation(data, header, address), tmp_path).read_bytes()
    head = next(part(target, name) for name in names_in(target) if name.startswith("word/office_header"))
    assert "www.example.jp" in head
    assert "hyperlink" not in head
    assert all(b"x.example" not in zipfile.ZipFile(io.BytesIO(target)).read(name) for name in names_in(target))


def test_the_logo_arrives_whole(tmp_path: Path) -> None:
    target = written(notice(), letterhead_file(), tmp_path).read_bytes()
    image = next(name for name in names_in(target) if name.startswith("word/media/"))
    assert zipfile.ZipFile(io.BytesIO(target)).read(image) == picture()


def test_foreign_elements_and_places_of_the_other_file_are_dropped(tmp_path: Path) -> None:
    data = with_header_xml(
        '<w:p><x:evil xmlns:x="urn:x"/><w:bookmarkStart w:id="1" w:name="a"/><w:r><w:t>残る</w:t></w:r>'
        "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent><w:r><w:t>中身</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    target = written(notice(), data, tmp_path).read_bytes()
    head = next(part(target, name) for name in names_in(target) if name.startswith("word/office_header"))
    assert "残る" in head
    assert "中身" in head
    assert not re.search("evil|bookmark|dataBinding", head)
    assert f'xmlns:w="{W}"' in head
