"""The question before publishing: where to, which version, by whom, and what changed; faults are told in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QVBoxLayout, QWidget

from desktop.session.template_work import Level, Order
from desktop.ui.frames import foot, stacked
from desktop.ui.ime import LineEdit
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import CONTENT, YieldingLabel, button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, WIDE

LEAST_WIDTH = 560
MAX_VERSION = 20
MAX_AUTHOR = 80
MAX_CHANGE = 400


class PublishBox(QDialog):
    """Asks, and stays open until the template is on the share or the person goes back; what is typed stays."""

    ordered = Signal(object)  # Order
    levels_asked = Signal()

    def __init__(self, parent: QWidget, language: str) -> None:
        """Lay the questions out; `ask` shows them."""
        super().__init__(parent)
        self._language = language
        self._wanted = ""
        self.setWindowTitle(self.tr("共有に出す"))
        self.setMinimumWidth(LEAST_WIDTH)
        self.notices = NoticeArea()
        self.level = QComboBox()
        self.level.setProperty(CONTENT, True)
        self.level.setAccessibleName(self.tr("だれが使うか"))
        self.version = LineEdit()
        self.version.setMaxLength(MAX_VERSION)
        self.version.setProperty(CONTENT, True)
        self.version.setAccessibleName(self.tr("版"))
        self.author = LineEdit()
        self.author.setMaxLength(MAX_AUTHOR)
        self.author.setAccessibleName(self.tr("出す人"))
        self.author.setPlaceholderText(self.tr("例：総務課　田中"))
        self.change = LineEdit()
        self.change.setMaxLength(MAX_CHANGE)
        self.change.setAccessibleName(self.tr("変えたこと"))
        self.change.setPlaceholderText(self.tr("例：宛先の書き方を新しい規程に合わせた"))
        self.state = YieldingLabel("soft")
        self.send = button(self.tr("出す(&P)"), self._order, "primary")
        self.back = button(self.tr("まだ出さない"), self.reject)
        self._arrange()

    def _arrange(self) -> None:
        column = stacked(self)
        column.addWidget(self.notices)
        inner = QVBoxLayout()
        inner.setContentsMargins(WIDE, LARGE, WIDE, LARGE)
        inner.setSpacing(MEDIUM)
        explained = self.tr(
            "出すと、次に共有を写したときから、みんなの画面がこの版になります。前の版は「履歴」に残ります。"
        )
        inner.addWidget(label(explained, wrap=True))
        form = QFormLayout()
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(SMALL)
        for words, widget in (
            (self.tr("だれが使うか"), self.level),
            (self.tr("版"), self.version),
            (self.tr("出す人"), self.author),
            (self.tr("変えたこと"), self.change),
        ):
            form.addRow(label(words, "label"), widget)
        inner.addLayout(form)
        column.addLayout(inner)
        column.addWidget(foot(self.state, self.back, self.send, spacing=MEDIUM))

    def ask(self, folder: str, version: str, author: str) -> None:
        """Show the questions; what a person typed before stays, except for the version, which goes on."""
        self._wanted = folder
        self.version.setText(version)
        if not self.author.text():
            self.author.setText(author)
        self.notices.clear("publish")
        self._wait(self.tr("共有フォルダーを見ています…"), allowed=False)
        self.open()
        self.change.setFocus()
        self.levels_asked.emit()

    def show_levels(self, found: tuple[Level, ...]) -> None:
        """Offer the folders that can be published to."""
        self.level.clear()
        for level in found:
            words = level.folder or self.tr("市の全員")
            if not level.exists:
                words = self.tr("{folder}（まだないので、作ります）").format(folder=level.folder)
            self.level.addItem(words, level.folder)
        folders = [level.folder.casefold() for level in found]
        if self._wanted.casefold() in folders:
            self.level.setCurrentIndex(folders.index(self._wanted.casefold()))
        self._wait("", allowed=bool(found))

    def show_failure(self, error: BaseException, *, of_levels: bool = False) -> None:
        """Say what went wrong; everything typed stays, and nothing on the share has changed."""
        again = Action(self.tr("もう一度"), self.levels_asked.emit, primary=True)
        actions = (again,) if of_levels else ()
        self.notices.show_notice("publish", fault_notice(error, self._language, actions))
        self._wait("", allowed=not of_levels)

    def _order(self) -> None:
        missing = next((line for line in (self.version, self.author, self.change) if not line.text().strip()), None)
        if missing is not None:
            words = self.tr("「{what}」を入れてください").format(what=missing.accessibleName())
            self.notices.show_notice("publish", Notice(Kind.WARN, words))
            missing.setFocus()
            return
        self.notices.clear("publish")
        self._wait(self.tr("共有に書いています…"), allowed=False)
        folder = str(self.level.currentData() or "")
        texts = (line.text().strip() for line in (self.author, self.version, self.change))
        author, version, change = texts
        self.ordered.emit(Order(folder, author, version, change))

    def _wait(self, words: str, *, allowed: bool) -> None:
        self.state.setText(words)
        self.send.setEnabled(allowed)
        self.level.setEnabled(allowed)

    def finish(self) -> None:
        """Close after the template was published; the next note is about another change."""
        self.change.clear()
        self.accept()
