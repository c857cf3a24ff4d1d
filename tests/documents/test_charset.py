"""Text files of every charset an office has are read correctly, or refused: never read as garbage."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.charset import CHARSETS, decode

MEETING = (
    "第３回　窓口サービス改善検討会\n日時：令和8年11月10日（火）午後1時30分～\n"
    "市民課長：昼の待ち時間は平均42分です。佐藤さん、勤務表を11月24日までに作ってください。\n"
)
WINDOWS_ONLY = "①窓口　㈱あおぞら　髙橋・山﨑　№3　㎡\n"
HALF_KATAKANA = "ﾔﾏﾀﾞ ﾀﾛｳ\nｻﾄｳ ﾊﾅｺ\nｶﾌﾞｼｷｶﾞｲｼｬ ﾌﾐﾂﾞｸｴ\nﾄｳｷｮｳﾄ ﾁﾖﾀﾞｸ 1-2-3\n"
MIXED_LIST = "ﾜﾀﾅﾍﾞ ﾘｮｳ,渡邊　龍\nｻｲﾄｳ ﾊﾂｴ,齋藤　髮江\n"


def _refused(data: bytes, charset: str | None = None) -> ErrorCode:
    with pytest.raises(UserFault) as caught:
        decode(data, "kaigi.txt", charset)
    assert caught.value.fields == {"name": "kaigi.txt"}
    return caught.value.code


@pytest.mark.parametrize(
    "text", [MEETING, "会議", "市長決裁", "おはよう", "渡邉 齋藤 龍 廣瀬\n", "邉邊齋薗", MIXED_LIST]
)
def test_a_file_saved_by_notepad_in_cp932_is_read_correctly(text: str) -> None:
    decoded = decode(text.encode("cp932"), "kaigi.txt")
    assert (decoded.text, decoded.charset) == (text.replace("〜", "～"), "cp932")


def test_circled_numbers_and_variant_kanji_of_windows_are_kept_because_it_is_never_shift_jis() -> None:
    assert decode(WINDOWS_ONLY.encode("cp932"), "x").text == WINDOWS_ONLY


@pytest.mark.parametrize("text", [HALF_KATAKANA, MIXED_LIST, "氏名ｶﾅ,ﾔﾏﾀﾞ ﾀﾛｳ,住所\n", "ﾔﾏﾀﾞ", "新ｼｽﾃﾑ導入とﾊﾟｿｺﾝの更新"])
def test_half_width_katakana_of_an_old_host_are_not_taken_for_garbage(text: str) -> None:
    assert decode(text.encode("cp932"), "x").text == text


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (MEETING.encode("utf-8"), "utf-8"),
        (MEETING.encode("utf-8-sig"), "utf-8"),
        (codecs.BOM_UTF16_LE + MEETING.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + MEETING.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + MEETING.encode("utf-32-le"), "utf-32"),
        (MEETING.replace("～", "〜").encode("iso2022_jp"), "iso2022_jp"),
        (b"plain ascii\n", "utf-8"),
    ],
)
def test_unicode_and_mail_charsets_are_recognised_by_their_marks(data: bytes, charset: str) -> None:
    decoded = decode(data, "x")
    assert decoded.charset == charset
    assert decoded.text in (MEETING, MEETING.replace("～", "〜"), "plain ascii\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B-!-j\x1b(B", "①㈱"),
        (b"\x1b$@4A;z\x1b(J abc", "漢字 abc"),
        (b'\x1b(I1\x1b(B\n\x1b$B$"\x1b(B', "ｱ\nあ"),
        (b"\x1b$(D\x30\x21\x1b(B", b"\x8f\xb0\xa1".decode("euc_jp")),
    ],
)
def test_iso_2022_jp_with_windows_characters_and_half_katakana_is_read(data: bytes, text: str) -> None:
    assert decode(data, "x").text == text


@pytest.mark.parametrize("text", [MEETING.replace("～", ""), "会議", "市長決裁", "カタカナ", "おはよう", HALF_KATAKANA])
def test_euc_is_refused_with_a_question_and_read_when_a_person_says_so(text: str) -> None:
    data = text.encode("euc_jp")
    assert _refused(data) is ErrorCode.SOURCE_CHARSET
    assert decode(data, "x", "euc_jp").text == text


def test_euc_with_circled_numbers_is_read() -> None:
    assert decode("①㈱の件".encode("euc_jis_2004"), "x", "euc_jp").text == "①㈱の件"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("会议记录：今天我们讨论了避难所的问题，并决定了三个地点。", "gb18030"),
        ("會議紀錄：今天我們討論了避難所的問題，並決定了三個地點。", "big5"),
        ("회의록: 오늘 우리는 대피소 문제에 대해 논의했습니다.", "cp949"),
        ("café à la crème, déjà vu", "latin-1"),
        ("Протокол заседания от 5 мая", "cp1251"),
    ],
)
def test_a_foreign_charset_is_refused_and_not_shown_as_rubbish(text: str, charset: str) -> None:
    assert _refused(text.encode(charset)) is ErrorCode.SOURCE_CHARSET


@pytest.mark.parametrize("wrong", ["cp932", "latin-1", "cp1252", "ascii"])
def test_garbage_that_an_earlier_program_saved_is_recognised(wrong: str) -> None:
    garbage = MEETING.encode("utf-8").decode(wrong, errors="replace")
    assert _refused(garbage.encode("utf-8")) is ErrorCode.SOURCE_CHARSET


def test_utf_8_that_breaks_off_in_a_character_is_refused_and_not_read_as_cp932() -> None:
    assert _refused(MEETING.encode("utf-8")[:-2]) is ErrorCode.SOURCE_CHARSET


def test_one_unreadable_character_in_a_long_text_does_not_stop_the_work() -> None:
    assert "\ufffd" in decode((MEETING * 5 + "\ufffd").encode("utf-8"), "x").text


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"a" * 50,
        b"%PDF-1.7\n" + b"text " * 50,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 50,
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0JFIF",
        b"text\x00text",
        b"\x01\x02\x03\x04" * 20,
        bytes(range(256)) * 4,
    ],
)
def test_a_binary_file_named_txt_is_refused(data: bytes) -> None:
    assert _refused(data) is ErrorCode.SOURCE_BINARY


def test_the_end_marks_of_old_systems_are_no_reason_to_refuse() -> None:
    assert decode("終わり\r\n".encode("cp932") + b"\x1a\x00\x00", "x").text == "終わり\n"


def test_line_ends_become_one_kind_and_nothing_else_is_normalised() -> None:
    text = "ｶﾅ①　Ａ\r\n二\r三\n\f四"
    assert decode(text.encode("utf-8"), "x").text == "ｶﾅ①　Ａ\n二\n三\n\f四"


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_charset_a_person_chooses_is_used(charset: str) -> None:
    text = MEETING.replace("～", "")
    decoded = decode(text.encode(charset), "x", charset)
    assert (decoded.text, decoded.charset) == (text, charset)


def test_a_choice_that_does_not_fit_is_refused_and_not_half_read() -> None:
    assert _refused(MEETING.encode("cp932"), "utf-8") is ErrorCode.SOURCE_CHARSET
    assert _refused(MEETING.encode("utf-8")[:-1], "cp932") is ErrorCode.SOURCE_CHARSET
    assert _refused(b"\x1b$Bx", "iso2022_jp") is ErrorCode.SOURCE_CHARSET


def test_an_unknown_charset_is_refused() -> None:
    assert _refused(b"x", "shift_jis") is ErrorCode.SOURCE_CHARSET


def _japanese() -> st.SearchStrategy[str]:
    kana = "あいうえおかがきくけこさしすせそたてとなにのはまもやらりるれをんアイスタルン"
    return st.text(st.sampled_from(kana + "会議市民課長日月年度予算額決定担当期限。、（）0123 \n"), min_size=1)


@given(_japanese(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932", "iso2022_jp"]))
def test_everyday_japanese_is_read_back_from_every_charset(text: str, charset: str) -> None:
    assert decode(text.encode(charset), "x").text == text


_PHRASES = (
    "市民課長：",
    "昼の待ち時間は平均42分です。",
    "予算は1,850,000円",
    "令和8年11月24日までに",
    "佐藤さんが作る。",
    "カウンター\n",
)


@given(st.lists(st.sampled_from(_PHRASES), min_size=1))
def test_sentences_in_euc_are_never_taken_for_windows_text(phrases: list[str]) -> None:
    assert _refused("".join([*phrases, "です"]).encode("euc_jp")) is ErrorCode.SOURCE_CHARSET


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_fail_otherwise_than_with_a_user_fault(data: bytes) -> None:
    for charset in (None, *CHARSETS):
        try:
            decoded = decode(data, "x", charset)
        except UserFault:
            continue
        assert "\x00" not in decoded.text
        assert "\r" not in decoded.text
