"""`fumizukue-cli retention`: what the rules would delete, deleting it, and documents on hold."""

from __future__ import annotations

import argparse
import datetime as dt

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import UsageError, wait
from desktop.core.wareki import format_date
from desktop.session.desk import Desk
from desktop.session.retention_desk import Preview


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Show, delete, hold or release; deletion needs `--yes`, so that nobody deletes by a slip."""
    if arguments.action == "apply" and not arguments.yes:
        raise UsageError(console.say("retention_need_yes"))
    if not desk.folders.history_file.exists():
        console.result(console.say("no_history"))
        console.data({"documents": 0})
        return ExitCode.DONE
    wait(desk.open(read_only=arguments.action == "preview"))
    if arguments.action == "hold":
        wait(desk.retention.hold(arguments.document, arguments.reason))
        console.result(console.say("retention_held", id=arguments.document))
        console.data({"document": arguments.document, "held": True})
    elif arguments.action == "release":
        wait(desk.retention.release(arguments.document))
        console.result(console.say("retention_released", id=arguments.document))
        console.data({"document": arguments.document, "held": False})
    elif arguments.action == "preview":
        _show(wait(desk.retention.preview()), console)
    else:
        return _apply(arguments, desk, console)
    return ExitCode.DONE


def _day(day: dt.date, console: Console) -> str:
    return format_date(day) if console.language == "ja" else day.isoformat()


def _show(found: Preview, console: Console) -> None:
    if not found.rules:
        console.result(console.say("retention_no_rules"))
    for one in found.due:
        line = console.say("retention_line", due=_day(one.due, console), changed=_day(one.changed, console))
        console.result(f"{one.id:>5}  {line}  {one.title}（{one.template_name}）  [{one.rule}]")
    console.result(console.say("retention_due", count=len(found.due)))
    for held in found.held:
        reason = f"  {held.hold}" if held.hold else ""
        console.result(f"{held.id:>5}  {console.say('retention_hold')}  {held.title}（{held.template_name}）{reason}")
    for copy in found.copies:
        key = "retention_copy_unreadable" if copy.documents < 0 else "retention_copy"
        console.result(console.say(key, path=str(copy.path), count=copy.documents))
    console.data(_json(found))


def _json(found: Preview) -> Json:
    return {
        "rules": [str(rule) for rule in found.rules],
        "due": [
            {
                "id": one.id,
                "title": one.title,
                "changed": one.changed.isoformat(),
                "due": one.due.isoformat(),
                "rule": str(one.rule),
            }
            for one in found.due
        ],
        "held": [{"id": one.id, "title": one.title, "reason": one.hold} for one in found.held],
        "copies": [{"path": str(copy.path), "documents": copy.documents} for copy in found.copies],
    }


def _apply(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    found = wait(desk.retention.preview())
    purged = wait(desk.retention.apply(found.due, with_copies=arguments.with_backups))
    console.result(console.say("retention_done", count=purged.documents))
    left = () if arguments.with_backups else found.copies
    for copy in left:
        console.result(console.say("retention_left", path=str(copy.path)))
    for path in purged.failed:
        console.result(console.say("retention_failed", path=str(path)))
    if not purged.overwritten:
        console.result(console.say("retention_not_overwritten"))
    console.data(
        {
            "documents": purged.documents,
            "copies": purged.copies,
            "failed": [str(path) for path in purged.failed],
            "left": [str(copy.path) for copy in left],
            "overwritten": purged.overwritten,
        }
    )
    return ExitCode.DONE if purged.overwritten and not purged.failed else ExitCode.STORE
