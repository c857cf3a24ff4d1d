"""Word files out: A4 in Japanese type, editable styles, tables a clerk would draw, and no text that breaks the file."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import SectionRole
from desktop.documents.docx_in import DocxImporter
from desktop.documents.docx_out import DocxExporter
from desktop.documents.widths import column_widths, em_width, set_width
from tests.support.sample_documents import items, memo, minutes, notice, rows, text

# The order in which the schema of the format wants the children; Word refuses some files that break it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl snapToGrid spacing ind jc outlineLvl",
    "rPr": "rFonts b kern sz szCs lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar cols titlePg docGrid",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
    "font": "altName panose1 charset family pitch",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
}
DOCUMENTS = [minutes(), notice(), memo()]


def _data(document: OfficialDocument) -> bytes:
    stream = io.BytesIO()
    DocxExporter().write(document, stream)
    return stream.getvalue()


def _opened(document: OfficialDocument) -> Document:
    return docx.Document(io.BytesIO(_data(document)))


def _paragraph(document: Document, start: str) -> Paragraph:
    return next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(start))


def _style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _flags(table: Table, tag: str) -> list[bool]:
    return [bool(row._tr.xpath(f"./w:trPr/w:{tag}")) for row in table.rows]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_page_is_a4_with_the_margins_of_an_office(document: OfficialDocument) -> None:
    section = _opened(document).sections[0]
    side = Mm(25) if document.layout is LayoutKind.NOTICE else Mm(20)
    for length, expected in (
        (section.page_width, Mm(210)),
        (section.page_height, Mm(297)),
        (section.top_margin, Mm(25)),
        (section.bottom_margin, Mm(25)),
        (section.left_margin, side),
        (section.right_margin, side),
    ):
        assert length is not None
        assert abs(length - expected) < Mm(0.1)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_style_is_left_in_a_western_typeface_or_language(document: OfficialDocument) -> None:
    with zipfile.ZipFile(io.BytesIO(_data(document))) as archive:
        names = archive.namelist()
        styles = parse_xml(archive.read("word/styles.xml"))
    assert not [name for name in names if "theme" in name or "customXml" in name or "thumbnail" in name]
    fonts = styles.xpath("//w:rFonts")
    assert fonts
    for element in fonts:
        used = {element.get(qn(f"w:{kind}")) for kind in ("ascii", "eastAsia", "hAnsi", "cs")}
        assert used in ({"ＭＳ 明朝"}, {"ＭＳ ゴシック"})
    assert {element.get(qn("w:eastAsia")) for element in styles.xpath("//w:lang")} == {"ja-JP"}
    assert not styles.xpath("//w:color")
    size = styles.xpath("./w:docDefaults//w:sz")[0].get(qn("w:val"))
    assert size == ("22" if document.layout is LayoutKind.NOTICE else "21")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_style_that_a_paragraph_names_exists(document: OfficialDocument) -> None:
    with zipfile.ZipFile(io.BytesIO(_data(document))) as archive:
        body = parse_xml(archive.read("word/document.xml"))
        footer = parse_xml(archive.read("word/footer1.xml"))
        styles = parse_xml(archive.read("word/styles.xml"))
    known = {style.get(qn("w:styleId")) for style in styles.xpath("./w:style")}
    used = {element.get(qn("w:val")) for part in (body, footer) for element in part.xpath("//w:pStyle")}
    assert used <= known
    linked = {element.get(qn("w:val")) for element in styles.xpath("//w:basedOn | //w:next")}
    assert linked <= known


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_parts_keep_the_order_of_the_schema(document: OfficialDocument) -> None:
    checked = set()
    with zipfile.ZipFile(io.BytesIO(_data(document))) as archive:
        for name in archive.namelist():
            for element in parse_xml(archive.read(name)).iter():
                tag = str(element.tag).rpartition("}")[2]
                if tag in ORDER and "wordprocessingml" in str(element.tag):
                    children = [str(child.tag).rpartition("}")[2] for child in element]
                    places = [ORDER[tag].split().index(child) for child in children]
                    assert places == sorted(places), (name, tag, children)
                    checked.add(tag)
    assert checked == set(ORDER)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_properties_name_the_title_and_no_author(document: OfficialDocument) -> None:
    properties = _opened(document).core_properties
    assert properties.title in (
        "第3回　窓口サービス改善検討会　議事録",
        "令和8年度総合防災訓練の実施について（通知）",
        "庁内メモ",
    )
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.language == "ja-JP"
    assert properties.created is not None


def test_the_footer_counts_the_pages_in_the_centre() -> None:
    footer = _opened(minutes()).sections[0].footer.paragraphs[0]
    assert footer._p.xpath("string(.)") == "- 1 -"
    assert footer._p.xpath(".//w:fldSimple")[0].get(qn("w:instr")) == " PAGE "
    assert footer.style is not None
    assert footer.style.paragraph_format.alignment == 1


def test_a_notice_stands_where_a_letter_stands() -> None:
    document = _opened(notice())
    names = {paragraph.text[:4]: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert names["あ危第1"] == "文書番号"
    assert names["令和8年"] in ("日付欄", "Title")
    assert names["各町内会"] == "宛先"
    assert names["あおぞら"] == "発信者"
    assert names["記"] == "記"
    assert names["以上"] == "以上"
    alignments = {
        name: _style(document, name).paragraph_format.alignment
        for name in ("文書番号", "日付欄", "宛先", "発信者", "Title", "記", "以上")
    }
    assert alignments == {"文書番号": 2, "日付欄": 2, "宛先": 0, "発信者": 2, "Title": 1, "記": 1, "以上": 2}


def test_body_paragraphs_begin_with_one_full_width_space() -> None:
    body = [
        paragraph.text
        for paragraph in _opened(notice()).paragraphs
        if paragraph.style and paragraph.style.name == "本文段落"
    ]
    assert len(body) == 3
    assert all(paragraph.startswith("　") and not paragraph.startswith("　　") for paragraph in body)


def test_an_item_under_the_record_mark_hangs_below_its_content() -> None:
    paragraph = _paragraph(_opened(notice()), "３　参加者\t各町内会")
    assert paragraph.paragraph_format.left_indent == Pt(11 * 7)
    assert paragraph.paragraph_format.first_line_indent == -Pt(11 * 7)


def test_headings_are_in_the_navigation_and_stay_with_their_text() -> None:
    document = _opened(minutes())
    headings = [
        paragraph.text for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    ]
    assert headings == ["１　議題", "２　主な意見", "３　決定事項", "４　宿題・今後の対応", "５　その他", "６　次回"]
    style = _style(document, "Heading 1")
    assert style.paragraph_format.keep_with_next is True
    assert style.element.xpath("./w:pPr/w:outlineLvl")


def test_the_table_of_decisions_repeats_its_head_and_keeps_its_rows_whole() -> None:
    table = _opened(minutes()).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["決定の内容", "担当", "期限"]
    assert [cell.text for cell in table.rows[1].cells] == [
        "正午から午後1時までの窓口職員を4人とし、12月1日から試行する。", "佐藤係長", "令和8年12月1日",
    ]  # fmt: skip
    assert _flags(table, "tblHeader") == [True, False, False, False]
    assert _flags(table, "cantSplit") == [True] * 4
    assert len(table._tbl.xpath("./w:tblPr/w:tblBorders/*[@w:val='single']")) == 6
    assert table.rows[0]._tr.xpath("./w:tc/w:tcPr/w:shd")
    assert not table.rows[1]._tr.xpath("./w:tc/w:tcPr/w:shd")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_tables_fill_the_width_and_never_stick_out(document: OfficialDocument) -> None:
    opened = _opened(document)
    section = opened.sections[0]
    assert section.page_width is not None
    assert section.left_margin is not None
    assert section.right_margin is not None
    room = section.page_width - section.left_margin - section.right_margin
    for table in opened.tables:
        widths = [int(column.width or 0) for column in table.columns]
        indent = int(table._tbl.xpath("./w:tblPr/w:tblInd/@w:w")[0]) * 635
        assert abs(sum(widths) + indent - room) < Pt(1)


def test_who_and_by_when_are_narrow_and_fit_on_one_line() -> None:
    values = [("番号札発券機の更新費用を要求する。" * 6, "田中", "令和8年11月20日"), ("短い", "佐藤係長", "11月")]
    widths = column_widths([("内容", "担当", "期限"), *values], 45, 1.5)
    assert sum(widths) == pytest.approx(45)
    assert widths[1] >= em_width("佐藤係長") + 1.5
    assert widths[2] >= set_width("令和8年11月20日") + 1.5
    assert widths[0] > 25


@given(st.lists(st.lists(st.text(max_size=30), min_size=3, max_size=3), min_size=1, max_size=5))
def test_columns_always_share_the_whole_width(values: list[list[str]]) -> None:
    widths = column_widths(values, 45, 1.5)
    assert sum(widths) == pytest.approx(45)
    assert min(widths) >= 4


def test_a_row_longer_than_a_page_may_be_split() -> None:
    document = OfficialDocument(LayoutKind.MINUTES, "題", (rows("決定", ("内容", "担当"), ("長い。" * 2000, "佐藤")),))
    assert _flags(_opened(document).tables[0], "cantSplit") == [True, False]


@pytest.mark.parametrize("layout", list(LayoutKind))
def test_an_empty_document_can_be_opened(layout: LayoutKind) -> None:
    document = _opened(OfficialDocument(layout, "", ()))
    assert not document.tables
    assert document.sections[0].page_width


def test_tables_that_follow_each_other_stay_two_tables() -> None:
    section = rows("", ("内容",), ("一",), role=SectionRole.BODY)
    document = OfficialDocument(LayoutKind.MINUTES, "題", (section, section), facts=(("日時", "朝"),))
    opened = _opened(document)
    assert [child.tag for child in opened.element.body[1:]] == [
        qn("w:tbl"), qn("w:p"), qn("w:tbl"), qn("w:p"), qn("w:tbl"), qn("w:p"), qn("w:sectPr"),
    ]  # fmt: skip


def test_control_characters_from_a_model_do_not_break_the_file(tmp_path: Path) -> None:
    dirty = "表\x00の\x0b中\x1b[0m\ud83d & <w:p> \"'\ufffe]]>"
    document = dataclasses.replace(
        minutes(),
        title=dirty,
        facts=((dirty, dirty),),
        contact=(dirty,),
        note=dirty,
        sections=(text(dirty, dirty), items(dirty, dirty), rows(dirty, (dirty,), (dirty,))),
    )
    path = tmp_path / "a.docx"
    path.write_bytes(_data(document))
    read = DocxImporter().read(path).text
    assert read.count("表の") == 12
    assert "中[0m & <w:p> \"']]>" in read


def test_ten_thousand_characters_and_endless_words_are_written_whole(tmp_path: Path) -> None:
    long = "会議の記録です。" * 1250
    word = "a" * 500
    path = tmp_path / "a.docx"
    path.write_bytes(
        _data(dataclasses.replace(minutes(), sections=(text("経過", long), rows("表", ("a", "b"), (word, long)))))
    )
    read = DocxImporter().read(path).text
    assert read.count("会議の記録です。") == 2500
    assert word in read


_written = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)


@given(st.lists(_written, min_size=1, max_size=4), _written)
def test_every_word_of_a_draft_is_found_in_the_saved_file(paragraphs: list[str], cell: str) -> None:
    sections = (text("経過", "\n".join(paragraphs)), rows("決定", ("内容", "担当"), (cell, "佐藤")))
    opened = _opened(OfficialDocument(LayoutKind.MINUTES, "題", sections))
    saved = "\n".join(paragraph.text for paragraph in opened.paragraphs) + "\n".join(
        found.text for table in opened.tables for row in table.rows for found in row.cells
    )
    for written in (*paragraphs, cell):
        for word in written.strip(" \t\n　-*＊－・•‣●○◎◯■□◆◇").split():
            assert word.strip("\ufffe\uffff") in saved
