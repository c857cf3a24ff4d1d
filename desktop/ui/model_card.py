"""The card that is shown while there is no model: what is missing, and how to add it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.engine.catalog import InstalledModel
from desktop.session.wording import describe
from desktop.ui.parts import button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, give_role
from desktop.ui.workbench import Workbench


class ModelCard(QFrame):
    """Adds a model file: copies it, shows how far, says what is wrong with it."""

    def __init__(self, workbench: Workbench, language: str) -> None:
        """Start hidden; the workbench tells whether there is a model."""
        super().__init__()
        self._workbench = workbench
        self._language = language
        self._percent = -1
        give_role(self, "notice-info")
        self.add = button(self.tr("モデルファイルを追加…"), self.choose, "primary")
        self._title = label(self.tr("文章を書くモデルがまだありません"), "label", wrap=True)
        self._text = label(wrap=True)
        self._fault = label(role="fault", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("モデルファイルをコピーしています"))
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, LARGE)
        column.setSpacing(SMALL)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._bar)
        column.addWidget(self._fault)
        column.addLayout(row)
        self._fault.hide()
        self._rest()
        self.hide()
        workbench.models_came.connect(lambda found: self.setVisible(not found))
        self.setVisible(workbench.model_count == 0)

    def _rest(self) -> None:
        self._text.setText(
            self.tr(
                "下書きには、モデル（拡張子 .gguf のファイル）が要ります。"
                "情報システム担当から受け取ったファイルを選ぶと、この端末の中にコピーします。"
                "入力と保存は、モデルがなくてもできます。"
            )
        )
        self._bar.hide()
        self.add.setEnabled(True)

    @property
    def fault(self) -> str:
        """What is shown to be wrong with the file that was chosen, or nothing."""
        return "" if self._fault.isHidden() else self._fault.text()

    def choose(self) -> None:
        """Let the person choose a model file."""
        dialog = QFileDialog(self, self.tr("モデルファイルを選ぶ"))
        dialog.setNameFilters([self.tr("モデル (*.gguf *.manifest.json)"), self.tr("すべてのファイル (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.add_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_file(self, path: Path) -> None:
        """Add a model file, or one in parts by its manifest."""
        bridge = self._workbench.bridge
        self._percent = -1
        self._fault.hide()
        self.add.setEnabled(False)
        self.show()

        def progress(done: int, total: int) -> None:
            # On the file thread: only whole percents cross over.
            percent = done * 100 // max(1, total)
            if percent != self._percent:
                self._percent = percent
                bridge.call(self, lambda: self._show_percent(percent))

        bridge.then(self._workbench.desk.add_model(path, progress), self, self._added, self._failed)

    def _show_percent(self, percent: int) -> None:
        self._bar.setRange(0, 100)
        self._bar.setValue(percent)
        self._bar.show()
        self._text.setText(self.tr("コピーして確かめています {percent}%").format(percent=percent))

    def _added(self, _model: InstalledModel) -> None:
        self._rest()
        self._workbench.refresh_models()

    def _failed(self, error: BaseException) -> None:
        self._rest()
        words = describe(error, self._language)
        self._fault.setText(f"{words.title}\n{words.action}")
        self._fault.show()
