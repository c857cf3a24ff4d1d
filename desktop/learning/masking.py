"""A modest proposal of what to mask in a case: regular expressions, each hit for a person to confirm or undo.

It finds what has a form: numbers, addresses, mails, dates of birth, and names beside a title, a label or one of the
commonest surnames. It misses every other name and every story that tells who is meant, so it proposes and never
vouches; the person can mask any other place as well. The real checker of personal information comes with `review`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SpotKind(StrEnum):
    """What seems to stand at a place, in the order in which one is believed before another."""

    MAIL = "mail"
    MY_NUMBER = "my_number"  # 12 digits; the check digit is no evidence, so it is not asked
    BIRTH = "birth"
    PHONE = "phone"
    POSTAL = "postal"
    ADDRESS = "address"
    NAME = "name"
    CHOSEN = "chosen"  # what the person marked


# What stands in the place of a masked text, with a number: the same text has the same one everywhere.
TOKENS: Mapping[SpotKind, str] = {
    SpotKind.MAIL: "メール",
    SpotKind.MY_NUMBER: "番号",
    SpotKind.BIRTH: "生年月日",
    SpotKind.PHONE: "電話",
    SpotKind.POSTAL: "郵便番号",
    SpotKind.ADDRESS: "住所",
    SpotKind.NAME: "氏名",
    SpotKind.CHOSEN: "伏字",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text: offsets in code points, `end` not included."""

    start: int
    end: int
    kind: SpotKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text as it was, and as it is shown; `kind` is `None` where nothing is masked."""

    original: str
    shown: str
    kind: SpotKind | None = None


_Token = Callable[[SpotKind, str], str]

# One sign for one sign, so that every offset stays.
_FOLDED = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_FOLDED |= dict.fromkeys(map(ord, "‐‑‒–—―−－ｰ"), ord("-")) | {ord("　"): ord(" ")}

_KANJI = r"[一-龥々〆ヶ]"
_NAME = rf"(?:{_KANJI}|[ァ-ヴー])"
_COUNT = r"[\d〇一二三四五六七八九十百]{1,5}"
_DATE = (
    r"(?:(?:明治|大正|昭和|平成|令和|[MTSHR]\.?)(?:\d{1,2}|元)|(?:19|20)\d\d)"
    r"(?:年 ?\d{1,2}月 ?\d{1,2}日|[./-]\d{1,2}[./-]\d{1,2})"
)
_SURNAMES = (
    r"佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|松本|井上|木村"
    r"|斎藤|斉藤|齋藤|清水|山崎|阿部|池田|橋本|山下|石川|中島|前田|藤田|小川|後藤|岡田|長谷川|村上"
    r"|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|太田|三浦|藤原|岡本|松田|中川|中野|小野|田村|竹内|金子"
    r"|和田|中山|石田|上田|森田|柴田|酒井|工藤|横山|宮崎|宮本|内田|高木|安藤|谷口|大野|丸山|今井|高田"
    r"|藤本|武田|村田|上野|杉山|増田|平野|大塚|千葉|久保|松井|小島|岩崎|桜井|野口|松尾|野村|木下|菊地"
    r"|菊池|佐野|大西|杉本|新井|浜田|市川|古川"
)
# What follows a surname when it is a place.
_PLACES = r"(?!県|市|町|村|区|郡|駅|川|橋|山|港|通|線|地区|地域|小学|中学|高校|公園|団地|病院|センター)"
_OFFICES = r"(?!課|部|係|市|町|議|委|主|班|局|所|会|様|氏|殿|君|室|先)"
_HONORIFIC = r"(?:様|さん|さま|氏(?![名族神])|殿|くん|ちゃん)"
_NO_PERSON = (
    r"(?:皆|各|同|仕|模|多|一|異|有|王|神|両|諸|摂|華|宮|御|客|奥|子|母|父|兄|姉|係|外|何|人"
    r"|住民|市民|町民|区民|利用者|保護者|参加者|来庁者|申請者|担当者)"
)
_LABELS = r"(?:氏名|名前|お名前|申請者|届出人|世帯主|保護者|代表者|本人|相談者|利用者|担当者?)"
_LETTERS = r"[一-龥々ヶァ-ヴーぁ-ん]"

_MAIL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}"
_MY_NUMBER = r"(?<![\d-])\d{4}([ -]?)\d{4}\1\d{4}(?![\d-])"
_BIRTH = rf"(?:生年月日|誕生日)[:：はが、 \t]{{0,4}}(?P<told>{_DATE})|(?P<born>{_DATE})(?= ?(?:生まれ|生れ|出生|生\b))"
_PHONE = r"(?<![\d-])(?:\+81[ -]?\d{1,4}|\(?0\d{1,4}\)?)[ -]?\(?\d{1,4}\)?[ -]?\d{3,4}(?![\d-])"
_POSTAL = r"〒 ?\d{3}-?\d{4}(?!\d)|(?<=郵便番号)[:： ]{0,3}(?P<told>\d{3}-?\d{4})(?!\d)"
_ADDRESS = (
    rf"(?:(?:北海道|東京都|大阪府|京都府|{_KANJI}{{2,3}}県) ?)?(?:{_LETTERS}{{1,6}}?[市区町村郡] ?){{1,3}}"
    rf"{_LETTERS}{{0,10}}? ?{_COUNT}(?:丁目|番地?|-)(?:の?{_COUNT}(?:番地?|号|-)?){{0,4}}"
)
_PERSON = (
    rf"{_LABELS}[:：][ \t]?(?P<told>{_NAME}{{1,5}}(?:[ \t]{_NAME}{{1,5}})?)"
    rf"|(?<!{_KANJI})(?P<called>(?!{_NO_PERSON}{_HONORIFIC}){_NAME}{{1,4}}(?: ?{_NAME}{{1,4}})?)(?={_HONORIFIC})"
    rf"|(?P<common>(?:{_SURNAMES}){_PLACES}"
    rf"(?: ?{_OFFICES}{_KANJI}(?:{_OFFICES}{_KANJI}){{0,2}}(?!{_KANJI}))?)"
)
_PATTERNS = (
    (SpotKind.MAIL, re.compile(_MAIL)),
    (SpotKind.MY_NUMBER, re.compile(_MY_NUMBER)),
    (SpotKind.BIRTH, re.compile(_BIRTH)),
    (SpotKind.PHONE, re.compile(_PHONE)),
    (SpotKind.POSTAL, re.compile(_POSTAL)),
    (SpotKind.ADDRESS, re.compile(_ADDRESS)),
    (SpotKind.NAME, re.compile(_PERSON)),
)


def propose(text: str) -> tuple[Spot, ...]:
    """Return the places that seem to tell who somebody is, in order and without overlap."""
    flat = text.translate(_FOLDED)
    found: list[Spot] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(flat):
            start, end = _hit(match)
            if _is_likely(kind, flat[start:end]) and all(end <= spot.start or spot.end <= start for spot in found):
                found.append(Spot(start, end, kind))
    return tuple(sorted(found, key=lambda spot: spot.start))


def _hit(match: re.Match[str]) -> tuple[int, int]:
    """Return where the part lies that is to be masked: a group with a name, or all of it."""
    named = [name for name, value in match.groupdict().items() if value is not None]
    return match.span(named[0]) if named else match.span()


def _is_likely(kind: SpotKind, text: str) -> bool:
    digits = [sign for sign in text if sign.isdigit()]
    if kind is SpotKind.MY_NUMBER:
        return len(set(digits)) > 1
    if kind is SpotKind.PHONE:
        # 9 to 11 digits without the country's number, 10 or 11 of them when nothing divides them.
        least = 9 if any(sign in text for sign in "-() ") else 10
        return least <= len(digits) - (2 if text.startswith("+81") else 0) <= 11  # noqa: PLR2004 -- explained above
    return True


def mask(texts: Mapping[str, str], spots: Mapping[str, Iterable[Spot]]) -> dict[str, tuple[Piece, ...]]:
    """Return every text in pieces, those at the spots masked; equal texts get the same token in all of them.

    Nothing outside the spots changes: the pieces' `original` put together are the text. Spots may not overlap.
    """
    numbers: dict[tuple[SpotKind, str], str] = {}
    counts: dict[SpotKind, int] = {}

    def token(kind: SpotKind, original: str) -> str:
        key = (kind, original.translate(_FOLDED).replace(" ", ""))
        if key not in numbers:
            counts[kind] = counts.get(kind, 0) + 1
            numbers[key] = f"〔{TOKENS[kind]}{counts[kind]}〕"
        return numbers[key]

    return {key: tuple(_pieces(text, sorted(spots.get(key, ()), key=_start), token)) for key, text in texts.items()}


def _start(spot: Spot) -> int:
    return spot.start


def _pieces(text: str, spots: Sequence[Spot], token: _Token) -> Iterable[Piece]:
    position = 0
    for spot in spots:
        if spot.start > position:
            yield Piece(text[position : spot.start], text[position : spot.start])
        original = text[spot.start : spot.end]
        yield Piece(original, token(spot.kind, original), spot.kind)
        position = spot.end
    if position < len(text):
        yield Piece(text[position:], text[position:])


def shown(pieces: Iterable[Piece]) -> str:
    """Return the text with its masks."""
    return "".join(piece.shown for piece in pieces)


def restored(pieces: Iterable[Piece]) -> str:
    """Return the text as it was."""
    return "".join(piece.original for piece in pieces)


def chosen(spots: Sequence[Spot], start: int, end: int) -> tuple[Spot, ...]:
    """Return the spots with one more that the person marked; it takes in the ones that it touches."""
    touched = [spot for spot in spots if spot.start < end and start < spot.end]
    start, end = min([start, *(spot.start for spot in touched)]), max([end, *(spot.end for spot in touched)])
    kept = [spot for spot in spots if spot not in touched]
    return tuple(sorted([*kept, Spot(start, end, SpotKind.CHOSEN)], key=_start))
