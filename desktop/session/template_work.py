"""The use cases of editing a template, without a window: opening, keeping, looking at, and publishing it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.core.long_paths import reachable
from desktop.core.sections import Content
from desktop.session.template_edits import Edits, EditsBook
from desktop.session.template_preview import Preview, preview
from desktop.templates.editing import with_value
from desktop.templates.heading import heading_of, raised
from desktop.templates.merge import merge
from desktop.templates.model import Template
from desktop.templates.publishing import FIRST_VERSION, Conflict, Edition, Published, publish
from desktop.templates.resolve import Origin
from desktop.templates.shared import HISTORY, levels_of, normal, parent_of

T = TypeVar("T")

# More folders than this are no list that a person can choose from.
MAX_LEVELS = 300


@dataclass(frozen=True, slots=True)
class SharePlace:
    """The office's share, the person's folder on it (`総務部/総務課`), their name, a key to sign with.

    `share` is `None` where there is none: then templates can be edited and tried, and not published.
    """

    share: Path | None = None
    office: str = ""
    person: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A folder of the share (`""` for the whole city) that can be published to; one that is not there yet is made."""

    folder: str
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """What a person says when they publish: where to, as whom, which version, and what changed."""

    folder: str
    author: str
    version: str
    change: str


def edits_of(template: Template, origin: Origin | None = None) -> Edits:
    """Return the work on a template as it is used now.

    One that the program brings along keeps its identity: once published, the office's version takes its place.
    """
    # Editors know one kind of line break; publishing compares without them.
    text = template.source.removeprefix("\ufeff").replace("\r\n", "\n")
    if origin is None or not origin.level:
        return Edits(template.id, text, text)
    return Edits(template.id, text, text, parent_of(origin.file), origin.file.rpartition("/")[2], on_share=True)


def separate(edits: Edits, taken: Collection[str], name: str) -> Edits:
    """Return the same work as another template: with an identity that is not taken, its own name, no past.

    Until it is published it is kept under the identity of the template it was made from, where people look for it.
    Raises `ValueError` where the text has no readable identity.
    """
    identity = _free(heading_of(edits.text).id or edits.key, taken)
    text = with_value(edits.text, ("id",), identity)
    text = with_value(with_value(text, ("name",), name), ("version",), FIRST_VERSION)
    return Edits(edits.key, text, edits.began)


def _free(identity: str, taken: Collection[str]) -> str:
    for number in range(2, len(taken) + 3):
        tried = f"{identity[:36]}-{number}"
        if tried not in taken:
            return tried
    raise ValueError(identity)


def next_version(edits: Edits) -> str:
    """Return the version that publishing would give: the one typed into the text, else the next after the last."""
    now, before = heading_of(edits.text).version, heading_of(edits.began).version
    return raised(before) if now == before and edits.on_share else now or FIRST_VERSION


class TemplateWork:
    """Everything an editor asks for; each method returns at once, and its future ends on a thread of its own.

    Nothing here waits for a share: a thread that hangs in one is left behind when the program ends.
    """

    def __init__(self, data: Path, place: SharePlace) -> None:
        """Keep unsaved edits below `data`, the program's data folder."""
        self.place = place
        self._book = EditsBook(data)
        # One thread, so that a later state of the edits is never overwritten by an earlier one.
        self._keeping = ThreadPoolExecutor(1, "template-edits")

    def resume(self, fresh: Edits) -> Future[Edits]:
        """Return the edits of the last time where some are kept, else `fresh`."""
        return self._keeping.submit(lambda: self._book.found(fresh.key) or fresh)

    def keep(self, edits: Edits) -> Future[None]:
        """Keep unsaved edits; fails with OUTPUT_NOT_WRITABLE."""
        return self._keeping.submit(self._book.keep, edits)

    def forget(self, key: str) -> Future[None]:
        """Forget kept edits: they are published, or given up by the person."""
        return self._keeping.submit(self._book.forget, key)

    def look(
        self, text: str, known_as: str, typed: Mapping[str, str], answers: Mapping[str, Content]
    ) -> Future[Preview]:
        """Check a text and show what it gives; `known_as` is its name where it cannot be read."""
        return _apart(lambda: preview(text, known_as, typed, answers))

    def levels(self) -> Future[tuple[Level, ...]]:
        """Return where on the share a template can go: the city, the folders that are there, the person's own."""
        return _apart(lambda: levels(self.place))

    def publish(self, edits: Edits, order: Order) -> Future[Published | Conflict]:
        """Publish the text; fails with what `publishing.publish` raises, and then the share is as it was."""
        share = self.place.share
        if share is None:
            raise ValueError("no share")
        base, file = edits.at(order.folder)
        edition = Edition(
            share=share,
            folder=order.folder,
            text=edits.text,
            base=base,
            author=order.author,
            change=order.change,
            file=file,
            version=order.version,
            secret=self.place.secret,
        )
        return _apart(lambda: publish(edition))

    def close(self) -> None:
        """Let what is being kept be finished; returns at once."""
        self._keeping.shutdown(wait=False)


def after_publishing(edits: Edits, sent: str, done: Published) -> Edits:
    """Return the edits after `sent` was published: what a person typed meanwhile stays theirs."""
    text = done.text
    if edits.text != sent:
        together = merge(sent, done.text, edits.text)
        text = edits.text if together.conflicts else together.text
    folder, file = parent_of(done.file), done.file.rpartition("/")[2]
    return Edits(heading_of(done.text).id or edits.key, text, done.text, folder, file, on_share=True)


def levels(place: SharePlace) -> tuple[Level, ...]:
    """Return the folders of the share down to 部/課; raises `UserFault` TEMPLATE_SHARE_UNREACHABLE (path, reason)."""
    if place.share is None:
        return ()
    try:
        found = ["", *_folders(reachable(place.share), "", depth=2)][:MAX_LEVELS]
    except OSError as error:
        code = ErrorCode.TEMPLATE_SHARE_UNREACHABLE
        raise UserFault(code, path=str(place.share), reason=reason_of(error)) from error
    there = {folder.casefold() for folder in found}
    own = [Level(folder, exists=False) for folder in levels_of(place.office) if folder.casefold() not in there]
    return (*(Level(folder) for folder in found), *own)


def _folders(root: Path, below: str, depth: int) -> list[str]:
    with os.scandir(root / below) as entries:
        names = sorted(normal(entry.name) for entry in entries if entry.is_dir(follow_symlinks=False))
    found: list[str] = []
    for name in names:
        if name.startswith((".", "~")) or name == HISTORY:
            continue
        folder = f"{below}/{name}" if below else name
        found.append(folder)
        if depth > 1 and len(found) < MAX_LEVELS:
            # A folder that this person may not look into is still one they may publish to.
            with contextlib.suppress(OSError):
                found += _folders(root, folder, depth - 1)
    return found


def _apart(call: Callable[[], T]) -> Future[T]:
    """Run a call on a thread that does not keep the program alive; returns its future."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits for the future
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=work, name="template-work", daemon=True).start()
    return future
