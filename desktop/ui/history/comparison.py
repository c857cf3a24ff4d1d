"""Two versions of a section or a document with their differences marked, and the way back to either of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from desktop.core.differences import Change, changed_places, compare
from desktop.ui.frames import foot, stacked
from desktop.ui.history.comparison_text import ComparisonText, follow_each_other, legend
from desktop.ui.history.editions import Edition, edition_name
from desktop.ui.parts import button, content_label, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, WIDE

SIZE = (860, 620)


class Side(QWidget):
    """The choice of one of the two versions."""

    restore_asked = Signal()

    def __init__(self, title: str, editions: Sequence[Edition], language: str) -> None:
        """List the versions, newest first."""
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(title)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(16)
        for place, edition in enumerate(editions):
            self.choice.addItem(edition_name(edition, language, latest=place == 0))
        name = self.tr("{side}：この版に戻す").format(side=title)
        self.restore = button(self.tr("この版に戻す"), self.restore_asked.emit, "quiet", name)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(label(title, "label"))
        row.addStretch(1)
        row.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(row)
        column.addWidget(self.choice)


class ComparisonDialog(QDialog):
    """Compares; `restore_asked` gives the edition that is to stand on the page again."""

    restore_asked = Signal(object)  # Edition

    def __init__(self, parent: QWidget | None, title: str, editions: Sequence[Edition], language: str) -> None:
        """Show what changed between the version before and the one of now; `editions` are newest first, at least 2."""
        super().__init__(parent)
        self._editions = editions
        self.setWindowTitle(self.tr("版をくらべる"))
        self.resize(*SIZE)
        self.before = Side(self.tr("前の版"), editions, language)
        self.after = Side(self.tr("後の版"), editions, language)
        self.summary = label(role="label")
        self.together = QRadioButton(self.tr("一つの文章で見る"))
        self.apart = QRadioButton(self.tr("左右に並べて見る"))
        self.merged = ComparisonText(self.tr("違いに印を付けた文章"))
        self.old = ComparisonText(self.tr("前の版の文章"))
        self.new = ComparisonText(self.tr("後の版の文章"))
        follow_each_other(self.old, self.new)
        self.together.setChecked(True)
        self._arrange(title)
        self.before.choice.setCurrentIndex(1)
        for side in (self.before, self.after):
            side.choice.currentIndexChanged.connect(self._show)
        self.before.restore_asked.connect(lambda: self._restore(self.before))
        self.after.restore_asked.connect(lambda: self._restore(self.after))
        self.together.toggled.connect(self._show_way)
        self._show_way()
        self._show()

    def _arrange(self, title: str) -> None:
        column = stacked(self)
        head = QVBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        head.setSpacing(MEDIUM)
        head.addWidget(content_label(title, "title", wrap=True))
        sides = QHBoxLayout()
        sides.setSpacing(WIDE)
        sides.addWidget(self.before, 1)
        sides.addWidget(self.after, 1)
        head.addLayout(sides)
        told = QHBoxLayout()
        told.setSpacing(LARGE)
        told.addWidget(self.summary, 1)
        told.addWidget(legend(Change.REMOVED, self.tr("消えた文字")))
        told.addWidget(legend(Change.ADDED, self.tr("加わった文字")))
        head.addLayout(told)
        column.addLayout(head)
        texts = QHBoxLayout()
        texts.setContentsMargins(WIDE, 0, WIDE, MEDIUM)
        texts.setSpacing(MEDIUM)
        for text in (self.merged, self.old, self.new):
            texts.addWidget(text, 1)
        column.addLayout(texts, 1)
        close = button(self.tr("閉じる"), self.reject)
        column.addWidget(foot(self.together, self.apart, None, close, spacing=LARGE))

    def _chosen(self, side: Side) -> Edition:
        return self._editions[max(0, side.choice.currentIndex())]

    def _show_way(self) -> None:
        together = self.together.isChecked()
        self.merged.setVisible(together)
        self.old.setVisible(not together)
        self.new.setVisible(not together)

    def _show(self) -> None:
        pieces = compare(self._chosen(self.before).text, self._chosen(self.after).text)
        count = changed_places(pieces)
        words = self.tr("違いは{count}か所です。") if count > 1 else self.tr("違いは1か所です。")
        self.summary.setText(words.format(count=count) if count else self.tr("違いはありません。"))
        self.merged.show_pieces(pieces)
        self.old.show_pieces(piece for piece in pieces if piece.change is not Change.ADDED)
        self.new.show_pieces(piece for piece in pieces if piece.change is not Change.REMOVED)
        for side in (self.before, self.after):
            # The version that stands on the page is the first one: there is nothing to go back to.
            side.restore.setEnabled(side.choice.currentIndex() > 0)

    def _restore(self, side: Side) -> None:
        self.restore_asked.emit(self._chosen(side))
        self.accept()

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        sides = [part for side in (self.before, self.after) for part in (side.choice, side.restore)]
        return [*sides, self.merged, self.old, self.new, self.together, self.apart]

    def open(self) -> None:
        """Show the dialog with the keyboard on the choice of the earlier version."""
        super().open()
        self.before.choice.setFocus(Qt.FocusReason.OtherFocusReason)
