"""Damaged histories for tests: one with content to harm, and the ways in which disks and programs harm a file."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from desktop.core.sections import Content, ListContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.sqlite import sqlite3
from desktop.templates.library import builtin_templates

PAGE = 4096
Rows = dict[str, dict[int, tuple[object, ...]]]


def fill(path: Path, documents: int = 30) -> None:
    """Make a history with short and long texts, runs, several versions, and numbers that are no longer in use."""
    template = next(one for one in builtin_templates() if one.id == "memo")
    stamp = TemplateStamp(template.id, template.name, template.version, template.source)
    with HistoryStore.open(path) as store:
        for number in range(1, documents + 1):
            inputs = Inputs(
                {"宛先": f"市民課長{number}", "要点": f"窓口の受付を{number}日に変える。" * (number * 7 % 90)}
            )
            document = store.create_document(stamp, f"題{number}", inputs)
            store.begin_run(document, RunFacts("model", "cd" * 32, "{}"))
            grown: dict[str, tuple[Content, bool]] = {
                "用件": (TextContent(f"受付{number}"), True),
                "依頼事項": (ListContent((f"依頼{number}",) * 3), True),
            }
            store.end_run(document, DocumentState.COMPLETE, "あ" * number * 20, grown)
            for edit in range(number % 4):
                store.save_edit(document, "経緯", TextContent(f"経緯{number}の{edit}。" * (number * 13 % 120)))


def fill_log(path: Path, folder: Path, edits: int = 12) -> Path:
    """Return a copy of a history with `edits` more transactions that stand in its log only."""
    copy = folder / path.name
    folder.mkdir(exist_ok=True)
    shutil.copy(path, copy)
    with HistoryStore.open(copy) as store:
        for number in range(edits):
            store.save_edit(1 + number % 5, f"後{number}", TextContent(f"ログの中の文章{number}。" * 40))
        taken = folder / "taken" / path.name
        taken.parent.mkdir(exist_ok=True)
        for suffix in ("", "-wal"):
            shutil.copy(f"{copy}{suffix}", f"{taken}{suffix}")
    return taken


def rows_of(path: Path) -> Rows:
    """Return every row of a sound history by table and number."""
    with closing(sqlite3.connect(path)) as db:
        return {table: _all(db, table) for table in tables(db)}


def tables(db: sqlite3.Connection) -> list[str]:
    """Return the tables that hold a person's work."""
    found = db.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT wr")
    return [name for (name,) in found if not name.startswith(("sqlite_", "_sqlite", "places"))]


def _all(db: sqlite3.Connection, table: str) -> dict[int, tuple[object, ...]]:
    rows = db.execute(f'SELECT rowid, * FROM "{table}"')  # noqa: S608 -- a name of our schema
    return {number: tuple(values) for number, *values in rows}


def readable_rows(path: Path, whole: Rows) -> Rows:
    """Return what SQLite itself still reads of a damaged file, row by row: what no salvage may leave behind."""
    found: Rows = {table: {} for table in whole}
    for table, rows in whole.items():
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
                db.text_factory = lambda stored: stored.decode("utf-8", "replace")
                for number in rows:
                    try:
                        row = db.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (number,)).fetchone()  # noqa: S608 -- a name of our schema
                    except (sqlite3.DatabaseError, UnicodeDecodeError):
                        continue
                    if row is not None:
                        found[table][number] = tuple(row)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
    return found


Harm = Callable[[bytes, random.Random], bytes]


def flip_bit(whole: bytes, chance: random.Random) -> bytes:
    """Turn one bit over."""
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]


def flip_bits(whole: bytes, chance: random.Random) -> bytes:
    """Turn some bits over."""
    for _ in range(chance.randrange(2, 40)):
        whole = flip_bit(whole, chance)
    return whole


def flip_in_head(whole: bytes, chance: random.Random) -> bytes:
    """Turn a bit over where it hurts: in the first bytes of a page."""
    at = chance.randrange(len(whole) // PAGE) * PAGE + chance.randrange(40)
    return whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]


def truncate(whole: bytes, chance: random.Random) -> bytes:
    """Cut the end off, at a page's border or within a page."""
    at = chance.randrange(1, len(whole))
    return whole[: at // PAGE * PAGE if chance.random() < 0.5 else at]


def swap_pages(whole: bytes, chance: random.Random) -> bytes:
    """Put two pages in each other's place."""
    first, second = (chance.randrange(len(whole) // PAGE) * PAGE for _ in range(2))
    pages = bytearray(whole)
    pages[first : first + PAGE], pages[second : second + PAGE] = (
        whole[second : second + PAGE],
        whole[first : first + PAGE],
    )
    return bytes(pages)


def zero_page(whole: bytes, chance: random.Random) -> bytes:
    """Lose a page."""
    at = chance.randrange(len(whole) // PAGE) * PAGE
    return whole[:at] + bytes(PAGE) + whole[at + PAGE :]


def garbage(whole: bytes, chance: random.Random) -> bytes:
    """Write something else over a part."""
    at, length = chance.randrange(len(whole)), chance.randrange(1, 3000)
    return (whole[:at] + chance.randbytes(length) + whole[at + length :])[: len(whole)]


HARMS: dict[str, Harm] = {
    "one bit": flip_bit,
    "some bits": flip_bits,
    "a bit in a page's head": flip_in_head,
    "truncated": truncate,
    "pages swapped": swap_pages,
    "a page zeroed": zero_page,
    "garbage": garbage,
}


def harms(seed: int) -> Iterator[tuple[str, Harm, random.Random]]:
    """Yield harms in turn, each with a chance of its own, so that each can be repeated by its number."""
    for number in range(seed, 2**31):
        names = list(HARMS)
        name = names[number % len(names)]
        yield f"{name} #{number}", HARMS[name], random.Random(number)  # noqa: S311 -- to be repeatable
