"""Plain text and Markdown: the same document, readable in Notepad and shown by a Markdown viewer as it was written."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import Section
from desktop.documents.arrange import clean
from desktop.documents.markdown_out import MarkdownExporter, escape
from desktop.documents.text_out import LINE_EM, TextExporter
from desktop.documents.widths import em_width
from tests.support.sample_documents import items, memo, minutes, notice, rows, text


def _text(document: OfficialDocument) -> str:
    stream = io.BytesIO()
    TextExporter().write(document, stream)
    return stream.getvalue().decode("utf-8-sig").replace("\r\n", "\n")


def _markdown(document: OfficialDocument) -> str:
    stream = io.BytesIO()
    MarkdownExporter().write(document, stream)
    return stream.getvalue().decode("utf-8")


def _minutes(*sections: Section) -> OfficialDocument:
    return OfficialDocument(LayoutKind.MINUTES, "題", sections)


@pytest.mark.parametrize("document", [minutes(), notice(), memo()])
def test_notepad_opens_the_text_with_its_charset_and_its_lines(document: OfficialDocument) -> None:
    stream = io.BytesIO()
    TextExporter().write(document, stream)
    data = stream.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_a_notice_in_plain_text_is_laid_out_like_a_letter() -> None:
    lines = _text(notice()).split("\n")
    assert lines[0] == "　" * 33 + "あ危第123号"
    assert em_width(lines[0]) <= LINE_EM
    assert "　各町内会長　様" in lines
    assert "　" * 19 + "記" in lines
    assert "１　日　時　　令和8年11月29日（日）午前9時から正午まで" in lines
    assert "　・午前9時　開会、避難誘導訓練（場所：校庭）" in lines
    assert "　" * 37 + "以上" in lines
    assert lines.index("４　持ち物") + 1 == lines.index("　・動きやすい服装と軍手")


def test_minutes_in_plain_text_keep_decisions_with_who_and_by_when() -> None:
    lines = _text(minutes()).split("\n")
    assert (
        "・正午から午後1時までの窓口職員を4人とし、12月1日から試行する。（担当：佐藤係長／期限：令和8年12月1日）"
        in lines
    )
    assert "・佐藤　試行期間の勤務表案を作り、課内に示す。（期限：11月24日）" in lines
    assert lines[lines.index("５　その他") + 1] == "　（なし）"
    assert lines[lines.index("出席者：市民課長　森") + 1] == "　　　　市民課窓口係長　佐藤"


def test_a_line_longer_than_the_page_is_not_pushed_out_further() -> None:
    document = OfficialDocument(LayoutKind.NOTICE, "長" * 60, (), sender="発" * 60, contact=("担" * 60,))
    assert "長" * 60 in _text(document).split("\n")
    assert "発" * 60 in _text(document).split("\n")


def test_markdown_has_headings_lists_and_tables() -> None:
    lines = _markdown(minutes()).split("\n")
    assert lines[0] == "# 第3回　窓口サービス改善検討会　議事録"
    assert "## １　議題" in lines
    assert "- 窓口の受付時間の見直し" in lines
    assert "| 決定の内容 | 担当 | 期限 |" in lines
    assert "| 出席者 | 市民課長　森<br>市民課窓口係長　佐藤<br>情報政策課　田中<br>福祉課　鈴木 |" in lines
    assert "**１　日時**　令和8年11月29日（日）午前9時から正午まで" in _markdown(notice()).split("\n")


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("a|b", "a\\|b"),
        ("# 見出し", "\\# 見出し"),
        ("- 項目", "\\- 項目"),
        ("1. 項目", "1\\. 項目"),
        ("2026.4", "2026.4"),
        ("*強調* _下線_ `code`", "\\*強調\\* \\_下線\\_ \\`code\\`"),
        ("<script>&amp;", "\\<script\\>\\&amp;"),
        ("[a](b)", "\\[a\\](b)"),
        ("~~消す~~", "\\~\\~消す\\~\\~"),
        ("C:\\work", "C:\\\\work"),
        ("===", "\\==="),
    ],
)
def test_marks_of_markdown_in_the_text_are_escaped(raw: str, escaped: str) -> None:
    assert escape(raw) == escaped


_marks = st.text(st.sampled_from("あ1 a#-+*_=|<>[]()!`~\\&;.:/。　"), min_size=1)


@given(_marks)
def test_a_viewer_shows_a_line_as_it_was_written(line: str) -> None:
    written = " ".join(clean(line).split(" "))
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(escape(written))
    shown = ["".join(child.content for child in token.children or ()) for token in tokens if token.type == "inline"]
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    assert "".join(shown).strip(" 　") == written.strip(" 　\t")
    assert all(child.type == "text" for token in tokens for child in token.children or ())


@given(st.lists(st.tuples(_marks, _marks), min_size=1))
def test_a_table_of_any_text_keeps_its_rows_and_columns(values: list[tuple[str, str]]) -> None:
    document = _minutes(rows("決定", ("内容", "担当"), *values))
    tokens = MarkdownIt("commonmark").enable("table").parse(_markdown(document))
    filled = [row for row in values if any(cell.strip() for cell in row)]
    assert sum(token.type == "td_open" for token in tokens) == 2 * len(filled)


@given(st.lists(_marks, min_size=1))
def test_list_items_of_any_text_stay_items(values: list[str]) -> None:
    tokens = MarkdownIt("commonmark").parse(_markdown(_minutes(items("議題", *values), text("次回", "x"))))
    filled = [value for value in values if clean(value)]
    assert sum(token.type == "list_item_open" for token in tokens) == len(filled)
    assert sum(token.type == "heading_open" for token in tokens) == 3
