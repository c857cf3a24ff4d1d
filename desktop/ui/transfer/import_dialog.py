"""Taking a history in: choosing it, seeing that it is whole and what it holds, and what came in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.session.errand import ErrandStopped
from desktop.session.history_folder import SETTINGS_NAME
from desktop.session.transfer_desk import MovedIn
from desktop.store.moved_file import Counts
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, content_label, label
from desktop.ui.style import LARGE, MEDIUM, SMALL
from desktop.ui.transfer.errand_bar import ErrandBar
from desktop.ui.workbench import Workbench

WIDTH = 580


class ImportDialog(QDialog):
    """Asks the desk to check a history, and then to take it in."""

    def __init__(self, parent: QWidget | None, workbench: Workbench, language: str) -> None:
        """Start with nothing chosen."""
        super().__init__(parent)
        self._bench = workbench
        self._language = language
        self._path: Path | None = None
        self.setWindowTitle(self.tr("履歴を取り込む"))
        self.setMinimumWidth(WIDTH)
        self.chosen = content_label(role="label", wrap=True)
        self.found = label(wrap=True)
        self.settings = QCheckBox(self.tr("わたしの情報とお気に入りも引き継ぐ（空いている欄だけ）"))
        self.folder = button(self.tr("フォルダーを選ぶ…"), self._choose_folder)
        self.file = button(self.tr("ファイルを選ぶ…"), self._choose_file)
        self.errand = ErrandBar(workbench.bridge)
        self.notices = NoticeArea()
        self.notices.fill_width()
        self.leave = button(self.tr("やめる"), self.reject)
        self.start = button(self.tr("取り込む"), self.take_in, "primary")
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(label(self.tr("書き出した履歴を、この端末の履歴に加えます"), "heading", wrap=True))
        told = self.tr(
            "同じ文書は重なりません。両方の端末で直した文書は、両方の版が時間の順に残ります。"
            "どちらの端末の文章も失われません。"
        )
        column.addWidget(label(told, "soft", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.folder)
        row.addWidget(self.file)
        row.addStretch(1)
        column.addLayout(row)
        for part in (self.chosen, self.found, self.settings, self.errand, self.notices):
            column.addWidget(part)
        for part in (self.chosen, self.found, self.settings):
            part.hide()
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.start)
        column.addLayout(buttons)
        self.start.setEnabled(False)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("書き出したフォルダーを選ぶ"))
        if chosen:
            self.check(Path(chosen))

    def _choose_file(self) -> None:
        kinds = self.tr("文机の履歴 (*.jsonl)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("書き出した履歴を選ぶ"), "", kinds)
        if chosen:
            self.check(Path(chosen))

    def check(self, path: Path) -> None:
        """See whether a history is whole, and what it holds."""
        self._path = path
        self.chosen.setText(str(path))
        self.chosen.show()
        self.found.hide()
        self.settings.hide()
        self._begin()
        future = self._bench.desk.transfer.check(path, self.errand.begin())
        self._bench.bridge.then(future, self, self._checked, self._failed)

    def _begin(self) -> None:
        self.notices.clear("end")
        for part in (self.folder, self.file, self.settings, self.start):
            part.setEnabled(False)

    def _checked(self, counts: Counts) -> None:
        self._free()
        words = self.tr("ファイルは揃っています。文書 {documents} 件、項目の版 {versions} 件が入っています。")
        self.found.setText(words.format(documents=f"{counts.documents:,}", versions=f"{counts.versions:,}"))
        self.found.show()
        assert self._path is not None
        offered = self._path.is_dir() and (self._path / SETTINGS_NAME).is_file()
        self.settings.setVisible(offered)
        self.settings.setChecked(offered)
        self.start.setEnabled(True)

    def _free(self) -> None:
        self.errand.end()
        for part in (self.folder, self.file, self.settings):
            part.setEnabled(True)

    def take_in(self) -> None:
        """Take in what was checked."""
        assert self._path is not None
        self._begin()
        self._bench.saver.flush()
        transfer, errand = self._bench.desk.transfer, self.errand.begin()
        # What is hidden is not wanted: there are no settings beside the file.
        with_settings = self.settings.isChecked() and not self.settings.isHidden()
        then = self._bench.bridge.then
        if with_settings:
            then(transfer.move_in(self._path, errand), self, self._came, self._failed)
        else:
            then(transfer.take_in(self._path, errand), self, lambda taken: self._came(MovedIn(taken)), self._failed)

    def _came(self, came: MovedIn) -> None:
        taken = came.taken
        self._free()
        self.found.hide()
        self.settings.hide()
        title = self.tr("履歴を取り込みました") if taken.numbers else self.tr("すべて、もとからこの端末にありました")
        self.notices.show_notice("end", Notice(Kind.DONE, title, self._summary(came), closable=False))
        self.leave.setText(self.tr("閉じる"))
        self._bench.history_grew(taken.numbers)

    def _summary(self, came: MovedIn) -> str:
        taken = came.taken
        parts = [
            (self.tr("新しい文書 {count} 件"), taken.new),
            (self.tr("版などが増えた文書 {count} 件"), taken.grown),
            (self.tr("もとから同じ文書 {count} 件"), taken.same),
            (
                self.tr("違う内容が入力されていた欄 {count} 件（新しいほうを使い、もう一方は前の値に残しました）"),
                taken.values,
            ),
            (self.tr("引き継いだ設定 {count} 項目"), len(came.settings)),
        ]
        return "\n".join(words.format(count=f"{count:,}") for words, count in parts if count)

    def _failed(self, error: BaseException) -> None:
        self._free()
        self.start.setEnabled(not self.found.isHidden())
        if not isinstance(error, ErrandStopped):
            self.notices.show_notice("end", fault_notice(error, self._language))

    def reject(self) -> None:
        """Stop what runs; with nothing running, close."""
        if self.errand.running:
            self.errand.stop()
        else:
            super().reject()
