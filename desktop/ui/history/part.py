"""The history in the window: carries between its page, the search, the trash and the open document."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.store.records import DocumentSummary
from desktop.store.search import Hit, SearchQuery
from desktop.ui.draft_panel import DraftPanel
from desktop.ui.form import FormPanel
from desktop.ui.history.field_history import FieldHistory
from desktop.ui.history.found_place import show_place, unmark
from desktop.ui.history.page import as_hits
from desktop.ui.history.seeker import Seeker
from desktop.ui.history.trash_dialog import TrashDialog
from desktop.ui.left_pane import LeftPane
from desktop.ui.notices import Action, Kind, Notice, NoticeArea
from desktop.ui.parts import in_language
from desktop.ui.workbench import Workbench

# As many as the desk gives without being asked for more.
FIRST = 200


class Window(Protocol):
    """The parts of the window that the history is shown in."""

    left: LeftPane
    form: FormPanel
    draft: DraftPanel
    notices: NoticeArea


class HistoryPart(QObject):
    """Keeps the page true to the history and carries out what is chosen on it."""

    def __init__(self, workbench: Workbench, window: Window, language: str) -> None:
        """Show the history in a window whose parts are there already."""
        parent = window if isinstance(window, QWidget) else None
        super().__init__(parent)
        self._bench = workbench
        self._window = window
        self._parent = parent
        self._language = language
        self._opening: Hit | None = None
        self._tagging = False
        self._used: dict[str, str] = {}  # templates of the documents shown, the latest first
        self.page = window.left.page
        self.seeker = Seeker(workbench.desk, workbench.bridge, self)
        self.fields = FieldHistory(workbench, window.form, language, self)
        self.trash: TrashDialog | None = None
        self._connect()

    def _connect(self) -> None:
        page, seeker, bench = self.page, self.seeker, self._bench
        page.asked.connect(lambda query, at_once: seeker.ask(query, at_once=at_once))
        page.left.connect(self._leave)
        page.more_asked.connect(seeker.more)
        page.chosen.connect(self.open)
        page.tags_asked.connect(self._open_for_tags)
        page.trash_asked.connect(self.put_into_trash)
        page.trash_opened.connect(self.open_trash)
        page.narrowing.connect(self._offer_filters)
        seeker.found.connect(self._found)
        seeker.counted.connect(page.show_count)
        seeker.failed.connect(lambda error: bench.failed.emit("load", error))
        bench.history_came.connect(self._history_came)
        bench.opened.connect(self._document_opened)
        self._window.draft.tags.changed.connect(self._offer_filters)

    # -- showing ---------------------------------------------------------------------------------------------------

    def _history_came(self, documents: list[DocumentSummary]) -> None:
        self._used = {one.template_id: one.template_name for one in reversed(documents)}
        self._window.left.templates.show_habits(recent=list(dict.fromkeys(one.template_id for one in documents)))
        sheet = self._bench.sheet
        self.page.set_current(sheet.number if sheet is not None else 0)
        if self.page.searching or self.seeker.reached > len(documents):
            self.seeker.again()
        else:
            self.seeker.hold(as_hits(documents), more=len(documents) == FIRST)

    def _found(self, hits: list[Hit], more: bool) -> None:  # noqa: FBT001 -- a slot
        if self.page.searching:
            self.page.show_hits(hits, more=more)
        else:
            self.page.show_documents(hits, more=more)

    def _leave(self) -> None:
        unmark(self._window.form, self._window.draft.page)
        self.seeker.ask(SearchQuery(), at_once=True)

    def _offer_filters(self) -> None:
        """Offer what there is to choose now: templates used lately first, then the others; tags by use."""
        names = dict(reversed(self._used.items()))
        for template in self._bench.desk.templates:
            names[template.id] = in_language(self._language, template.name, template.name_en)
        self.page.filters.offer_templates(names)
        tags = self._bench.desk.tags.all_tags()
        self._bench.bridge.then(tags, self.page, lambda found: self.page.filters.offer_tags(list(found)))

    # -- opening ---------------------------------------------------------------------------------------------------

    def open(self, hit: Hit) -> None:
        """Open a document of the list, at the place where the words were found."""
        self._opening = hit
        sheet = self._bench.sheet
        if sheet is not None and sheet.number == hit.summary.id:
            self._document_opened()
        else:
            self._bench.open_document(hit.summary.id)

    def _open_for_tags(self, document: DocumentSummary) -> None:
        """Open a document where its tags can be typed."""
        self._tagging = True
        self.open(Hit(document))

    def _document_opened(self) -> None:
        hit, sheet = self._opening, self._bench.sheet
        self._opening = None
        if hit is not None and sheet is not None and sheet.number == hit.summary.id and hit.excerpt:
            # The new page has its sizes one turn of the event loop later.
            QTimer.singleShot(0, self, lambda: show_place(hit, self._window.form, self._window.draft.page))
        if self._tagging:
            self._tagging = False
            QTimer.singleShot(0, self, self._window.draft.tags.line.setFocus)

    # -- trash -----------------------------------------------------------------------------------------------------

    def put_into_trash(self, document: DocumentSummary) -> None:
        """Put a document into the trash and offer the way back."""
        if self._bench.runner.running:
            return
        self._bench.saver.flush()
        future = self._bench.desk.trash.put(document.id)
        self._bench.bridge.then(future, self, lambda _done: self._trashed(document), self._fail)

    def _trashed(self, document: DocumentSummary) -> None:
        sheet = self._bench.sheet
        self._bench.recovered = tuple(one for one in self._bench.recovered if one.id != document.id)
        if sheet is not None and sheet.number == document.id:
            self._bench.begin(sheet.template)
            self._window.notices.clear("left")
        title = self.tr("「{title}」をごみ箱に入れました").format(title=document.title)
        back = Action(self.tr("元に戻す"), lambda: self._bring_back(document))
        self._window.notices.show_notice("trash", Notice(Kind.INFO, title, actions=(back,)))
        self._bench.refresh_history()

    def _bring_back(self, document: DocumentSummary) -> None:
        future = self._bench.desk.trash.restore(document.id)
        self._bench.bridge.then(future, self, lambda _done: self._bench.refresh_history(), self._fail)

    def open_trash(self) -> None:
        """Show what lies in the trash."""
        if self.trash is not None or not self._bench.is_ready:
            return
        dialog = self.trash = TrashDialog(self._parent, self._bench, self._language)
        dialog.finished.connect(self._trash_closed)
        dialog.open()

    def _trash_closed(self) -> None:
        dialog, self.trash = self.trash, None
        if dialog is not None:
            dialog.deleteLater()
            self._window.notices.clear("trash")

    def _fail(self, error: BaseException) -> None:
        self._bench.failed.emit("load", error)
