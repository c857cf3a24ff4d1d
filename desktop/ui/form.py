"""The form: a template's fields from top to bottom, faults at their field, and the button that starts the draft."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.base import SourceText
from desktop.session.wording import describe
from desktop.store.records import Inputs
from desktop.templates.model import FieldType, Template, TemplateField
from desktop.templates.render import validate_inputs
from desktop.ui.dates import expected
from desktop.ui.document_field import DocumentControl, dropped_files
from desktop.ui.fields import FieldControl, control_for
from desktop.ui.form_head import FormHead
from desktop.ui.frames import foot, stacked
from desktop.ui.ime import is_composing
from desktop.ui.parts import YieldingLabel, button, content_label, in_language, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, WIDE, give_role

KEYS = "Ctrl + Enter"


class FieldRow(QWidget):
    """A field with its label above, its help below, and its fault in place."""

    earlier_asked = Signal()

    def __init__(self, field: TemplateField, language: str) -> None:
        """Lay out the control for the field's type."""
        super().__init__()
        self.field = field
        self.title = in_language(language, field.label, field.label_en)
        is_document = field.type is FieldType.DOCUMENT
        self.control: FieldControl = DocumentControl() if is_document else control_for(field)
        self.control.inner.setAccessibleName(self.title)
        self._language = language
        self._fault = label(role="fault", wrap=True)
        self._fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(self._head())
        column.addWidget(self.control, 1)
        column.addWidget(self._fault)
        help_text = in_language(language, field.help, field.help_en)
        if help_text:
            self.control.inner.setAccessibleDescription(help_text)
            column.addWidget(content_label(help_text, "soft", wrap=True))

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        title = content_label(self.title, "label")
        title.setBuddy(self.control.inner)
        row.addWidget(title)
        if self.field.required:
            row.addWidget(label(self.tr("必須"), "needed"))
        row.addStretch(1)
        named = self.tr("{field}：前の内容を選ぶ").format(field=self.title)
        self.earlier = button(self.tr("前の内容"), self.earlier_asked.emit, "quiet", named)
        self.earlier.hide()
        row.addWidget(self.earlier)
        return row

    def offer_earlier(self, *, offered: bool) -> None:
        """Offer what stood in the field before."""
        self.earlier.setVisible(offered)

    def put(self, value: str, file_name: str) -> None:
        """Put a value into the field as if the person had typed it."""
        self.control.set_value(value)
        if isinstance(self.control, DocumentControl):
            self.control.set_file_name(file_name)
        self.control.edited.emit()

    def show_fault(self, error: UserFault) -> None:
        """Show what is wrong with the field, at the field."""
        words = describe(type(error)(error.code, **{**error.fields, "label": self.title}), self._language)
        self.show_words(f"{words.title}\n{words.action}")

    def show_words(self, words: str) -> None:
        """Show these words as the field's fault."""
        self._fault.setText(words)
        self._fault.show()
        self.control.inner.setAccessibleDescription(words)
        self.control.mark(faulty=True)

    def clear_fault(self) -> None:
        """Take the fault away."""
        if not self._fault.isHidden():
            self._fault.hide()
            self.control.mark(faulty=False)

    @property
    def fault(self) -> str:
        """The fault that is shown, or nothing."""
        return "" if self._fault.isHidden() else self._fault.text()

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in this row, in order."""
        return [*self.control.stops(), self.earlier]

    def check(self, template: Template) -> UserFault | None:
        """Check the value by the template's own rules."""
        # The rules take a whole template; the same with this field alone gives this field's fault.
        alone = dataclasses.replace(template, fields=(self.field,))
        try:
            validate_inputs(alone, {self.field.key: self.control.value()})
        except UserFault as fault:
            return fault
        return None


