"""Dates and durations as people read them, in the window's language."""

from __future__ import annotations

import datetime as dt
import math

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop.core.wareki import format_date
from desktop.session.estimate import rounded

_MINUTE = 60
_SOON_SECONDS = 90


def moment(at: dt.datetime, language: str) -> str:
    """Return a point in time as 令和8年11月24日 14:30, in the terminal's time zone."""
    local = at.astimezone()
    clock = f"{local.hour}:{local.minute:02}"
    return f"{day(local.date(), language)}{', ' if language == 'en' else ' '}{clock}"


def day(date: dt.date, language: str) -> str:
    """Return a day as 令和8年11月24日."""
    if language == "en":
        shown = QDateTime(date.year, date.month, date.day, 0, 0, 0)
        return QLocale(QLocale.Language.English).toString(shown, "d MMM yyyy")
    return format_date(date)


def left(seconds: float) -> str:
    """Return how long something will still take, as roughly as it can be known."""
    if seconds < _SOON_SECONDS:
        rounded = max(5, math.ceil(seconds / 5) * 5)
        return QCoreApplication.translate("Dates", "あと約{count}秒").format(count=rounded)
    return QCoreApplication.translate("Dates", "あと約{count}分").format(count=math.ceil(seconds / _MINUTE))


def expected(seconds: float) -> str:
    """Return how long a run will take on this terminal: to ten seconds below one minute, else to the minute."""
    count, minutes = rounded(seconds)
    if not minutes:
        return QCoreApplication.translate("Dates", "この端末では約{count}秒").format(count=count)
    if count == 1:
        return QCoreApplication.translate("Dates", "この端末では約1分")
    return QCoreApplication.translate("Dates", "この端末では約{count}分").format(count=count)
