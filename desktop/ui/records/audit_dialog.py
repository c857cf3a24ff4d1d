"""「操作の記録」: the latest rows of the audit log, a check of all of them, and a CSV for auditors."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from desktop.session.audit_desk import AuditCsv
from desktop.session.wording import phrase
from desktop.store.audit_chain import AuditRow, Verdict
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, label
from desktop.ui.records.table import ReadTable
from desktop.ui.records.words import day, kind_words
from desktop.ui.style import LARGE, MEDIUM, WIDE

SIZE = (1120, 640)


class AuditDialog(QDialog):
    """Shows the log; it cannot be changed here or anywhere."""

    verify_asked = Signal()
    export_asked = Signal(Path)

    def __init__(self, parent: QWidget | None, language: str) -> None:
        """Wait for the rows."""
        super().__init__(parent)
        self._language = language
        self.setWindowTitle(self.tr("操作の記録"))
        self.notices = NoticeArea()
        titles = (
            *(self.tr("行"), self.tr("日時"), self.tr("したこと"), self.tr("人"), self.tr("端末")),
            *(self.tr("文書"), self.tr("くわしく")),
        )
        self.table = ReadTable(titles, self.tr("操作の記録"), len(titles) - 1)
        self.state = label(role="soft", wrap=True)
        self.verify = button(self.tr("検証する"), self._verify)
        self.export = button(self.tr("CSV へ書き出す…"), self._choose)
        self.cancel = button(self.tr("閉じる"), self.reject)
        self._arrange()

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        inner = QVBoxLayout()
        inner.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        inner.setSpacing(MEDIUM)
        inner.addWidget(label(self.tr("操作の記録"), "title"))
        words = self.tr("いつ、だれが、どのひな形とモデルで何をしたかの記録です。消したり書き換えたりはできません。")
        inner.addWidget(label(words, "soft", wrap=True))
        inner.addWidget(self.table, 1)
        column.addWidget(self.notices)
        column.addLayout(inner, 1)
        column.addWidget(foot(self.state, self.verify, self.export, self.cancel))

    def show_rows(self, rows: list[AuditRow]) -> None:
        """Show the latest rows, newest first."""
        self.table.show_rows([self._cells(row) for row in rows])
        self.state.setText("" if rows else self.tr("まだ記録はありません。"))

    def _cells(self, row: AuditRow) -> tuple[str, ...]:
        local = dt.datetime.fromisoformat(row.at).astimezone()
        at = f"{day(local.date(), self._language)} {local:%H:%M}"
        who = f"{row.person}（{row.login}）" if row.person else row.login
        document = str(row.document) if row.document else ""
        return str(row.number), at, kind_words(row.kind), who, row.terminal, document, _details(row.details)

    def _verify(self) -> None:
        self.verify.setEnabled(False)
        self.state.setText(self.tr("確かめています…"))
        self.verify_asked.emit()

    def show_verdict(self, verdict: Verdict) -> None:
        """Say whether the log is whole, and the first row that is not."""
        self._rest()
        flaw, said = verdict.flaw, self._language
        notes = [
            phrase(key, said, row=verdict.clock_back, count=count)
            for key, count in (
                ("audit_clock_back", verdict.clock_back),
                ("audit_unnoted", verdict.unnoted),
                ("audit_restored", verdict.restored),
            )
            if count
        ]
        if flaw is None:
            title = self.tr("{count}行すべて正しくつながっています").format(count=f"{verdict.head.count:,}")
            head = self.tr("最後のハッシュ：{hash}").format(hash=verdict.head.hash)
            notice = Notice(Kind.DONE, title, "\n".join([head, *notes]))
        else:
            title = phrase(f"audit_{flaw.kind.value}", said, row=flaw.row)
            text = self.tr("このファイルに手を加えず、情報システム担当へお知らせください。")
            notice = Notice(Kind.FAULT, title, "\n".join([text, *notes]))
        self.notices.show_notice("audit", notice)

    def _choose(self) -> None:
        name = f"fumizukue-audit-{dt.datetime.now().astimezone():%Y%m%d}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("CSV へ書き出す"), name, "CSV (*.csv)")
        if chosen:
            self.export_asked.emit(Path(chosen).with_suffix(".csv"))

    def show_written(self, written: AuditCsv) -> None:
        """Say where the file is, and what an auditor should note with it."""
        title = self.tr("書き出しました：{name}").format(name=written.path.name)
        text = self.tr("監査の控え（行数と最後のハッシュ）：{head}")
        text = text.format(head=f"{written.head.count}:{written.head.hash}")
        self.notices.show_notice("audit", Notice(Kind.DONE, title, text))

    def show_failure(self, error: BaseException) -> None:
        """Say why it could not be done."""
        self._rest()
        self.notices.show_notice("audit", fault_notice(error, self._language))

    def _rest(self) -> None:
        self.verify.setEnabled(True)
        self.state.setText("")


def _details(stored: str) -> str:
    """Return the details as they are; hashes by their beginning, which is enough to tell two apart."""
    try:
        values = json.loads(stored)
    except ValueError:
        return stored
    shown = ((key, f"{value[:12]}…" if key.endswith("sha256") and value else value) for key, value in values.items())
    return "　".join(f"{key}: {value}" for key, value in shown if value != "")
