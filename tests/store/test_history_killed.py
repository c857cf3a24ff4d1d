"""What was reported as saved is there after the program was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.sections import ListContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState

WRITER = Path(__file__).resolve().parent / "write_until_killed.py"


@pytest.mark.parametrize("stop_after", [1, 2, 7, 20, 45, 60])
def test_nothing_that_was_saved_is_missing_after_a_kill(tmp_path: Path, stop_after: int) -> None:
    path = tmp_path / "history.sqlite3"
    with subprocess.Popen([sys.executable, str(WRITER), str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(stop_after):
            process.stdout.readline()
        process.kill()
        # Lines printed between the last one read and the kill count as well: they were promises too.
        last = ["1 0", *process.stdout.read().splitlines()][-1]
    document, promised = (int(part) for part in last.split())
    promised = max(promised, stop_after)
    with HistoryStore.open(path) as store:
        assert store.recovered == (document,)
        record = store.load(document)
        kept = int(record.summary.title)
        assert kept in (promised, promised + 1)
        assert record.inputs.values["source"] == f"入力{kept}"
        edited, written = record.sections["edited"].content, record.sections["written"].content
    assert isinstance(edited, TextContent)
    assert isinstance(written, ListContent)
    assert int(edited.text.removeprefix("修正")) in (promised, promised + 1)
    assert len(written.items) in (promised, promised + 1)
    assert record.raw_text == "あ" * len(written.items)
    assert record.summary.state is DocumentState.INTERRUPTED
