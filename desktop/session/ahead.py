"""What the model does while nobody waits for it: it is loaded, measured, and reads what the next draft will ask."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

from desktop.core.errors import AssistantError, EngineFault, UserFault
from desktop.engine.base import Done, Engine, GenerateRequest, Message, ModelSpec, Role, StopReason
from desktop.session.asks import Answers, Ask
from desktop.session.events import DraftEvent, Listener, Measuring
from desktop.session.model_holder import ModelHolder
from desktop.session.plan import Plan, heads
from desktop.session.speed_book import SpeedBook
from desktop.templates.model import Template
from desktop.templates.render import validate_inputs

# Heads are read ahead until they fill this share of what they may take: beyond, one would only drive out another.
FULL_SHARE = 0.8


class Errand:
    """One piece of such work. It gives way to a draft at once, except while it does what the draft needs as well."""

    def __init__(self, engine: Engine) -> None:
        """Work with `engine`, on the engine's thread; `step_aside` and `stop` may come from any thread."""
        self._engine = engine
        self._lock = threading.Lock()
        self._aside = False
        self._reading = False
        self._waiting: Listener | None = None
        self._last: DraftEvent | None = None

    @property
    def aside(self) -> bool:
        """Whether it has to end."""
        with self._lock:
            return self._aside

    def step_aside(self, listener: Listener | None = None) -> None:
        """End the reading; loading and measuring go on, and `listener` hears of them from now on."""
        with self._lock:
            self._aside = True
            self._waiting = listener
            last = self._last
            if self._reading:
                self._engine.cancel()
        if listener is not None and last is not None:
            listener(last)

    def stop(self) -> None:
        """End everything, loading too."""
        with self._lock:
            self._aside = True
        self._engine.cancel()

    def tell(self, event: DraftEvent) -> None:
        """Take note of what is being done, for a draft that has to wait for it."""
        with self._lock:
            self._last = event
            waiting = self._waiting
        if waiting is not None:
            waiting(event)

    def measuring(self) -> bool:
        """Tell of a measurement that is about to begin; says whether to go on."""
        if self.aside:
            return False
        self.tell(Measuring())
        return True

    def read(self, request: GenerateRequest) -> bool:
        """Have a prompt read; says whether it was read to its end."""
        with self._lock:
            self._last = None
            if self._aside:
                return False
            self._reading = True
        reason = StopReason.CANCELLED
        try:
            with closing(self._engine.generate(request)) as events:
                for event in events:
                    # A cancel that came before the generation had begun had nothing to cancel.
                    if self.aside:
                        return False
                    if isinstance(event, Done):
                        reason = event.reason
        finally:
            with self._lock:
                self._reading = False
        return reason is not StopReason.CANCELLED


class Ahead:
    """Gives out errands, one at a time: a newer one takes the place of the one before."""

    def __init__(self, engine: Engine, holder: ModelHolder, speeds: SpeedBook) -> None:
        """Begin with nothing under way."""
        self._engine = engine
        self._holder = holder
        self._speeds = speeds
        self._lock = threading.Lock()
        self._errand: Errand | None = None
        self._read: set[tuple[ModelSpec, bytes]] = set()
        self._failed = False
        self._known: tuple[ModelSpec | None, tuple[Message, ...]] = (None, ())

    @property
    def known(self) -> tuple[Message, ...]:
        """The question that the loaded model has read and still knows: a draft that begins with it begins at once."""
        spec, messages = self._known
        return messages if spec is not None and spec == self._holder.loaded else ()

    def forget(self) -> None:
        """Note that the model reads something else now."""
        self._known = (None, ())

    def errand(
        self, template: Template, values: Mapping[str, str], others: Callable[[], Sequence[Template]]
    ) -> Callable[[], None]:
        """Return the work for the engine's thread: what a draft of these values would ask first.

        Where the values are not complete yet, the beginnings of the template's questions are read and kept on the
        disk, then those of the templates that `others` returns.
        """
        errand = Errand(self._engine)
        with self._lock:
            before, self._errand = self._errand, errand
        if before is not None:
            before.step_aside()
        return lambda: self._run(errand, template, values, others)

    def step_aside(self, listener: Listener) -> None:
        """Make room for a draft, which is told what it still has to wait for."""
        with self._lock:
            errand = self._errand
        if errand is not None:
            errand.step_aside(listener)

    def stop(self) -> None:
        """End what is under way."""
        with self._lock:
            errand = self._errand
        if errand is not None:
            errand.stop()

    def forgive(self) -> None:
        """Begin again after a failure: the engine has worked since."""
        self._failed = False

    def _run(
        self,
        errand: Errand,
        template: Template,
        values: Mapping[str, str],
        others: Callable[[], Sequence[Template]],
    ) -> None:
        if errand.aside or self._failed:
            return
        try:
            model = self._holder.choose()
            self.forget()
            self._holder.hold(model, errand.tell)
            self._speeds.measured(model.identity, errand.measuring)
            first = self._first_ask(template, values)
            if first is not None:
                if errand.read(first):
                    self._known = (self._holder.loaded, tuple(first.messages))
            elif self._holder.keeps_heads:
                self._read_heads(errand, chain([template], others()))
        except EngineFault:
            # The next draft will meet the same fault and tell it; until then nothing is tried in the background.
            self._failed = not errand.aside
        except AssistantError:
            return  # no model, or no room for it or for the text: told when a draft is asked for
        finally:
            with self._lock:
                if self._errand is errand:
                    self._errand = None

    def _first_ask(self, template: Template, values: Mapping[str, str]) -> GenerateRequest | None:
        try:
            checked = validate_inputs(template, values)
        except UserFault:
            return None
        plan = Plan(template, checked, {}, [spec.key for spec in template.sections])
        first = next((ask for ask in plan.asks(Answers()) if isinstance(ask, Ask)), None)
        return None if first is None else _reading(first.messages, first.head)

    def _read_heads(self, errand: Errand, templates: Iterator[Template]) -> None:
        spec = self._holder.loaded
        assert spec
        for template in templates:
            for head in heads(template):
                digest = hashlib.sha256("\0".join(message.content for message in head).encode()).digest()
                if (spec, digest) in self._read:
                    continue
                if _bytes_in(Path(spec.snapshots)) >= FULL_SHARE * spec.snapshot_bytes:
                    return
                if not errand.read(_reading((*head, Message(Role.USER, "")), len(head))):
                    return
                self._read.add((spec, digest))


def _reading(messages: Sequence[Message], head: int) -> GenerateRequest:
    return GenerateRequest(messages, max_tokens=0, head=head, background=True)


def _bytes_in(folder: Path) -> int:
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir())
    except OSError:
        return 0  # not made yet
