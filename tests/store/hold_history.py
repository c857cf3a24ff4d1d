"""A program that opens a history, says so, and keeps it open until its standard input ends."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.store.history import HistoryStore

if __name__ == "__main__":
    with HistoryStore.open(Path(sys.argv[1])):
        print("open", flush=True)
        sys.stdin.read()
