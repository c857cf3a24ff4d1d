"""The window of one template in work: edit at the left, look at the right, publish below, compare where two met."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.session.template_comparison import comparison_of
from desktop.session.template_edits import Edits
from desktop.session.template_trial import trial_at
from desktop.session.template_work import SharePlace, TemplateWork, separate
from desktop.templates.heading import heading_of
from desktop.templates.publishing import Published
from desktop.ui.ime import is_composing
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.style import MEDIUM
from desktop.ui.template_editor.bars import EditorFoot, EditorHead
from desktop.ui.template_editor.comparison_view import ComparisonView
from desktop.ui.template_editor.edit_tabs import EditTabs
from desktop.ui.template_editor.preview_pane import PreviewPane
from desktop.ui.template_editor.publishing import Publisher
from desktop.ui.template_editor.state import EditorState
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
        desk, bridge = workbench.desk, workbench.bridge
        self._taken = {template.id for template in desk.templates}
        self._language = language
        self.work = TemplateWork(desk.folders.data, place)
        self.state = EditorState(self.work, bridge, fresh, self)
        self.run = TrialRun(trial_at(desk), desk.cancel, bridge, self)
        self.notices = NoticeArea()
        self.head = EditorHead()
        self.tabs = EditTabs(self.state, self.notices, language)
        self.preview = PreviewPane(self.state, self.run, language)
        self.publisher = Publisher(self, self.state, self.notices, bridge, language)
        self.comparison = ComparisonView()
        self.foot = EditorFoot(self.ask_publish, self.preview.try_it, self._separate)
        self.pages = QStackedWidget()
        self._arrange()
        self._connect()
        self._show_editing()
        self._allow()
        self.state.open()

    def _arrange(self) -> None:
        self.resize(*FIRST_SIZE)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for pane, least in zip((self.tabs, self.preview), LEAST_PANES, strict=True):
            pane.setMinimumWidth(least)
            splitter.addWidget(pane)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes(list(FIRST_PANES))
        self.pages.addWidget(splitter)
        self.pages.addWidget(self.comparison)
        self.notices.setContentsMargins(0, 0, 0, MEDIUM)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.head, self.notices):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self.foot)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        state = self.state
        state.opened.connect(self._opened)
        state.looked.connect(lambda _preview: self._looked())
        state.kept_changed.connect(self._show_kept)
        state.failed.connect(lambda slot, error: self.notices.show_notice(slot, fault_notice(error, self._language)))
        state.conflicted.connect(self._compare)
        self.publisher.published.connect(self._published)
        self.publisher.fault_asked.connect(self.tabs.show_first_fault)
        self.comparison.edited.connect(state.merge_typed)
        state.merged_looked.connect(lambda faults: self.comparison.show_faults(faults, self._language))
        self.comparison.settled.connect(self._settled)
        self.comparison.left.connect(self._leave_comparison)
        self.run.moved.connect(self._allow)
        for ended in (state.published, state.publish_failed):
            ended.connect(lambda _outcome: self._close_late())
        state.conflicted.connect(self._close_late)
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(lambda: None if is_composing() else self.run.stop())

    # -- editing ---------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        edits = self.state.edits
        self.tabs.begin()
        self._looked()
        self._show_kept()
        if edits.changed and edits.kept_at:
            anew = Action(self.tr("やめて、今の版から始める"), self._give_up)
            title = self.tr("前回の続きから始めています")
            text = self.tr("{when} に、共有に出さないまま残した編集です。")
            when = edits.kept_at[:16].replace("T", " ")
            self.notices.show_notice("resumed", Notice(Kind.INFO, title, text.format(when=when), actions=(anew,)))
        if edits.merged:
            self._compare()

    def _give_up(self) -> None:
        self.state.compare(comparing=False)
        self._show_editing()
        self.state.give_up()

    def _looked(self) -> None:
        self.head.show_edits(self.state.edits, self._taken)
        self.setWindowTitle(self.tr("ひな形を直す：{name}").format(name=self.head.name.text()))
        self._allow()

    def _show_kept(self) -> None:
        self.foot.show_kept(changed=self.state.edits.changed, at_rest=self.state.at_rest)

    def _allow(self) -> None:
        good = self.state.preview is not None and self.state.preview.template is not None
        self.tabs.setEnabled(self.state.is_open)
        self.foot.allow(ready=self.state.is_open, trial=good and not self.run.running)

    def _separate(self) -> None:
        self.tabs.flush()
        name = self.tr("{name}（写し）").format(name=self.head.name.text())
        try:
            edits = separate(self.state.edits, self._taken, name)
        except ValueError:
            self.tabs.show_first_fault()
            return
        self.state.go_on_as(edits)
        title = self.tr("別のひな形「{name}」として編集しています").format(name=name)
        text = self.tr("元のひな形は変わりません。名前は「項目で編集」で変えられます。")
        self.notices.show_notice("copy", Notice(Kind.INFO, title, text))

    # -- publishing ------------------------------------------------------------------------------------------------

    def ask_publish(self) -> None:
        """Ask where to publish, or say why that cannot be done yet."""
        self.tabs.flush()
        self.publisher.ask()

    def _published(self, done: Published) -> None:
        self._taken.add(heading_of(done.text).id)
        self._looked()
        self.published.emit(done)

    # -- two at once -----------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        for slot in ("done", "conflict"):
            self.notices.clear(slot)
        self.state.compare(comparing=True)
        self.comparison.show_comparison(comparison_of(self.state.edits))
        self._turn_to(self.comparison)

    def _settled(self, merged: str) -> None:
        self._show_editing()
        self.publisher.ask_after_look()
        self.state.resolve(merged)

    def _leave_comparison(self) -> None:
        self.state.compare(comparing=False)
        self._show_editing()
        back = Action(self.tr("見比べに戻る"), self._compare, primary=True)
        title = self.tr("先に公開された版と、まだまとめていません")
        self.notices.show_notice("conflict", Notice(Kind.INFO, title, actions=(back,)))

    def _show_editing(self) -> None:
        self._turn_to(self.pages.widget(0))

    def _turn_to(self, page: QWidget) -> None:
        """Show one of the two pages; the other one must not keep a window on a small screen from fitting."""
        for index in range(self.pages.count()):
            shown = self.pages.widget(index)
            policy = QSizePolicy.Policy.Expanding if shown is page else QSizePolicy.Policy.Ignored
            shown.setSizePolicy(policy, policy)
        self.pages.setCurrentWidget(page)
        editing = page is not self.comparison
        self.head.setVisible(editing)
        self.foot.setVisible(editing)

    def _close_late(self) -> None:
        if self.isHidden():
            self.close()

    # -- end -------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once; what was typed is handed to the disk before, and offered again the next time."""
        self.tabs.flush()
        self.run.stop()
        self.state.flush()
        if self.state.publishing:
            # What comes of it belongs to the edits; should the program end before, they are kept as they were sent.
            event.ignore()
            self.hide()
            return
        self.work.close()
        super().closeEvent(event)
        self.closing.emit()
