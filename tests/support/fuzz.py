"""One trial on a damaged history: it opens or says why not, and its salvage is held against what SQLite still reads."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import StoreFault
from desktop.core.sections import TextContent, loads
from desktop.store import texts
from desktop.store.faults import DamagedRowError
from desktop.store.history import HistoryStore
from desktop.store.salvage import SalvageReport, salvage
from tests.support.damage import Rows, readable_rows, rows_of

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
# The number of a row means nothing there: a row may get another one.
_NUMBERED_ANYHOW = ("inputs", "document_tags")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    `opened` is "opened" or the fault's code; `missed` are rows (table, number) that SQLite reads as they were and the
    salvage did not keep; `gone` counts the rows that are no longer there, `silent` tells that some are and the report
    claims that nothing was lost.
    """

    opened: str
    report: SalvageReport | None
    missed: tuple[tuple[str, int], ...]
    gone: int
    silent: bool


def try_damage(folder: Path, damaged: bytes, whole: Rows, log: bytes = b"") -> Trial:
    """Open, then salvage, a damaged history; any exception but a `StoreFault` is the caller's to see."""
    folder.mkdir(parents=True)
    opened = _opened(_lay(folder / "open", damaged, log))
    path = _lay(folder / "salvage", damaged, log)
    fresh = folder / "fresh.sqlite3"
    report: SalvageReport | None = None
    kept: Rows = {table: {} for table in whole}
    with suppress(StoreFault):
        report = salvage(path, fresh, NOW)
        _read_all(fresh)
        kept = rows_of(fresh)
    # Texts that only the index refers to are written anew, under numbers of their own.
    gone = sum(1 for table, rows in whole.items() if table != "texts" for number in rows if number not in kept[table])
    missed = tuple(_missed(whole, readable_rows(path, whole), kept))
    return Trial(opened, report, missed, gone, silent=bool(gone and report is not None and report.complete))


def _lay(folder: Path, damaged: bytes, log: bytes) -> Path:
    folder.mkdir()
    path = folder / "history.sqlite3"
    path.write_bytes(damaged)
    if log:
        Path(f"{path}-wal").write_bytes(log)
    return path


def _opened(path: Path) -> str:
    try:
        with HistoryStore.open(path) as store:
            for line in store.list_documents(1000):
                with suppress(StoreFault):
                    store.load(line.id)
    except StoreFault as fault:
        return fault.code.value
    return "opened"


def _read_all(fresh: Path) -> None:
    """Whatever was salvaged can be read without a fault."""
    try:
        with HistoryStore.open(fresh) as store:
            for line in store.list_documents(1000):
                store.load(line.id)
    except StoreFault as fault:
        raise AssertionError("a salvaged history cannot be read") from fault


def _missed(whole: Rows, readable: Rows, kept: Rows) -> list[tuple[str, int]]:
    known = {_text(row[3]) for row in kept["texts"].values()}
    contents = known | {_plain(text) for text in known}
    found = []
    for table, rows in readable.items():
        values = set(kept[table].values())
        for number, row in rows.items():
            # Not as it was: what a changed row is worth, nobody can tell.
            if row != whole[table][number]:
                continue
            if table == "texts":
                here = _text(row[3]) in contents or "[[section]]" in _text(row[3])
            elif table in _NUMBERED_ANYHOW:
                # An input whose text is lost stays without it.
                bare = (*row[:3], None, row[4]) if table == "inputs" else row
                here = row in values or (bare in values and _text_lost(table, row, readable))
            else:
                here = number in kept[table]
            # A version is worth nothing without its text.
            if not here and not (
                table in ("section_versions", "template_sources") and _text_lost(table, row, readable)
            ):
                found.append((table, number))
    return found


def _text_lost(table: str, row: tuple[object, ...], readable: Rows) -> bool:
    number = row[{"section_versions": 9, "inputs": 3}.get(table, 1)]
    body = readable["texts"].get(int(str(number or 0)))
    return body is None or _text(body[3]) == ""


def _text(body: object) -> str:
    try:
        return texts.unpacked(body)
    except DamagedRowError:
        return ""


def _plain(text: str) -> str:
    try:
        content = loads(text)
    except ValueError:
        return ""
    return content.text if isinstance(content, TextContent) else ""
