"""The form view: the keys of a template that people change most, each of which changes nothing but itself."""

from __future__ import annotations

import tomllib

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from desktop.templates.editing import Value, found_at
from desktop.templates.lines import KeyPath
from desktop.ui.fields import FieldControl, LineControl, LinesControl
from desktop.ui.parts import CONTENT, label, rule
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, WIDE, give_role
from desktop.ui.template_editor.form_rows import Group, Row, Shape, groups

# Typing goes into the text after so short a pause that nobody sees it, and not with every key.
APPLY_AFTER_MS = 150


class FlagControl(FieldControl):
    """Yes or no."""

    def __init__(self, words: str) -> None:
        """Start unticked."""
        self._box = QCheckBox(words)
        super().__init__(self._box)
        self._box.clicked.connect(lambda _checked: self.edited.emit())

    def value(self) -> str:
        """Return `true` or nothing."""
        return "true" if self._box.isChecked() else ""

    def set_value(self, value: str) -> None:
        """Tick the box for `true`."""
        self._box.setChecked(value == "true")


def shown(row: Row, value: object) -> str:
    """Return a value of the text as its control shows it; what has another type than it should is not shown."""
    if row.shape is Shape.ITEMS:
        return "\n".join(str(item) for item in value) if isinstance(value, list) else ""
    if row.shape is Shape.FLAG:
        return "true" if value is True else ""
    if row.shape is Shape.NUMBER:
        return str(value) if isinstance(value, int) else ""
    return value if isinstance(value, str) else ""


def typed(row: Row, text: str) -> Value | None:
    """Return what a control holds as a value for the text; `None` while it is no number yet."""
    if row.shape is Shape.ITEMS:
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    if row.shape is Shape.FLAG:
        return bool(text)
    if row.shape is Shape.NUMBER:
        return int(text) if text.strip().isdecimal() else None
    return text


class FoldedGroup(QWidget):
    """A group's title, and below it the rows, or nothing until it is opened."""

    def __init__(self, group: Group) -> None:
        """Lay out the rows."""
        super().__init__()
        self.controls: dict[KeyPath, FieldControl] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        self._body = QWidget()
        self._opener: QToolButton | None = None
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(MEDIUM if group.folded else 0, 0, 0, SMALL)
        rows.setSpacing(MEDIUM)
        column.addLayout(self._head(group))
        column.addWidget(self._body)
        for row in group.rows:
            rows.addWidget(self._row(group, row))

    def _head(self, group: Group) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        if group.folded:
            opener = QToolButton()
            give_role(opener, "fold")
            opener.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            opener.setArrowType(Qt.ArrowType.RightArrow)
            opener.setText(group.title)
            opener.setProperty(CONTENT, group.own_words)
            opener.setCheckable(True)
            opener.toggled.connect(self._open)
            self._opener = opener
            self._body.hide()
            line.addWidget(opener)
        else:
            line.addWidget(label(group.title, "heading"))
        if group.remark:
            line.addWidget(label(group.remark, "soft"))
        line.addStretch(1)
        return line

    def show_title(self, title: str) -> None:
        """Follow the template's own words."""
        if self._opener is not None:
            self._opener.setText(title)

    def _open(self, opened: bool) -> None:  # noqa: FBT001 -- the signature of the signal
        assert self._opener is not None
        self._opener.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._body.setVisible(opened)

    def reveal(self) -> None:
        """Open the group."""
        if self._opener is not None:
            self._opener.setChecked(True)

    def _row(self, group: Group, row: Row) -> QWidget:
        control = self._control(row)
        self.controls[row.path] = control
        name = f"{group.title}：{row.label}" if group.own_words else row.label
        control.inner.setAccessibleName(name)
        if group.own_words:
            # The name holds the template's own words.
            control.inner.setProperty(CONTENT, True)
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        if row.shape is not Shape.FLAG:
            title = label(row.label, "label")
            title.setBuddy(control.inner)
            column.addWidget(title)
        column.addWidget(control)
        if row.help:
            control.inner.setAccessibleDescription(row.help)
            column.addWidget(label(row.help, "soft", wrap=True))
        return frame

    def _control(self, row: Row) -> FieldControl:
        if row.shape is Shape.FLAG:
            return FlagControl(row.label)
        return LineControl() if row.shape in (Shape.LINE, Shape.NUMBER) else LinesControl(one_item_a_line=False)


