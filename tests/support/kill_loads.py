"""What a program is doing when it is killed, and what must be there afterwards: one entry of `LOADS` for each.

Run as a program, it does one load for ever and prints a line for everything that was acknowledged:
python -m tests.support.kill_loads LOAD HISTORY
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core.sections import ListContent, TextContent
from desktop.store.exchange import set_aside_files
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.rescue import rescue, restore
from desktop.store.rotation import backup_files, make_daily_backup, verify
from tests.support.damage import fill
from tests.support.old_histories import old_history

Say = Callable[[object], None]
# A document of a filled history that no load but the one under test touches.
DOCUMENT = 1
DOCUMENTS = 6


@dataclass(frozen=True, slots=True)
class Load:
    """`prepare` makes the history, `work` goes on for ever, `check` returns what is wrong after the kill.

    `check` gets the last line that was printed, or nothing.
    """

    prepare: Callable[[Path], None]
    work: Callable[[Path, Say], None]
    check: Callable[[Path, str], list[str]]


def _filled(path: Path) -> None:
    fill(path, DOCUMENTS)


def _text(store: HistoryStore, key: str) -> str:
    version = store.load(DOCUMENT).sections.get(key)
    return version.content.text if version is not None and isinstance(version.content, TextContent) else ""


def _compare(found: int, promised: int, what: str) -> list[str]:
    """One more than was acknowledged may be there: the kill came between the write and the line that told of it."""
    return [] if found in (promised, promised + 1) else [f"{what}: {found} is there, {promised} was acknowledged"]


def _edit(path: Path, say: Say) -> None:
    with HistoryStore.open(path) as store:
        for number in itertools.count(1):
            store.save_inputs(DOCUMENT, f"{number}", Inputs({"宛先": f"入力{number}"}))
            store.save_edit(DOCUMENT, "経緯", TextContent(f"{number}:" + "修正" * (number % 700)))
            say(number)


def _check_edit(path: Path, last: str) -> list[str]:
    promised = int(last or 0)
    with HistoryStore.open(path) as store:
        record = store.load(DOCUMENT)
        number, _, rest = _text(store, "経緯").partition(":")
        faults = _compare(int(number) if number.isdigit() else 0, promised, "edit")
        if number.isdigit() and rest != "修正" * (int(number) % 700):
            faults.append("a half-written edit")
    if promised:
        faults += _compare(int(record.summary.title), promised, "title")
        if record.inputs.values != {"宛先": f"入力{record.summary.title}"}:
            faults.append("title and form of different saves")
    return faults


def _stream(path: Path, say: Say) -> None:
    with HistoryStore.open(path) as store:
        store.begin_run(DOCUMENT, RunFacts("model", "", "{}"))
        for number in itertools.count(1):
            store.save_partial(DOCUMENT, "あ" * number, {"依頼事項": (ListContent(("依頼",) * number), False)})
            say(number)


def _check_stream(path: Path, last: str) -> list[str]:
    promised = int(last or 0)
    with HistoryStore.open(path) as store:
        record = store.load(DOCUMENT)
        if promised and store.recovered != (DOCUMENT,):
            return ["the draft that broke off was not recovered"]
    if not promised:
        return []
    content = record.sections["依頼事項"].content
    faults = [] if isinstance(content, ListContent) and len(content.items) == len(record.raw_text) else ["torn partial"]
    if record.summary.state is not DocumentState.INTERRUPTED:
        faults.append("the draft is not marked as broken off")
    return faults + _compare(len(record.raw_text), promised, "streamed")


def _migrate(path: Path, say: Say) -> None:
    """Update an old history, again and again, each time from a fresh copy of it."""
    old = path.with_name("old.sqlite3")
    for number in itertools.count(1):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copy(old, path)
        HistoryStore.open(path).close()
        say(number)


def _prepare_migrate(path: Path) -> None:
    old_history(path.with_name("old.sqlite3"), 1)
    shutil.copy(path.with_name("old.sqlite3"), path)


def _check_migrate(path: Path, _last: str) -> list[str]:
    # Between two rounds the load itself has the file half copied, which no program does to a history.
    old = path.with_name("old.sqlite3")
    whole = path.exists() and path.stat().st_size >= old.stat().st_size
    if not whole:
        return []
    with HistoryStore.open(path) as store:
        faults = [] if store.load(1).summary.title == "定例会議" else ["a title is gone"]
        if [version.number for version in store.versions(1, "decisions")] != [2, 1]:
            faults.append("versions are gone")
    return faults


def _back_up(path: Path, say: Say) -> None:
    with HistoryStore.open(path) as store:
        for number in itertools.count(1):
            store.save_edit(DOCUMENT, "経緯", TextContent(f"{number}:"))
            make_daily_backup(path, dt.datetime.now(dt.UTC))
            say(number)


def _check_back_up(path: Path, last: str) -> list[str]:
    with HistoryStore.open(path) as store:
        number = _text(store, "経緯").rstrip(":")
    faults = _compare(int(number) if number.isdigit() else 0, int(last or 0), "edit")
    found = backup_files(path)
    for one in found:
        verify(one.path, STEPS)
    return faults if found or not last else [*faults, "an acknowledged copy is gone"]


def _exchange(path: Path, say: Say) -> None:
    """Edit, go back to the first copy, save from damage that is none, and so on."""
    copy = backup_files(path)[-1].path
    for number in itertools.count(1):
        with HistoryStore.open(path) as store:
            store.save_edit(DOCUMENT, "経緯", TextContent(f"{number}:"))
        say(number)
        now = dt.datetime.now(dt.UTC)
        if number % 2:
            rescue(path, now)
        else:
            restore(path, copy, now)


def _prepare_exchange(path: Path) -> None:
    _filled(path)
    make_daily_backup(path, dt.datetime.now(dt.UTC))


def _check_exchange(path: Path, last: str) -> list[str]:
    HistoryStore.open(path).close()  # an exchange that was begun is finished here
    wanted = int(last or 0)
    for place in (path, *set_aside_files(path)[:2]):
        with suppress(ValueError), HistoryStore.open(place, read_only=True) as store:
            if len(store.list_documents(100)) != DOCUMENTS:
                return [f"{place.name} has lost documents"]
            if int(_text(store, "経緯").rstrip(":") or 0) >= wanted:
                return []
    return [f"edit {wanted} is neither in the history nor in what was set aside"] if wanted else []


def _delete(path: Path, say: Say) -> None:
    """Begin a document, put it into the trash, and delete it for good."""
    with HistoryStore.open(path) as store:
        stamp = store.load(DOCUMENT)
        for number in itertools.count(1):
            line = stamp.summary
            template = TemplateStamp(line.template_id, line.template_name, "1", stamp.template_source)
            made = store.create_document(template, f"消す{number}", Inputs({"要点": f"消す文章{number}"}))
            say(f"{made} made")
            store.trash.put(made)
            store.trash.empty([made])
            say(f"{made} gone")


def _check_delete(path: Path, last: str) -> list[str]:
    with HistoryStore.open(path) as store:
        there = {line.id for line in store.list_documents(100)}
        trashed = {one.summary.id for one in store.trash.listed()}
        store.load(DOCUMENT)
    faults = [] if set(range(1, DOCUMENTS + 1)) <= there else ["documents that nobody deleted are gone"]
    left = (there | trashed) - set(range(1, DOCUMENTS + 1))
    number = int(last.split(maxsplit=1)[0]) if last else DOCUMENTS
    # What was made and not yet acknowledged as gone may be in any state; what was deleted before is gone.
    if not left <= {number, number + 1} or (last.endswith("gone") and number in left):
        faults.append(f"{left} are there after “{last}”")
    return faults


LOADS: Mapping[str, Load] = {
    "editing": Load(_filled, _edit, _check_edit),
    "streaming": Load(_filled, _stream, _check_stream),
    "migrating": Load(_prepare_migrate, _migrate, _check_migrate),
    "backing up": Load(_filled, _back_up, _check_back_up),
    "restoring and salvaging": Load(_prepare_exchange, _exchange, _check_exchange),
    "deleting": Load(_filled, _delete, _check_delete),
}


def main(given: Sequence[str]) -> None:
    """Do a load until killed."""
    LOADS[given[0]].work(Path(given[1]), lambda said: print(said, flush=True))


if __name__ == "__main__":
    main(sys.argv[1:])
