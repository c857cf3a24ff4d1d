"""A file that claims to be a history is read with suspicion: what is wrong is told by line, and nothing comes in."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import AssistantError, ErrorCode
from desktop.core.sections import TextContent
from desktop.store import moved_file
from desktop.store.history import HistoryStore
from desktop.store.moved_file import counts_of
from desktop.store.records import DocumentState, Inputs
from tests.support.clock import Clock
from tests.support.histories import FACTS, STAMP, everything, export_to, import_from

Value = dict[str, Any]
Change = Callable[[Value], object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HistoryStore]:
    with HistoryStore.open(tmp_path / "history.sqlite3", now=Clock()) as opened:
        opened.create_document(STAMP, "もとからある文書", Inputs())
        yield opened


@pytest.fixture
def lines(tmp_path: Path) -> list[bytes]:
    """Give the lines of a sound file with two documents."""
    clock = Clock()
    with HistoryStore.open(tmp_path / "other.sqlite3", now=clock) as other:
        for title in ("一つ目", "../../二つ目"):
            clock.advance(5)
            number = other.create_document(STAMP, title, Inputs({"場所": "会議室"}, {"資料": "..\\..\\会議.docx"}))
            other.begin_run(number, FACTS)
            other.end_run(number, DocumentState.COMPLETE, "{}", {"body": (TextContent("本文"), True)})
            other.tags.set_tags(number, ["例規"])
        return export_to(other, tmp_path / "all.jsonl").read_bytes().splitlines(keepends=True)


def sealed(lines: list[bytes]) -> bytes:
    """Put the lines together under a last line that fits them, as somebody who means harm would."""
    body = b"".join(lines[:-1])
    end = json.loads(lines[-1])["end"]
    end["sha256"] = hashlib.sha256(body).hexdigest()
    return body + json.dumps({"end": end}).encode() + b"\n"


def refused(store: HistoryStore, path: Path, content: bytes) -> AssistantError:
    """Try to take a file in; nothing may have come in."""
    path.write_bytes(content)
    before = everything(store)
    with pytest.raises(AssistantError) as caught:
        import_from(store, path)
    assert everything(store) == before
    with pytest.raises(AssistantError) as looked:
        counts_of(path, lambda _done, _all: None)
    assert looked.value.fields == caught.value.fields
    return caught.value


def changed(line: bytes, change: Change) -> bytes:
    value = json.loads(line)
    change(value)
    return json.dumps(value, ensure_ascii=True).encode() + b"\n"


def version(value: Value) -> Value:
    found: Value = value["sections"][0]["versions"][0]
    return found


def _go_on_before_it_began(value: Value) -> None:
    value.clear()
    value.update(continues="0" * 32, sections=[])


WRONG: dict[str, tuple[Change, str]] = {
    "another type": (lambda v: v.update(title=7), "wrong_type"),
    "a missing key": (lambda v: v.pop("state"), "missing_key"),
    "a key of somebody's own": (lambda v: v.update(run="calc.exe"), "unknown_key"),
    "a state that only a running program has": (lambda v: v.update(state="streaming"), "bad_value"),
    "an unknown state": (lambda v: v.update(state="approved"), "bad_value"),
    "a path as identity": (lambda v: v.update(uid="../" * 10 + "ab"), "bad_value"),
    "half a surrogate pair": (lambda v: v.update(title="題\ud83d"), "surrogate"),
    "half a pair deep inside": (lambda v: version(v)["content"].update(text="\udc00"), "surrogate"),
    "a number as text": (lambda v: version(v)["content"].update(text=1), "bad_value"),
    "two kinds of content": (lambda v: version(v)["content"].update(items=[]), "unknown_key"),
    "no versions": (lambda v: v["sections"][0].update(versions=[]), "bad_value"),
    "a section twice": (lambda v: v["sections"].append(v["sections"][0]), "duplicate_key"),
    "a field twice": (lambda v: v["fields"].append(v["fields"][0]), "duplicate_key"),
    "a run that is not there": (lambda v: version(v).update(run=9), "bad_value"),
    "a run below zero": (lambda v: version(v).update(run=-1), "bad_value"),
    "a version that stands for itself": (lambda v: version(v).update(stands_for=0), "bad_value"),
    "an earlier value that was nothing": (lambda v: v["past"].append({**v["fields"][0], "value": ""}), "bad_value"),
    "a person with a run": (lambda v: version(v).update(origin="person"), "bad_value"),
    "an unknown author": (lambda v: version(v).update(origin="oracle"), "bad_value"),
    "yes as a number": (lambda v: version(v).update(finished=1), "wrong_type"),
    "a huge number": (lambda v: version(v).update(run=10**200), "number"),
    "a fraction": (lambda v: version(v).update(run=0.5), "number"),
    "no number": (lambda v: version(v).update(run=float("nan")), "number"),
    "endless": (lambda v: version(v).update(run=float("inf")), "number"),
    "a time without a zone": (lambda v: v.update(created_at="2026-11-24T09:00:00.000000"), "bad_value"),
    "a time in another form": (lambda v: v.update(created_at="2026-11-24T09:00:00Z"), "bad_value"),
    "a time before all times": (lambda v: v.update(created_at="0001-01-01T00:00:00.000000+14:00"), "bad_value"),
    "a list as document": (lambda v: v.update(template=[]), "wrong_type"),
    "a tag with a line break": (lambda v: v.update(tags=["例\n規"]), "bad_value"),
    "a tag twice": (lambda v: v.update(tags=["例規", "例規"]), "bad_value"),
    "a number as tag": (lambda v: v.update(tags=[1]), "bad_value"),
    "a document that goes on before it began": (_go_on_before_it_began, "order"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_line_that_no_history_has_is_told_by_its_number(
    store: HistoryStore, lines: list[bytes], tmp_path: Path, name: str
) -> None:
    change, reason = WRONG[name]
    lines[2] = changed(lines[2], change)
    fault = refused(store, tmp_path / "bad.jsonl", sealed(lines))
    assert fault.code is ErrorCode.HISTORY_FILE_DAMAGED
    assert (fault.fields["line"], fault.fields["reason"]) == (3, reason)


RAW = {
    "not_json": b"{\n",
    "not_utf8": b'{"uid":"\xff"}\n',
    "wrong_type": b"[]\n",
    "duplicate_key": b'{"uid":"a","uid":"b"}\n',
    "number": b'{"uid":' + b"9" * 100_000 + b"}\n",
    "depth": b'{"uid":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n",
}


@pytest.mark.parametrize("reason", RAW)
def test_a_line_that_is_no_json_of_ours_is_told_by_its_number(
    store: HistoryStore, lines: list[bytes], tmp_path: Path, reason: str
) -> None:
    lines[1] = RAW[reason]
    fault = refused(store, tmp_path / "bad.jsonl", sealed(lines))
    assert (fault.code, fault.fields["line"], fault.fields["reason"]) == (ErrorCode.HISTORY_FILE_DAMAGED, 2, reason)


def test_a_line_of_a_gigabyte_is_refused_without_reading_it_whole(
    store: HistoryStore, lines: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "endless.jsonl"
    with path.open("wb") as stream:
        stream.write(lines[0])
        stream.truncate(1024**3)
    with pytest.raises(AssistantError) as caught:
        import_from(store, path)
    assert (caught.value.fields["line"], caught.value.fields["reason"]) == (2, "too_long")


def test_a_file_that_was_cut_off_anywhere_is_noticed(store: HistoryStore, lines: list[bytes], tmp_path: Path) -> None:
    whole = b"".join(lines)
    for end in (len(lines[0]), len(lines[0]) + 9, len(whole) - len(lines[-1]), len(whole) - 1):
        fault = refused(store, tmp_path / "cut.jsonl", whole[:end])
        assert fault.code is ErrorCode.HISTORY_FILE_CUT


def test_a_changed_line_a_lost_line_and_lines_behind_the_end_are_noticed(
    store: HistoryStore, lines: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "changed.jsonl"
    other_word = b"".join(lines).replace("本文".encode(), "本分".encode())
    for content in (other_word, b"".join([lines[0], *lines[2:]]), sealed([lines[0], *lines[2:]])):
        assert refused(store, path, content).code is ErrorCode.HISTORY_FILE_ALTERED
    assert refused(store, path, b"".join([*lines, lines[1]])).fields["reason"] == "after_end"
    assert refused(store, path, sealed([*lines[:2], *lines[1:]])).fields["reason"] == "twice"


def test_a_file_of_a_newer_program_is_refused_with_what_to_do(
    store: HistoryStore, lines: list[bytes], tmp_path: Path
) -> None:
    newer = changed(lines[0], lambda v: v.update(version=2, more="something"))
    fault = refused(store, tmp_path / "newer.jsonl", sealed([newer, *lines[1:]]))
    assert fault.code is ErrorCode.HISTORY_FILE_FROM_FUTURE
    assert (fault.fields["found"], fault.fields["known"]) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"hello\n", b"PK\x03\x04", b'{"format":"other","version":1}\n'])
def test_another_file_is_said_to_be_no_history(store: HistoryStore, tmp_path: Path, content: bytes) -> None:
    assert refused(store, tmp_path / "other.jsonl", content).code is ErrorCode.HISTORY_FILE_FOREIGN


def test_a_header_with_something_more_in_it_is_damage(store: HistoryStore, lines: list[bytes], tmp_path: Path) -> None:
    lines[0] = changed(lines[0], lambda v: v.update(more=1))
    fault = refused(store, tmp_path / "bad.jsonl", sealed(lines))
    assert (fault.fields["line"], fault.fields["reason"]) == (1, "unknown_key")


def test_a_file_that_is_not_there_is_said_so(store: HistoryStore, tmp_path: Path) -> None:
    with pytest.raises(AssistantError) as caught:
        import_from(store, tmp_path / "nowhere.jsonl")
    assert caught.value.code is ErrorCode.HISTORY_FILE_UNREADABLE


def test_names_that_look_like_paths_are_only_texts(store: HistoryStore, lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(b"".join(lines))
    before = {entry.name for entry in tmp_path.iterdir()}
    assert import_from(store, path).new == 2
    assert store.load(3).summary.title == "../../二つ目"
    assert {entry.name for entry in tmp_path.iterdir()} <= before | {"history.sqlite3-wal", "history.sqlite3-shm"}


def test_a_document_too_long_for_a_line_goes_on_in_the_next_and_arrives_whole(
    store: HistoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moved_file, "SPLIT_AT", 400)
    clock = Clock()
    with HistoryStore.open(tmp_path / "long.sqlite3", now=clock) as long:
        number = long.create_document(STAMP, "長い", Inputs())
        for index in range(12):
            clock.advance(1000)
            long.save_edit(number, f"part{index % 2}", TextContent(f"{index}" * 60))
        path = export_to(long, tmp_path / "long.jsonl")
        assert path.read_bytes().count(b'"continues"') > 3
        import_from(store, path)
        assert everything(store)[1] == everything(long)[0]
    monkeypatch.setattr(moved_file, "MAX_DOCUMENT", 3 * moved_file.LEAST_MORE)
    fault = refused(store, path, path.read_bytes())
    assert fault.fields["reason"] == "too_long"


KILLED = """
import os, sys
from pathlib import Path
from desktop.store.history import HistoryStore
from desktop.store.moved_file import documents_in

def watch(done):
    print(done, flush=True)

with HistoryStore.open(Path(sys.argv[1])) as store:
    store.transfer.take_in(documents_in(Path(sys.argv[2]), lambda *_: None), watch)
    print("whole", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("at", ["1", "17", "60", "whole"])
def test_a_program_killed_while_a_history_comes_in_leaves_it_as_it_was_or_whole(tmp_path: Path, at: str) -> None:
    clock = Clock()
    with HistoryStore.open(tmp_path / "from.sqlite3", now=clock) as source:
        for index in range(60):
            clock.advance(1)
            source.save_edit(source.create_document(STAMP, f"{index}", Inputs()), "body", TextContent("文" * 2000))
        path = export_to(source, tmp_path / "all.jsonl")
        expected = everything(source)
    target = tmp_path / "to.sqlite3"
    command = [sys.executable, "-c", KILLED, str(target), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == at:
                break
        child.send_signal(signal.SIGKILL)
    with HistoryStore.open(target) as found:
        came = everything(found)
    assert came in ([], expected)
    assert (came == expected) is (at == "whole") or at == "60"
