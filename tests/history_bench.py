"""Time the history at a million sections, beside FTS5's trigrams and LIKE on the same text: `make history-bench`.

The sections are put together, always in the same way, from real Japanese sentences: the meetings in tests/data, the
built-in templates' sample, and the Japanese help of LibreOffice and the Debian Reference (Debian's packages
libreoffice-help-ja and debian-reference-ja, unpacked into build/corpus by the Makefile). No two sections are equal.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import os
import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from desktop.core.sections import TextContent
from desktop.store import texts
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, RunFacts, TemplateStamp
from desktop.store.rows import stored_content, stored_time
from desktop.store.search import SearchQuery
from desktop.store.search_index import indexed

ROOT = Path(__file__).resolve().parent.parent
SECTIONS_OF_DOCUMENT = 6
TEMPLATES = sorted((ROOT / "desktop/resources/templates").glob("*.toml"))
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
_SENTENCE = re.compile(r"[^。\n]{12,120}。")
_KANA = re.compile("[ぁ-ん]{3}")
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Timing:
    """The median and the 95th percentile of something, in milliseconds."""

    name: str
    p50: float
    p95: float
    count: int


def sentences(corpus: Path) -> list[str]:
    """Return the distinct sentences of the corpus in a fixed order."""
    found = dict[str, None]()
    files = [*sorted((ROOT / "tests/data/meetings").glob("*.txt")), ROOT / "desktop/resources/samples/kaigi.txt"]
    files += sorted(corpus.rglob("*.html"))
    for file in files:
        text = file.read_text("utf-8", "replace")
        if file.suffix == ".html":
            text = html.unescape(_TAG.sub("\n", text) if "<br" in text else _TAG.sub("", text))
        for match in _SENTENCE.findall(text):
            if _KANA.search(match):
                found[" ".join(match.split())] = None
    return list(found)


def sections(known: list[str], count: int) -> Iterator[str]:
    """Yield distinct texts of 60 to 300 characters."""
    chance = random.Random(20261124)  # noqa: S311 -- variety, no secret
    seen = set[int]()
    while len(seen) < count:
        wanted, parts = chance.randint(60, 300), list[str]()
        while sum(map(len, parts)) < wanted:
            parts.append(chance.choice(known))
        text = "".join(parts)
        if hash(text) not in seen:
            seen.add(hash(text))
            yield text


class Builder:
    """Writes many documents at once: the same rows as the store writes, without waiting for the disk each time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Fill an empty history."""
        self._db = db
        self._texts = 0
        self._known = dict[str, int]()
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self._place = 0
        self.text_bytes = 0

    def _text(self, text: str, uses: int = 1, *, shared: bool = False) -> int:
        if shared and text in self._known:
            self._db.execute("UPDATE texts SET uses = uses + ? WHERE id = ?", (uses, self._known[text]))
            return self._known[text]
        self._texts += 1
        kept = texts.packed(text)
        self._add("INSERT INTO texts VALUES (?, ?, ?, ?)", self._texts, texts._digest(kept), uses, kept)
        if shared:
            self._known[text] = self._texts
            self.flush()
        return self._texts

    def _add(self, sql: str, *values: object) -> None:
        self._rows.setdefault(sql, []).append(values)

    def document(self, number: int, template: Path, parts: list[str]) -> None:
        """Add a finished document with its run."""
        at = stored_time(dt.datetime(2019, 4, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=20 * number))
        title = parts[0][:24]
        self._add(
            "INSERT INTO documents VALUES (?, ?, ?, '1', ?, 'complete', ?, ?, NULL)",
            number, template.stem, template.stem, title, at, at,
        )  # fmt: skip
        self._add("INSERT INTO template_sources VALUES (?, ?)", number, self._text(template.read_text(), shared=True))
        held = self._text(title, uses=3)
        self._add("INSERT INTO inputs VALUES (?, 'title', NULL, ?, ?)", number, held, at)
        raw = texts.packed("".join(parts))
        self._add("INSERT INTO runs VALUES (?, ?, 'model', '', '{}', ?, ?, '', ?)", number, number, at, at, raw)
        self._index(number, (0, "", held, title), template.stem)
        self._index(number, (1, "title", held, title), template.stem)
        for index, text in enumerate(parts):
            held, key = self._text(stored_content(TextContent(text)), uses=2), f"section{index}"
            self._add(
                "INSERT INTO section_versions (document_id, section_key, number, origin, finished, run_id, created_at,"
                " updated_at, text_id) VALUES (?, ?, 1, 'model', 1, ?, ?, ?, ?)",
                number, key, number, at, at, held,
            )  # fmt: skip
            self._index(number, (2, key, held, text), template.stem)
        self.text_bytes += sum(len(part.encode()) for part in parts) + 2 * len(title.encode())

    def _index(self, document: int, place: tuple[int, str, int, str], template: str) -> None:
        kind, key, held, text = place
        self._place += 1
        pairs, letters = indexed(text, key, template)
        self._add("INSERT INTO places VALUES (?, ?, ?, ?, ?)", self._place, document, kind, key, held)
        self._add("INSERT INTO search_pairs (rowid, tokens) VALUES (?, ?)", self._place, pairs)
        self._add("INSERT INTO search_letters (rowid, tokens) VALUES (?, ?)", self._place, letters)

    def flush(self) -> None:
        """Write what was added."""
        for sql, rows in self._rows.items():
            self._db.executemany(sql, rows)
        self._rows.clear()


def build(path: Path, known: list[str], count: int) -> int:
    """Make a history with so many sections and return the size of its text in bytes of UTF-8."""
    HistoryStore.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA cache_size = -400000")
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for table in ("search_pairs", "search_letters"):
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {128 * 1024 * 1024})")  # noqa: S608 -- the names are constants
        db.execute("BEGIN")
        builder, parts, number = Builder(db), list[str](), 0
        for text in sections(known, count):
            parts.append(text)
            if len(parts) == SECTIONS_OF_DOCUMENT:
                number += 1
                builder.document(number, TEMPLATES[number % len(TEMPLATES)], parts)
                parts = []
                if number % BATCH == 0:
                    builder.flush()
                    print(f"\r{number * SECTIONS_OF_DOCUMENT:,}", end="", flush=True)
        builder.flush()
        for table in ("search_pairs", "search_letters"):
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {1024 * 1024})")  # noqa: S608 -- the names are constants
        for _, sql in triggers:
            db.execute(sql)
        db.execute("COMMIT")
        # One large segment on a high level, as years of small ones are merged into in the end.
        for table in ("search_pairs", "search_letters"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 -- the names are constants
        db.execute("PRAGMA journal_mode = WAL")
    return builder.text_bytes


def build_rivals(path: Path, known: list[str], count: int) -> None:
    """Put the same sections into a plain table, for LIKE, and into FTS5's trigrams without a copy of the text."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        db.execute(
            "CREATE VIRTUAL TABLE trigrams USING fts5"
            " (text, content = 'plain', content_rowid = 'id', tokenize = 'trigram')"
        )
        db.execute(f"INSERT INTO trigrams (trigrams, rank) VALUES ('hashsize', {128 * 1024 * 1024})")  # noqa: S608 -- the names are constants
        db.execute("BEGIN")
        for number, text in enumerate(sections(known, count), start=1):
            db.execute("INSERT INTO plain VALUES (?, ?)", (number, text))
            db.execute("INSERT INTO trigrams (rowid, text) VALUES (?, ?)", (number, text))
        db.execute("COMMIT")


