"""Measure saving and reading of a plain and of an encrypted history in turns within one run.

Usage: python -m tests.bench.history_cipher [DOCUMENTS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.core.sections import TextContent
from desktop.store.cipher import connect
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, TemplateStamp
from tests.support.encryption import encrypt

TEXT = "堤防の補修は来年度とし、地元説明会を先に開く。担当は河川課とする。" * 30
ROUNDS = 200


def main(documents: int) -> None:
    """Print p50 and p95 in milliseconds for each kind of file."""
    with TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / kind / "history.sqlite3" for kind in ("plain", "encrypted")}
        for kind, path in paths.items():
            with HistoryStore.open(path) as store:
                for number in range(documents):
                    stamp = TemplateStamp("memo", "庁内メモ", "1", "")
                    store.create_document(stamp, f"題{number}", Inputs({"source": f"{number}{TEXT}"}))
            if kind == "encrypted":
                began = time.perf_counter()
                encrypt(path)
                print(f"conversion of {path.stat().st_size / 1e6:.0f} MB: {time.perf_counter() - began:.1f} s")
        stores = {kind: HistoryStore.open(path) for kind, path in paths.items()}
        # Every search reads the file anew, with SQLite's own small cache.
        _compare("save_edit", {kind: _saving(store) for kind, store in stores.items()})
        _compare("load", {kind: _loading(store, documents) for kind, store in stores.items()})
        for store in stores.values():
            store.close()
        for kind, path in paths.items():
            with closing(connect(path, "rw", 1)) as db:
                db.execute("CREATE VIRTUAL TABLE found USING fts5(body, content='', tokenize='trigram')")
                db.execute("INSERT INTO found (rowid, body) SELECT rowid, value FROM inputs")
            print(f"{kind}: {path.stat().st_size / 1e6:.0f} MB")
        _compare("search (FTS5, 3 characters, new connection)", {kind: _search(path) for kind, path in paths.items()})


def _saving(store: HistoryStore) -> Callable[[int], object]:
    return lambda turn: store.save_edit(1 + turn % 50, "body", TextContent(f"{turn}{TEXT}"))


def _loading(store: HistoryStore, documents: int) -> Callable[[int], object]:
    return lambda turn: store.load(1 + turn * 37 % documents)


def _search(path: Path) -> Callable[[int], object]:
    def search(turn: int) -> object:
        with closing(connect(path, "ro", 1)) as db:
            words = ("説明会", "河川課", "来年度")
            query = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid DESC LIMIT 50"
            return db.execute(query, (f'"{words[turn % 3]}"',)).fetchall()

    return search


def _compare(name: str, calls: dict[str, Callable[[int], object]]) -> None:
    """Call both in turns, so that what else the machine does meets both alike."""
    times: dict[str, list[float]] = {kind: [] for kind in calls}
    for turn in range(ROUNDS):
        for kind, call in calls.items():
            began = time.perf_counter()
            call(turn)
            times[kind].append((time.perf_counter() - began) * 1000)
    for kind, taken in times.items():
        cuts = statistics.quantiles(taken, n=20)
        print(f"{name}, {kind}: p50 {statistics.median(taken):.2f} ms, p95 {cuts[18]:.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
