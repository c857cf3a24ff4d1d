"""`fumizukue-cli usage export` and `show`: handing counts of use on, and what a department's say."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import UsageError, wait
from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.wareki import year_name
from desktop.learning.usage import Cell, MonthRow, View, YearUse
from desktop.session.desk import Desk
from desktop.session.wording import describe


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Hand on, or show."""
    if arguments.action == "export":
        _export(arguments, desk, console)
    else:
        _show(arguments, desk, console)
    return ExitCode.DONE


def _export(arguments: argparse.Namespace, desk: Desk, console: Console) -> None:
    """Write the person's months; works while a window has the history open, and then notes nothing in it."""
    keep = not arguments.preview and _open(desk)
    if arguments.preview:
        wait(desk.open(read_only=True))
        files = wait(desk.usage.outgoing())
        for file in files:
            console.result(f"{file.name}\n{file.text}")
        console.data([{"file": file.name, "content": json.loads(file.text)} for file in files])
        return
    count = wait(desk.usage.send(str(arguments.folder or ""), keep=keep))
    console.result(console.say("usage_sent", count=count, path=str(arguments.folder or desk.settings.usage_share)))
    console.data({"written": count})


def _open(desk: Desk) -> bool:
    """Open the history; returns whether it may be written to."""
    try:
        wait(desk.open())
    except StoreFault as fault:
        if fault.code is not ErrorCode.STORE_LOCKED:
            raise
        wait(desk.open(read_only=True))
        return False
    return True


def _show(arguments: argparse.Namespace, desk: Desk, console: Console) -> None:
    read = wait(desk.usage.read(str(arguments.folder)))
    for fault in read.skipped:
        console.note(describe(fault, console.language).title)
    years = [year for year in read.dashboard.years if arguments.year in (0, year.year)]
    if arguments.section:
        _section(years, arguments.section, console)
    for year in years:
        _show_year(year, arguments.section, console)
    if not years:
        console.result(console.say("usage_none"))
    console.data(
        {
            "files": read.files,
            "skipped": [dict(fault.fields) for fault in read.skipped],
            "years": [_year_json(year, arguments.section) for year in years],
        }
    )


def _section(years: list[YearUse], section: str, console: Console) -> None:
    known = sorted({name for year in years for name in year.sections if name})
    if section not in known:
        raise UsageError(console.say("usage_section_unknown", section=section, known="、".join(known) or "—"))


def _shown(year: YearUse, section: str) -> list[tuple[str | None, View]]:
    """Return the views of a year with their sections' names; the whole office has an empty one."""
    named = list(zip(("", *year.sections), year.views, strict=False))
    return [(name, view) for number, (name, view) in enumerate(named) if (name == section and number) or not section]


def _show_year(year: YearUse, section: str, console: Console) -> None:
    name = year_name(year.year) if console.language == "ja" else str(year.year)
    console.result(console.say("usage_year", year=name))
    if not year.views:
        console.result(f"  {console.say('usage_too_few')}\n")
    for number, (called, view) in enumerate(_shown(year, section)):
        whole = not number and not section
        label = console.say("usage_whole") if whole else _called(called, console)
        console.result(f"\n■ {label}  {_words(view.total, console)}")
        for month in view.months:
            console.result(f"  {_months(month):<18}{_words(month.cell, console)}")
        for row in view.templates:
            console.result(f"  {row.name or console.say('usage_other_templates')}  {_words(row.cell, console)}")
    console.result("")


def _called(section: str | None, console: Console) -> str:
    return console.say("usage_other_sections") if section is None else section or console.say("usage_no_section")


def _months(row: MonthRow) -> str:
    first, last = f"{row.first:%Y-%m}", f"{row.last:%Y-%m}"
    return first if first == last else f"{first} – {last}"


def _words(cell: Cell, console: Console) -> str:
    words = console.say("usage_cell", documents=cell.documents, people=cell.people)
    if cell.minutes is not None and cell.answered:
        words += console.say("usage_minutes", hours=f"{cell.minutes / 60:.1f}", answered=cell.answered)
    return words


def _year_json(year: YearUse, section: str) -> Json:
    views: list[dict[str, Any]] = []
    for called, view in _shown(year, section):
        months = [
            {"first": f"{row.first:%Y-%m}", "last": f"{row.last:%Y-%m}", **asdict(row.cell)} for row in view.months
        ]
        templates = [{"template": row.template, "name": row.name, **asdict(row.cell)} for row in view.templates]
        total = {**asdict(view.total), "answering": view.answering}
        views.append({"section": called, "total": total, "months": months, "templates": templates})
    if views and not section:
        views[0]["section"] = "*"
    return {"year": year.year, "withheld": not year.views, "views": views}