class FormPanel(QWidget):
    """The form of one template. Hears files asked for and the wish to draft; knows nothing of documents or models."""

    edited = Signal()
    draft_asked = Signal()
    favoured = Signal(bool)
    again_asked = Signal()
    earlier_asked = Signal(str)  # field key
    file_asked = Signal(str, Path, str)  # field key, path, charset or an empty string

    def __init__(self, language: str) -> None:
        """Start without a template."""
        super().__init__()
        self._language = language
        self._template: Template | None = None
        self.rows: dict[str, FieldRow] = {}
        self.head: FormHead | None = None
        give_role(self, "panel")
        self.setAcceptDrops(True)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        give_role(self._scroll, "panel")
        self.draft_button = button(self.tr("下書きを作る(&D)"), self.ask_draft, "primary")
        self.draft_button.setToolTip(self.tr("入力した内容から下書きを作ります（Ctrl+Enter）"))
        column = stacked(self)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._footer())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.ask_draft)

    def _footer(self) -> QWidget:
        self.hint = YieldingLabel("soft")
        self.show_expected(None)
        return foot(self.draft_button, self.hint, spacing=MEDIUM)

    def show_expected(self, seconds: float | None) -> None:
        """Say beside the button how long a draft would take, where that is known, else which keys begin it."""
        self.hint.setText(KEYS if seconds is None else expected(seconds))

    def show_template(self, template: Template, inputs: Inputs) -> None:
        """Build the form of a template and fill it."""
        self._template = template
        page = QWidget()
        give_role(page, "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE, LARGE, WIDE, WIDE)
        column.setSpacing(LARGE)
        self.head = FormHead(template, self._language)
        self.head.favoured.connect(self.favoured)
        self.head.again_asked.connect(self.again_asked)
        column.addWidget(self.head)
        self.rows = {}
        # The source comes first: it is what most people arrive with, and the place to drop a file must be in sight.
        for field in sorted(template.fields, key=lambda field: field.type is not FieldType.DOCUMENT):
            row = self._row(field, inputs)
            column.addWidget(row, 1 if field.type is FieldType.DOCUMENT else 0)
        if not template.document_fields:
            column.addStretch(1)
        self._scroll.setWidget(page)

    def _row(self, field: TemplateField, inputs: Inputs) -> FieldRow:
        row = FieldRow(field, self._language)
        self.rows[field.key] = row
        row.control.set_value(inputs.values.get(field.key, field.default))
        row.control.edited.connect(lambda: self._row_edited(row))
        row.control.left.connect(lambda: self._row_left(row))
        row.earlier_asked.connect(lambda: self.earlier_asked.emit(field.key))
        if isinstance(row.control, DocumentControl):
            row.control.set_file_name(inputs.file_names.get(field.key, ""))
            row.control.file_asked.connect(lambda path, charset: self.file_asked.emit(field.key, path, charset))
            row.control.too_many.connect(lambda: row.show_words(self.tr("ファイルは1つずつ置いてください。")))
        return row

    def inputs(self) -> Inputs:
        """Return everything that stands in the form, as typed."""
        controls = {key: row.control for key, row in self.rows.items()}
        documents = {key: control for key, control in controls.items() if isinstance(control, DocumentControl)}
        return Inputs(
            values={key: control.value() for key, control in controls.items()},
            file_names={key: control.file_name for key, control in documents.items() if control.file_name},
        )

    def ask_draft(self) -> None:
        """Ask for a draft, unless the input method is composing, a draft is running, or a field has a fault."""
        if is_composing() or not self.draft_button.isEnabled() or self._template is None:
            return
        faulty = [row for row in self.rows.values() if self._check(row)]
        if faulty:
            self.show_row(faulty[0])
        else:
            self.draft_asked.emit()

    def _check(self, row: FieldRow) -> bool:
        assert self._template is not None
        fault = row.check(self._template)
        if fault is None:
            row.clear_fault()
            return False
        row.show_fault(fault)
        return True

    def allow_drafting(self, *, allowed: bool, again: bool) -> None:
        """Allow the draft button; where a draft stands already it steps back behind the button that saves."""
        self.draft_button.setEnabled(allowed)
        self.draft_button.setText(self.tr("下書きを作り直す(&D)") if again else self.tr("下書きを作る(&D)"))
        give_role(self.draft_button, "" if again else "primary")

    def show_row(self, row: FieldRow) -> None:
        """Bring a field into view and put the caret there."""
        row.control.inner.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(row, 0, LARGE)

    def show_source(self, key: str, source: SourceText) -> None:
        """Put a file that was read into its field."""
        row = self.rows.get(key)
        if row is not None and isinstance(row.control, DocumentControl):
            row.clear_fault()
            row.control.show_source(source)

    def show_source_failure(self, key: str, error: BaseException) -> None:
        """Show at its field why a file could not be read."""
        row = self.rows.get(key)
        if row is not None and isinstance(row.control, DocumentControl):
            words = describe(error, self._language)
            row.control.show_failure(of_charset=getattr(error, "code", None) is ErrorCode.SOURCE_CHARSET)
            row.show_words(f"{words.title}\n{words.action}")

    def first_document(self) -> DocumentControl | None:
        """Return the first field that takes a document."""
        controls = (row.control for row in self.rows.values())
        return next((control for control in controls if isinstance(control, DocumentControl)), None)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits in the form, in order."""
        head = [] if self.head is None else self.head.stops()
        return [*head, *(stop for row in self.rows.values() for stop in row.stops()), self.draft_button]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome a file anywhere on the form."""
        if dropped_files(event.mimeData()) and self.first_document() is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give a file dropped beside the field to the first field that takes one."""
        document = self.first_document()
        if document is not None:
            document.take_files(dropped_files(event.mimeData()))

    def _row_edited(self, row: FieldRow) -> None:
        row.clear_fault()
        self.edited.emit()

    def _row_left(self, row: FieldRow) -> None:
        # Only what was typed is checked on the way; what is still empty is asked for when the draft starts.
        if row.control.value().strip():
            self._check(row)
