"""What the window shows, apart from any widget: the open document, the history, and everything that is asked of them.

It outlives a window: when the language changes, a new window is put around the same workbench.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.errors import AssistantError, StoreFault
from desktop.core.sections import Content
from desktop.engine.catalog import InstalledModel
from desktop.session.desk import Desk
from desktop.session.events import Ended
from desktop.session.history_desk import OpenReport
from desktop.session.letterhead import Exported
from desktop.session.open_document import OpenDocument, title_of
from desktop.session.profile import values_again, with_profile
from desktop.settings.settings import Settings
from desktop.store.records import DocumentSummary, Inputs
from desktop.templates.model import Template
from desktop.ui.bridge import Bridge
from desktop.ui.runner import Runner
from desktop.ui.saver import Saver
from desktop.ui.sheet import Sheet

# A pause in typing after which the time a draft would take is told anew.
EXPECT_AFTER_MS = 800


class Workbench(QObject):
    """The open document and the desk it comes from; all signals come in the main thread."""

    ready = Signal()  # the history is open
    opened = Signal()  # another document is on the desk
    settled = Signal()  # the open document's title or state changed
    grew = Signal(str)  # the content of a section changed by another hand than the person's
    ended = Signal(object)  # Ended, of the open document
    form_settled = Signal(object)  # Inputs: the person pauses in filling in the open form, or it was just opened
    expected_came = Signal(object)  # seconds the draft of the form would take, or None while that cannot be known
    history_came = Signal(object)  # list of DocumentSummary
    library_changed = Signal()  # other templates, another state of their synchronisation, or other favourites
    models_came = Signal(object)  # list of InstalledModel
    source_read = Signal(str, object)  # field key, SourceText
    source_failed = Signal(str, object)  # field key, error
    exported = Signal(Path)
    left_behind = Signal(object)  # Sheet that another one took the place of
    failed = Signal(str, object)  # where ("open", "save", "load", "export", "look", "settings"), error

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        """Start with an empty desk; `open` comes next."""
        super().__init__()
        self.desk = desk
        self.bridge = bridge
        self.saver = Saver(desk, bridge, self)
        self.runner = Runner(desk, bridge, self.saver, self)
        self.sheet: Sheet | None = None
        self.is_ready = False
        self.recovered: tuple[DocumentSummary, ...] = ()
        self.encryption_fault: StoreFault | None = None
        self.model_count: int | None = None
        self._closing: Callable[[], object] | None = None
        self._read_form: Callable[[], Inputs] | None = None
        self._expecting = QTimer(self, singleShot=True, interval=EXPECT_AFTER_MS)
        self._expecting.timeout.connect(self._expect)
        self.saver.failed.connect(lambda error: self.failed.emit("save", error))
        self.saver.saved.connect(self.refresh_history)
        self.runner.grew.connect(self.grew)
        self.runner.ended.connect(self._run_ended)
        desk.library.listen(lambda _shelf: bridge.call(self, self.library_changed.emit))

    # -- opening ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the history, then look for models."""
        self.bridge.then(self.desk.open(), self, self._history_open, lambda error: self.failed.emit("open", error))
        self.refresh_models()
        self.desk.library.read()
        self.desk.library.watch()

    def _history_open(self, report: OpenReport) -> None:
        self.is_ready = True
        self.recovered, self.encryption_fault = report.recovered, report.encryption.fault
        self.ready.emit()
        self.refresh_history()

    def refresh_history(self) -> None:
        """Read the list of documents anew."""
        if self._closing is not None:
            return
        self.bridge.then(self.desk.history(), self, self.history_came.emit, lambda _error: None)

    def refresh_models(self) -> None:
        """Look again which models there are."""
        self.bridge.then(self.desk.models(), self, self._models_found, lambda _error: None)

    def _models_found(self, found: list[InstalledModel]) -> None:
        self.model_count = len(found)
        self.models_came.emit(found)

    def begin(self, template: Template, inputs: Inputs | None = None) -> None:
        """Put an empty form of a template on the desk, or one that is filled already."""
        if self.runner.running:
            return
        filled = inputs or Inputs(with_profile(template, self.desk.settings))
        self._put(Sheet(template, filled, title=title_of(template, filled)))
        if inputs is not None:
            assert self.sheet is not None
            self.saver.inputs_changed(self.sheet, lambda: inputs)

    def fill_again(self) -> None:
        """Put the values of the template's latest document into what is still empty in the new form."""
        sheet, read = self.sheet, self._read_form
        if sheet is None or sheet.number or read is None:
            return
        future = self.desk.latest_inputs(sheet.template.id)

        def fill(before: Inputs | None) -> None:
            if self.sheet is sheet and not sheet.number and before is not None:
                values = values_again(sheet.template, dict(before.values), dict(read().values))
                self.begin(sheet.template, Inputs(values))

        self.bridge.then(future, self, fill, lambda error: self.failed.emit("load", error))

    def newer_template(self) -> Template | None:
        """Return the version of the open document's template that is offered now, when it is another one."""
        sheet = self.sheet
        if sheet is None:
            return None
        try:
            offered = self.desk.template(sheet.template.id)
        except AssistantError:
            return None  # no longer offered: the document has its own
        return None if offered.source == sheet.template.source else offered

    def move_to_present_version(self) -> None:
        """Copy the open document to the newer version of its template, and open the copy."""
        sheet, newer = self.sheet, self.newer_template()
        if sheet is None or newer is None:
            return
        self.saver.flush()
        if not sheet.number:
            known = {field.key for field in newer.fields}
            values = {key: value for key, value in sheet.inputs.values.items() if key in known}
            self.begin(newer, Inputs(with_profile(newer, self.desk.settings) | values))
            return
        future = self.desk.move_to_present_version(sheet.number)
        self.bridge.then(future, self, self.open_document, lambda error: self.failed.emit("load", error))

    def open_document(self, number: int) -> None:
        """Take a document out of the history."""
        if self.runner.running or (self.sheet is not None and self.sheet.number == number):
            return
        self.saver.flush()
        future = self.desk.load(number)
        self.bridge.then(future, self, self._document_open, lambda error: self.failed.emit("load", error))

    def _document_open(self, opened: OpenDocument) -> None:
        if not self.runner.running:
            self._put(Sheet.of(opened))

    def history_grew(self, numbers: Collection[int]) -> None:
        """Show what came in from another history: new documents, more of the open one, other favourites."""
        self.refresh_history()
        self.library_changed.emit()
        if self.sheet is not None and self.sheet.number in numbers:
            future = self.desk.load(self.sheet.number)
            self.bridge.then(future, self, self._document_open, lambda error: self.failed.emit("load", error))

    def _put(self, sheet: Sheet) -> None:
        self.saver.flush()
        before, self.sheet = self.sheet, sheet
        self.recovered = tuple(found for found in self.recovered if found.id != sheet.number)
        self.opened.emit()
        self._form_changed(lambda: sheet.inputs)
        if before is not None:
            self.left_behind.emit(before)

    # -- what a person changes -------------------------------------------------------------------------------------

    def inputs_changed(self, read: Callable[[], Inputs]) -> None:
        """Note a change in the form."""
        if self.sheet is not None:
            self.saver.inputs_changed(self.sheet, read)
            self._form_changed(read)

    def _form_changed(self, read: Callable[[], Inputs]) -> None:
        """Reckon anew what the draft would take, once the person pauses; until then nothing is claimed."""
        self._read_form = read
        self.expected_came.emit(None)
        self._expecting.start()

    def _expect(self) -> None:
        sheet, read = self.sheet, self._read_form
        if sheet is None or read is None or self._closing is not None:
            return

        inputs = read()
        self._reckon(inputs)
        if not self.runner.running:
            self.form_settled.emit(inputs)

    def _reckon(self, inputs: Inputs) -> None:
        sheet, read = self.sheet, self._read_form
        if sheet is None or self._closing is not None:
            return

        def told(seconds: float | None) -> None:
            if self.sheet is sheet and self._read_form is read and not self._expecting.isActive():
                self.expected_came.emit(seconds)

        self.bridge.then(self.desk.expected(sheet.template.id, inputs), self, told, lambda _error: None)

    def prepare(self, inputs: Inputs) -> None:
        """Have the model get ready for a draft of these inputs, so that it begins sooner."""
        if self.sheet is not None and self._closing is None:
            sheet, read = self.sheet, self._read_form

            def ready(_done: None) -> None:
                # What was read meanwhile need not be waited for; unless the form has gone on.
                if self.sheet is sheet and self._read_form is read and not self._expecting.isActive():
                    self._reckon(inputs)

            future = self.desk.prepare(sheet.template.id, inputs)
            self.bridge.then(future, self, ready, lambda _error: None)

    def section_changed(self, key: str, read: Callable[[], Content]) -> None:
        """Note an edit on the page."""
        if self.sheet is not None:
            self.runner.hold(self.sheet, key)
            self.saver.section_changed(self.sheet, key, read)

    def read_source(self, key: str, path: Path, charset: str) -> None:
        """Read a file for a document field."""
        sheet = self.sheet
        future = self.desk.read_source(path, charset or None)

        def still_here(tell: Callable[[str, object], object]) -> Callable[[object], None]:
            return lambda value: None if self.sheet is not sheet else (tell(key, value), None)[1]

        self.bridge.then(future, self, still_here(self.source_read.emit), still_here(self.source_failed.emit))

    # -- drafting --------------------------------------------------------------------------------------------------

    def draft(self) -> None:
        """Write the whole draft anew."""
        if self.sheet is not None:
            self.saver.flush()
            self.runner.start(self.sheet, self.desk.draft, [spec.key for spec in self.sheet.template.sections])

    def continue_draft(self, *, vary: bool = False) -> None:
        """Go on where the draft broke off, with `vary` by writing the section it broke off in in other words."""
        if self.sheet is not None:
            self.saver.flush()
            self.runner.start(self.sheet, partial(self.desk.continue_draft, vary=vary), self.sheet.pending)

    def regenerate(self, key: str) -> None:
        """Write one section anew."""
        if self.sheet is not None:
            self.saver.flush()
            desk = self.desk
            self.runner.start(self.sheet, lambda number, listener: desk.regenerate(number, key, listener), [key])

    def _run_ended(self, sheet: Sheet, ended: Ended) -> None:
        if self._closing is not None:
            return
        future = self.desk.load(sheet.number)
        self.bridge.then(future, self, lambda opened: self._refresh(sheet, opened), lambda _error: None)
        self.refresh_history()
        self._expecting.start()
        if sheet is self.sheet:
            self.settled.emit()
            self.ended.emit(ended)

    def _refresh(self, sheet: Sheet, opened: OpenDocument) -> None:
        """Take over what only the store knows; contents on the page are as new or newer."""
        fresh = Sheet.of(opened)
        if not self.runner.running:
            sheet.state, sheet.pending = fresh.state, fresh.pending
        sheet.title = fresh.title
        if sheet is self.sheet:
            self.settled.emit()

    # -- export ----------------------------------------------------------------------------------------------------

    def export(self, path: Path, *, overwrite: bool) -> None:
        """Write the open document to a file."""
        self.saver.flush()
        sheet = self.sheet
        if sheet is None:
            return

        def written(done: Exported) -> None:
            self.exported.emit(done.path)
            if done.warning is not None:
                self.failed.emit("look", done.warning)

        def write(number: int) -> None:
            future = self.desk.export(number, path, overwrite=overwrite)
            self.bridge.then(future, self, written, lambda error: self.failed.emit("export", error))

        self.saver.with_number(sheet, write)

    # -- settings, end ---------------------------------------------------------------------------------------------

    def set_language(self, language: str) -> None:
        """Keep the language for the next start; the window is someone else's to change."""
        self.keep_settings(dataclasses.replace(self.desk.settings, language=language))

    def set_last_template(self, template_id: str) -> None:
        """Keep which template to begin with at the next start."""
        if self.desk.settings.last_template != template_id:
            self.keep_settings(dataclasses.replace(self.desk.settings, last_template=template_id))

    def set_favourite(self, template_id: str, favourite: bool) -> None:  # noqa: FBT001 -- a slot
        """Keep a template among the favourites, or take it out."""
        others = tuple(one for one in self.desk.settings.favourites if one != template_id)
        favourites = (*others, template_id) if favourite else others
        self.keep_settings(dataclasses.replace(self.desk.settings, favourites=favourites))
        self.library_changed.emit()

    def set_office(self, settings: Settings) -> None:
        """Keep the person's own details and where the office's templates are; only these are taken over."""
        names = ("section", "person", "telephone", "mail", "shared_templates", "office")
        changed = {name: getattr(settings, name) for name in names}
        self.keep_settings(dataclasses.replace(self.desk.settings, **changed))

    def use_model(self, name: str) -> None:
        """Keep which model to write with from now on."""
        self.keep_settings(dataclasses.replace(self.desk.settings, model=name))

    def first_template(self) -> Template:
        """Return the template to begin with: the last one used, or the first."""
        try:
            return self.desk.template(self.desk.settings.last_template)
        except AssistantError:
            return self.desk.templates[0]

    def keep_settings(self, settings: Settings) -> None:
        """Put settings in force and keep them."""
        future = self.desk.save_settings(settings)
        self.bridge.then(future, self, lambda _kept: None, lambda error: self.failed.emit("settings", error))

    def close(self, then: Callable[[], object]) -> None:
        """Save everything, stop the model, and call `then` when all of it is done."""
        if self._closing is not None:
            return
        self._closing = then
        self._expecting.stop()
        self.saver.flush()
        self.runner.moved.connect(self._close_at_rest)
        self.runner.stop()
        self._close_at_rest()

    def _close_at_rest(self) -> None:
        # A run's end still saves what a person edited meanwhile, so the desk is closed after it.
        if not self.runner.running:
            self.runner.moved.disconnect(self._close_at_rest)
            self.saver.when_begun(self._close_desk)

    def _close_desk(self) -> None:
        then = self._closing
        assert then is not None
        self.bridge.then(self.desk.close(), self, lambda _closed: then(), lambda _error: then())
