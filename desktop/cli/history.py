"""`fumizukue-cli history`: listing, searching, the trash; showing and exporting are in `lookups`."""

from __future__ import annotations

import argparse
import datetime as dt

from desktop.cli import history_transfer, lookups
from desktop.cli.console import Console, ExitCode
from desktop.cli.draft import wait
from desktop.core.periods import parse_period
from desktop.session.desk import Desk
from desktop.store.records import DocumentState
from desktop.store.search import Hit, Order, SearchQuery

# A person reads no more of "so many or more".
COUNTED = 1000


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Do what concerns the history; what only reads works while a window has it open."""
    if arguments.action in history_transfer.ACTIONS:
        return history_transfer.run(arguments, desk, console)
    action = {"list": _find, "search": _find, "trash": _trash, "restore": _restore}.get(arguments.action)
    if action is None or not desk.folders.history_file.exists():
        return lookups.history(arguments, desk, console)
    return action(arguments, desk, console)


def _query(arguments: argparse.Namespace) -> SearchQuery:
    since, until = (None, None)
    if arguments.period:
        since, until = parse_period(arguments.period, dt.datetime.now().astimezone().date())
    return SearchQuery(
        text=" ".join(getattr(arguments, "words", [])),
        template_ids=tuple(arguments.template),
        states=frozenset(DocumentState(state) for state in arguments.state),
        since=since,
        until=until,
        tags=tuple(arguments.tag),
        section_keys=tuple(getattr(arguments, "section", [])),
        trashed=arguments.trashed,
        order=Order(getattr(arguments, "order", Order.DATE)),
        limit=max(0, arguments.limit),
    )


def _find(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """List the documents that fit, each with the place in which the words stand."""
    query = _query(arguments)
    wait(desk.open(read_only=True))
    hits = wait(desk.search.find(query))
    for hit in hits:
        console.result(lookups.summary_line(hit.summary, console))
        if hit.excerpt:
            console.result(f"       {_marked(hit)}")
    if arguments.action == "search":
        found = wait(desk.search.count(query, COUNTED))
        key = "found_or_more" if found >= COUNTED else "found"
        console.note(console.say(key, count=found, shown=len(hits)))
    console.data(
        [
            {
                **lookups.summary_json(hit.summary),
                **({"key": hit.key, "excerpt": hit.excerpt, "marks": hit.marks} if query.text.strip() else {}),
            }
            for hit in hits
        ]
    )
    return ExitCode.DONE


def _marked(hit: Hit) -> str:
    """Return an excerpt on one line, with what was found in 【】."""
    parts, last = list[str](), 0
    for start, end in hit.marks:
        parts += [hit.excerpt[last:start], "【", hit.excerpt[start:end], "】"]
        last = end
    place = f"{hit.key}: " if hit.key else ""
    return place + " ".join("".join([*parts, hit.excerpt[last:]]).split())


def _trash(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Put documents into the trash, or list what lies in it."""
    if not arguments.documents:
        wait(desk.open(read_only=True))
        held = wait(desk.trash.listed())
        for one in held:
            console.result(lookups.summary_line(one.summary, console))
        console.data([{**lookups.summary_json(one.summary), "trashed_at": one.trashed_at.isoformat()} for one in held])
        return ExitCode.DONE
    wait(desk.open())
    for document_id in arguments.documents:
        wait(desk.trash.put(document_id))
        console.result(console.say("trashed", id=document_id))
    console.data({"trashed": arguments.documents})
    return ExitCode.DONE


def _restore(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Bring documents back from the trash."""
    wait(desk.open())
    for document_id in arguments.documents:
        wait(desk.trash.restore(document_id))
        console.result(console.say("restored", id=document_id))
    console.data({"restored": arguments.documents})
    return ExitCode.DONE
