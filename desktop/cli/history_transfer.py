"""`fumizukue-cli history export-all`, `import`, `move-out`, `move-in`: the whole history to another place and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import wait
from desktop.session.desk import Desk
from desktop.session.errand import Errand, Phase
from desktop.session.history_folder import WrittenOut
from desktop.store.transfer import TakenIn

ACTIONS = ("export-all", "import", "move-out", "move-in")


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Write the whole history out, or take one in; Ctrl+C leaves everything as it was."""
    errand = Errand(lambda phase, done, total: _show(console, phase, done, total))
    if arguments.action in ("export-all", "move-out"):
        return _write_out(arguments, desk, console, errand)
    if arguments.action == "move-in":
        return _move_in(arguments.folder, desk, console, errand)
    if arguments.check:
        return _check(arguments.path, desk, console, errand)
    wait(desk.open())
    _tell_taken(wait(desk.transfer.take_in(arguments.path, errand)), (), console)
    return ExitCode.DONE


def _show(console: Console, phase: Phase, done: int, total: int) -> None:
    console.progress(console.say(f"phase_{phase.value}"), done / total if total else 1.0)


def _write_out(arguments: argparse.Namespace, desk: Desk, console: Console, errand: Errand) -> ExitCode:
    """Write a folder; works while a window has the history open.

    A document that no Word file could be made of gives the exit code of a faulty input.
    """
    wait(desk.open(read_only=True))
    folder, moving = arguments.folder, arguments.action == "move-out"
    word = not moving and not arguments.no_word
    written = wait(desk.transfer.write_out(folder, errand, language=console.language, word=word, settings=moving))
    console.end_progress()
    counts = written.counts
    console.result(console.say("history_written", folder=str(folder), documents=counts.documents))
    if word:
        console.result(console.say("history_word_files", files=written.word_files))
    for number in written.failed:
        console.note(console.say("history_no_word_file", id=number))
    console.data(_written_json(written))
    return ExitCode.USER if written.failed else ExitCode.DONE


def _written_json(written: WrittenOut) -> Json:
    return {
        "folder": str(written.folder),
        "documents": written.counts.documents,
        "versions": written.counts.versions,
        "word_files": written.word_files,
        "failed": list(written.failed),
    }


def _check(path: Path, desk: Desk, console: Console, errand: Errand) -> ExitCode:
    """Only look whether a file is whole, and what it holds."""
    counts = wait(desk.transfer.check(path, errand))
    console.end_progress()
    console.result(console.say("history_file_sound", documents=counts.documents, versions=counts.versions))
    console.data({"documents": counts.documents, "versions": counts.versions})
    return ExitCode.DONE


def _move_in(folder: Path, desk: Desk, console: Console, errand: Errand) -> ExitCode:
    wait(desk.open())
    moved = wait(desk.transfer.move_in(folder, errand))
    _tell_taken(moved.taken, moved.settings, console)
    return ExitCode.DONE


def _tell_taken(taken: TakenIn, settings: tuple[str, ...], console: Console) -> None:
    console.end_progress()
    facts = {"new": taken.new, "grown": taken.grown, "same": taken.same, "versions": taken.versions}
    console.result(console.say("history_taken_in", **facts))
    if taken.values:
        console.result(console.say("history_values_kept", values=taken.values))
    if settings:
        console.result(console.say("history_settings_moved", settings=len(settings)))
    console.data({**facts, "values": taken.values, "settings": list(settings)})
