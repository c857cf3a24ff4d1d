"""By which rules of style a finished text is checked; the checks themselves live elsewhere."""

from __future__ import annotations

from enum import StrEnum

from desktop.core.document import LayoutKind


class ReviewProfile(StrEnum):
    """The sets of rules that a template can name."""

    OFFICIAL = "official"  # 公用文: notices, requests, memos, replies to other offices
    RESIDENTS = "residents"  # 住民向け: plain words for everyone
    PLAIN_JAPANESE = "plain_japanese"  # やさしい日本語
    SPEECH = "speech"  # 話し言葉: greetings and answers that are read aloud
    MINUTES = "minutes"  # 議事録: 常体, what was said and decided
    NONE = "none"


_BY_LAYOUT = {
    LayoutKind.MINUTES: ReviewProfile.MINUTES,
    LayoutKind.NOTICE: ReviewProfile.OFFICIAL,
    LayoutKind.MEMO: ReviewProfile.OFFICIAL,
    LayoutKind.LETTER: ReviewProfile.OFFICIAL,
    LayoutKind.SPEECH: ReviewProfile.SPEECH,
    LayoutKind.PRESS: ReviewProfile.RESIDENTS,
    LayoutKind.LEAFLET: ReviewProfile.RESIDENTS,
    LayoutKind.ANSWERS: ReviewProfile.SPEECH,
    LayoutKind.APPROVAL: ReviewProfile.OFFICIAL,
}


def profile_of_layout(kind: LayoutKind) -> ReviewProfile:
    """Return the profile of a template that names none."""
    return _BY_LAYOUT[kind]