def used_bytes(path: Path) -> int:
    """Return the size of the pages of a database that hold something."""
    with closing(sqlite3.connect(path)) as db:
        pages, free, size = (
            db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def timed(name: str, calls: Sequence[Callable[[], object]]) -> Timing:
    """Run each call once and return how long they took."""
    took = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    return Timing(name, median(took), quantiles(took, n=20)[-1], len(took))


def words(known: list[str], length: int, count: int) -> list[str]:
    """Return strings of a length as they stand in the text, without punctuation: frequent ones come up often."""
    chance, found = random.Random(length), list[str]()  # noqa: S311 -- variety, no secret
    while len(found) < count:
        sentence = chance.choice(known)
        at = chance.randrange(len(sentence) - length)
        word = sentence[at : at + length]
        if word.isalnum():
            found.append(word)
    return found


def ask(store: HistoryStore, query: SearchQuery) -> Callable[[], object]:
    """Return the call of a search for its first page."""
    return lambda: store.search.find(query)


def searches(store: HistoryStore, known: list[str], count: int) -> list[Timing]:
    """Time searches as the window does them."""
    found = []
    for length in (1, 2, 3, 8):
        calls = [ask(store, SearchQuery(word)) for word in words(known, length, count)]
        found.append(timed(f"search, {length} characters", calls))
        asked = [SearchQuery(word) for word in words(known, length, count)]
        counts: list[Callable[[], object]] = [partial(store.search.count, one) for one in asked]
        found.append(timed(f"count up to 1,000, {length} characters", counts))
    pairs = zip(words(known, 2, count), words(known, 3, count), strict=True)
    found.append(timed("search, two words", [ask(store, SearchQuery(f"{one} {two}")) for one, two in pairs]))
    filters = [
        SearchQuery(word, template_ids=("minutes",), since=dt.date(2022, 4, 1), until=dt.date(2023, 3, 31))
        for word in words(known, 2, count)
    ]
    found.append(timed("search, 2 characters, one template in one fiscal year", [ask(store, one) for one in filters]))
    found.append(timed("search for する (nearly everywhere)", [ask(store, SearchQuery("する"))] * count))
    return found


def saving(store: HistoryStore, known: list[str], count: int) -> list[Timing]:
    """Time the first page, opening, and saving edits in documents all over the history."""
    chance = random.Random(1)  # noqa: S311 -- variety, no secret
    newest = store.list_documents(1)[0].id
    chosen = [chance.randrange(1, newest + 1) for _ in range(count)]

    def edit(document: int) -> Callable[[], object]:
        # A second run on the same history must not save what the first one did.
        text = f"{time.time_ns()}{''.join(chance.choice(known) for _ in range(4))}"
        return lambda: store.save_edit(document, "section2", TextContent(text))

    def create() -> object:
        inputs = Inputs({"title": chance.choice(known)})
        number = store.create_document(TemplateStamp("memo", "庁内メモ", "1", ""), "題", inputs)
        store.begin_run(number, RunFacts("model", "", "{}"))
        return number

    return [
        timed("first page of the history", [lambda: store.list_documents(50)] * count),
        timed("opening a document", [partial(store.load, one) for one in chosen]),
        timed("saving an edit", [edit(one) for one in chosen]),
        timed("beginning a document", [create] * count),
    ]


def asking(db: sqlite3.Connection, sql: str, value: str) -> Callable[[], list[object]]:
    """Return the call of a query with one value."""
    return lambda: db.execute(sql, (value,)).fetchall()


def rivals(path: Path, known: list[str], count: int) -> list[Timing]:
    """Time a first page of 50 from FTS5's trigrams, and from LIKE, which has to read everything for a rare word."""
    found = []
    matches = "SELECT rowid FROM trigrams WHERE trigrams MATCH ? ORDER BY rowid DESC LIMIT 50"
    like = "SELECT count(*) FROM plain WHERE text LIKE ?"
    with closing(sqlite3.connect(path)) as db:
        for length in (2, 3, 8):
            asked = words(known, length, count)
            calls = [asking(db, matches, f'"{one}"') for one in asked]
            nothing = sum(not call() for call in calls[:20])
            found.append(timed(f"trigram, {length} characters ({nothing} of 20 found nothing)", calls))
            calls = [asking(db, like, f"%{one}%") for one in asked[:10]]
            found.append(timed(f"LIKE, {length} characters", calls))
    return found


def report(args: argparse.Namespace, timings: list[Timing], sizes: list[tuple[str, str]]) -> str:
    """Return the report as Markdown."""
    lines = [
        "# 履歴の速さ / Speed of the history",
        "",
        f"{args.sections:,} 項目（実在の日本語の文から作った、互いに異なる文章）。`make history-bench` の結果です。",
        f"{args.sections:,} distinct sections put together from real Japanese sentences, by `make history-bench`.",
        "",
        "| | p50 (ms) | p95 (ms) | n |",
        "|---|---:|---:|---:|",
        *(f"| {one.name} | {one.p50:.1f} | {one.p95:.1f} | {one.count} |" for one in timings),
        "",
        "| | |",
        "|---|---:|",
        *(f"| {name} | {size} |" for name, size in sizes),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Build what is missing, time, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=1_000_000)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--corpus", type=Path, default=ROOT / "build/corpus")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/history-bench")
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/history-bench.md")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    known = sentences(args.corpus)
    path, other = args.folder / f"{args.sections}.sqlite3", args.folder / f"{args.sections}-rivals.sqlite3"
    noted = args.folder / f"{args.sections}.bytes"
    if not noted.exists():
        path.unlink(missing_ok=True)
        start = time.perf_counter()
        noted.write_text(str(build(path, known, args.sections)))
        print(f"\rbuilt in {time.perf_counter() - start:.0f} s")
    text_bytes = int(noted.read_text())
    if not other.with_suffix(".done").exists():
        other.unlink(missing_ok=True)
        build_rivals(other, known, args.sections)
        other.with_suffix(".done").touch()
    if args.build_only:
        return
    with HistoryStore.open(path) as store:
        timings = [*searches(store, known, args.count), *saving(store, known, args.count)]
    whole = used_bytes(path)
    timings += rivals(other, known, args.count)
    sizes = [
        ("distinct sentences", f"{len(known):,}"),
        ("text in UTF-8", f"{text_bytes / 1e6:,.0f} MB"),
        ("history", f"{whole / 1e6:,.0f} MB = {whole / text_bytes:.2f} × text"),
        ("trigram index and plain text", f"{other.stat().st_size / 1e6:,.0f} MB"),
        ("SQLite", sqlite3.sqlite_version),
        ("load average / processors", f"{os.getloadavg()[0]:.1f} / {os.cpu_count()}"),
    ]
    text = report(args, timings, sizes)
    args.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
