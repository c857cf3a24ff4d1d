"""One section of the draft on the page: its title, what can be done with it, and the editor of its kind."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.sections import (
    Content,
    ListContent,
    Section,
    SectionKind,
    SectionSpec,
    TableContent,
    TextContent,
    empty,
    plain_text,
)
from desktop.ui.parts import YieldingLabel, button, content_label
from desktop.ui.style import SMALL, TIGHT, give_role
from desktop.ui.table import TableEditor
from desktop.ui.writing import TextEditor


class CardState(Enum):
    """What the model is doing with a section."""

    RESTING = auto()
    WAITING = auto()  # will be written later in this run
    WRITING = auto()
    HELD = auto()  # the person edited it during this run; the model's text does not come in


class SectionCard(QWidget):
    """A section that can be read, edited, written anew, copied, and put back to an earlier version."""

    edited = Signal()
    rewrite_asked = Signal()
    versions_asked = Signal()
    undo_asked = Signal()  # beyond what was typed since the document was opened
    redo_asked = Signal()
    stops_changed = Signal()

    def __init__(self, spec: SectionSpec) -> None:
        """Start empty."""
        super().__init__()
        self.spec = spec
        self._state = CardState.RESTING
        self._text: TextEditor | None = None
        self._table: TableEditor | None = None
        self._remark = YieldingLabel("soft")
        named = self.tr("{section}：{what}")
        self.rewrite = button(
            self.tr("書き直す"),
            self.rewrite_asked.emit,
            "quiet",
            named.format(section=spec.title, what=self.tr("この項目だけを書き直す")),
        )
        self.copy = button(
            self.tr("コピー"), self._copy, "quiet", named.format(section=spec.title, what=self.tr("文章をコピーする"))
        )
        self.earlier = button(
            self.tr("前の版"),
            self.versions_asked.emit,
            "quiet",
            named.format(section=spec.title, what=self.tr("前の版に戻す")),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(self._head())
        column.addWidget(self._editor())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(content_label(self.spec.title, "heading"))
        row.addSpacing(SMALL)
        row.addWidget(self._remark, 1)
        for made in (self.rewrite, self.copy, self.earlier):
            row.addWidget(made)
        return row

    def _editor(self) -> QWidget:
        if self.spec.kind is SectionKind.TABLE:
            self._table = TableEditor(self.spec)
            self._table.edited.connect(self.edited)
            self._table.undo_exhausted.connect(self.undo_asked)
            self._table.redo_exhausted.connect(self.redo_asked)
            self._table.rows_changed.connect(self.stops_changed)
            return self._table
        self._text = TextEditor("writing", bulleted=self.spec.kind is SectionKind.LIST)
        self._text.setAccessibleName(self.spec.title)
        self._text.edited.connect(self.edited)
        self._text.undo_exhausted.connect(self.undo_asked)
        self._text.redo_exhausted.connect(self.redo_asked)
        return self._text

    def content(self) -> Content:
        """Return what stands on the page."""
        if self._table is not None:
            return TableContent(self._table.rows())
        assert self._text is not None
        if self.spec.kind is SectionKind.LIST:
            return ListContent(tuple(line.strip() for line in self._text.text().split("\n") if line.strip()))
        return TextContent(self._text.text())

    def show_content(self, content: Content) -> None:
        """Put content on the page without disturbing the person there; not while they compose text in it."""
        if any(editor.composing for editor in self.editors()):
            return
        if isinstance(content, TableContent) and self._table is not None:
            self._table.show_rows(content.rows)
        elif isinstance(content, ListContent) and self._text is not None:
            self._text.show_text("\n".join(content.items))
        elif isinstance(content, TextContent) and self._text is not None:
            self._text.show_text(content.text)

    def clear(self) -> None:
        """Empty the section."""
        self.show_content(empty(self.spec.kind))

    def show_state(self, state: CardState) -> None:
        """Say beside the title what the model is doing with the section."""
        if state is self._state:
            return
        self._state = state
        words = {
            CardState.RESTING: "",
            CardState.WAITING: self.tr("このあと書きます"),
            CardState.WRITING: self.tr("書いています…"),
            CardState.HELD: self.tr("あなたの編集を残しています"),
        }
        self._remark.setText(words[state])
        give_role(self._remark, "calm" if state in (CardState.WRITING, CardState.HELD) else "soft")

    def editors(self) -> list[TextEditor]:
        """Return the texts a person can type in."""
        if self._table is not None:
            return self._table.cells()
        assert self._text is not None
        return [self._text]

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in the section, in order."""
        inner: list[QWidget] = self._table.stops() if self._table is not None else [*self.editors()]
        return [self.rewrite, self.copy, self.earlier, *inner]

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(plain_text(Section(self.spec, self.content())))
        self._remark.setText(self.tr("コピーしました"))
        give_role(self._remark, "calm")