class FormTab(QScrollArea):
    """All groups below each other; `changed` tells one key and its new value."""

    changed = Signal(object, object)  # KeyPath, Value

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        give_role(self, "panel")
        self.controls: dict[KeyPath, FieldControl] = {}
        self._rows: dict[KeyPath, Row] = {}
        self._groups: tuple[Group, ...] = ()
        self._folds: dict[KeyPath, FoldedGroup] = {}
        self._made: list[FoldedGroup] = []
        self._waiting: dict[KeyPath, None] = {}
        self._apply = QTimer(self, singleShot=True, interval=APPLY_AFTER_MS)
        self._apply.timeout.connect(self.flush)

    def show_text(self, text: str) -> bool:
        """Show a text's values; tells whether it could be read."""
        try:
            data = tomllib.loads(text)
        except (ValueError, RecursionError):
            return False
        found = groups(data)
        # A title follows what is typed; building anew would take the caret away.
        if [group.rows for group in found] != [group.rows for group in self._groups]:
            self._build(found)
        self._groups = found
        for fold, group in zip(self._made, found, strict=True):
            fold.show_title(group.title)
        for path, control in self.controls.items():
            value = shown(self._rows[path], found_at(data, path))
            # What is being typed is ahead of the text, and a number or list may be written otherwise than it is meant.
            if path not in self._waiting and typed(self._rows[path], control.value()) != typed(self._rows[path], value):
                control.set_value(value)
        return True

    def _build(self, found: tuple[Group, ...]) -> None:
        self.controls, self._rows, self._folds, self._made = {}, {}, {}, []
        page = QWidget()
        give_role(page, "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE, LARGE, WIDE, WIDE)
        column.setSpacing(MEDIUM)
        folds = QVBoxLayout()
        part = ""
        for group in found:
            if group.part != part or not group.folded:
                if self._made:
                    column.addWidget(rule())
                part = group.part
                if group.folded:
                    column.addWidget(label(part, "heading"))
                folds = QVBoxLayout()
                folds.setSpacing(0)
                column.addLayout(folds)
            folds.addWidget(self._group(group))
        hint = self.tr("欄や項目を増やす、減らす、並べ替えるときは、「文字で編集」を使います。")
        column.addWidget(label(hint, "soft", wrap=True))
        column.addStretch(1)
        self.setWidget(page)

    def _group(self, group: Group) -> FoldedGroup:
        made = FoldedGroup(group)
        self._made.append(made)
        for row in group.rows:
            control = made.controls[row.path]
            self.controls[row.path] = control
            self._rows[row.path] = row
            self._folds[row.path] = made
            control.edited.connect(lambda path=row.path: self._edited(path))
            control.left.connect(self.flush)
        return made

    def _edited(self, path: KeyPath) -> None:
        self._waiting[path] = None
        self._apply.start()

    def flush(self) -> None:
        """Hand on what was typed and is still waiting."""
        self._apply.stop()
        waiting, self._waiting = list(self._waiting), {}
        for path in waiting:
            value = typed(self._rows[path], self.controls[path].value())
            if value is not None:
                self.changed.emit(path, value)

    def reveal(self, path: KeyPath) -> None:
        """Bring a key into view."""
        self._folds[path].reveal()
        self.controls[path].inner.setFocus(Qt.FocusReason.OtherFocusReason)
        # The opened group takes its room one turn of the event loop later.
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.controls[path], 0, LARGE))
