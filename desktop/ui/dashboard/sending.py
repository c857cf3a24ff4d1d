"""The dialog with which a person hands their own figures on: where to, and exactly what would leave the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.learning.usage_folder import OutgoingFile
from desktop.settings.settings import Settings
from desktop.ui.notices import NoticeArea, fault_notice
from desktop.ui.parts import button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, give_role

WIDTH = 620
PREVIEW_HEIGHT = 240


class SendingDialog(QDialog):
    """`send_asked` gives the folder; `kept` gives what of the settings the person changed."""

    send_asked = Signal(str)
    kept = Signal(str, bool, bool)  # folder, hand on by itself, ask about minutes

    def __init__(self, parent: QWidget | None, settings: Settings, language: str) -> None:
        """Fill in the settings in force."""
        super().__init__(parent)
        self._language = language
        self._some = False
        self.setWindowTitle(self.tr("活用状況を出す"))
        self.setMinimumWidth(WIDTH)
        self.folder = QLineEdit(settings.usage_share)
        self.folder.setAccessibleName(self.tr("出す先のフォルダー"))
        self.folder.setPlaceholderText(self.tr("例：\\\\server\\share\\活用状況"))
        self.always = QCheckBox(self.tr("これからは自動で出す（起動したときと、4時間ごと）"))
        self.always.setChecked(bool(settings.usage_share))
        self.ask = QCheckBox(self.tr("文書を保存したあとに、助かった時間を聞く"))
        self.ask.setChecked(settings.ask_minutes)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setFixedHeight(PREVIEW_HEIGHT)
        give_role(self.preview, "source")
        self.preview.setAccessibleName(self.tr("出る内容"))
        self.notices = NoticeArea()
        self.send = button(self.tr("この内容を出す"), self._send, "primary")
        self.folder.textChanged.connect(self._allow)
        self._arrange()
        self._allow()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(label(self.tr("活用状況を出す"), "heading"))
        said = self.tr(
            "月ごとの文書の件数と、答えた分数だけを、名前の代わりに無作為の番号を付けて出します。氏名、文書の題名や中身は出しません。ファイルを読めるのは、そのフォルダーを読める人です。まとめた画面では、5人未満のことは分からないようにします。"
        )
        column.addWidget(label(said, "soft", wrap=True))
        column.addWidget(label(self.tr("出す先のフォルダー"), "label"))
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.folder, 1)
        row.addWidget(button(self.tr("選ぶ…"), self._choose, name=self.tr("出す先のフォルダーを選ぶ")))
        column.addLayout(row)
        column.addWidget(label(self.tr("出る内容（このまま、ファイルになります）"), "label"))
        column.addWidget(self.preview)
        column.addWidget(self.always)
        column.addWidget(self.ask)
        column.addWidget(self.notices)
        foot = QHBoxLayout()
        foot.setSpacing(SMALL)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("閉じる"), self.reject))
        foot.addWidget(self.send)
        column.addLayout(foot)

    def show_files(self, files: Sequence[OutgoingFile]) -> None:
        """Show what would be written, the latest month first."""
        self._some = bool(files)
        texts = [f"{file.name}\n{file.text}" for file in reversed(files)]
        self.preview.setPlainText("\n".join(texts) or self.tr("まだ、できあがった文書がありません。"))
        self._allow()

    def show_failure(self, error: BaseException) -> None:
        """Say why it was not handed on."""
        self.notices.show_notice("send", fault_notice(error, self._language))
        self._allow()

    def _allow(self) -> None:
        self.send.setEnabled(self._some and bool(self.folder.text().strip()))

    def _send(self) -> None:
        self.notices.clear("send")
        self.send.setEnabled(False)
        self.send_asked.emit(self.folder.text().strip())

    def done(self, result: int) -> None:
        """Keep the two ticks however the dialog is closed."""
        self.kept.emit(self.folder.text().strip(), self.always.isChecked(), self.ask.isChecked())
        super().done(result)

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("出す先のフォルダー"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)
