"""The window of one template in work: edit at the left, look at the right, publish below, compare where two met."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.session.template_comparison import comparison_of
from desktop.session.template_edits import Edits
from desktop.session.template_preview import Preview
from desktop.session.template_trial import trial_at
from desktop.session.template_work import Order, SharePlace, TemplateWork, next_version, separate
from desktop.templates.heading import heading_of
from desktop.templates.lines import KeyPath
from desktop.templates.publishing import Published
from desktop.ui.ime import is_composing
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import YieldingLabel, button, content_label
from desktop.ui.style import MEDIUM, SMALL, TIGHT, WIDE, give_role
from desktop.ui.template_editor.comparison_view import ComparisonView
from desktop.ui.template_editor.form_tab import FormTab
from desktop.ui.template_editor.preview_pane import PreviewPane
from desktop.ui.template_editor.publish_box import PublishBox
from desktop.ui.template_editor.state import EditorState
from desktop.ui.template_editor.text_tab import TextTab, line_of
from desktop.ui.template_editor.trial_run import TrialRun
from desktop.ui.workbench import Workbench

FIRST_SIZE = (1240, 820)
FIRST_PANES = (600, 640)
LEAST_PANES = (380, 380)


class TemplateEditor(QMainWindow):
    """Edits one template. Everything typed is kept on the terminal at once; closing loses nothing."""

    published = Signal(object)  # Published: the share has a new version, which is worth a synchronisation
    closing = Signal()

    def __init__(self, workbench: Workbench, fresh: Edits, place: SharePlace, language: str) -> None:
        """Build the window and look for edits of the last time; `fresh` is the template as it is used now."""
        super().__init__()
        desk = workbench.desk
        self._place = place
        self._bridge = workbench.bridge
        self._work = TemplateWork(desk.folders.data, place)
        self._taken = {template.id for template in desk.templates}
        self._language = language
        self.state = EditorState(self._work, self._bridge, fresh)
        self.run = TrialRun(trial_at(desk), desk.cancel, self._bridge, self)
        self.notices = NoticeArea()
        self.name = content_label(role="title")
        self.whence = YieldingLabel("soft")
        self.kept = YieldingLabel("soft")
        self.form = FormTab()
        self.text = TextTab(language)
        self.tabs = QTabWidget()
        self.preview = PreviewPane(self.state, self.run, language)
        self.comparison = ComparisonView()
        self.pages = QStackedWidget()
        self.box = PublishBox(self, language)
        self.publish_button = button(self.tr("共有に出す(&P)…"), self.ask_publish, "primary")
        self.try_button = button(self.tr("試し書き(&T)"), self.preview.try_it)
        self.copy_button = button(self.tr("別のひな形にする"), self._separate, "quiet")
        self._arrange()
        self._connect()
        self.state.open()

    # -- layout ----------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.resize(*FIRST_SIZE)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.form, self.tr("項目で編集"))
        self.tabs.addTab(self.text, self.tr("文字で編集"))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for pane, least in zip((self.tabs, self.preview), LEAST_PANES, strict=True):
            pane.setMinimumWidth(least)
            splitter.addWidget(pane)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes(list(FIRST_PANES))
        self.pages.addWidget(splitter)
        self.pages.addWidget(self.comparison)
        self._footer = self._buttons()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._head(), self.notices):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self._footer)
        self.setCentralWidget(body)

    def _head(self) -> QWidget:
        head = QWidget()
        give_role(head, "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(WIDE, MEDIUM, WIDE, SMALL)
        row.setSpacing(MEDIUM)
        row.addWidget(self.name)
        row.addWidget(self.whence, 1)
        return head

    def _buttons(self) -> QWidget:
        footer = QWidget()
        give_role(footer, "footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(WIDE, MEDIUM, WIDE, MEDIUM)
        row.setSpacing(MEDIUM)
        row.addWidget(self.publish_button)
        row.addWidget(self.try_button)
        row.addWidget(self.copy_button)
        row.addSpacing(TIGHT)
        row.addWidget(self.kept, 1)
        return footer

    def _connect(self) -> None:
        state = self.state
        state.opened.connect(self._opened)
        state.text_set.connect(self._show_text)
        state.looked.connect(self._looked)
        state.kept_changed.connect(self._show_kept)
        state.failed.connect(self._show_failure)
        state.published.connect(self._published)
        state.publish_failed.connect(self.box.show_failure)
        state.conflicted.connect(self._conflicted)
        self.text.edited.connect(lambda: state.type(self.text.source.text()))
        self.form.changed.connect(self._form_changed)
        self.tabs.currentChanged.connect(lambda _index: self._tab_turned())
        self.box.levels_asked.connect(self._find_levels)
        self.box.ordered.connect(self._publish)
        self.comparison.edited.connect(state.merge_typed)
        self.comparison.settled.connect(self._settled)
        self.comparison.left.connect(self._leave_comparison)
        self.run.moved.connect(self._allow)
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(lambda: None if is_composing() else self.run.stop())
        self._allow()

    # -- the text --------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        edits = self.state.edits
        self.text.source.begin_with(edits.text)
        self._show_form()
        self._show_head()
        self._show_kept()
        self._allow()
        if edits.changed and edits.kept_at:
            anew = Action(self.tr("やめて、今の版から始める"), self.state.give_up)
            title = self.tr("前回の続きから始めています")
            text = self.tr("{when} に、出さないまま閉じた編集です。").format(when=edits.kept_at[:16].replace("T", " "))
            self.notices.show_notice("resumed", Notice(Kind.INFO, title, text, actions=(anew,)))
        if edits.merged:
            self._conflicted()

    def _show_text(self, text: str) -> None:
        self.text.source.show_text(text)
        if self.tabs.currentWidget() is not self.form:
            return
        self._show_form()

    def _show_form(self) -> None:
        if self.form.show_text(self.state.edits.text):
            self.notices.clear("form")
            self.form.setEnabled(True)
        else:
            self.form.setEnabled(False)
            title = self.tr("文字の書き方に誤りがあるため、項目では編集できません")
            go = Action(self.tr("その行を見る"), self._show_first_fault, primary=True)
            self.notices.show_notice("form", Notice(Kind.WARN, title, actions=(go,)))

    def _form_changed(self, path: KeyPath, value: object) -> None:
        assert isinstance(value, str | bool | int | tuple)
        self.notices.clear("form")
        self.state.change(path, value)

    def _tab_turned(self) -> None:
        self.form.flush()
        if self.tabs.currentWidget() is self.form:
            self._show_form()
        else:
            self.notices.clear("form")

    def _looked(self, preview: Preview) -> None:
        self.text.show_faults(preview.faults)
        if not preview.faults:
            self.notices.clear("faults")
        if self.tabs.currentWidget() is self.form and not preview.faults:
            self._show_form()
        self._show_head()
        self._allow()

    def _show_head(self) -> None:
        heading = heading_of(self.state.edits.text)
        if heading.name or heading.id:
            self.name.setText(heading.name or heading.id)
        self.setWindowTitle(self.tr("ひな形を直す：{name}").format(name=self.name.text()))
        edits = self.state.edits
        if edits.on_share:
            place = edits.folder or self.tr("市の全員")
            words = self.tr("共有：{place}　{version} 版").format(place=place, version=heading_of(edits.began).version)
        elif heading.id in self._taken:
            words = self.tr("プログラムのひな形の写し。共有に出すと、こちらが使われます。")
        else:
            words = self.tr("新しいひな形")
        self.whence.setText(words)

    def _show_kept(self) -> None:
        if not self.state.edits.changed:
            words = self.tr("変えた所はありません")
        elif self.state.at_rest:
            words = self.tr("編集はこの端末に残しました。共有にはまだ出していません。")
        else:
            words = self.tr("この端末に残しています…")
        self.kept.setText(words)

    def _allow(self) -> None:
        ready = self.state.is_open
        good = self.state.preview is not None and self.state.preview.template is not None
        self.tabs.setEnabled(ready)
        self.publish_button.setEnabled(ready)
        self.try_button.setEnabled(ready and good and not self.run.running)
        self.copy_button.setEnabled(ready)

    def _show_failure(self, where: str, error: BaseException) -> None:
        if where == "form":
            title = self.tr("この項目は、ここでは直せない書き方になっています")
            text = self.tr("「文字で編集」で直してください。ほかの項目には影響ありません。")
            self.notices.show_notice("form", Notice(Kind.WARN, title, text))
        else:
            self.notices.show_notice(where, fault_notice(error, self._language))

    def _show_first_fault(self) -> None:
        self.tabs.setCurrentWidget(self.text)
        preview = self.state.preview
        self.text.go_to(line_of(preview.faults[0]) if preview is not None and preview.faults else 1)

    def _separate(self) -> None:
        self.form.flush()
        name = self.tr("{name}（写し）").format(name=self.name.text())
        try:
            edits = separate(self.state.edits, self._taken, name)
        except ValueError as error:
            self._show_failure("form", error)
            return
        self.state.go_on_as(edits)
        title = self.tr("別のひな形「{name}」として編集しています").format(name=name)
        text = self.tr("元のひな形は変わりません。名前は「項目で編集」で変えられます。")
        self.notices.show_notice("copy", Notice(Kind.INFO, title, text))

    # -- publishing ------------------------------------------------------------------------------------------------

    def ask_publish(self) -> None:
        """Ask where to publish, unless the text has faults or there is no share."""
        self.form.flush()
        preview, edits = self.state.preview, self.state.edits
        if self._place.share is None:
            title = self.tr("共有フォルダーが決まっていません")
            text = self.tr("設定で、ひな形の共有フォルダーを選んでください。編集はこの端末に残っています。")
            self.notices.show_notice("share", Notice(Kind.WARN, title, text))
        elif preview is not None and preview.text == edits.text and preview.faults:
            title = self.tr("直すところがあるため、まだ出せません")
            go = Action(self.tr("その行を見る"), self._show_first_fault, primary=True)
            words = self.tr("直すところ：{count}").format(count=len(preview.faults))
            self.notices.show_notice("faults", Notice(Kind.WARN, title, words, actions=(go,)))
        else:
            folder = edits.folder if edits.file else self._place.office
            self.box.ask(folder, next_version(edits), self._place.person)

    def _find_levels(self) -> None:
        def failed(error: BaseException) -> None:
            self.box.show_failure(error, of_levels=True)

        self._bridge.then(self._work.levels(), self.box, self.box.show_levels, failed)

    def _publish(self, order: Order) -> None:
        self.state.publish(order)

    def _published(self, done: Published) -> None:
        self.box.finish()
        for slot in ("resumed", "copy", "conflict"):
            self.notices.clear(slot)
        self._taken.add(heading_of(done.text).id)
        self._show_head()
        title = self.tr("共有に出しました：{version} 版").format(version=done.version)
        text = self.tr("場所：{file}").format(file=done.file)
        if done.history:
            text += "\n" + self.tr("前の版：{file}").format(file=done.history)
        self.notices.show_notice("done", Notice(Kind.DONE, title, text))
        self.published.emit(done)

    # -- two at once -----------------------------------------------------------------------------------------------

    def _conflicted(self) -> None:
        self.box.accept()
        for slot in ("done", "conflict"):
            self.notices.clear(slot)
        self.comparison.show_comparison(comparison_of(self.state.edits))
        self.pages.setCurrentWidget(self.comparison)
        self._footer.hide()

    def _settled(self, merged: str) -> None:
        self.state.resolve(merged)
        self._show_editing()
        self.state.looked.connect(self._ask_after_look, Qt.ConnectionType.SingleShotConnection)

    def _ask_after_look(self, _preview: Preview) -> None:
        # What came together line by line need not be a template: its faults are told before the question is asked.
        self.ask_publish()

    def _leave_comparison(self) -> None:
        self._show_editing()
        back = Action(self.tr("見比べに戻る"), self._conflicted, primary=True)
        title = self.tr("別の人が先に出した版と、まだまとめていません")
        self.notices.show_notice("conflict", Notice(Kind.INFO, title, actions=(back,)))

    def _show_editing(self) -> None:
        self.pages.setCurrentIndex(0)
        self._footer.show()

    # -- end -------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once; what was typed is handed to the disk before, and offered again the next time."""
        self.form.flush()
        self.run.stop()
        self.state.flush()
        super().closeEvent(event)
        self.closing.emit()
