"""How a case is put into words: the minutes it saved, its day, and the kinds of what is masked in it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop.core.wareki import format_date
from desktop.learning.masking import SpotKind


def saving(before: int, after: int) -> str:
    """Return what a case saved, in minutes for one document."""
    if after >= before:
        return QCoreApplication.translate("Cases", "{before}分 → {after}分").format(before=before, after=after)
    words = QCoreApplication.translate("Cases", "{saved}分の短縮（{before}分 → {after}分）")
    return words.format(saved=f"{before - after:,}", before=f"{before:,}", after=f"{after:,}")


def day(date: dt.date, language: str) -> str:
    """Return a day in the window's language."""
    if language == "en":
        shown = QDateTime(date.year, date.month, date.day, 0, 0, 0)
        return QLocale(QLocale.Language.English).toString(shown, "d MMM yyyy")
    return format_date(date)


def level_name(level: str) -> str:
    """Return the words for a folder of the share."""
    return level or QCoreApplication.translate("Cases", "全庁")


def kind_name(kind: SpotKind) -> str:
    """Return the words for what seems to stand at a place."""
    return {
        SpotKind.MAIL: QCoreApplication.translate("Cases", "メールアドレス"),
        SpotKind.MY_NUMBER: QCoreApplication.translate("Cases", "12桁の番号"),
        SpotKind.BIRTH: QCoreApplication.translate("Cases", "生年月日"),
        SpotKind.PHONE: QCoreApplication.translate("Cases", "電話番号"),
        SpotKind.POSTAL: QCoreApplication.translate("Cases", "郵便番号"),
        SpotKind.ADDRESS: QCoreApplication.translate("Cases", "住所"),
        SpotKind.NAME: QCoreApplication.translate("Cases", "氏名"),
        SpotKind.CHOSEN: QCoreApplication.translate("Cases", "自分で選んだ所"),
    }[kind]
