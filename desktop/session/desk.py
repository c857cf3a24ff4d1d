"""The desk: every use case of the program behind one object, for the window and the console alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from json import dumps
from pathlib import Path

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.documents.base import SourceText
from desktop.documents.export import export, safe_file_name
from desktop.documents.read import read_source
from desktop.engine.adding import add_model
from desktop.engine.base import Engine
from desktop.engine.catalog import InstalledModel, installed_models
from desktop.engine.device_engine import DeviceEngine
from desktop.session.ahead import Ahead
from desktop.session.case_desk import CaseDesk
from desktop.session.drafting import DraftRun, Job
from desktop.session.events import Ended, Listener
from desktop.session.history_desk import HistoryDesk
from desktop.session.jobs import rest_of_draft, section_again, whole_draft
from desktop.session.letterhead import Exported, letterhead
from desktop.session.model_holder import ChosenModel, IdleTimer, ModelHolder
from desktop.session.model_shelf import shelf_of
from desktop.session.office_library import OfficeLibrary
from desktop.session.open_document import OpenDocument, moved_to, opened_in, title_of
from desktop.session.pace import Pace
from desktop.session.plan import contents_of
from desktop.session.saving import PartialSaver
from desktop.session.speed_book import SpeedBook, terminal_name
from desktop.session.transfer_desk import Terminal, TransferDesk
from desktop.session.usage_desk import UsageDesk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings, save_settings
from desktop.store.history import HistoryStore
from desktop.store.records import (
    DocumentState,
    Inputs,
    RunFacts,
    TemplateStamp,
)
from desktop.templates.model import Template
from desktop.templates.render import build_document

# The templates of so many of the latest documents are made ready while nobody waits.
LATELY = 20


class Desk(HistoryDesk):
    """All use cases.

    Every method returns at once. Futures resolve, and listeners are called, on the desk's own threads: one for the
    store, one for the engine, two for files. The engine's faults come in `Ended`; a future of a draft never fails.
    """

    def __init__(
        self, folders: Folders, settings: Settings, *, engine: Engine | None = None, model: ChosenModel | None = None
    ) -> None:
        """Use `engine` instead of a child process with an installed model, when given; the desk closes it.

        An engine given from outside brings its own model unless `model` names one.
        """
        super().__init__(folders.history_file, lambda: self._settings)
        self.encryption.wanted = settings.encrypt_history
        self._folders = folders
        self._settings = settings
        self._engine = engine or DeviceEngine(folders.device_records)
        own = ChosenModel("external", Path(), "") if engine is not None else None
        self._holder = ModelHolder(self._engine, folders, lambda: self._settings, model or own)
        self._engine_pool = ThreadPoolExecutor(1, "engine")
        self._file_pool = ThreadPoolExecutor(2, "files")
        self.library = OfficeLibrary(folders, lambda: self._settings, self._file_pool)
        self.cases = CaseDesk(self.library.task, self.library.sync_now, self._file_pool)
        self.usage = UsageDesk(self._in_store, lambda: self._settings)
        self.transfer = TransferDesk(self._in_store, Terminal(self.export, lambda: self._settings, self.save_settings))
        self._lock = threading.Lock()
        self._run: DraftRun | None = None
        self._busy = False
        self._stop = threading.Event()
        self._closing: Future[None] | None = None
        self._speeds = SpeedBook(self._in_store, self._engine, self._terminal)
        self._ahead = Ahead(self._engine, self._holder, self._speeds)
        self._idle = IdleTimer(self._idle_over)

    def _terminal(self) -> str:
        return terminal_name(self._settings.threads, self._settings.cpu_percent)

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates that can be used, in order."""
        return self.library.templates

    def template(self, template_id: str) -> Template:
        """Return the template with this identity; raises `UserFault` TEMPLATE_NOT_FOUND."""
        return self.library.offer(template_id).template

    @property
    def folders(self) -> Folders:
        """Where everything is kept."""
        return self._folders

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def busy(self) -> bool:
        """Whether a draft is being written."""
        return self._busy

    # -- history ---------------------------------------------------------------------------------------------------

    def create(self, template_id: str, inputs: Inputs) -> Future[int]:
        """Begin a document; the future gives its number."""
        template = self.template(template_id)
        stamp = TemplateStamp(template.id, template.name, template.version, template.source)
        title = title_of(template, inputs)
        return self._in_store(lambda store: store.create_document(stamp, title, inputs))

    def begin_trial(self, template: Template, title: str, inputs: Inputs) -> Future[int]:
        """Begin a document of a template that is still being edited, under a title that says so."""
        stamp = TemplateStamp(template.id, template.name, template.version, template.source)
        return self._in_store(lambda store: store.create_document(stamp, title, inputs))

    def save_inputs(self, document_id: int, inputs: Inputs) -> Future[None]:
        """Keep what a person typed into the form."""

        def work(store: HistoryStore) -> None:
            template = opened_in(store, document_id).template
            store.save_inputs(document_id, title_of(template, inputs), inputs)

        return self._in_store(work)

    def move_to_present_version(self, document_id: int) -> Future[int]:
        """Copy a document to the version of its template that is offered now; the future gives the copy's number."""
        return self._in_store(lambda store: moved_to(store, document_id, self.template))

    # -- files -----------------------------------------------------------------------------------------------------

    def read_source(self, path: Path, charset: str | None = None) -> Future[SourceText]:
        """Read a file a person gave as source."""
        return self._file_pool.submit(read_source, path, charset)

    def export(self, document_id: int, path: Path, *, overwrite: bool = False) -> Future[Exported]:
        """Write the document as a Word, text or Markdown file, by the suffix of `path`.

        A Word file has the look of the template's reference file as it lies beside the template today.
        """

        def work() -> Exported:
            opened = self.load(document_id).result()
            values = opened.record.inputs.values
            document = build_document(opened.template, values, contents_of(opened.record))
            look, fault = None, None
            if path.suffix.lower() == ".docx":
                # The history keeps the template's text and not what stands beside it.
                today = next((one for one in self.templates if one.id == opened.template.id), opened.template)
                look, fault = letterhead(opened.template.layout, today.folder, today.layout)
            written = export(document, path, overwrite=overwrite, reference=look)
            self.audit.exported(document_id, written).result()
            return Exported(written, fault)

        return self._file_pool.submit(work)

    def suggested_name(self, title: str) -> str:
        """Return a file name without suffix for a title."""
        return safe_file_name(title)

    def save_settings(self, settings: Settings) -> Future[None]:
        """Put settings in force and keep them."""
        before, self._settings = self._settings, settings
        if _share_of(before) != _share_of(settings):
            self.library.settings_changed()
        self.audit.settings_changed(before, settings)
        return self._file_pool.submit(save_settings, self._folders.settings_file, settings)

    # -- models ----------------------------------------------------------------------------------------------------

    def models(self) -> Future[list[InstalledModel]]:
        """Return the models found in the model folders."""
        return self._file_pool.submit(installed_models, self._folders.models)

    def add_model(self, path: Path, progress: Callable[[int, int], None]) -> Future[InstalledModel]:
        """Add a model file, or one in parts by its manifest, verified; `progress` gets bytes done and in all.

        It goes where everyone on the terminal finds it, when this person may write there, otherwise to their own.
        """

        def work() -> InstalledModel:
            return add_model(path, shelf_of(self._folders), progress=progress, cancelled=self._stop.is_set).model

        return self._file_pool.submit(work)

    # -- while nobody waits ----------------------------------------------------------------------------------------

    def prepare(self, template_id: str, inputs: Inputs) -> Future[None]:
        """Get ready for a draft of these inputs: load the model, and read what can be read already, on few cores.

        Does nothing while a draft is written, or when the settings do not want it; a later call takes the place of an
        earlier one. Faults are kept quiet: the draft itself will meet and tell them.
        """
        template = self.template(template_id)
        with self._lock:
            if self._busy or self._closing is not None or not self._settings.prepare_ahead:
                nothing: Future[None] = Future()
                nothing.set_result(None)
                return nothing
            errand = self._ahead.errand(template, inputs.values, self._lately_used)

        def work() -> None:
            self._idle.stop()
            try:
                errand()
            finally:
                self._idle.start(self._settings.unload_minutes * 60)

        return self._engine_pool.submit(work)

    def _lately_used(self) -> list[Template]:
        """Return the templates of the latest documents."""
        used = dict.fromkeys(summary.template_id for summary in self.history(LATELY).result())
        return [template for template in self.templates if template.id in used]

    def _idle_over(self) -> None:
        """Give the model's memory back, unless a draft has begun meanwhile."""
        with self._lock:
            if self._closing is None:
                self._engine_pool.submit(lambda: self._holder.release() if self._idle.due else None)

    # -- drafting --------------------------------------------------------------------------------------------------

    def draft(self, document_id: int, listener: Listener) -> Future[Ended]:
        """Write the whole draft anew; earlier versions of its sections stay."""
        return self._start(document_id, listener, whole_draft)

    def continue_draft(self, document_id: int, listener: Listener, *, vary: bool = False) -> Future[Ended]:
        """Go on where a draft broke off; sections that are finished or that a person wrote are kept.

        With `vary` the section that was being written is begun again, in other words and with repetition made dear.
        """
        return self._start(document_id, listener, lambda opened: rest_of_draft(opened, vary=vary))

    def regenerate(self, document_id: int, section_key: str, listener: Listener) -> Future[Ended]:
        """Write one section again, differently; the others stay as they are."""
        return self._start(document_id, listener, lambda opened: section_again(opened, section_key))

    def expected(self, template_id: str, inputs: Inputs) -> Future[float | None]:
        """Return the seconds a draft of these inputs will take here; `None` before the model's first run.

        The future fails with a `UserFault` for inputs that are not complete, and without a model.
        """

        def work() -> float | None:
            template = self.template(template_id)
            return self._pace(self._holder.choose(), template).foreseen(template, inputs.values)

        return self._file_pool.submit(work)

    def cancel(self) -> None:
        """Stop the draft that is being written; what has been received is kept."""
        self._stop.set()
        self._ahead.stop()
        with self._lock:
            run = self._run
        if run is not None:
            run.cancel()

    def _start(self, document_id: int, listener: Listener, make: Callable[[OpenDocument], Job]) -> Future[Ended]:
        with self._lock:
            if self._busy:
                refused: Future[Ended] = Future()
                busy = EngineFault(ErrorCode.ENGINE_BUSY)
                refused.set_result(Ended(document_id, DocumentState.PREPARING, error=busy))
                return refused
            self._busy = True
            self._stop.clear()
        self._ahead.step_aside(listener)

        def work() -> Ended:
            self._idle.stop()
            state = DocumentState.INTERRUPTED
            try:
                opened = self.load(document_id).result()
                state = opened.record.summary.state
                ended = self._work(make(opened), listener)
            except Exception as error:  # noqa: BLE001 -- the window must hear of every end, of a bug's as well
                ended = Ended(document_id, state, error=_as_fault(error))
            finally:
                with self._lock:
                    self._run, self._busy = None, False
                self._ahead.forget()
                self._idle.start(self._settings.unload_minutes * 60)
            if ended.state is DocumentState.COMPLETE:
                self._ahead.forgive()
            listener(ended)
            return ended

        return self._engine_pool.submit(work)

    def _work(self, job: Job, listener: Listener) -> Ended:
        model = self._holder.choose()
        self._holder.hold(model, listener)
        self._holder.tell_device(listener)
        facts = RunFacts(model.name, model.sha256, dumps(asdict(job.sampling)))
        self._in_store(lambda store: store.begin_run(job.document_id, facts, raw_text=job.raw_text)).result()
        saver = PartialSaver(self._in_store, job.document_id)
        run = DraftRun(self._engine, saver, job, listener, self._stop, pace=self._pace(model, job.template))
        with self._lock:
            self._run = run
        return run.run()

    def _pace(self, model: ChosenModel, template: Template) -> Pace:
        kept = bool(self._settings.head_cache_mb and model.sha256)
        return Pace(self._speeds, self._engine, model.identity, template.id, heads_kept=kept, read=self._ahead.known)

    # -- end -------------------------------------------------------------------------------------------------------

    def close(self) -> Future[None]:
        """Stop what runs, write what is pending, end the model's process; the future ends when all is done."""
        with self._lock:
            if self._closing is not None:
                return self._closing
            self._closing = Future()
        self.cancel()
        self._idle.stop()
        self.library.close()
        self.usage.close()
        threading.Thread(target=self._close, args=(self._closing,), name="desk-close").start()
        return self._closing

    def _close(self, closing: Future[None]) -> None:
        """Wait for each pool in the order in which they use each other."""
        try:
            self._engine_pool.submit(self._engine.close).result()
            self._idle.stop()
            self._engine_pool.shutdown()
            self.transfer.close()
            self._file_pool.shutdown()
            self._close_history()
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits
            closing.set_exception(error)
        else:
            closing.set_result(None)


def _share_of(settings: Settings) -> tuple[object, ...]:
    return settings.shared_templates, settings.office, settings.template_keys


def _as_fault(error: Exception) -> AssistantError:
    if isinstance(error, AssistantError):
        return error
    return EngineFault(ErrorCode.UNEXPECTED, kind=type(error).__name__)
