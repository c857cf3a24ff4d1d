"""The field for a source document: pasted text, or a file that is opened or dropped, with its name and length."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QTextCursor
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.documents.base import SourceText
from desktop.ui.fields import FieldControl
from desktop.ui.parts import CONTENT, YieldingLabel, button, label
from desktop.ui.style import MEDIUM, SMALL, TIGHT

LEAST_HEIGHT = 190
CHARSETS = (("UTF-8", "utf-8"), ("Shift_JIS (CP932)", "cp932"), ("EUC-JP", "euc_jp"), ("ISO-2022-JP", "iso2022_jp"))


def dropped_files(mime: QMimeData) -> list[Path]:
    """Return the local files that are being dragged."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class SourceEdit(QPlainTextEdit):
    """A text area that files can be dropped on."""

    files_dropped = Signal(list)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files, and text as ever."""
        if dropped_files(event.mimeData()):
            self._mark_drop(over=True)
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Go on welcoming files."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the frame of the drop back."""
        self._mark_drop(over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand dropped files on; dropped text is text."""
        self._mark_drop(over=False)
        files = dropped_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)
        else:
            super().dropEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files can be pasted too, as from the file manager."""
        return bool(dropped_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Read pasted files; other content is pasted as text."""
        files = dropped_files(source)
        if files:
            self.files_dropped.emit(files)
        else:
            super().insertFromMimeData(source)

    def _mark_drop(self, *, over: bool) -> None:
        self.setProperty("drop", over)
        self.style().unpolish(self)
        self.style().polish(self)


class DocumentControl(FieldControl):
    """A source document. Reading files is left to whoever hears `file_asked` (path, charset or an empty string)."""

    file_asked = Signal(Path, str)
    too_many = Signal()

    def __init__(self) -> None:
        """Start empty."""
        self._text = SourceEdit()
        super().__init__(self._text)
        self._path: Path | None = None
        self._name = ""
        self._setting = False
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(LEAST_HEIGHT)
        self._text.setPlaceholderText(
            self.tr("ここに文章を貼り付けるか、\nWord（.docx）かテキスト（.txt）のファイルを置いてください。")
        )
        self._text.textChanged.connect(self._changed)
        self._text.files_dropped.connect(self.take_files)
        self._open = button(self.tr("ファイルを開く(&O)…"), self.choose_file, name=self.tr("ファイルを開いて読み込む"))
        self._charset = QPushButton(self.tr("文字コード"))
        self._back = button(self.tr("元の文章に戻す"), self._undo, "quiet")
        self._file = YieldingLabel("label")
        self._file.setProperty(CONTENT, True)
        self._count = label(role="soft")
        self._lay_out()
        self._show_count()

    def _lay_out(self) -> None:
        self._charset.setProperty("role", "quiet")
        self._charset.setAccessibleName(self.tr("文字コードを選んで読み直す"))
        menu = QMenu(self._charset)
        for shown, name in CHARSETS:
            menu.addAction(shown, lambda chosen=name: self._reread(chosen))
        self._charset.setMenu(menu)
        self._charset.hide()
        self._back.hide()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.setSpacing(TIGHT)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(MEDIUM)
        foot.setSpacing(SMALL)
        head.addWidget(self._open)
        head.addWidget(self._file, 1)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self._back)
        foot.addWidget(self._charset)
        column.insertLayout(0, head)
        column.addLayout(foot)

    def value(self) -> str:
        """Return the whole text."""
        return self._text.toPlainText()

    def set_value(self, value: str) -> None:
        """Replace the text, as when a document is opened."""
        self._setting = True
        self._text.setPlainText(value)
        self._setting = False

    @property
    def file_name(self) -> str:
        """The file the text came from, or nothing when it was typed or pasted."""
        return self._name

    def set_file_name(self, name: str) -> None:
        """Show where the text came from."""
        self._name = name
        self._file.setText(name)
        self._file.setToolTip(name)

    def choose_file(self) -> None:
        """Let the person choose a file."""
        dialog = QFileDialog(self, self.tr("読み込むファイルを選ぶ"))
        dialog.setNameFilters([self.tr("文書 (*.docx *.txt *.md *.csv *.vtt)"), self.tr("すべてのファイル (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.ask_for(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_for(self, path: Path, charset: str = "") -> None:
        """Ask for a file to be read."""
        self._path = path
        self._count.setText(self.tr("読み込んでいます…"))
        self.file_asked.emit(path, charset)

    def show_source(self, source: SourceText) -> None:
        """Put the text of a file in place of what stands here; the change can be undone, so nothing is lost."""
        had_text = bool(self._text.toPlainText().strip())
        cursor = QTextCursor(self._text.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(source.text)
        cursor.endEditBlock()
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self.set_file_name(source.name)
        self._back.setVisible(had_text)
        self._charset.setVisible(bool(source.charset))
        self._charset.setText(self.tr("文字コード：{charset}").format(charset=source.charset))
        self._show_count()
        self.edited.emit()

    def show_failure(self, *, of_charset: bool) -> None:
        """Go back to what stood here after a file could not be read."""
        self._charset.setVisible(of_charset or not self._charset.isHidden())
        self._show_count()

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in this field, in order."""
        return [self._open, self._text, self._back, self._charset]

    def take_files(self, files: list[Path]) -> None:
        """Ask for the file that was dropped; several at once are refused, because their order is a person's choice."""
        if len(files) == 1:
            self.ask_for(files[0])
        else:
            self.too_many.emit()

    def _reread(self, charset: str) -> None:
        if self._path is not None:
            self.ask_for(self._path, charset)

    def _undo(self) -> None:
        self._text.undo()
        self.set_file_name("")
        self._back.hide()
        self._charset.hide()

    def _changed(self) -> None:
        self._show_count()
        if not self._setting:
            self.edited.emit()

    def _show_count(self) -> None:
        # characterCount counts UTF-16 units and the final paragraph mark; rare signs make it a little too high.
        count = self._text.document().characterCount() - 1
        self._count.setText(self.tr("{count:,}文字").format(count=count))
