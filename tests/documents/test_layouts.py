"""The layouts beside minutes, notice and memo: letters, speeches, press papers, leaflets, answers, approvals."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from markdown_it import MarkdownIt

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import Column, Section, SectionKind, SectionRole, SectionSpec, TableContent
from desktop.documents.arrange import arrange, title_of
from desktop.documents.blocks import FactTable, Line, LineKind, SealRow
from desktop.documents.docx_out import DocxExporter
from desktop.documents.markdown_out import MarkdownExporter
from desktop.documents.text_out import TextExporter
from tests.support.sample_documents import items, rows, text

BODY, RECORD, SUBJECT = SectionRole.BODY, SectionRole.RECORD, SectionRole.SUBJECT


def _document(layout: LayoutKind, *sections: Section, facts: tuple[tuple[str, str], ...] = ()) -> OfficialDocument:
    return OfficialDocument(
        layout,
        "題",
        sections,
        number="総第1号",
        date=dt.date(2026, 11, 24),
        addressee="各位",
        sender="あおぞら市",
        facts=facts,
        contact=("広報課　林", "電話　1234"),
    )


def _shape(document: OfficialDocument) -> list[str]:
    return [block.kind.value if isinstance(block, Line) else type(block).__name__ for block in arrange(document)]


def _lines(document: OfficialDocument, kind: LineKind) -> list[Line]:
    return [block for block in arrange(document) if isinstance(block, Line) and block.kind is kind]


def _text(document: OfficialDocument) -> str:
    stream = io.BytesIO()
    TextExporter().write(document, stream)
    return stream.getvalue().decode("utf-8-sig").replace("\r\n", "\n")


def _markdown(document: OfficialDocument) -> str:
    stream = io.BytesIO()
    MarkdownExporter().write(document, stream)
    return stream.getvalue().decode("utf-8")


def _word(document: OfficialDocument) -> str:
    stream = io.BytesIO()
    DocxExporter().write(document, stream)
    with zipfile.ZipFile(stream) as package:
        return package.read("word/document.xml").decode("utf-8")


def test_a_letter_has_a_letters_head_and_headings_without_numbers() -> None:
    document = _document(LayoutKind.LETTER, text("本文", "お礼。", BODY), items("内容", "日時：6月10日"))
    assert _shape(document) == [
        "number", "date", "addressee", "sender", "title", "paragraph", "heading", "bullet", "contact",
    ]  # fmt: skip
    assert _lines(document, LineKind.HEADING)[0].marker == ""


def test_a_speech_is_large_text_without_headings_or_empty_parts() -> None:
    document = _document(
        LayoutKind.SPEECH, text("書き出し", "皆様。", BODY), text("話題", "今年は。"), text("結び", "")
    )
    assert _shape(document) == ["number", "addressee", "title", "date", "sender", "paragraph", "paragraph", "contact"]
    assert "結び" not in _text(document)


def test_a_press_paper_says_what_it_is_first_and_whom_to_ask_last() -> None:
    document = _document(LayoutKind.PRESS, text("見出し", "花を植えます", SUBJECT), items("概要", "日時：5月9日"))
    blocks = arrange(document)
    assert blocks[0] == Line(LineKind.BANNER, "報道資料")
    assert _lines(document, LineKind.HEADING)[0].marker == "１"
    assert _lines(document, LineKind.CONTACT)[0].text == "問合せ先　広報課　林\n　　　　　電話　1234"
    assert "　" * 18 + "報道資料" in _text(document).split("\n")


def test_a_leaflet_begins_with_its_message_and_ends_with_date_and_sender() -> None:
    document = _document(LayoutKind.LEAFLET, text("題", "断水のお知らせ", SUBJECT), text("日時", "6月3日"))
    assert _shape(document) == ["number", "addressee", "title", "heading", "paragraph", "contact", "date", "sender"]
    assert _lines(document, LineKind.HEADING)[0].marker == "■"
    assert _lines(document, LineKind.CONTACT)[0].text.startswith("問合せ先")


def test_rows_of_a_table_are_printed_as_questions_and_answers_with_what_belongs_to_them() -> None:
    table = rows(
        "質問", ("質問", "答え", "根拠"), ("なぜか。", "市民のためです。\n以上です。", "条例"), ("いつか。", "", "")
    )
    document = _document(LayoutKind.ANSWERS, text("要旨", "花を植える。"), table, facts=(("件名", "花"),))
    found = [(block.kind, block.marker, block.text) for block in arrange(document) if isinstance(block, Line)][-5:-1]
    assert found == [
        (LineKind.QUESTION, "問１", "なぜか。"),
        (LineKind.ANSWER, "答", "市民のためです。\n以上です。"),
        (LineKind.ANSWER, "根拠", "条例"),
        (LineKind.QUESTION, "問２", "いつか。"),
    ]
    assert "問１　なぜか。\n答　市民のためです。\n　　以上です。\n根拠　条例" in _text(document)
    assert "### 問１　なぜか。" in _markdown(document)
    assert "**答**　市民のためです。" in _markdown(document)


def test_a_single_question_is_not_numbered_and_a_missing_one_is_told() -> None:
    one = rows("質問", ("質問", "答え"), ("なぜか。", "市民のためです。"), role=BODY)
    assert [line.marker for line in _lines(_document(LayoutKind.ANSWERS, one), LineKind.QUESTION)] == ["問"]
    assert not _lines(_document(LayoutKind.ANSWERS, one), LineKind.HEADING)
    none = rows("質問", ("質問", "答え"))
    assert _lines(_document(LayoutKind.ANSWERS, none), LineKind.PARAGRAPH)[0].text == "（なし）"


def test_cells_beyond_the_columns_of_questions_are_kept() -> None:
    spec = SectionSpec("q", "質問", SectionKind.TABLE, columns=(Column("a", "問"), Column("b", "答")))
    document = _document(LayoutKind.ANSWERS, Section(spec, TableContent((("なぜか。", "はい。", "余り"),))))
    assert [line.text for line in _lines(document, LineKind.ANSWER)] == ["はい。", "余り"]


def test_an_approval_has_boxes_for_seals_then_its_facts_and_the_question_to_decide() -> None:
    sections = (
        text("件名", "花植えの実施について（伺い）", SUBJECT),
        text("伺い文", "実施してよろしいか伺います。", BODY),
        text("日時", "5月9日", RECORD),
    )
    facts = (("決裁欄", "部長\n\n課長\n係長"), ("保存期間", "5年"))
    document = _document(LayoutKind.APPROVAL, *sections, facts=facts)
    assert title_of(document) == "題"
    title, seals, table, *rest = arrange(document)
    assert title == Line(LineKind.TITLE, "題")
    assert seals == SealRow(("部長", "課長", "係長"))
    assert isinstance(table, FactTable)
    assert table.rows == (
        ("文書番号", "総第1号"),
        ("起案日", "令和8年11月24日"),
        ("起案者", "あおぞら市"),
        ("保存期間", "5年"),
        ("宛先", "各位"),
        ("件名", "花植えの実施について（伺い）"),
    )
    assert [block.kind.value for block in rest if isinstance(block, Line)] == [
        "paragraph", "record_mark", "item", "closing", "contact",
    ]  # fmt: skip
    assert "部長［　　］　課長［　　］　係長［　　］" in _text(document)
    assert "<th>部長</th>" in MarkdownIt().enable("table").render(_markdown(document))
    assert 'w:hRule="atLeast"' in _word(document)


def test_an_approval_without_boxes_has_no_empty_table() -> None:
    assert not [block for block in arrange(_document(LayoutKind.APPROVAL)) if isinstance(block, SealRow)]
    assert not [
        block
        for block in arrange(_document(LayoutKind.APPROVAL, facts=(("決裁欄", " \n"),)))
        if isinstance(block, SealRow)
    ]


@pytest.mark.parametrize("layout", list(LayoutKind))
def test_every_layout_prints_every_section_and_the_contact(layout: LayoutKind) -> None:
    table = rows("表の題", ("甲", "乙"), ("甲の値", "乙の値"))
    sections = (text("本文", "本文の値", BODY), text("節", "節の値"), items("並び", "一つ目"), table)
    document = _document(layout, *sections, facts=(("場所", "公園"),))
    for written in (_text(document), _markdown(document), _word(document)):
        for words in (
            "本文の値",
            "節の値",
            "一つ目",
            "甲の値",
            "乙の値",
            "公園",
            "林",
            "あおぞら市",
            "令和8年11月24日",
        ):
            assert words in written, (layout, words)
