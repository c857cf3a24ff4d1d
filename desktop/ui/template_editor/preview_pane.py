"""The right side: how the template looks to people and to the model, and the trial run that fills its page."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.core.errors import ErrorCode
from desktop.core.sections import empty
from desktop.session.events import Ended
from desktop.session.template_preview import Preview
from desktop.store.records import DocumentState, Inputs
from desktop.templates.model import Template
from desktop.templates.render import build_document
from desktop.ui.form import FormPanel
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import label
from desktop.ui.run_bar import RunBar
from desktop.ui.style import LARGE, MEDIUM, SMALL, give_role
from desktop.ui.template_editor.preview_page import PreviewPage
from desktop.ui.template_editor.source_view import SourceView
from desktop.ui.template_editor.state import EditorState
from desktop.ui.template_editor.trial_run import TrialRun


class PreviewPane(QWidget):
    """Follows the state's preview; asks for a trial with what stands in the form."""

    stop_asked = Signal()

    def __init__(self, state: EditorState, run: TrialRun, language: str) -> None:
        """Start without a preview."""
        super().__init__()
        self._state = state
        self._run = run
        self._language = language
        self._template: Template | None = None
        self.run_bar = RunBar()
        self.notices = NoticeArea()
        self.remark = label(role="soft", wrap=True)
        self.page = PreviewPage()
        self.form = FormPanel(language)
        self.prompt = SourceView(read_only=True)
        self.prompt.setAccessibleName(self.tr("モデルに渡す文"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.page, self.tr("できあがり"))
        self.tabs.addTab(self.form, self.tr("入力画面"))
        self.tabs.addTab(self._prompt_page(), self.tr("モデルに渡す文"))
        give_role(self, "desk")
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.run_bar)
        column.addWidget(self.notices)
        said = QVBoxLayout()
        said.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        said.addWidget(self.remark)
        column.addLayout(said)
        column.addWidget(self.tabs, 1)

    def _prompt_page(self) -> QWidget:
        page = QWidget()
        give_role(page, "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        column.addWidget(self.prompt)
        return page

    def _connect(self) -> None:
        self._state.looked.connect(self._show)
        self.form.edited.connect(self._inputs_changed)
        self.form.draft_asked.connect(self.try_it)
        self.run_bar.stop_asked.connect(self._run.stop)
        self.run_bar.look_asked.connect(self.page.look_at)
        self._run.moved.connect(self._show_progress)
        self._run.grew.connect(self._show_growing)
        self._run.ended.connect(self._show_end)
        self._run.failed.connect(self._show_failure)

    # -- what the text gives ---------------------------------------------------------------------------------------

    def _show(self, preview: Preview) -> None:
        if preview.template is None:
            self.remark.setText(self.tr("直すところがあるため、その前の状態を表示しています。"))
            return
        if not self._run.running:
            self.page.show_preview(preview)
        self._show_form(preview.template, preview)
        headings = (self.tr("【いつも渡す指示】"), self.tr("【この文書の内容】"))
        self.prompt.begin_with(f"{headings[0]}\n{preview.system}\n\n{headings[1]}\n{preview.user}\n")
        if preview.trial:
            words = self.tr("試し書きの結果を表示しています。")
        else:
            words = self.tr("見本の文を入れて表示しています。「試し書き」で、モデルが実際に書きます。")
        self.remark.setText(words)

    def _show_form(self, template: Template, preview: Preview) -> None:
        """Show the form as people will see it, and keep what is typed into it."""
        before = self._template
        self._template = template
        look = (template.fields, template.name, template.description)
        if before is not None and look == (before.fields, before.name, before.description):
            return
        kept = {} if before is None else self.form.inputs().values
        values = {one.key: kept.get(one.key, preview.values[one.key]) for one in template.fields}
        self.form.show_template(template, Inputs(values))
        self.form.draft_button.setText(self.tr("この内容で試し書き(&D)"))

    def _inputs_changed(self) -> None:
        self._state.look_with(self.form.inputs().values, self._run.contents)

    # -- the trial -------------------------------------------------------------------------------------------------

    def try_it(self) -> None:
        """Have the model write with what stands in the form."""
        preview = self._state.preview
        if preview is None or preview.template is None or self._run.running:
            return
        self.notices.clear("run")
        self.tabs.setCurrentWidget(self.page)
        title = self.tr("試し書き：{name}").format(name=preview.template.name)
        typed = self.form.inputs()
        self._run.start(preview.template, title, Inputs(dict(preview.values), typed.file_names))
        self._show_growing()

    def _show_growing(self) -> None:
        preview = self._state.preview
        if preview is None or preview.template is None:
            return
        blank = {spec.key: empty(spec.kind) for spec in preview.template.sections}
        here = {key: content for key, content in self._run.contents.items() if key in blank}
        contents = {**blank, **here}
        document = build_document(preview.template, preview.values, contents)
        self.page.show_preview(dataclasses.replace(preview, document=document, contents=contents))
        self.remark.setText(self.tr("モデルが書いています。"))

    def _show_progress(self) -> None:
        titles = {} if self._template is None else {one.key: one.title for one in self._template.sections}
        self.run_bar.show_progress(self._run.progress, titles.get(self._run.progress.section, ""))
        self.form.draft_button.setEnabled(not self._run.running)

    def _show_failure(self, error: BaseException) -> None:
        self._state.look_with(self.form.inputs().values, self._run.contents)
        self.notices.show_notice("run", fault_notice(error, self._language))

    def _show_end(self, ended: Ended) -> None:
        self._state.look_with(self.form.inputs().values, self._run.contents)
        if ended.error is not None:
            self.notices.show_notice("run", fault_notice(ended.error, self._language))
            if ended.error.code is ErrorCode.FIELD_MISSING:
                self.tabs.setCurrentWidget(self.form)
        elif ended.state is DocumentState.COMPLETE:
            text = self.tr("モデルの文章は履歴にも「試し書き」として残ります。")
            self.notices.show_notice("run", Notice(Kind.DONE, self.tr("試し書きが終わりました"), text))
