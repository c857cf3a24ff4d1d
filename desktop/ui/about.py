"""The box that says which version runs, with which models, from which folders, and that nothing leaves the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from desktop import __version__
from desktop.engine.catalog import InstalledModel
from desktop.settings.folders import Folders
from desktop.ui.parts import content_label, label
from desktop.ui.style import MEDIUM, SMALL, WIDE

GIB = 1024**3
LEAST_WIDTH = 560


class AboutBox(QDialog):
    """Everything a systems section asks for on the telephone, ready to be copied."""

    def __init__(self, parent: QWidget, folders: Folders, models: Sequence[InstalledModel]) -> None:
        """Lay out the facts."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("バージョン情報"))
        self.setMinimumWidth(LEAST_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, MEDIUM)
        column.setSpacing(MEDIUM)
        column.addWidget(label(self.tr("文机"), "title"))
        column.addWidget(label(self.tr("通信を行いません。入力も下書きも、この端末の外へは出ません。"), wrap=True))
        facts = QFormLayout()
        facts.setHorizontalSpacing(WIDE)
        facts.setVerticalSpacing(SMALL)
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        names = "\n".join(f"{model.name} ({model.size / GIB:.1f} GB)" for model in models)
        for name, value in (
            (self.tr("版"), __version__),
            (self.tr("モデル"), names or self.tr("まだありません")),
            (self.tr("履歴"), str(folders.history_file)),
            (self.tr("設定"), str(folders.settings_file)),
            (self.tr("モデルの置き場所"), str(folders.own_models)),
        ):
            shown = content_label(value, wrap=True)
            shown.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            shown.setAccessibleName(name)
            facts.addRow(label(name, "soft"), shown)
        column.addLayout(facts)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
