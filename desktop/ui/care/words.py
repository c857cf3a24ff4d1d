"""The words around copies of the history and what came of salvaging."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.store.rescue import Copy, Exchanged
from desktop.ui.dates import moment
from desktop.ui.lists import Entry

_KIB = 1024


def size(count: int) -> str:
    """Return a size in bytes as people read it."""
    return QLocale(QLocale.Language.English).formattedDataSize(max(count, _KIB), 1).replace("iB", "B")


def entry(copy: Copy, language: str) -> Entry:
    """Return the line of the list for a copy."""
    translate = QCoreApplication.translate
    if copy.fault is not None:
        badge = translate("Care", "読めません")
    else:
        badge = translate("Care", "よけてあった履歴") if copy.set_aside else ""
    documents = translate("Care", "文書 {count}件").format(count=copy.documents)
    below = size(copy.size) if copy.fault is not None else f"{documents}　{size(copy.size)}"
    return Entry(str(copy.path), moment(copy.made_at, language), below, badge, urgent=copy.fault is not None)


def exchanged(done: Exchanged) -> tuple[str, str, bool]:
    """Return a title and a text for what was done, and whether nothing was lost."""
    translate = QCoreApplication.translate
    aside = (
        ""
        if done.aside is None
        else translate("Care", "それまでのファイルは消さずによけてあります：{path}").format(path=done.aside)
    )
    report = done.report
    if report is None:
        return translate("Care", "履歴を入れ替えました"), aside, True
    title = translate("Care", "文書 {count}件を救い出しました").format(count=report.documents)
    if report.complete:
        return title, "\n".join(filter(None, (translate("Care", "失われたものは見つかりませんでした。"), aside))), True
    parts = [
        translate("Care", "読めなかった所：{pages}ページ、{rows}行。").format(
            pages=report.broken_pages, rows=report.lost_rows
        )
    ]
    if report.mended:
        parts.append(translate("Care", "一部を補って残した所：{count}行。").format(count=report.mended))
    parts.append(translate("Care", "控えに新しいものが残っていれば、そこから文書を取り出せます。"))
    return title, "".join(parts) + (f"\n{aside}" if aside else ""), False
