"""What has the form of personal data is proposed with its place; nothing outside a mask is ever lost or changed."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.learning.masking import TOKENS, Spot, SpotKind, chosen, mask, propose, restored, shown


def hits(text: str) -> list[tuple[str, str]]:
    return [(spot.kind.value, text[spot.start : spot.end]) for spot in propose(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("連絡先は tanaka.h@city.example.lg.jp です", [("mail", "tanaka.h@city.example.lg.jp")]),
        ("連絡先はｔａｎａｋａ＠ｃｉｔｙ．ｊｐ", [("mail", "ｔａｎａｋａ＠ｃｉｔｙ．ｊｐ")]),
        ("電話 03-1234-5678 まで", [("phone", "03-1234-5678")]),
        ("電話０９０－１２３４－５６７８", [("phone", "０９０－１２３４－５６７８")]),
        ("携帯は09012345678。", [("phone", "09012345678")]),
        ("(0123)45-6789", [("phone", "(0123)45-6789")]),
        ("0123（45）6789へ", [("phone", "0123（45）6789")]),
        ("+81-90-1234-5678", [("phone", "+81-90-1234-5678")]),
        ("番号は1234 5678 9012", [("my_number", "1234 5678 9012")]),
        ("１２３４−５６７８−９０１２", [("my_number", "１２３４−５６７８−９０１２")]),
        ("123456789018", [("my_number", "123456789018")]),
        ("000000000000", []),
        ("法人番号1234567890123", []),
        ("生年月日：昭和45年3月2日", [("birth", "昭和45年3月2日")]),
        ("S45.3.2生まれの方", [("birth", "S45.3.2")]),
        ("1970年3月2日生まれ", [("birth", "1970年3月2日")]),
        ("〒123-4567", [("postal", "〒123-4567")]),
        ("郵便番号：1234567", [("postal", "1234567")]),
        ("文机市中央町一丁目二番三号", [("address", "文机市中央町一丁目二番三号")]),
        ("茨城県つくば市吾妻1-2-3", [("address", "茨城県つくば市吾妻1-2-3")]),
        ("東京都千代田区千代田１丁目１番１号に", [("address", "東京都千代田区千代田１丁目１番１号")]),
        ("山吹花子さんから", [("name", "山吹花子")]),
        ("山吹　花子様", [("name", "山吹　花子")]),
        ("氏名：安曇 次郎", [("name", "安曇 次郎")]),
        ("佐藤課長が", [("name", "佐藤")]),
        ("窓口で田中花子が説明", [("name", "田中花子")]),
    ],
)
def test_what_has_a_form_is_found_at_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert hits(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "皆様、お客様、住民の皆さん、同様の仕様",
        "令和8年11月24日（火）午前10時から第2会議室で行う。",
        "山口県、石川県、千葉市、中野区、市川駅",
        "予算は12,000,000円、件数は3,456件、様式第3号",
        "市議会第3号議案、条例第12条、2026-11-24",
        "各課で3〜5人、10:30〜12:00",
        "申請者様、保護者様、参加者さん",
    ],
)
def test_ordinary_office_text_is_left_alone(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    "text", ["一" * 20_000, "市" * 20_000, "0" * 20_000, "0-" * 10_000, "a@" * 10_000, "佐藤" * 10_000]
)
def test_no_text_makes_the_search_slow(text: str) -> None:
    started = time.monotonic()
    propose(text)
    assert time.monotonic() - started < 5


SIGNS = st.sampled_from(
    [*"市区町村様さん 　-－@.:：0123456789０１一二年月日〒()", "佐藤", "花子", "丁目", "生まれ", "氏名：", "\n"]
)
NEAR_DATA = st.lists(SIGNS, max_size=60).map("".join)


@given(st.one_of(NEAR_DATA, st.text(max_size=200)))
def test_masks_lose_nothing_outside_and_undoing_them_restores(text: str) -> None:
    spots = propose(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spots)
    assert all(one.end <= other.start for one, other in pairwise(spots))
    pieces = mask({"a": text}, {"a": spots})["a"]
    assert restored(pieces) == text
    assert [piece.original for piece in pieces if piece.kind] == [text[one.start : one.end] for one in spots]
    assert all(piece.shown == piece.original for piece in pieces if not piece.kind)
    undone = mask({"a": text}, {"a": spots[1:]})["a"]
    assert restored(undone) == text
    assert shown(mask({"a": text}, {})["a"]) == text


@given(NEAR_DATA, st.data())
def test_a_place_that_a_person_marks_is_masked_whatever_lies_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if start == end:
        return
    spots = chosen(propose(text), start, end)
    assert restored(mask({"a": text}, {"a": spots})["a"]) == text
    assert any(one.start <= start and end <= one.end and one.kind is SpotKind.CHOSEN for one in spots)
    assert all(one.end <= other.start for one, other in pairwise(spots))


def test_one_person_has_one_token_in_all_texts() -> None:
    texts = {"worked": "田中さんと鈴木さん", "body": "鈴木さんと田中さん"}
    pieces = mask(texts, {key: propose(text) for key, text in texts.items()})
    assert shown(pieces["worked"]) == "〔氏名1〕さんと〔氏名2〕さん"
    assert shown(pieces["body"]) == "〔氏名2〕さんと〔氏名1〕さん"


def test_width_and_dashes_make_no_other_person() -> None:
    text = "03-1234-5678 と ０３−１２３４−５６７８"
    assert shown(mask({"a": text}, {"a": propose(text)})["a"]) == "〔電話1〕 と 〔電話1〕"


def test_every_kind_has_a_token() -> None:
    assert set(TOKENS) == set(SpotKind)
    assert len(set(TOKENS.values())) == len(TOKENS)


def test_spots_need_not_come_in_order() -> None:
    spots = (Spot(2, 3, SpotKind.CHOSEN), Spot(0, 1, SpotKind.CHOSEN))
    assert shown(mask({"a": "あいう"}, {"a": spots})["a"]) == "〔伏字1〕い〔伏字2〕"
