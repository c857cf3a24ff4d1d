"""`fumizukue-cli history check`, `backup`, `backups`, `restore-backup` and `salvage`: the safety of the history."""

from __future__ import annotations

import argparse

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import wait
from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.wareki import format_date
from desktop.session.desk import Desk
from desktop.session.wording import describe
from desktop.store.rescue import Copy, Exchanged
from desktop.store.salvage import SalvageReport

_MB = 1_000_000


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Do one of them; what changes the history fails while a window has it open."""
    return ACTIONS[arguments.action](arguments, desk, console)


def _needs_history(desk: Desk, console: Console) -> bool:
    """Tell whether there is a history, or a log that has lost it; say so where there is none."""
    file = desk.folders.history_file
    if file.exists() or file.with_name(f"{file.name}-wal").exists():
        return True
    console.result(console.say("no_history"))
    console.data({"history": None})
    return False


def _check(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    if not _needs_history(desk, console):
        return ExitCode.DONE
    report = wait(desk.care.check(full=arguments.full))
    for problem in report.problems:
        console.result(problem)
    if not report.sound:
        console.fault(StoreFault(ErrorCode.STORE_DAMAGED, path=str(desk.folders.history_file)))
        return ExitCode.STORE
    console.result(console.say("history_sound"))
    console.data({"sound": True, "full": arguments.full})
    return ExitCode.DONE


def _backup(_arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    if not _needs_history(desk, console):
        return ExitCode.DONE
    made = wait(desk.care.back_up())
    console.result(console.say("history_backed_up", path=str(made.path)))
    console.data({"path": str(made.path), "size": made.size})
    return ExitCode.DONE


def _backups(_arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    found = wait(desk.care.copies())
    for copy in found:
        console.result(_line(copy, console))
    if not found:
        console.result(console.say("history_no_backups"))
    console.data([_json(copy) for copy in found])
    return ExitCode.DONE


def _line(copy: Copy, console: Console) -> str:
    local = copy.made_at.astimezone()
    date = format_date(local.date()) if console.language == "ja" else f"{local:%Y-%m-%d}"
    inside = console.say("history_documents", count=copy.documents)
    if copy.fault is not None:
        inside = f"{console.say('history_unreadable')}: {describe(copy.fault, console.language).title}"
    aside = f"  {console.say('history_was_aside')}" if copy.set_aside else ""
    lines = [f"{date} {local:%H:%M}  {inside}  {copy.size / _MB:.1f} MB{aside}", f"    {copy.path}"]
    return "\n".join([*lines, *(f"    {one.id:>5}  {one.title}（{one.template_name}）" for one in copy.newest[:3])])


def _json(copy: Copy) -> Json:
    return {
        "path": str(copy.path),
        "made_at": copy.made_at.isoformat(),
        "size": copy.size,
        "set_aside": copy.set_aside,
        "documents": copy.documents,
        "newest": [{"id": one.id, "title": one.title} for one in copy.newest],
        "fault": None if copy.fault is None else copy.fault.code.value,
    }


def _restore(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    if arguments.document:
        number = wait(desk.care.copy_document(arguments.file, arguments.document))
        console.result(console.say("history_taken", id=number))
        console.data({"id": number})
        return ExitCode.DONE
    return _tell(wait(desk.care.restore(arguments.file)), console)


def _salvage(_arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    if not _needs_history(desk, console):
        return ExitCode.DONE
    return _tell(wait(desk.care.rescue()), console)


def _tell(done: Exchanged, console: Console) -> ExitCode:
    if done.report is None:
        console.result(console.say("history_exchanged"))
    else:
        _tell_salvaged(done.report, console)
    if done.aside is not None:
        console.result(console.say("history_aside", path=str(done.aside)))
    aside = None if done.aside is None else str(done.aside)
    console.data({"set_aside": aside, "salvaged": None if done.report is None else _report(done.report)})
    return ExitCode.DONE


def _tell_salvaged(report: SalvageReport, console: Console) -> None:
    console.result(console.say("history_salvaged", documents=report.documents, rows=report.rows))
    if report.complete:
        console.result(console.say("history_nothing_lost"))
        return
    console.result(
        console.say("history_not_salvaged", pages=report.broken_pages, rows=report.lost_rows, mended=report.mended)
    )


def _report(report: SalvageReport) -> Json:
    return {
        "saved": dict(report.saved),
        "lost": dict(report.lost),
        "mended": report.mended,
        "broken_pages": report.broken_pages,
        "broken_rows": report.broken_rows,
    }


ACTIONS = {"check": _check, "backup": _backup, "backups": _backups, "restore-backup": _restore, "salvage": _salvage}
