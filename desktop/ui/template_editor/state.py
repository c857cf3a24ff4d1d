"""The template in work as its window knows it: the one text, what it looks like, and what is kept and published."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.sections import Content
from desktop.session.template_comparison import in_conflict, resolved
from desktop.session.template_edits import Edits
from desktop.session.template_preview import Preview
from desktop.session.template_work import Order, TemplateWork, after_publishing
from desktop.templates.editing import Value, with_value
from desktop.templates.heading import heading_of
from desktop.templates.lines import KeyPath
from desktop.templates.publishing import Conflict, Published
from desktop.ui.autosave import Autosave
from desktop.ui.bridge import Bridge

# A pause in typing after which the preview follows.
LOOK_AFTER_MS = 350


class EditorState(QObject):
    """Holds the edits in the main thread; everything slow comes back through the bridge."""

    opened = Signal()
    text_set = Signal(str)  # the text, changed by another hand than the text view's
    looked = Signal(object)  # Preview of the text as it stands
    merged_looked = Signal(object)  # faults of the merged text as it stands, a sequence of UserFault
    kept_changed = Signal()  # whether everything typed is on the disk may be different now
    failed = Signal(str, object)  # where ("open", "keep", "look"), error
    published = Signal(object)  # Published
    publish_failed = Signal(object)
    conflicted = Signal()

    def __init__(self, work: TemplateWork, bridge: Bridge, fresh: Edits, parent: QObject) -> None:
        """Begin with a template as it is used now; `open` looks for edits of the last time."""
        super().__init__(parent)
        self.work = work
        self.edits = self.fresh = fresh
        self.is_open = False
        self.preview: Preview | None = None
        self.typed: Mapping[str, str] = {}
        self.answers: Mapping[str, Content] = {}
        self.publishing = self._comparing = False
        self._bridge = bridge
        self._underway = 0
        self._looking = False
        self._keep = Autosave(self)
        self._keep.due.connect(self._save)
        self._look = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._look.timeout.connect(self._start_look)

    def open(self) -> None:
        """Look for edits that were kept the last time."""
        self._bridge.then(self.work.resume(self.fresh), self, self._resumed, self._not_resumed)

    def _resumed(self, edits: Edits) -> None:
        self.edits = edits
        self.is_open = True
        self.opened.emit()
        self._start_look()

    def _not_resumed(self, error: BaseException) -> None:
        self._resumed(self.fresh)
        self.failed.emit("open", error)

    # -- what a person changes -------------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Take the text from the text view."""
        if text != self.edits.text:
            self._take(replace(self.edits, text=text))

    def set_text(self, text: str) -> None:
        """Put another text in the place of the present one."""
        self.type(text)
        self.text_set.emit(text)

    def change(self, path: KeyPath, value: Value) -> bool:
        """Set one key, and nothing else; tells whether that could be done."""
        try:
            text = with_value(self.edits.text, path, value)
        except ValueError:
            return False
        if text != self.edits.text:
            self.set_text(text)
        return True

    def merge_typed(self, merged: str) -> None:
        """Take the merged text as far as the person has come."""
        if self.edits.merged and merged and merged != self.edits.merged:
            self._take(replace(self.edits, merged=merged))

    def _take(self, edits: Edits) -> None:
        self.edits = edits
        self._keep.touch()
        self._look.start()
        self.kept_changed.emit()

    def give_up(self) -> None:
        """Go back to the template as it is used now."""
        self._begin_anew(self.fresh)

    def go_on_as(self, edits: Edits) -> None:
        """Go on with other edits, as those of a copy under another identity."""
        self._take(edits)
        self.text_set.emit(edits.text)

    def _begin_anew(self, edits: Edits) -> None:
        # What was kept before is of no use to anyone now, under whatever identity it was.
        if self.edits.key != edits.key:
            self._await_kept(self.work.forget(self.edits.key))
        self._take(edits)
        self.flush()
        self.text_set.emit(edits.text)

    # -- keeping ---------------------------------------------------------------------------------------------------

    @property
    def at_rest(self) -> bool:
        """Whether everything typed is on the disk."""
        return not self._keep.pending and self._underway == 0

    def flush(self) -> None:
        """Hand what is not kept yet to the disk now."""
        self._keep.flush()

    def _save(self) -> None:
        edits = self.edits
        self._await_kept(self.work.keep(edits) if edits.changed else self.work.forget(edits.key))

    def _await_kept(self, future: Future[None]) -> None:
        self._underway += 1
        self._bridge.then(future, self, lambda _done: self._settled(), self._not_kept)
        self.kept_changed.emit()

    def _settled(self) -> None:
        self._underway -= 1
        self.kept_changed.emit()

    def _not_kept(self, error: BaseException) -> None:
        self._settled()
        self.failed.emit("keep", error)

    # -- looking ---------------------------------------------------------------------------------------------------

    def look_with(self, typed: Mapping[str, str], answers: Mapping[str, Content]) -> None:
        """Show the page with other values in its form and other answers."""
        self.typed, self.answers = typed, answers
        self._look.start()

    def compare(self, *, comparing: bool) -> None:
        """Look at the merged text from now on, or at one's own again."""
        self._comparing = comparing
        self._look.start()

    def _start_look(self) -> None:
        if self._looking:
            self._look.start()
            return
        self._looking = True
        # While two changes are brought together it is the merged text that has to become a template.
        text = self.edits.merged if self._comparing else self.edits.text
        future = self.work.look(text, heading_of(self.edits.began).name, self.typed, self.answers)
        self._bridge.then(future, self, self._seen, self._not_seen)

    def _seen(self, preview: Preview) -> None:
        self._looking = False
        if self._comparing:
            if preview.text == self.edits.merged:
                self.merged_looked.emit(preview.faults)
        elif preview.text == self.edits.text:
            self.preview = preview
            self.looked.emit(preview)

    def _not_seen(self, error: BaseException) -> None:
        self._looking = False
        self.failed.emit("look", error)

    # -- publishing ------------------------------------------------------------------------------------------------

    def publish(self, order: Order) -> None:
        """Publish the text as it stands."""
        if self.publishing:
            return
        self.flush()
        self.publishing = True
        sent = self.edits

        def done(result: Published | Conflict) -> None:
            self.publishing = False
            if isinstance(result, Conflict):
                self._take(in_conflict(self.edits, result))
                self.conflicted.emit()
            else:
                self._published(sent.text, result)

        self._bridge.then(self.work.publish(sent, order), self, done, self._not_published)

    def _published(self, sent: str, result: Published) -> None:
        after = after_publishing(self.edits, sent, result)
        self.fresh = replace(after, text=after.began)
        self._begin_anew(after)
        self.published.emit(result)

    def _not_published(self, error: BaseException) -> None:
        self.publishing = False
        self.publish_failed.emit(error)

    def resolve(self, merged: str) -> None:
        """Go on from the merged text."""
        self._comparing = False
        self._take(resolved(self.edits, merged))
        self.text_set.emit(merged)
