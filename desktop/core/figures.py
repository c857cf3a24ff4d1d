"""Figures in Japanese text: which numbers it holds, and the words it has for days and months."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

_KANJI_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = "".join([*_KANJI_DIGITS, *_TENS, *_MYRIADS])

# Runs are bounded: no amount of an office has more signs, and a hostile text must not cost more than its length.
_LONGEST = 32
# A run that begins with a digit is a number whatever follows (3億4千万円, 1.5倍, 元 is not one).
_DIGIT_RUN = rf"\d[\d.]{{0,{_LONGEST}}}(?:[{''.join([*_TENS, *_MYRIADS])}][\d.]{{0,{_LONGEST}}}){{0,8}}"
# Kanji alone are a number before what is counted, or with 万 and the like behind a digit; else they are words (一般,
# 三つ, 十分, 万一).
_COUNTED = "年月日時円人名件台食本枚点歳校%割メキ"
_KANJI_SUM = rf"[{_KANJI[1:13]}][{_KANJI}]{{0,{_LONGEST}}}[{''.join(_MYRIADS)}](?![{_KANJI}])"
_KANJI_RUN = rf"(?<![{_KANJI}])[{_KANJI}]{{1,{_LONGEST}}}(?=[{_COUNTED}])"
_NUMBER = re.compile(f"{_DIGIT_RUN}|{_KANJI_SUM}|{_KANJI_RUN}")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")

_DIGITS = rf"[0-9０-９{_KANJI[:10]}十]"
_ERA = "(?:令和|平成|昭和)"
# From the longest to the shortest, so that a whole date is never found as its last part only.
_DATE = re.compile(
    rf"(?:(?:{_ERA}(?:元|{_DIGITS}{{1,3}})|[0-9０-９]{{4}}|来|今|再来)年度?)?の?{_DIGITS}{{1,3}}月(?:{_DIGITS}{{1,3}}日|末日?|上旬|中旬|下旬|中)?"
    rf"|[0-9０-９]{{1,4}}[/／][0-9０-９]{{1,2}}(?:[/／][0-9０-９]{{1,2}})?"
    rf"|{_ERA}(?:元|{_DIGITS}{{1,3}})年度?(?:末|当初)?"
    r"|(?:再来|来|今|翌)週(?:中|末|明け)?の?(?:[月火水木金土日]曜日?)?"
    rf"|(?:再来|来|今|翌)月(?:の?{_DIGITS}{{1,3}}日|中|末|上旬|中旬|下旬)?"
    r"|(?:今|来)?年(?:度末|末|明け|内|度内|度中)|(?:来|再来|翌)年度?"
    rf"|月末|週明け|当日|前日|翌日|明日|あさって|(?<![月第{_DIGITS[1:-1]}]){_DIGITS}{{1,3}}日(?![間曜])"
)


def numbers(text: str) -> frozenset[Fraction]:
    """Return the values of the numbers in a text, in whatever digits they are written (３，４００万, 三億四千万)."""
    plain = _SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
    return frozenset(_value(match.group()) for match in _NUMBER.finditer(plain))


def _value(run: str) -> Fraction:
    """Evaluate digits and kanji multipliers: 3億4千万 is 340,000,000."""
    total = section = Fraction(0)
    digits = ""
    for sign in run:
        if sign in _TENS:
            section += _digits(digits, 1) * _TENS[sign]
            digits = ""
        elif sign in _MYRIADS:
            held = section + _digits(digits, 0)
            total += (held or 1) * _MYRIADS[sign]
            section, digits = Fraction(0), ""
        else:
            digits += str(_KANJI_DIGITS.get(sign, sign))
    return total + section + _digits(digits, 0)


def _digits(text: str, nothing: int) -> Fraction:
    """Return the value of plain digits; a text with several points (8.11.18) counts by its first number."""
    whole, _, rest = text.partition(".")
    decimals = rest.partition(".")[0]
    if not whole:
        return Fraction(nothing)
    return Fraction(f"{whole}.{decimals}") if decimals else Fraction(int(whole))


def dates(text: str) -> tuple[str, ...]:
    """Return the words for days, months and years as they stand in the text, in order, each once."""
    return tuple(dict.fromkeys(match.group().removeprefix("の") for match in _DATE.finditer(text)))
