"""The templates that apply to this person: those of the program and those of the office's share, kept up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.core.errors import AssistantError
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.templates.library import builtin_templates
from desktop.templates.model import Template
from desktop.templates.resolve import Library, Offered, resolve
from desktop.templates.share_watch import ShareWatch, SyncPhase, SyncState
from desktop.templates.sync import Task


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be used now: the library, where its synchronisation stands, and why the share's part is missing."""

    library: Library
    sync: SyncState = field(default_factory=lambda: SyncState(SyncPhase.OFF))
    fault: AssistantError | None = None


class OfficeLibrary:
    """Holds the shelf. Everything returns at once; listeners are called on threads of the library's own."""

    def __init__(self, folders: Folders, settings: Callable[[], Settings], pool: ThreadPoolExecutor) -> None:
        """Begin with the program's own templates; `pool` is where files are read."""
        self._folders = folders
        self._settings = settings
        self._pool = pool
        self._builtin = builtin_templates()
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._shelf = Shelf(resolve(self._builtin))
        self._listeners: list[Callable[[Shelf], None]] = []
        self._watch: ShareWatch | None = None
        self._closed = False

    @property
    def shelf(self) -> Shelf:
        """What can be used now."""
        return self._shelf

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates that apply, in order."""
        return self._shelf.library.templates

    def offer(self, template_id: str) -> Offered:
        """Return a template and where it comes from; raises `UserFault` TEMPLATE_NOT_FOUND (id)."""
        return self._shelf.library.offer(template_id)

    def listen(self, listener: Callable[[Shelf], None]) -> None:
        """Call `listener` with every new shelf from now on."""
        self._listeners.append(listener)

    def read(self) -> Future[Shelf]:
        """Read the local copies of the share; the share itself is not touched."""
        with self._lock:
            if not self._closed:
                return self._pool.submit(self._read)
        as_it_was: Future[Shelf] = Future()
        as_it_was.set_result(self._shelf)
        return as_it_was

    def watch(self) -> None:
        """Keep the copies up to date from now on, in the background."""
        with self._lock:
            if self._watch is None and not self._closed:
                self._watch = ShareWatch(self.task(), self._sync_moved)

    def sync_now(self) -> None:
        """Bring the copies up to date now."""
        with self._lock:
            if self._watch is not None:
                self._watch.sync_now()

    def settings_changed(self) -> None:
        """Use the share that the settings name now."""
        with self._lock:
            if self._watch is not None:
                self._watch.use(self.task())
        self.read()

    def close(self) -> None:
        """Stop; never waits for the share."""
        with self._lock:
            self._closed = True
            if self._watch is not None:
                self._watch.close()

    def task(self) -> Task | None:
        """Return the share that the settings name, with where its copies lie; nothing when they name none."""
        settings = self._settings()
        if not settings.shared_templates:
            return None
        share, copies = Path(settings.shared_templates), self._folders.shared_templates
        return Task(share, copies, settings.office, settings.template_keys)

    def _read(self) -> Shelf:
        with self._reading:  # of two at a time the older list could come last
            return self._read_alone()

    def _read_alone(self) -> Shelf:
        task, fault = self.task(), None
        try:
            if task is None:
                library = resolve(self._builtin)
            else:
                library = resolve(self._builtin, task.cache, task.office, task.keys)
        except AssistantError as error:
            # A key that is none: nothing of the share can be trusted, and the program's own templates work.
            library, fault = resolve(self._builtin), error
        return self._put(library=library, fault=fault)

    def _sync_moved(self, state: SyncState) -> None:
        ended_before = self._shelf.sync.ended_at
        self._put(sync=state)
        if state.ended_at != ended_before:
            self.read()

    def _put(self, **changes: object) -> Shelf:
        with self._lock:
            self._shelf = shelf = replace(self._shelf, **changes)  # type: ignore[arg-type]  # named by the callers above
            listeners = () if self._closed else tuple(self._listeners)
        for listener in listeners:
            listener(shelf)
        return shelf
