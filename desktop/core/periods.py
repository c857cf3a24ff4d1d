"""Provisional."""

import datetime as dt
import re
import unicodedata


def parse_period(text: str, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    text = unicodedata.normalize("NFKC", text)
    fiscal = today.year - (today.month < 4)
    if text in ("今年度", "昨年度"):
        year = fiscal - (text == "昨年度")
        return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    if m := re.fullmatch(r"令和(\d+)年度", text):
        year = 2018 + int(m[1])
        return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    if text == "今月":
        return today.replace(day=1), today
    raise ValueError(text)
