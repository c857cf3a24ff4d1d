"""`fumizukue-cli audit`: checking the log, writing it for auditors, telling its head."""

from __future__ import annotations

import argparse
import re

from desktop.cli.console import Console, ExitCode
from desktop.cli.draft import UsageError, wait
from desktop.session.desk import Desk
from desktop.store.audit_chain import Head, Verdict

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Check, write or tell; works while a window has the history open."""
    noted = _noted(arguments.head, console) if arguments.action == "verify" else None
    if not desk.folders.history_file.exists():
        console.result(console.say("no_history"))
        console.data({"rows": 0})
        # Where an auditor knows of rows, a history that is gone is the worst of all gaps.
        return ExitCode.STORE if noted is not None and noted.count else ExitCode.DONE
    wait(desk.open(read_only=True))
    if arguments.action == "verify":
        return _verify(wait(desk.audit.verify(noted)), console)
    if arguments.action == "export":
        written = wait(desk.audit.export(arguments.out, overwrite=arguments.overwrite))
        console.result(console.say("saved", path=str(written.path)))
        _tell_head(written.head, console)
        return ExitCode.DONE
    _tell_head(wait(desk.audit.head()), console)
    return ExitCode.DONE


def _noted(text: str, console: Console) -> Head | None:
    if not text:
        return None
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise UsageError(console.say("audit_bad_head", value=text))
    return Head(int(found[1]), found[2])


def _tell_head(head: Head, console: Console) -> None:
    console.result(console.say("audit_head", head=f"{head.count}:{head.hash}"))
    console.data({"rows": head.count, "head": head.hash})


def _verify(verdict: Verdict, console: Console) -> ExitCode:
    """Tell what was found; any flaw ends with the exit code of a store that is not sound."""
    flaw = verdict.flaw
    if flaw is None:
        console.result(console.say("audit_sound", count=verdict.head.count, hash=verdict.head.hash))
    else:
        console.result(console.say(f"audit_{flaw.kind.value}", row=flaw.row))
    if verdict.clock_back:
        console.result(console.say("audit_clock_back", row=verdict.clock_back))
    if verdict.unnoted:
        console.result(console.say("audit_unnoted", count=verdict.unnoted))
    if verdict.restored:
        console.result(console.say("audit_restored", count=verdict.restored))
    console.data(
        {
            "rows": verdict.head.count,
            "head": verdict.head.hash,
            "flaw": None if flaw is None else {"row": flaw.row, "kind": flaw.kind.value},
            "clock_back": verdict.clock_back,
            "unnoted": verdict.unnoted,
            "restored": verdict.restored,
        }
    )
    return ExitCode.DONE if flaw is None else ExitCode.STORE
