"""The main window: arranges the parts around the workbench and connects them; does nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop.core.errors import AssistantError
from desktop.engine.catalog import InstalledModel
from desktop.ui.about import AboutBox
from desktop.ui.care.part import CarePart
from desktop.ui.cases.part import CasePart
from desktop.ui.dashboard.part import UsagePart
from desktop.ui.draft_panel import DraftPanel
from desktop.ui.form import FormPanel
from desktop.ui.history.part import HistoryPart
from desktop.ui.history.versions_part import VersionsPart
from desktop.ui.history_lock import HistoryLock
from desktop.ui.ime import is_composing
from desktop.ui.left_pane import LeftPane
from desktop.ui.menus import Commands, build_menus
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import chain
from desktop.ui.records.part import RecordsPart
from desktop.ui.sheet import Sheet
from desktop.ui.template_editor.open_editors import OpenEditors
from desktop.ui.template_part import TemplatePart
from desktop.ui.transfer.part import TransferPart
from desktop.ui.window_state import WindowState, load_window_state, save_window_state
from desktop.ui.workbench import Workbench

FIRST_SIZE = (1320, 860)
FIRST_PANES = (240, 430, 650)
LEAST_PANES = (150, 290, 400)


class MainWindow(QMainWindow):
    """Three panes and a place for notices above them."""

    closing = Signal()
    language_chosen = Signal(str)

    def __init__(self, workbench: Workbench, language: str) -> None:
        """Build the window around a workbench, whatever it is just doing."""
        super().__init__()
        self.workbench = workbench
        self._language = language
        self._models: list[InstalledModel] = []
        self.setWindowTitle(self.tr("文机"))
        self.left = LeftPane(language)
        self.form = FormPanel(language)
        self.draft = DraftPanel(workbench, language)
        self.notices = NoticeArea()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._arrange()
        self._connect()
        self.templates = TemplatePart(workbench, self, language)
        self.cases = CasePart(workbench, self, self.notices, language)
        self.records = RecordsPart(workbench, self, self.notices, language)
        self.usage = UsagePart(workbench, self, self.notices, language)
        self.care = CarePart(workbench, self, self.notices, language)
        self.history = HistoryPart(workbench, self, language)
        self.versions = VersionsPart(workbench, self.draft, language)
        self.transfer = TransferPart(workbench, self, language)
        build_menus(self, self._commands(), language)
        self._restore_place(load_window_state(workbench.desk.folders.config))
        self._allow()
        if workbench.sheet is not None:
            self._show_sheet()
        if workbench.is_ready:
            self._announce_recovered()
            workbench.refresh_history()

    def _arrange(self) -> None:
        self.splitter.setHandleWidth(5)
        for index, (pane, least) in enumerate(zip((self.left, self.form, self.draft), LEAST_PANES, strict=True)):
            pane.setMinimumWidth(least)
            self.splitter.addWidget(pane)
            self.splitter.setCollapsible(index, False)
            self.splitter.setStretchFactor(index, index)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.splitter, 1)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        bench = self.workbench
        self._lock = HistoryLock(bench.desk.encryption, bench.bridge, self)
        self.left.template_chosen.connect(self._begin)
        self.form.edited.connect(self._inputs_changed)
        self.form.draft_asked.connect(bench.draft)
        self.form.file_asked.connect(bench.read_source)
        self.draft.draft_asked.connect(self.form.ask_draft)
        bench.expected_came.connect(self.form.show_expected)
        self.draft.stops_changed.connect(self._order_stops)
        bench.source_read.connect(self.form.show_source)
        bench.source_failed.connect(self.form.show_source_failure)
        bench.ready.connect(self._ready)
        bench.opened.connect(self._show_sheet)
        bench.left_behind.connect(self._offer_return)
        bench.models_came.connect(self._keep_models)
        bench.failed.connect(self._show_failure)
        bench.runner.moved.connect(self._allow)
        bench.settled.connect(self._allow)
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(self._stop)

    def _commands(self) -> Commands:
        return Commands(
            new=lambda: self.left.show_tab(history=False),
            open_source=self._open_source,
            save_word=self.draft.export_bar.word.click,
            add_model=self.draft.model_card.choose,
            office=self.templates.open_office,
            introduce=lambda: self.cases.introduce(self.templates.open_office),
            show_cases=lambda: self.cases.open_gallery(self._begin),
            show_usage=self.usage.open_page,
            send_usage=self.usage.open_sending,
            export_history=self.transfer.open_export,
            import_history=self.transfer.open_import,
            quit=self.close,
            show_templates=lambda: self.left.show_tab(history=False),
            show_history=lambda: self.left.show_tab(history=True),
            search_history=self.left.show_search,
            show_trash=self.history.open_trash,
            compare=self.versions.compare_document,
            edit_template=self._edit_template,
            retention=self.records.open_retention,
            hold=self.records.hold_open_document,
            audit=self.records.open_audit,
            restore=self.care.open_restore,
            speak=self.language_chosen.emit,
            about=lambda: AboutBox(self, self.workbench.desk.folders, self._models).open(),
        )

    # -- documents -------------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        self.notices.clear("open")
        self._lock.finish()
        if self.workbench.encryption_fault is not None:
            self._show_failure("encryption", self.workbench.encryption_fault)
        self._allow()
        self._announce_recovered()

    def _begin(self, template_id: str) -> None:
        sheet = self.workbench.sheet
        if sheet is not None and not sheet.number and sheet.template.id == template_id:
            return
        self.workbench.begin(self.workbench.desk.template(template_id))
        self.workbench.set_last_template(template_id)

    def _show_sheet(self) -> None:
        sheet = self.workbench.sheet
        assert sheet is not None
        self.notices.clear("left")
        self.form.show_template(sheet.template, sheet.inputs)
        self.draft.show_sheet(sheet)
        self.left.mark(sheet.template.id, sheet.number)
        self.templates.show_sheet()
        self._order_stops()
        self._allow()
        first = next(iter(self.form.rows.values()), None)
        if first is not None:
            first.control.inner.setFocus()

    def _order_stops(self) -> None:
        chain([*self.left.stops(), *self.form.stops(), *self.draft.stops()])

    def _keep_models(self, found: list[InstalledModel]) -> None:
        self._models = found

    def _allow(self) -> None:
        """Allow what can be done now: nothing before the history is open, no other document under a running draft."""
        free = self.workbench.is_ready and not self.workbench.runner.running
        self.left.allow(allowed=free, writing=self.workbench.runner.running)
        self.form.setEnabled(self.workbench.is_ready)
        sheet = self.workbench.sheet
        self.form.allow_drafting(allowed=free, again=sheet is not None and sheet.has_draft)

    def _inputs_changed(self) -> None:
        self.workbench.inputs_changed(self.form.inputs)

    def _stop(self) -> None:
        # Esc takes back what the input method composes; it must not stop the model as well.
        if not is_composing():
            self.workbench.runner.stop()

    def _open_source(self) -> None:
        document = self.form.first_document()
        if document is not None:
            document.choose_file()

    def _edit_template(self) -> None:
        """Open the editor of the template on the desk."""
        sheet = self.workbench.sheet
        if sheet is None:
            return
        try:
            OpenEditors.of(self.workbench).open(sheet.template.id, self._language)
        except AssistantError as error:
            self._show_failure("template", error)

    # -- notices ---------------------------------------------------------------------------------------------------

    def _announce_recovered(self) -> None:
        found = self.workbench.recovered
        if not found:
            self.notices.clear("recovered")
            return
        first = found[0]
        title = self.tr("前回、途中で終わった下書きがあります：「{title}」").format(title=first.title)
        text = self.tr("書かれた文章は残っています。")
        if len(found) > 1:
            text += self.tr("ほかに{count}件あります。履歴から開けます。").format(count=len(found) - 1)
        open_it = Action(self.tr("開く"), lambda: self.workbench.open_document(first.id), primary=True)
        self.notices.show_notice("recovered", Notice(Kind.INFO, title, text, actions=(open_it,)))

    def _offer_return(self, before: Sheet) -> None:
        """Say where the document went that another one took the place of, when a person might look for it."""
        here = self.workbench.sheet
        if not before.number or here is None or here.number:
            return
        title = self.tr("「{title}」は履歴に保存してあります").format(title=before.title)
        back = Action(self.tr("その文書に戻る"), lambda: self.workbench.open_document(before.number))
        self.notices.show_notice("left", Notice(Kind.INFO, title, actions=(back,)))

    def _show_failure(self, place: str, error: BaseException) -> None:
        if place in ("export", "look"):
            self.draft.show_failure(place, error)
            return
        if place == "open":
            self._lock.finish()
            self._lock.ask_again(error, self.workbench.open)
        actions = self.care.offers(error)
        if place == "open" and not actions:
            actions = (Action(self.tr("もう一度開く"), self.workbench.open, primary=True),)
        self.notices.show_notice(place, fault_notice(error, self._language, actions))

    # -- place and end ---------------------------------------------------------------------------------------------

    def _restore_place(self, state: WindowState) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        place = QRect(state.x, state.y, state.width, state.height)
        if state.width and any(known.availableGeometry().intersects(place) for known in QGuiApplication.screens()):
            self.setGeometry(place)
        else:
            self.resize(min(FIRST_SIZE[0], screen.width()), min(FIRST_SIZE[1], screen.height()))
        if state.maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.splitter.setSizes(list(state.panes or FIRST_PANES))

    def keep_place(self) -> None:
        """Remember where the window and its splitters are."""
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        panes = tuple(self.splitter.sizes())
        state = WindowState(place.x(), place.y(), place.width(), place.height(), self.isMaximized(), panes)
        save_window_state(self.workbench.desk.folders.config, state)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once for the person; what is to be saved and stopped goes on until the program ends."""
        self.keep_place()
        OpenEditors.of(self.workbench).close_all()
        super().closeEvent(event)
        self.closing.emit()
