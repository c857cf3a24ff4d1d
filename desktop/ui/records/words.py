"""Rules, kinds of log rows and days in words, in the window's language."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication

from desktop.core.retention import Rule, Since
from desktop.core.wareki import short_date
from desktop.templates.model import Category
from desktop.ui.template_list import category_name


def day(date: dt.date, language: str) -> str:
    """Return a day as short as tables have it: R8.11.24, or 2026-11-24 in English."""
    return date.isoformat() if language == "en" else short_date(date)


def rule_words(rule: Rule) -> str:
    """Return why a rule applies and how long it keeps."""
    translate = QCoreApplication.translate
    category = rule.target.removeprefix("category:")
    if rule.target == "*":
        where = translate("Records", "すべてのひな形")
    elif category != rule.target:
        where = translate("Records", "分類「{name}」").format(name=_category(category))
    else:
        where = translate("Records", "ひな形「{name}」").format(name=rule.target)
    return translate("Records", "{where}：{time}").format(where=where, time=_time(rule))


def _category(name: str) -> str:
    """Return the words of a category; a rule may name one that this version does not know."""
    return category_name(name) if name in set(Category) else name


def _time(rule: Rule) -> str:
    translate = QCoreApplication.translate
    if not rule.months:
        return translate("Records", "削除しない")
    years, odd = divmod(rule.months, 12)
    if rule.since is Since.FISCAL:
        by_month = translate("Records", "年度の終わりから{count}か月")
        by_year = translate("Records", "年度の終わりから{count}年")
    else:
        by_month = translate("Records", "最後の変更から{count}か月")
        by_year = translate("Records", "最後の変更から{count}年")
    return by_month.format(count=rule.months) if odd else by_year.format(count=years)


def kind_words(kind: str) -> str:
    """Return what a row of the log tells of; a kind from a later version by its name."""
    translate = QCoreApplication.translate
    return {
        "document_created": translate("Records", "文書を作成"),
        "document_exported": translate("Records", "ファイルに保存"),
        "document_trashed": translate("Records", "ごみ箱へ"),
        "document_taken_back": translate("Records", "ごみ箱から戻した"),
        "document_deleted": translate("Records", "完全に削除"),
        "draft_begun": translate("Records", "下書きを開始"),
        "draft_ended": translate("Records", "下書きが終了"),
        "hold_set": translate("Records", "保留にした"),
        "hold_lifted": translate("Records", "保留を解いた"),
        "settings_changed": translate("Records", "設定を変更"),
        "template_published": translate("Records", "ひな形を公開"),
        "history_exported": translate("Records", "履歴を書き出した"),
        "history_imported": translate("Records", "履歴を取り込んだ"),
        "history_purged": translate("Records", "削除の跡を上書き"),
        "backup_restored": translate("Records", "バックアップから戻した"),
        "audit_gap": translate("Records", "記録の欠けを検出"),
    }.get(kind, kind)
