"""Times of day that cannot be: 午後13時 is 午後1時."""

from __future__ import annotations

import re
import unicodedata

# Two hours are told of one moment: small models keep the 24 hours of their source and put half a day before them.
_HALF_AND_HOUR = re.compile(r"午[前後]([ 　]?)(1[3-9]|2[0-3]|１[３-９]|２[０-３])(?=[ 　]?(?:時|[:：][0-9０-９]))")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NOON = 12


def possible_hours(text: str) -> str:
    """Return the text with 午前 or 午後 and an hour from 13 to 23 told in twelve hours: the hour counts.

    Source: the general rule for office texts that 午前 and 午後 go with hours up to 12.
    """
    return _HALF_AND_HOUR.sub(_told, text)


def _told(found: re.Match[str]) -> str:
    space, hour = found.groups()
    digits = str(int(unicodedata.normalize("NFKC", hour)) - _NOON)
    return f"午後{space}{digits if hour.isascii() else digits.translate(_WIDE)}"
