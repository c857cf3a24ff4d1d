"""A case that tests change in one thing or another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from desktop.learning.cases import Case


def case(**changed: Any) -> Case:  # noqa: ANN401 -- whatever a case holds
    """Return a case of the 総務課, with some values replaced."""
    values: dict[str, Any] = {
        "id": "20261124-0a1b2c3d",
        "title": "会議録が半日から40分になった",
        "template": "minutes",
        "template_name": "議事録（要点筆記）",
        "template_version": "1.0",
        "minutes_before": 180,
        "minutes_after": 40,
        "worked": "表の担当と期限がそのまま残った。",
        "updated": dt.date(2026, 11, 24),
        "office": "総務部総務課",
    }
    return Case(**{**values, **changed})
