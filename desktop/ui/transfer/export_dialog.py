"""Writing the whole history to a folder: what goes in, where to, how far it is, and what was written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.session.errand import ErrandStopped
from desktop.session.history_folder import WrittenOut
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, content_label, label
from desktop.ui.style import LARGE, MEDIUM, SMALL
from desktop.ui.transfer.errand_bar import ErrandBar
from desktop.ui.workbench import Workbench

WIDTH = 580


class ExportDialog(QDialog):
    """Asks the desk to write the history out."""

    def __init__(self, parent: QWidget | None, workbench: Workbench, language: str) -> None:
        """Suggest a new folder among the person's documents."""
        super().__init__(parent)
        self._bench = workbench
        self._language = language
        self.setWindowTitle(self.tr("履歴を書き出す"))
        self.setMinimumWidth(WIDTH)
        self.heading = label(self.tr("履歴をすべて書き出します"), "heading", wrap=True)
        self.word = QCheckBox(self.tr("Word ファイルと一覧も作る（人が読むため）"))
        self.word.setChecked(True)
        self.settings = QCheckBox(self.tr("わたしの情報とお気に入りも入れる（新しい端末へ移すとき）"))
        self.place = QLineEdit(str(_suggested(self.tr("文机の履歴"))))
        self.place.setAccessibleName(self.tr("書き出すフォルダー"))
        self.choose = button(self.tr("選ぶ…"), self._choose, name=self.tr("書き出す場所を選ぶ"))
        self.errand = ErrandBar(workbench.bridge)
        self.notices = NoticeArea()
        self.notices.fill_width()
        self.leave = button(self.tr("やめる"), self.reject)
        self.start = button(self.tr("書き出す"), self.write, "primary")
        self._arrange()
        workbench.bridge.then(workbench.desk.transfer.document_count(), self, self._show_count, self._failed)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(self.heading)
        told = self.tr(
            "入力した内容、下書き、書き直した版、ごみ箱の文書まで、すべて入ります。"
            "あとで、この端末にも別の端末にも取り込めます。"
        )
        column.addWidget(label(told, "soft", wrap=True))
        column.addWidget(self.word)
        column.addWidget(self.settings)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(content_label(self.tr("フォルダー"), "label"))
        row.addWidget(self.place, 1)
        row.addWidget(self.choose)
        column.addLayout(row)
        careful = self.tr("中身は暗号化されません。ほかの人が読めない場所を選んでください。")
        column.addWidget(label(careful, "soft", wrap=True))
        column.addWidget(self.errand)
        column.addWidget(self.notices)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.start)
        column.addLayout(buttons)

    def _show_count(self, count: int) -> None:
        self.heading.setText(self.tr("履歴の文書 {count} 件を書き出します").format(count=f"{count:,}"))

    def _choose(self) -> None:
        present = Path(self.place.text())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("書き出す場所を選ぶ"), str(present.parent))
        if chosen:
            self.place.setText(str(Path(chosen) / present.name))

    def write(self) -> None:
        """Write out what is asked for."""
        self.notices.clear("end")
        self._allow(free=False)
        self._bench.saver.flush()
        future = self._bench.desk.transfer.write_out(
            Path(self.place.text().strip()),
            self.errand.begin(),
            language=self._language,
            word=self.word.isChecked(),
            settings=self.settings.isChecked(),
        )
        self._bench.bridge.then(future, self, self._written, self._failed)

    def _allow(self, *, free: bool) -> None:
        for part in (self.word, self.settings, self.place, self.choose, self.start):
            part.setEnabled(free)

    def _written(self, written: WrittenOut) -> None:
        self.errand.end()
        title = self.tr("文書 {count} 件を書き出しました").format(count=f"{written.counts.documents:,}")
        text = str(written.folder)
        if written.word_files:
            text += "\n" + self.tr("Word ファイル {count} 件").format(count=f"{written.word_files:,}")
        if written.failed:
            words = self.tr("Word ファイルにできなかった文書 {count} 件（理由は index.csv にあります）")
            text += "\n" + words.format(count=f"{len(written.failed):,}")
        open_it = Action(
            self.tr("フォルダーを開く"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(written.folder)))
        )
        kind = Kind.WARN if written.failed else Kind.DONE
        self.notices.show_notice("end", Notice(kind, title, text, actions=(open_it,), closable=False))
        self.leave.setText(self.tr("閉じる"))

    def _failed(self, error: BaseException) -> None:
        self.errand.end()
        self._allow(free=True)
        if not isinstance(error, ErrandStopped):
            self.notices.show_notice("end", fault_notice(error, self._language))

    def reject(self) -> None:
        """Stop what runs; with nothing running, close."""
        if self.errand.running:
            self.errand.stop()
        else:
            super().reject()


def _suggested(name: str) -> Path:
    """Return a folder of today among the person's documents that is not there yet."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    first = Path(documents) / f"{name}_{dt.datetime.now().astimezone():%Y%m%d}"
    found, copy = first, 1
    while found.exists():
        copy += 1
        found = first.with_name(f"{first.name}_{copy}")
    return found
