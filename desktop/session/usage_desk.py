"""Usage: asking once what a document saved, handing the person's months on, and reading a department's."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.learning.usage import Dashboard, summed
from desktop.learning.usage_file import (
    MAX_DOCUMENTS,
    MAX_NAME,
    MAX_SECTION,
    MAX_TEMPLATES,
    MonthUse,
    TemplateUse,
    clean,
    dump_usage,
    file_name,
)
from desktop.learning.usage_folder import OutgoingFile
from desktop.learning.usage_share import UsageShare
from desktop.session.saving import InStore, Result
from desktop.settings.settings import Settings
from desktop.store.history import HistoryStore
from desktop.store.usage import OwnUsage, TemplateCount
from desktop.templates.shape import IDENTITY


class UsageRead:
    """What reading a folder gave: the figures, how many files were used, and why others were left out."""

    def __init__(self, dashboard: Dashboard, files: int, skipped: Sequence[AssistantError]) -> None:
        """Keep it."""
        self.dashboard = dashboard
        self.files = files
        self.skipped = tuple(skipped)


class UsageDesk:
    """The use cases around usage; every method returns at once, and a share that hangs keeps nothing but its future."""

    def __init__(self, in_store: InStore, settings: Callable[[], Settings], share: UsageShare | None = None) -> None:
        """Take the settings in force from `settings` each time."""
        self._in_store = in_store
        self._settings = settings
        self._share = share or UsageShare()

    def begin_asking(self, document_id: int) -> Future[bool]:
        """Tell whether to ask now how many minutes a document saved: once in its life, when the settings want it."""
        if not self._settings().ask_minutes:
            never: Future[bool] = Future()
            never.set_result(False)
            return never
        return self._in_store(lambda store: store.usage.begin_asking(document_id))

    def answer(self, document_id: int, minutes: int) -> Future[None]:
        """Keep the answer."""
        return self._in_store(lambda store: store.usage.answer(document_id, minutes))

    def outgoing(self, *, keep: bool = False) -> Future[tuple[OutgoingFile, ...]]:
        """Return exactly what handing on would write; with `keep` the months are held to the section they say."""
        settings = self._settings()
        section = section_of(settings)

        def work(store: HistoryStore) -> tuple[OutgoingFile, ...]:
            usage = store.usage.own_usage()
            uses = months_of(usage, section)
            if keep:
                store.usage.keep_sections({use.month: use.section for use in uses})
            recent = _recent(dt.datetime.now().astimezone().date())
            return tuple(OutgoingFile(file_name(use), dump_usage(use), keep=use.month < recent) for use in uses)

        return self._in_store(work)

    def send(self, folder: str = "", *, keep: bool = True) -> Future[int]:
        """Hand the person's months on; the future gives how many files were written.

        Without `folder` to the one in the settings. `keep` as in `outgoing`; a history that is open for reading only
        cannot. Fails with `UserFault` USAGE_NOWHERE and as `UsageShare.send`.
        """
        target = folder or self._settings().usage_share
        if not target:
            nowhere: Future[int] = Future()
            nowhere.set_exception(UserFault(ErrorCode.USAGE_NOWHERE))
            return nowhere
        files = self.outgoing(keep=keep)
        return _aside(lambda: self._share.send(Path(target), files.result()))

    def read(self, folder: str) -> Future[UsageRead]:
        """Read a department's folder and sum it up; fails as `UsageShare.read`."""
        today = dt.datetime.now().astimezone().date()

        def work() -> UsageRead:
            shelf = self._share.read(Path(folder), today)
            return UsageRead(summed(shelf.uses, today), len(shelf.uses), shelf.skipped)

        return _aside(work)

    def close(self) -> None:
        """Stop what runs; never waits for the share."""
        self._share.close()


def _aside(work: Callable[[], Result]) -> Future[Result]:
    """Do it in a thread of its own, for which the program does not wait at its end."""
    done: Future[Result] = Future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=run, name="usage", daemon=True).start()
    return done


def section_of(settings: Settings) -> str:
    """Return the section that a person's figures belong to: their place in the office, or what they call it."""
    return clean(settings.office, MAX_SECTION) or clean(settings.section, MAX_SECTION)


def _recent(today: dt.date) -> dt.date:
    """Return the first month that may still change: last month. What is older is left as it was handed on."""
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def months_of(usage: OwnUsage, section: str) -> tuple[MonthUse, ...]:
    """Return a person's months; one that was handed on before stays with the section it had."""
    found: dict[dt.date, list[TemplateCount]] = {}
    for count in usage.counts:
        if re.fullmatch(IDENTITY, count.template_id) and clean(count.template_name, MAX_NAME):
            found.setdefault(count.month, []).append(count)
    return tuple(
        MonthUse(usage.identity, month, usage.sections.get(month, section), _templates(counts))
        for month, counts in sorted(found.items())
    )


def _templates(counts: Sequence[TemplateCount]) -> tuple[TemplateUse, ...]:
    most_used = sorted(counts, key=lambda count: (-count.documents, count.template_id))[:MAX_TEMPLATES]
    return tuple(
        TemplateUse(
            count.template_id,
            clean(count.template_name, MAX_NAME),
            min(count.documents, MAX_DOCUMENTS),
            min(count.answered, MAX_DOCUMENTS),
            count.minutes,
        )
        for count in most_used
    )
