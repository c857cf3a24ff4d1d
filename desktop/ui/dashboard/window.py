"""The page 活用状況: a department's figures by fiscal year and section, as plots and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import AssistantError
from desktop.core.file_names import safe_file_name
from desktop.learning.usage import View, YearUse
from desktop.session.usage_desk import UsageRead
from desktop.session.wording import describe
from desktop.ui.dashboard import words
from desktop.ui.dashboard.keeping import save_picture, save_table
from desktop.ui.dashboard.page import Figures, Sheet
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, content_label, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, WIDE, give_role

SIZE = (1120, 800)
SHEET = QSize(640, 600)


class UsageWindow(QDialog):
    """Shows what `show_read` is given; `folder_chosen` asks for another folder."""

    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None, language: str, names: Mapping[str, str]) -> None:
        """Start before anything was read; `names` are templates' names in the window's language, where they differ."""
        super().__init__(parent)
        self._language = language
        self._names = names
        self._years: tuple[YearUse, ...] = ()
        self.sheet: Sheet | None = None
        self.setWindowTitle(self.tr("活用状況"))
        self.period, self.section = QComboBox(), QComboBox()
        self.period.setAccessibleName(self.tr("年度"))
        self.section.setAccessibleName(self.tr("課"))
        self.period.currentIndexChanged.connect(self._year_chosen)
        self.section.currentIndexChanged.connect(self._show)
        self.notices = NoticeArea()
        self.none = label("", wrap=True)
        self._empty = QWidget()
        self.tabs = QTabWidget()
        self.figures = Figures()
        self.area = QScrollArea()
        self.state = content_label(role="soft", wrap=True)
        self.choose = button(self.tr("フォルダーを選ぶ…"), self._choose)
        self.png = button(self.tr("図を保存（PNG）…"), lambda: self._ask_where("png"))
        self.csv = button(self.tr("表を保存（CSV）…"), lambda: self._ask_where("csv"))
        self._arrange()
        self._show()

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        head = QHBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        head.setSpacing(SMALL)
        head.addWidget(label(self.tr("活用状況"), "title"))
        head.addStretch(1)
        for name, box in ((self.tr("年度"), self.period), (self.tr("課"), self.section)):
            head.addWidget(label(name, "label"))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMinimumWidth(WIDE * 6)
            head.addWidget(box)
        column.addLayout(head)
        told = QVBoxLayout()
        told.setContentsMargins(WIDE, 0, WIDE, MEDIUM)
        told.addWidget(self.state)
        column.addLayout(told)
        column.addWidget(self.notices)
        give_role(self.area, "desk")
        self.area.setWidgetResizable(True)
        self.tabs.addTab(self.area, self.tr("図"))
        self.tabs.addTab(self._table(), self.tr("表"))
        empty = QVBoxLayout(self._empty)
        empty.setContentsMargins(WIDE, SMALL, WIDE, LARGE)
        empty.addWidget(self.none)
        empty.addStretch(1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.tabs, 1)
        close = button(self.tr("閉じる"), self.close)
        column.addWidget(foot(self.choose, None, self.png, self.csv, close))

    def _table(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, SMALL)
        column.setSpacing(SMALL)
        column.addWidget(self.figures, 1)
        note = QHBoxLayout()
        note.setContentsMargins(WIDE, 0, WIDE, 0)
        note.addWidget(label(words.kindness(), "soft", wrap=True))
        column.addLayout(note)
        return page

    # -- what is shown ---------------------------------------------------------------------------------------------

    def wait_for(self, folder: str) -> None:
        """Say that a folder is being read."""
        self.notices.clear("read")
        self.state.setText(self.tr("「{folder}」を読んでいます…").format(folder=folder))

    def show_read(self, read: UsageRead, folder: str) -> None:
        """Show what was read of a folder."""
        self._years = read.dashboard.years
        count = self.tr("「{folder}」の{count}件のファイルをまとめました。").format(
            folder=folder, count=f"{read.files:,}"
        )
        self.state.setText(count)
        self._tell_skipped(read)
        self.period.blockSignals(True)
        self.period.clear()
        self.period.addItems([words.year(one, self._language) for one in self._years])
        self.period.blockSignals(False)
        self._year_chosen()

    def show_failure(self, error: BaseException) -> None:
        """Say that the folder could not be read; what was shown before stays."""
        self.state.setText("")
        self.notices.show_notice("read", fault_notice(error, self._language))

    def _tell_skipped(self, read: UsageRead) -> None:
        if not read.skipped:
            self.notices.clear("skipped")
            return
        title = self.tr("使わなかったファイルが{count}件あります").format(count=len(read.skipped))
        detail = "\n".join(describe(fault, self._language).title for fault in read.skipped)
        self.notices.show_notice("skipped", Notice(Kind.WARN, title, self.tr("ほかのファイルはまとめました。"), detail))

    @property
    def year(self) -> YearUse | None:
        """The year that is chosen."""
        place = self.period.currentIndex()
        return self._years[place] if 0 <= place < len(self._years) else None

    @property
    def view(self) -> View | None:
        """What is shown of it."""
        year = self.year
        return year.views[max(0, self.section.currentIndex())] if year is not None and year.views else None

    def _year_chosen(self) -> None:
        year, before = self.year, self.section.currentText()
        self.section.blockSignals(True)
        self.section.clear()
        if year is not None and year.views:
            self.section.addItems([self.tr("全体"), *(words.section(name) for name in year.sections)])
            self.section.setCurrentIndex(max(0, self.section.findText(before)))
        self.section.blockSignals(False)
        self._show()

    def title(self) -> str:
        """Return what the sheet is about."""
        year = self.year
        return "" if year is None else f"{words.year(year, self._language)}　{self.section.currentText()}"

    def _show(self) -> None:
        view = self.view
        self.none.setText(self._nothing())
        self._empty.setVisible(view is None)
        self.tabs.setVisible(view is not None)
        for one in (self.png, self.csv):
            one.setEnabled(view is not None)
        for box in (self.period, self.section):
            box.setEnabled(box.count() > 0)
        if view is None:
            return
        self.sheet = Sheet(view, self.title(), self._names, self._language)
        self.sheet.setMinimumSize(SHEET)
        self.area.setWidget(self.sheet)
        self.figures.show_lines(words.table(view, self._names, self._language))

    def _nothing(self) -> str:
        if self.year is not None:
            return self.tr(
                "この年度に使った人は、まだ5人未満です。だれのことか分からないように、5人以上になってから表示します。"
            )
        return self.tr(
            "ここには、課や部で集めた活用状況（件数だけ。文書の中身は含みません）が、月が終わるごとに並びます。まだ集まっていないときは、一人ひとりの「表示」の「活用状況を出す…」から始まります。"
        )

    # -- folders and files -----------------------------------------------------------------------------------------

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("活用状況の集まったフォルダー"))
        if chosen:
            self.folder_chosen.emit(chosen)

    def _ask_where(self, suffix: str) -> None:
        kinds = {"png": self.tr("図 (*.png)"), "csv": self.tr("表 (*.csv)")}
        dialog = QFileDialog(self, self.tr("名前を付けて保存"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds[suffix])
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{safe_file_name(f'{self.windowTitle()}　{self.title()}')}.{suffix}")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path) -> None:
        """Write what is shown, as a picture or as a table, by the suffix; a file of that name is replaced."""
        view, sheet = self.view, self.sheet
        if view is None or sheet is None:
            return
        try:
            if path.suffix.lower() == ".png":
                save_picture(sheet, path)
            else:
                title = (self.windowTitle(), self.title())
                save_table(title, words.table(view, self._names, self._language), path)
        except AssistantError as fault:
            self.notices.show_notice("save", fault_notice(fault, self._language))
        else:
            self.notices.show_notice("save", Notice(Kind.DONE, self.tr("保存しました"), str(path)))
