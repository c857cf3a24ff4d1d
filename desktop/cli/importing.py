"""`fumizukue-cli templates import`: a collection of prompts becomes drafts of templates, with a report on each."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import UsageError, wait
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.session.desk import Desk
from desktop.session.wording import describe
from desktop.templates.import_draft import Imported, Note
from desktop.templates.importing import COLUMNS, Collection, read_collection


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Write a file for every draft; what could not be taken over is told and the rest goes on."""
    columns = _columns(arguments.column, console)
    source = wait(desk.read_source(arguments.file, arguments.charset or None))
    collection = read_collection(source.text, arguments.file.name, columns)
    _write(collection, arguments.out, overwrite=arguments.overwrite)
    for entry, file in zip(collection.entries, collection.files, strict=True):
        _tell(entry, file, console)
    for note in collection.notes:
        console.note(_words(note, console))
    made = sum(1 for file in collection.files if file)
    left = len(collection.files) - made
    console.result(console.say("import_done", count=made, folder=str(arguments.out), left=left))
    console.data({"folder": str(arguments.out), "entries": _json(collection), "notes": _notes_json(collection.notes)})
    return ExitCode.DONE if made else ExitCode.USER


def _columns(given: list[str], console: Console) -> dict[str, str]:
    columns = {}
    for value in given:
        kind, _, heading = value.partition("=")
        if kind not in COLUMNS or not heading.strip():
            raise UsageError(console.say("import_bad_column", kinds="、".join(COLUMNS), value=value))
        columns[kind] = heading
    return columns


def _write(collection: Collection, folder: Path, *, overwrite: bool) -> None:
    """Write all drafts; what is there already is not replaced unless that is asked for, and then nothing is written."""
    drafts = [(folder / file, entry.text) for entry, file in zip(collection.entries, collection.files, strict=True)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = [path for path, text in drafts if text and path.exists()]
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=str(folder), reason=reason_of(error)) from error
    if present and not overwrite:
        raise UserFault(ErrorCode.OUTPUT_EXISTS, path=str(present[0]))
    for path, text in drafts:
        if text:
            content = text.encode()
            write_atomically(path, lambda stream, content=content: stream.write(content), overwrite=overwrite)  # type: ignore[misc]  # the loop's own value


def _tell(entry: Imported, file: str, console: Console) -> None:
    key = "import_taken" if file else "import_not_taken"
    console.result(console.say(key, line=entry.line, name=entry.name, file=file))
    for note in entry.notes:
        console.result(f"    {_words(note, console)}")
    for fault in entry.faults:
        console.result(f"    {describe(fault, console.language).title}")


def _words(note: Note, console: Console) -> str:
    return console.say(f"import_{note.remark.value}", what=note.what)


def _json(collection: Collection) -> list[Json]:
    pairs = zip(collection.entries, collection.files, strict=True)
    return [
        {"line": entry.line, "name": entry.name, "file": file, "notes": _notes_json(entry.notes)}
        for entry, file in pairs
    ]


def _notes_json(notes: tuple[Note, ...]) -> list[Json]:
    return [{"remark": note.remark.value, "what": note.what} for note in notes]
