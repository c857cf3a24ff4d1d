"""Word files in: what a person sees on the page is read in order; a hostile or broken file is refused in time."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents import package
from desktop.documents.docx_in import DocxImporter
from desktop.documents.kinds import CFB_MAGIC

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"/>'
    "</Relationships>"
)


def _read(path: Path) -> str:
    return DocxImporter().read(path).text


def _zip(path: Path, parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _word(path: Path, body: str, namespace: str = W) -> Path:
    document = f"<w:document {namespace}><w:body>{body}</w:body></w:document>"
    return _zip(path, {"_rels/.rels": RELATIONS.format("word/document.xml"), "word/document.xml": document})


def _fault(path: Path) -> UserFault:
    with pytest.raises(UserFault) as caught:
        DocxImporter().read(path)
    assert caught.value.fields["name"] == path.name
    return caught.value


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_text_and_tables_come_in_the_order_of_the_page(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("第3回　会議", 1)
    document.add_paragraph("前の文\tタブ\n改行")
    table = document.add_table(rows=2, cols=3)
    for row, values in zip(table.rows, (("決定", "担当", "期限"), ("試行する", "佐藤", "12月1日")), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    document.add_paragraph("後の文")
    document.sections[0].header.paragraphs[0].text = "ヘッダー"
    document.sections[0].footer.paragraphs[0].text = "フッター"
    path = tmp_path / "a.docx"
    document.save(str(path))
    source = DocxImporter().read(path)
    assert source.text == ("第3回　会議\n前の文\tタブ\n改行\n決定 | 担当 | 期限\n試行する | 佐藤 | 12月1日\n後の文")
    assert source.detail == {"tables": 1, "images": 0, "notes": 0, "hidden": 0, "deletions": 0}


def test_tables_in_tables_and_long_cells_keep_their_lines(tmp_path: Path) -> None:
    document = docx.Document()
    outer = document.add_table(rows=2, cols=2)
    outer.cell(0, 0).text = "議事"
    outer.cell(0, 1).text = "\n".join(f"発言{number}" for number in range(8))
    outer.cell(1, 0).text = "予定"
    inner = outer.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "12月", "試行"
    document.save(str(tmp_path / "a.docx"))
    lines = _read(tmp_path / "a.docx").split("\n")
    assert lines == ["議事", *(f"発言{number}" for number in range(8)), "予定", "12月 | 試行"]


def test_short_lines_of_one_cell_stay_in_its_row(tmp_path: Path) -> None:
    cell = "<w:tc>{}</w:tc>"
    row = f"<w:tr>{cell.format(_p('一') + _p('二'))}{cell.format(_p('佐藤'))}{cell.format('<w:p/>')}</w:tr>"
    assert _read(_word(tmp_path / "a.docx", f"<w:tbl>{row}</w:tbl>")) == "一 / 二 | 佐藤 |"


def test_content_controls_hyperlinks_and_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{_p('欄の中')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>予算は</w:t></w:r><w:del><w:r><w:delText>100</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>200</w:t></w:r></w:ins><w:hyperlink><w:r><w:t>万円</w:t></w:r></w:hyperlink>"
        "<w:sdt><w:sdtContent><w:r><w:t>です</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        f"<w:ins>{_p('加えた段落')}</w:ins><w:moveFrom>{_p('元の場所')}</w:moveFrom>"
        "<w:p><w:moveTo><w:r><w:t>移した文</w:t></w:r></w:moveTo></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>消した段落</w:delText></w:r></w:del></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{_p('消した行')}</w:tc></w:tr>"
        f"<w:sdt><w:sdtContent><w:tr><w:tc>{_p('残る行')}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    source = DocxImporter().read(_word(tmp_path / "a.docx", body))
    assert source.text == "欄の中\n予算は200万円です\n加えた段落\n移した文\n残る行"
    assert source.detail is not None
    assert source.detail["deletions"] == 4


def test_what_the_page_does_not_show_is_not_read_but_counted(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>見える</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し文字</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>文</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:footnoteReference/></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>たかはし</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>髙橋</w:t></w:r></w:rubyBase>"
        "</w:ruby></w:r><w:r><w:noBreakHyphen/><w:t>1</w:t></w:r></w:p>"
    )
    source = DocxImporter().read(_word(tmp_path / "a.docx", body))
    assert source.text == "見える文髙橋-1"
    assert source.detail == {"tables": 0, "images": 0, "notes": 1, "hidden": 1, "deletions": 0}


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{_p('枠の中')}</w:txbxContent>"
    body = (
        '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><w:t>本文</w:t></w:r><w:r>'
        f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        f"</mc:Fallback></mc:AlternateContent></w:r></w:p>{_p('次')}"
    )
    assert _read(_word(tmp_path / "a.docx", body)) == "本文\n枠の中\n次"


def test_white_space_between_runs_and_blank_lines_are_kept_in_measure(tmp_path: Path) -> None:
    space = '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
    body = f"<w:p><w:r><w:t>a</w:t></w:r>{space}<w:r><w:t>b</w:t></w:r></w:p>" + "<w:p/>" * 5 + _p("c")
    assert _read(_word(tmp_path / "a.docx", body)) == "a b\n\nc"


def test_the_strict_edition_of_the_format_and_an_unusual_place_are_read(tmp_path: Path) -> None:
    assert _read(_word(tmp_path / "a.docx", _p("厳密"), STRICT)) == "厳密"
    document = f"<w:document {W}><w:body>{_p('別の場所')}</w:body></w:document>"
    moved = {"_rels/.rels": RELATIONS.format("/office/main.xml"), "office/main.xml": document}
    assert _read(_zip(tmp_path / "b.docx", moved)) == "別の場所"


def test_a_file_from_which_a_gateway_took_pictures_and_macros_is_still_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("本文")
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as whole:
        kept = {name: whole.read(name) for name in whole.namelist() if name in ("_rels/.rels", "word/document.xml")}
    assert _read(_zip(tmp_path / "a.docx", kept)) == "本文"


def _compound_file(*streams: str) -> bytes:
    """Return the head and a directory sector of a compound file with these streams, as Office writes them."""
    header = CFB_MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(478)
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<HBB", len(name) * 2 + 2, 2, 1) + bytes(60)
        for name in ("Root Entry", *streams)
    )
    return header + entries


@pytest.mark.parametrize(
    ("streams", "code", "kind"),
    [
        (("EncryptionInfo", "EncryptedPackage"), ErrorCode.DOCX_PROTECTED, None),
        (("WordDocument", "1Table"), ErrorCode.SOURCE_CONVERT_FIRST, "doc"),
        (("DocumentText",), ErrorCode.SOURCE_CONVERT_FIRST, "jtd"),
        (("Workbook",), ErrorCode.SOURCE_CONVERT_FIRST, "xlsx"),
        (("Unknown",), ErrorCode.DOCX_BROKEN, None),
    ],
)
def test_a_protected_file_and_an_old_format_with_a_new_name_are_told_apart(
    tmp_path: Path, streams: tuple[str, ...], code: ErrorCode, kind: str | None
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(_compound_file(*streams))
    fault = _fault(path)
    assert fault.code is code
    assert fault.fields.get("kind") == kind


@pytest.mark.parametrize(
    ("data", "kind"), [(b"%PDF-1.7 x", "pdf"), (b"{\\rtf1 x}", "rtf"), (b"\r\n<html><body>x", "html")]
)
def test_another_format_with_the_suffix_of_word_is_recognised(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    fault = _fault(path)
    assert (fault.code, fault.fields["kind"]) == (ErrorCode.SOURCE_CONVERT_FIRST, kind)


@pytest.mark.parametrize(
    ("entry", "kind"), [("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"), ("mimetype", "odt")]
)
def test_another_office_file_with_the_suffix_of_word_is_recognised(tmp_path: Path, entry: str, kind: str) -> None:
    fault = _fault(_zip(tmp_path / "a.docx", {entry: "x"}))
    assert (fault.code, fault.fields["kind"]) == (ErrorCode.SOURCE_CONVERT_FIRST, kind)


def _saved(path: Path) -> bytes:
    document = docx.Document()
    document.add_paragraph("本文 " * 200)
    document.save(str(path))
    return path.read_bytes()


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_off_by_a_failed_copy_is_broken(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "a.docx"
    data = _saved(path)
    path.write_bytes(data[: int(len(data) * keep)])
    assert _fault(path).code is ErrorCode.DOCX_BROKEN


@pytest.mark.parametrize(
    "parts",
    [
        {"a.txt": "x"},
        {"word/document.xml": "<w:document"},
        {"word/document.xml": b"\xff\xfe\x00"},
        {"word/document.xml": ""},
        {"_rels/.rels": RELATIONS.format("word/missing.xml"), "word/document.xml": f"<w:document {W}/>"},
        {"_rels/.rels": "no xml", "word/document.xml": f"<w:document {W}/>"},
    ],
)
def test_a_broken_word_file_is_called_broken(tmp_path: Path, parts: dict[str, str | bytes]) -> None:
    assert _fault(_zip(tmp_path / "a.docx", parts)).code is ErrorCode.DOCX_BROKEN


def test_damaged_bytes_inside_the_archive_are_noticed(tmp_path: Path) -> None:
    path = _word(tmp_path / "a.docx", _p("本文" * 500))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("word/document.xml").header_offset + 60
    data[start : start + 20] = bytes(20)
    path.write_bytes(data)
    assert _fault(path).code is ErrorCode.DOCX_BROKEN


def test_text_with_the_suffix_of_word_is_called_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("ただの文章")
    assert _fault(path).code is ErrorCode.DOCX_BROKEN


def test_an_unusual_compression_is_called_broken(tmp_path: Path) -> None:
    parts = {"word/document.xml": f"<w:document {W}/>"}
    assert _fault(_zip(tmp_path / "a.docx", parts, zipfile.ZIP_BZIP2)).code is ErrorCode.DOCX_BROKEN


def test_an_archive_with_a_password_is_called_protected(tmp_path: Path) -> None:
    path = _word(tmp_path / "a.docx", _p("x"))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(mark)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(mark, position + 4)
    path.write_bytes(data)
    assert _fault(path).code is ErrorCode.DOCX_PROTECTED


def _bomb_in_document(path: Path) -> None:
    _zip(path, {"word/document.xml": b"<a>" + b" " * (package.MAX_XML_BYTES + 1)})


def _bomb_by_ratio(path: Path) -> None:
    _zip(path, {"word/document.xml": b"<a>" + b" " * (8 * 1024 * 1024) + b"</a>"})


def _bomb_in_relations(path: Path) -> None:
    _zip(path, {"_rels/.rels": b" " * (package.MAX_XML_BYTES + 1), "word/document.xml": f"<w:document {W}/>"})


def _many_entries(path: Path) -> None:
    _zip(path, {f"{number}.xml": "" for number in range(package.MAX_ENTRIES + 1)})


def _huge_total(path: Path) -> None:
    block = b"\x00" * (64 * 1024 * 1024)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", f"<w:document {W}/>")
        for number in range(package.MAX_TOTAL_BYTES // len(block) + 1):
            archive.writestr(f"word/media/{number}.bin", block)


def _deep(path: Path) -> None:
    _word(path, "<w:sdt>" * (package.MAX_XML_DEPTH + 1) + "</w:sdt>" * (package.MAX_XML_DEPTH + 1))


def _wide(path: Path) -> None:
    filler = "".join(f'<w:p w:r="{number}"/>' for number in range(1000))
    _word(path, filler * (package.MAX_XML_ELEMENTS // 1000 + 1))


def _billion_laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    document = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><w:document {W}><w:body>&e8;</w:body></w:document>'
    _zip(path, {"word/document.xml": document})


def _external_entity(path: Path) -> None:
    secret = path.with_name("secret.txt")
    secret.write_text("secret")
    document = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document {W}><w:body>'
        f"{_p('&e;')}</w:body></w:document>"
    )
    _zip(path, {"word/document.xml": document})


def _doctype_in_utf_16(path: Path) -> None:
    _zip(path, {"word/document.xml": f'<!DOCTYPE x [<!ENTITY e "x">]><w:document {W}/>'.encode("utf-16")})


@pytest.mark.parametrize(
    "make",
    [
        _bomb_in_document,
        _bomb_by_ratio,
        _bomb_in_relations,
        _many_entries,
        _huge_total,
        _deep,
        _wide,
        _billion_laughs,
        _external_entity,
        _doctype_in_utf_16,
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "a.docx")
    assert _fault(tmp_path / "a.docx").code is ErrorCode.DOCX_TOO_COMPLEX


def test_a_bomb_whose_directory_lies_about_the_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    _bomb_in_document(path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, 1000)
    path.write_bytes(data)
    assert _fault(path).code is ErrorCode.DOCX_BROKEN


def test_a_document_whose_text_is_outside_is_never_fetched(tmp_path: Path) -> None:
    outside = (tmp_path / "outside.xml").as_uri()
    (tmp_path / "outside.xml").write_text(f"<w:document {W}><w:body>{_p('外')}</w:body></w:document>")
    relations = RELATIONS.format(outside).replace("/>", ' TargetMode="External"/>')
    document = f"<w:document {W}><w:body>{_p('内')}</w:body></w:document>"
    assert _read(_zip(tmp_path / "a.docx", {"_rels/.rels": relations, "word/document.xml": document})) == "内"


def test_a_large_ordinary_record_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    body = document.element.body
    for number in range(4000):
        body.insert(number, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{number}：発言です。</w:t></w:r></w:p>"))
    document.save(str(tmp_path / "a.docx"))
    lines = _read(tmp_path / "a.docx").split("\n")
    assert len(lines) == 4000
    assert lines[-1] == "3999：発言です。"
