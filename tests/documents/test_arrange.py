"""What stands on the page: order, numbering, 記 and 以上, empty sections, text as a model really writes it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import Column, Section, SectionKind, SectionRole, SectionSpec, TableContent
from desktop.documents.arrange import arrange, clean, numeral, spread, title_of
from desktop.documents.blocks import Block, FactTable, Line, LineKind, RowTable
from tests.support.sample_documents import items, memo, minutes, notice, rows, text

RECORD = SectionRole.RECORD


def _shape(blocks: tuple[Block, ...]) -> list[str]:
    """Return the kinds of the blocks, neighbours of one kind once."""
    names = [block.kind.value if isinstance(block, Line) else type(block).__name__ for block in blocks]
    return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]


def _document(layout: LayoutKind, *sections: Section) -> OfficialDocument:
    return OfficialDocument(layout, "題", sections)


def _lines(document: OfficialDocument, kind: LineKind) -> list[Line]:
    return [block for block in arrange(document) if isinstance(block, Line) and block.kind is kind]


def test_a_notice_has_its_parts_in_the_order_of_official_letters() -> None:
    assert _shape(arrange(notice())) == [
        "number", "date", "addressee", "sender", "title", "paragraph", "record_mark", "item", "bullet", "item",
        "RowTable", "closing", "contact",
    ]  # fmt: skip


def test_minutes_begin_with_title_and_facts() -> None:
    assert _shape(arrange(minutes())) == [
        "title", "FactTable", "heading", "bullet", "heading", "bullet", "heading", "RowTable", "heading", "RowTable",
        "heading", "paragraph", "heading", "paragraph",
    ]  # fmt: skip


def test_a_memo_shows_date_to_from_and_subject_in_one_table() -> None:
    table = arrange(memo())[1]
    assert isinstance(table, FactTable)
    assert table.rows == (
        ("日付", "令和8年11月10日"),
        ("宛先", "各課　庶務担当者"),
        ("発信者", "総務課　管財係"),
        ("件名", "庁舎2階の会議室の利用方法の変更"),
    )


def test_the_subject_a_model_wrote_is_the_title_of_a_notice_and_not_a_section() -> None:
    document = dataclasses.replace(notice(), title="仮の題")
    assert title_of(document) == "令和8年度総合防災訓練の実施について（通知）"
    assert not _lines(document, LineKind.HEADING)
    assert title_of(dataclasses.replace(document, sections=())) == "仮の題"


def test_record_mark_and_closing_never_stand_one_without_the_other() -> None:
    for sections in ((), (text("日時", "", RECORD),), (items("物", " ", role=RECORD),)):
        kinds = _shape(arrange(_document(LayoutKind.NOTICE, *sections)))
        assert kinds == ["title"]
    kinds = _shape(arrange(_document(LayoutKind.NOTICE, text("日時", "午前9時", RECORD))))
    assert kinds == ["title", "record_mark", "item", "closing"]


def test_an_empty_item_under_the_record_mark_leaves_no_gap_in_the_numbers() -> None:
    document = _document(
        LayoutKind.NOTICE, text("日時", "朝", RECORD), text("場所", "", RECORD), text("備考", "雨天中止", RECORD)
    )
    assert [(line.marker, line.text) for line in _lines(document, LineKind.ITEM)] == [("１", "日時"), ("２", "備考")]


def test_an_empty_headed_section_says_that_there_is_nothing() -> None:
    for section in (text("次回", " \n"), items("その他"), rows("決定", ("内容",), ("",))):
        blocks = arrange(_document(LayoutKind.MINUTES, section))
        assert blocks[1:] == (
            Line(LineKind.HEADING, section.spec.title, "１"),
            Line(LineKind.PARAGRAPH, "（なし）"),
        )


def test_facts_without_a_value_are_not_printed() -> None:
    document = dataclasses.replace(minutes(), facts=(("日時", "　"), ("場所", "会議室"), ("欠席者", "")))
    assert arrange(document)[1] == FactTable((("場所", "会議室"),))
    assert not any(
        isinstance(block, FactTable) for block in arrange(dataclasses.replace(minutes(), facts=(("a", ""),)))
    )


def test_numbers_are_wide_up_to_nine_and_narrow_from_ten() -> None:
    document = _document(LayoutKind.MINUTES, *(text(f"節{number}", "x") for number in range(11)))
    assert [line.marker for line in _lines(document, LineKind.HEADING)] == [*"１２３４５６７８９", "10", "11"]
    assert (numeral(0), numeral(9), numeral(12)) == ("０", "９", "12")


@pytest.mark.parametrize("title", ["１　議題", "1. 議題", "第1　議題", "二　議題"])
def test_a_title_that_has_its_own_number_gets_no_second_one(title: str) -> None:
    assert _lines(_document(LayoutKind.MINUTES, text(title, "x")), LineKind.HEADING)[0].marker == ""


@pytest.mark.parametrize("item", ["・見直す", "見直す", "  ● 見直す", "- 見直す", "* 見直す", "•見直す"])
def test_a_bullet_that_a_model_wrote_is_not_doubled(item: str) -> None:
    line = _lines(_document(LayoutKind.MINUTES, items("議題", item)), LineKind.BULLET)[0]
    assert (line.marker, line.text) == ("・", "見直す")


@pytest.mark.parametrize(
    "item", ["○○課が作る。", "●●町", "-5度の日", "2.5億円", "3、4月に行う", "※印は要確認", "市・町の担当", "a - b"]
)
def test_signs_that_belong_to_the_text_are_kept(item: str) -> None:
    line = _lines(_document(LayoutKind.MINUTES, items("議題", item)), LineKind.BULLET)[0]
    assert line.text == item
    paragraph = arrange(_document(LayoutKind.MINUTES, text("次回", item)))[2]
    assert isinstance(paragraph, Line)
    assert paragraph.marker + paragraph.text == item


@pytest.mark.parametrize(
    ("written", "marker", "rest"),
    [("(1) 日程", "(1)", "日程"), ("１．日程", "１．", "日程"), ("①日程", "①", "日程"), ("・日程", "・", "日程")],
)
def test_numbered_lines_in_running_text_keep_their_number_and_hang(written: str, marker: str, rest: str) -> None:
    line = arrange(_document(LayoutKind.MINUTES, text("次回", written)))[2]
    assert line == Line(LineKind.BULLET, rest, marker)


def test_blank_lines_and_own_indents_of_body_text_do_not_double() -> None:
    document = _document(LayoutKind.NOTICE, text("本文", "　一つ目。\n\n\n　　二つ目。\n", SectionRole.BODY))
    assert [line.text for line in _lines(document, LineKind.PARAGRAPH)] == ["一つ目。", "二つ目。"]


def test_a_long_item_stands_under_its_title_and_a_short_one_beside_it() -> None:
    document = _document(
        LayoutKind.NOTICE,
        text("日時", "午前9時", RECORD),
        text("内容", "一\n二", RECORD),
        items("物", "靴", role=RECORD),
    )
    found = [(line.text, line.value) for line in _lines(document, LineKind.ITEM)]
    assert found == [("日時", "午前9時"), ("内容", ""), ("物", "靴")]
    assert [line.level for line in _lines(document, LineKind.PARAGRAPH)] == [1, 1]


def test_labels_are_spread_to_the_same_length() -> None:
    assert spread(["日時", "場所", "参加者"]) == ["日　時", "場　所", "参加者"]
    assert spread(["日時", "対象者等"]) == ["日　　時", "対象者等"]
    assert spread(["申込み", "対象者等"]) == ["申込み　", "対象者等"]
    assert spread(["場", "とても長い項目名"]) == ["場　　　　　　　", "とても長い項目名"]
    assert spread([]) == []


def test_the_contact_block_names_itself_once() -> None:
    document = dataclasses.replace(notice(), contact=("総務課　山田", "", "電話　1234"))
    assert _lines(document, LineKind.CONTACT)[0].text == "担当　総務課　山田\n　　　電話　1234"
    document = dataclasses.replace(notice(), contact=("問合せ先　総務課", "電話　1234"))
    assert _lines(document, LineKind.CONTACT)[0].text == "問合せ先　総務課\n電話　1234"


def test_a_date_before_all_eras_is_printed_and_does_not_lose_the_document() -> None:
    document = dataclasses.replace(notice(), date=dt.date(1800, 1, 2))
    assert _lines(document, LineKind.DATE)[0].text == "1800年1月2日"


def test_rows_without_cells_or_columns_are_completed() -> None:
    spec = SectionSpec("d", "決定", SectionKind.TABLE, columns=(Column("a", "内容"), Column("b", "担当")))
    section = Section(spec, TableContent((("一",), ("", " "), ("二", "佐藤", "余り"))))
    table = arrange(_document(LayoutKind.MINUTES, section))[2]
    assert table == RowTable(("内容", "担当", ""), (("一", "", ""), ("二", "佐藤", "余り")))


@given(st.text())
def test_no_character_that_xml_forbids_survives(written: str) -> None:
    cleaned = clean(written + "\x00\x0b\x1b\ud800\ufffe")
    allowed = all(
        character in "\t\n"
        or "\x20" <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character > "\uffff"
        for character in cleaned
    )
    assert allowed
    assert cleaned == clean(cleaned)
