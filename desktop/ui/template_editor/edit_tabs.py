"""The left side: the same text as a form and as text; what is changed in one stands in the other."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from desktop.session.template_preview import Preview
from desktop.templates.lines import KeyPath
from desktop.ui.notices import Action, Kind, Notice, NoticeArea
from desktop.ui.template_editor.form_tab import FormTab
from desktop.ui.template_editor.state import EditorState
from desktop.ui.template_editor.text_tab import TextTab, line_of


class EditTabs(QTabWidget):
    """Passes on what a person changes to the state, and shows what the state holds."""

    def __init__(self, state: EditorState, notices: NoticeArea, language: str) -> None:
        """Start empty; what cannot be done is told in `notices`."""
        super().__init__()
        self._state = state
        self._notices = notices
        self.form = FormTab()
        self.text = TextTab(language)
        self.setDocumentMode(True)
        self.addTab(self.form, self.tr("項目で編集"))
        self.addTab(self.text, self.tr("文字で編集"))
        self.text.edited.connect(lambda: state.type(self.text.source.text()))
        self.form.changed.connect(self._form_changed)
        self.currentChanged.connect(lambda _index: self._turned())
        state.text_set.connect(self._show_text)
        state.looked.connect(self._looked)

    def begin(self) -> None:
        """Show the text that the editing begins with."""
        self.text.source.begin_with(self._state.edits.text)
        self._show_form()

    def flush(self) -> None:
        """Take into the text what was typed into the form just now."""
        self.form.flush()

    def _show_text(self, text: str) -> None:
        self.text.source.show_text(text)
        if self.currentWidget() is self.form:
            self._show_form()

    def _show_form(self) -> None:
        readable = self.form.show_text(self._state.edits.text)
        self.form.setEnabled(readable)
        if readable:
            self._notices.clear("syntax")
            return
        title = self.tr("文字の書き方に誤りがあるため、項目では編集できません")
        go = Action(self.tr("その行を見る"), self.show_first_fault, primary=True)
        self._notices.show_notice("syntax", Notice(Kind.WARN, title, actions=(go,)))

    def _form_changed(self, path: KeyPath, value: object) -> None:
        assert isinstance(value, str | bool | int | tuple)
        if self._state.change(path, value):
            self._notices.clear("form")
            return
        title = self.tr("この項目は、ここでは直せない書き方になっています")
        text = self.tr("「文字で編集」で直してください。ほかの項目には影響ありません。")
        self._notices.show_notice("form", Notice(Kind.WARN, title, text))

    def _turned(self) -> None:
        self.form.flush()
        if self.currentWidget() is self.form:
            self._show_form()
        else:
            self._notices.clear("syntax")

    def _looked(self, preview: Preview) -> None:
        self.text.show_faults(preview.faults)
        if not preview.faults:
            self._notices.clear("faults")
            if self.currentWidget() is self.form:
                self._show_form()

    def show_first_fault(self) -> None:
        """Go to the first line that has to be mended."""
        self.setCurrentWidget(self.text)
        preview = self._state.preview
        self.text.go_to(line_of(preview.faults[0]) if preview is not None and preview.faults else 1)
