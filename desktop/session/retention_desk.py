"""The use cases of retention: what the rules would delete, deleting it, and holds on single documents."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.core.errors import AssistantError
from desktop.core.retention import Rule, due_date, latest_change, parse_rules, rule_for
from desktop.session.saving import InStore
from desktop.settings.settings import Settings
from desktop.store.backup_purge import Holding
from desktop.store.history import HistoryStore
from desktop.store.retention import BATCH, Kept
from desktop.templates.parse import parse_template


@dataclass(frozen=True, slots=True)
class Due:
    """A document that a rule lets go. Days are local; `created_at` tells it from another of the same number."""

    id: int
    title: str
    template_name: str
    created_at: str
    changed: dt.date
    due: dt.date
    rule: Rule


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be deleted today, what is on hold, and which copies hold what would be deleted."""

    rules: tuple[Rule, ...]
    due: tuple[Due, ...]
    held: tuple[Kept, ...]
    copies: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What was done: documents deleted, copies rewritten, copies that could not be.

    `overwritten` is false when the text could not be overwritten yet; the next start tries again.
    """

    documents: int
    copies: int = 0
    failed: tuple[Path, ...] = ()
    overwritten: bool = True


class RetentionDesk:
    """Every method returns at once."""

    def __init__(
        self,
        in_store: InStore,
        settings: Callable[[], Settings],
        today: Callable[[], dt.date] = lambda: dt.datetime.now().astimezone().date(),
    ) -> None:
        """Read the `settings` in force at each call; `today` is the local day."""
        self._in_store = in_store
        self._settings = settings
        self._today = today
        self._ending = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force."""
        return parse_rules(self._settings().retention_rules)

    def preview(self, spared: Iterable[int] = ()) -> Future[Preview]:
        """Tell what the rules would delete today; documents `spared` (one that is open) are left out."""
        rules, today, left_out = self.rules, self._today(), frozenset(spared)

        def work(store: HistoryStore) -> Preview:
            due = tuple(one for one in _due(store, rules, today) if one.id not in left_out)
            copies = store.retention.copies_holding(_identities(due)) if due else ()
            return Preview(rules, due, tuple(store.retention.held()), copies)

        return self._in_store(work)

    def apply(self, confirmed: Iterable[Due], *, with_copies: bool) -> Future[Purged]:
        """Delete documents of a preview that a person confirmed, as far as a rule still lets them go.

        The store is free for others between the parts of the work. With `with_copies` backups and set-aside files
        lose them too.
        """
        chosen = tuple(confirmed)
        done: Future[Purged] = Future()

        def work() -> None:
            try:
                done.set_result(self._delete(chosen, with_copies=with_copies))
            except (AssistantError, RuntimeError) as error:
                # RuntimeError: the program ends and takes no more work; what was deleted so far is.
                done.set_exception(error)

        threading.Thread(target=work, name="retention", daemon=True).start()
        return done

    def _delete(self, chosen: tuple[Due, ...], *, with_copies: bool) -> Purged:
        today, identities, count = self._today(), _identities(chosen), 0
        rules = self.rules
        for start in range(0, len(chosen), BATCH):
            part = {one.id for one in chosen[start : start + BATCH]}
            count += self._in_store(partial(_delete_due, rules=rules, today=today, ids=part)).result()
        if not count:
            return Purged(0)
        copies, failed = 0, tuple[Path, ...]()
        if with_copies:
            copies, failed = self._in_store(lambda store: store.retention.purge_copies(identities)).result()
        overwritten = self._in_store(lambda store: store.retention.scrub()).result()
        self._in_store(lambda store: store.retention.note_purge(count, copies, overwritten=overwritten)).result()
        return Purged(count, copies, failed, overwritten)

    def at_start(self, spared: Iterable[int] = ()) -> Future[Purged]:
        """Overwrite what an earlier deletion left, and delete what is due where the settings order it.

        Drafts that wait to be continued are `spared`.
        """
        if not self._settings().retention_automatic:
            return self._in_store(_finish_scrubbing)
        done: Future[Purged] = Future()

        def work() -> None:
            try:
                found = self.preview(spared).result()
                self._in_store(_finish_scrubbing).result()
                done.set_result(self._delete(found.due, with_copies=True))
            except (AssistantError, RuntimeError) as error:
                done.set_exception(error)

        threading.Thread(target=work, name="retention", daemon=True).start()
        return done

    def hold(self, document_id: int, reason: str = "") -> Future[None]:
        """Keep a document from every deletion."""
        return self._in_store(lambda store: store.retention.hold(document_id, reason))

    def release(self, document_id: int) -> Future[None]:
        """Lift a hold."""
        return self._in_store(lambda store: store.retention.release(document_id))


def _finish_scrubbing(store: HistoryStore) -> Purged:
    if not store.retention.scrubbing_wanted:
        return Purged(0)
    return Purged(0, overwritten=store.retention.scrub())


def _due(store: HistoryStore, rules: tuple[Rule, ...], today: dt.date) -> list[Due]:
    limit = latest_change(rules, today)
    if limit is None:
        return []
    # The day after, at its beginning here: the store asks by moments.
    moment = dt.datetime.combine(limit + dt.timedelta(days=1), dt.time()).astimezone()
    kept = [one for one in store.retention.unchanged_since(moment) if one.hold is None]
    latest = {one.template_id: one.id for one in kept}
    categories = {name: _category(store, number, name) for name, number in latest.items()}
    found = []
    for one in kept:
        rule = rule_for(rules, one.template_id, categories[one.template_id])
        changed = one.changed_at.astimezone().date()
        due = None if rule is None else due_date(rule, changed)
        if rule is not None and due is not None and due <= today:
            found.append(Due(one.id, one.title, one.template_name, one.created_at, changed, due, rule))
    return found


def _category(store: HistoryStore, document_id: int, template_id: str) -> str | None:
    """Return the category of a document's template, `None` for one that cannot be read."""
    try:
        return str(parse_template(store.load(document_id).template_source, template_id).category)
    except AssistantError:
        return None


def _delete_due(store: HistoryStore, rules: tuple[Rule, ...], today: dt.date, ids: set[int]) -> int:
    """Delete those of the documents that are still due: one may have been changed or held since the preview."""
    return store.retention.delete({one.id: str(one.rule) for one in _due(store, rules, today) if one.id in ids})


def _identities(due: Iterable[Due]) -> dict[int, str]:
    return {one.id: one.created_at for one in due}
