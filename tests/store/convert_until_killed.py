"""A program that switches a history's encryption to and fro until it is killed; it says when it begins."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.store import keys
from desktop.store.cipher import is_encrypted
from desktop.store.encryption import switch
from desktop.store.history import HistoryStore


def main(path: Path, passphrase: str) -> None:
    """Convert for ever, opening the history in between as the program does."""
    keys.unlock(path, passphrase)
    print("unlocked", flush=True)
    while True:
        switch(path, encrypt=not is_encrypted(path), passphrase=None, progress=lambda _done: True)
        HistoryStore.open(path).close()
        print("converted", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
