"""Which model is loaded: chosen by the settings, loaded when it is not, given back when nobody has used it for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import AssistantError, UserFault
from desktop.engine.base import Engine, ModelSpec
from desktop.engine.catalog import choose_model, installed_models
from desktop.engine.model_hash import model_sha256
from desktop.session.events import DeviceGivenUp, Listener, Loading
from desktop.session.smaller_model import with_smaller
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model a draft is made with; `sha256` is empty when it cannot be known."""

    name: str
    path: Path
    sha256: str

    @property
    def identity(self) -> str:
        """What its speeds are kept under."""
        return self.sha256 or self.name


class ModelHolder:
    """Holds one model in the engine. Everything is called on the engine's thread."""

    def __init__(
        self, engine: Engine, folders: Folders, settings: Callable[[], Settings], model: ChosenModel | None
    ) -> None:
        """Hold `model`, or without one the model that the settings in force choose."""
        self._engine = engine
        self._folders = folders
        self._settings = settings
        self._model = model
        self._loaded: ModelSpec | None = None
        self._device_given_up = False

    @property
    def loaded(self) -> ModelSpec | None:
        """What is loaded, as far as is known."""
        return self._loaded

    @property
    def keeps_heads(self) -> bool:
        """Whether evaluated beginnings of prompts stay on the disk."""
        return bool(self._loaded and self._loaded.snapshots and self._loaded.sha256)

    def choose(self) -> ChosenModel:
        """Return the model to write with; raises `UserFault` MODEL_NONE."""
        if self._model is not None:
            return self._model
        found = choose_model(installed_models(self._folders.models), self._settings().model)
        return ChosenModel(found.name, found.path, model_sha256(found.path, self._folders.model_hashes))

    def hold(self, model: ChosenModel, listener: Listener) -> None:
        """Load the model unless it is loaded as the settings want it; `listener` gets `Loading`."""
        spec = self._spec(model)
        if spec == self._loaded:
            return
        self._loaded = None
        listener(Loading(0.0))
        try:
            info = self._engine.load(spec, lambda fraction: listener(Loading(fraction)))
        except UserFault as fault:
            raise with_smaller(fault, model.name, spec, self._folders.models) from fault
        self._loaded = spec
        self._device_given_up = bool(info.device_fault)

    def _spec(self, model: ChosenModel) -> ModelSpec:
        settings = self._settings()
        keeps = settings.head_cache_mb
        return ModelSpec(
            model.path,
            n_ctx=settings.n_ctx,
            n_threads=settings.threads,
            sha256=model.sha256,
            snapshots=str(self._folders.heads) if keeps else "",
            snapshot_bytes=keeps * 1_000_000,
            cpu_percent=settings.cpu_percent,
        )

    def tell_device(self, listener: Listener) -> None:
        """Tell once that a graphics device was given up when the model was loaded, perhaps while nobody listened."""
        if self._device_given_up:
            self._device_given_up = False
            listener(DeviceGivenUp())

    def release(self) -> None:
        """Give the model's memory back; the next draft loads it again."""
        self._loaded = None
        # A process that cannot be ended in order is ended by the next load.
        with suppress(AssistantError):
            self._engine.unload()


class IdleTimer:
    """Calls `act` on a thread of its own once nothing has been done for a while; may be used from any thread."""

    def __init__(self, act: Callable[[], object]) -> None:
        """Start at rest."""
        self._act = act
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._due = False

    @property
    def due(self) -> bool:
        """Whether the time is over and nothing has been begun since."""
        with self._lock:
            return self._due

    def start(self, seconds: float) -> None:
        """Count from now on; with 0 seconds never."""
        self.stop()
        if seconds <= 0:
            return
        with self._lock:
            self._timer = timer = threading.Timer(seconds, lambda: self._over(timer))
            timer.name, timer.daemon = "idle", True
            timer.start()

    def stop(self) -> None:
        """Count no longer."""
        with self._lock:
            self._due = False
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _over(self, timer: threading.Timer) -> None:
        with self._lock:
            if self._timer is not timer:
                return
            self._timer, self._due = None, True
        self._act()
