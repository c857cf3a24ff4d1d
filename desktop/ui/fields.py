"""One control for each type of field: a line, several lines, a date, a choice, a list."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.wareki import format_date, parse_date
from desktop.templates.model import FieldType, TemplateField
from desktop.ui.ime import LineEdit
from desktop.ui.parts import content_label
from desktop.ui.style import WIDE

FEWEST_LINES = 3
MOST_LINES = 9


class FieldControl(QWidget):
    """What a person fills in; `edited` comes with every change a person makes, `left` when they move on."""

    edited = Signal()
    left = Signal()

    def __init__(self, inner: QWidget) -> None:
        """Hold the widget that takes the focus."""
        super().__init__()
        self.inner = inner
        self.setFocusProxy(inner)
        inner.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(inner)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Tell when the person leaves the field."""
        if watched is self.inner and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return False

    def value(self) -> str:
        """Return what stands in the field, as typed."""
        raise NotImplementedError

    def set_value(self, value: str) -> None:
        """Put a value into the field without telling of an edit."""
        raise NotImplementedError

    def mark(self, *, faulty: bool) -> None:
        """Show by its frame whether the field has a fault."""
        self.inner.setProperty("fault", faulty)
        self.inner.style().unpolish(self.inner)
        self.inner.style().polish(self.inner)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in this field, in order."""
        return [self.inner]


class LineControl(FieldControl):
    """One line of text."""

    def __init__(self) -> None:
        """Start empty."""
        self._line = LineEdit()
        super().__init__(self._line)
        self._line.textEdited.connect(self.edited)

    def value(self) -> str:
        """Return the line."""
        return self._line.text()

    def set_value(self, value: str) -> None:
        """Replace the line."""
        self._line.setText(value)


class DateControl(FieldControl):
    """A date as typed, with the date that was understood beside it."""

    def __init__(self, *, explained: bool) -> None:
        """Start empty; without an explanation of the template's own, an example is shown."""
        self._line = LineEdit()
        super().__init__(self._line)
        if not explained:
            example = QCoreApplication.translate("DateControl", "例：令和8年11月24日、R8.11.24、2026/11/24")
            self._line.setPlaceholderText(example)
        self._understood = content_label(role="calm")
        self._understood.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setSpacing(2)
        layout.addWidget(self._understood)
        self._line.textChanged.connect(self._check)
        self._line.textEdited.connect(self.edited)

    def value(self) -> str:
        """Return the date as typed."""
        return self._line.text()

    def set_value(self, value: str) -> None:
        """Replace what is typed."""
        self._line.setText(value)

    def _check(self, typed: str) -> None:
        try:
            date = parse_date(typed)
        except ValueError:
            self._understood.hide()
            return
        self._understood.setText(_in_full(date))
        self._understood.show()


def _in_full(date: dt.date) -> str:
    """Return the date as it will be printed, with its weekday to compare with a calendar."""
    return f"{format_date(date)}（{'月火水木金土日'[date.weekday()]}）"


class LinesControl(FieldControl):
    """Several lines of text, growing with what is typed up to a limit."""

    def __init__(self, *, one_item_a_line: bool) -> None:
        """Start empty."""
        self._text = QPlainTextEdit()
        super().__init__(self._text)
        self._text.setTabChangesFocus(True)
        if one_item_a_line:
            self._text.setPlaceholderText(QCoreApplication.translate("LinesControl", "1行に1つずつ入力"))
        self._setting = False
        self._text.textChanged.connect(self._changed)
        self._fit()

    def value(self) -> str:
        """Return the text."""
        return self._text.toPlainText()

    def set_value(self, value: str) -> None:
        """Replace the text."""
        self._setting = True
        self._text.setPlainText(value)
        self._setting = False

    def _changed(self) -> None:
        self._fit()
        if not self._setting:
            self.edited.emit()

    def _fit(self) -> None:
        lines = max(FEWEST_LINES, min(MOST_LINES, int(self._text.document().size().height())))
        self._text.setFixedHeight(lines * QFontMetrics(self._text.font()).lineSpacing() + WIDE)


class _Choice(QComboBox):
    """A choice that the mouse wheel does not change: the wheel is for scrolling the form."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


class ChoiceControl(FieldControl):
    """One of a few values, or none yet."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        """Offer the choices after an empty one."""
        self._box = _Choice()
        super().__init__(self._box)
        self._box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._box.setProperty("content", True)
        self._box.addItem(QCoreApplication.translate("ChoiceControl", "（選んでください）"), "")
        for choice in choices:
            self._box.addItem(choice, choice)
        self._box.activated.connect(lambda _index: self.edited.emit())

    def value(self) -> str:
        """Return the choice, or nothing."""
        return str(self._box.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose a value; one that is not offered (an older document's) is kept and shown as well."""
        index = self._box.findData(value)
        if index < 0:
            self._box.addItem(value, value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)


def control_for(field: TemplateField) -> FieldControl:
    """Return the control for a field that is not a document."""
    if field.type is FieldType.DATE:
        return DateControl(explained=bool(field.help))
    if field.type is FieldType.CHOICE:
        return ChoiceControl(field.choices)
    if field.type in (FieldType.LONGTEXT, FieldType.LIST):
        return LinesControl(one_item_a_line=field.type is FieldType.LIST)
    return LineControl()
