"""Signs that a text was decoded with the wrong charset: better an honest question than silent garbage."""

from __future__ import annotations

import re
from itertools import pairwise

_REPLACEMENT = "\ufffd"
_MAX_REPLACEMENT_SHARE = 0.005
# UTF-8 hiragana and katakana begin with the bytes E3 81 to E3 83, which are these three rare kanji in cp932.
_UTF8_AS_CP932 = re.compile("[縺繧繝]")
# The same bytes as Latin-1 or Windows-1252.
_UTF8_AS_LATIN = re.compile("\u00e3[\u0080-\u009f\u201a\u0192\u20ac]|[\u0080-\u009f]{2}")
_MIN_SIGNS = 3
_MIN_SIGN_SHARE = 0.02

_HALF_KATAKANA = re.compile("[\uff61-\uff9f]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_PRIVATE_OR_C1 = re.compile("[\ue000-\uf8ff\u0080-\u00a0]")
# Where real half-width katakana never stand: a voicing mark or a small letter after the wrong letter, doubled signs.
_MISPLACED = re.compile("(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|(?<![ｲｳｸｼﾁﾂﾃﾄﾌﾞ])[ｧ-ｫ]|(?<![ｷｼﾁﾆﾋﾐﾘﾞﾟ])[ｬ-ｮ]|[､｡･｢｣]{2}")
# Half-width katakana of EUC-JP are pairs with the lead byte 8E; cp932 takes them for everyday kanji such as 車 and 実.
_EUC_HALF_RUN = re.compile(rb"(?:\x8e[\xa1-\xdf]){4}")
_FIRST_RARE_LEAD = 0x98  # JIS level 2 kanji begin with this byte in cp932, the vendors' extensions follow them
_MAX_RARE_SHARE = 0.3
_MIN_HALF_BESIDE_RARE = 0.05
_MAX_HALF_SHARE = 0.2
_MAX_MISPLACED_SHARE = 0.05
_MIN_EUC_KANA_SHARE = 0.2


def looks_wrong_as_unicode(text: str) -> bool:
    """Tell whether the text holds garbage that was already stored in it: U+FFFD in number, 縺 繧 繝, Latin-1 debris."""
    if text.count(_REPLACEMENT) > len(text) * _MAX_REPLACEMENT_SHARE:
        return True
    for pattern in (_UTF8_AS_CP932, _UTF8_AS_LATIN):
        signs = len(pattern.findall(text))
        if signs >= _MIN_SIGNS and signs > len(text) * _MIN_SIGN_SHARE:
            return True
    return False


def looks_wrong_as_cp932(text: str, data: bytes) -> bool:
    """Tell whether cp932 was the wrong charset for `data`, though it decodes without an error into `text`.

    EUC-JP and the Chinese and Korean charsets become half-width katakana and rare kanji. A list that is half-width
    katakana by right (old mainframes print them) keeps its marks in their places, and is no EUC-JP.
    """
    if _EUC_HALF_RUN.search(data):
        return True
    foreign = sum(1 for character in text if not character.isascii())
    half = len(_HALF_KATAKANA.findall(text))
    if half <= foreign * _MIN_HALF_BESIDE_RARE:
        return False
    rare = sum(1 for character in text if _is_rare(character))
    if rare > foreign * _MAX_RARE_SHARE:
        return True
    if half <= foreign * _MAX_HALF_SHARE:
        return False
    misplaced = len(_MISPLACED.findall(text)) + _rare_beside_half(text)
    return misplaced > half * _MAX_MISPLACED_SHARE or _reads_as_euc(data)


def _is_rare(character: str) -> bool:
    """Tell whether a character decoded from cp932 is a level 2 kanji, a vendor's extension or no character at all."""
    if character.isascii() or _HALF_KATAKANA.match(character):
        return False
    return bool(_PRIVATE_OR_C1.match(character)) or character.encode("cp932")[0] >= _FIRST_RARE_LEAD


def _rare_beside_half(text: str) -> int:
    pairs = pairwise(text)
    return sum(1 for left, right in pairs if _HALF_KATAKANA.match(left) and _is_rare(right))


def _reads_as_euc(data: bytes) -> bool:
    try:
        text = data.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    foreign = sum(1 for character in text if not character.isascii())
    return len(_KANA.findall(text)) > foreign * _MIN_EUC_KANA_SHARE
