"""No notice tells of an hour that no clock shows, and every other time stays as it was written."""

from __future__ import annotations

import pytest

from desktop.core.clock import possible_hours


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12月10日（木）午後13時から午後17時まで", "12月10日（木）午後1時から午後5時まで"),
        ("午前18時から午前19時30分まで", "午後6時から午後7時30分まで"),
        ("午後１３時", "午後１時"),
        ("午後 23 時", "午後 11 時"),
        ("午後13:30", "午後1:30"),
        ("午前８時30分、午後12時、午後0時", "午前８時30分、午後12時、午後0時"),
        ("13時から17時まで、午後130人、午前24時", "13時から17時まで、午後130人、午前24時"),
        ("午後13人", "午後13人"),
    ],
)
def test_an_impossible_hour_is_told_as_the_clock_shows_it(written: str, told: str) -> None:
    assert possible_hours(written) == told
    assert possible_hours(told) == told
