"""The console program: the same work as in the window, without Qt."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.cli import draft, history, lookups, models
from desktop.cli.console import Console, ExitCode, exit_code
from desktop.cli.draft import UsageError, wait
from desktop.cli.parser import Builder
from desktop.engine.model_hash import model_sha256
from desktop.session.desk import Desk
from desktop.session.model_holder import ChosenModel
from desktop.session.wording import LANGUAGES
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings, load_settings

__all__ = ["main"]

COMMANDS: dict[str, Callable[[Namespace, Desk, Console], ExitCode]] = {
    "draft": draft.run,
    "templates": lookups.templates,
    "history": history.run,
    "models": models.run,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["engine-worker"]:
        # The frozen program starts its own child this way; nobody types it.
        from desktop.engine import worker  # noqa: PLC0415 -- the child alone pays for it

        worker.main(given[1:])
        return ExitCode.DONE
    if given == ["template-sync"]:
        # The same for the process that copies shared templates.
        from desktop.learning import share_child  # noqa: PLC0415 -- the child alone pays for it

        return share_child.main()
    folders = Folders.discover(os.environ)
    loaded = load_settings(folders.settings_file)
    language = _language(given, loaded.settings.language)
    arguments = Builder(language).build().parse_args(given)
    console = Console(language, machine=getattr(arguments, "json", False))
    if loaded.fault is not None:
        console.fault(loaded.fault)
    desk = _desk(folders, loaded.settings, getattr(arguments, "model", ""))
    try:
        # The copies at hand: a command does not wait for the file server.
        wait(desk.library.read())
        return COMMANDS[arguments.command](arguments, desk, console)
    except UsageError as error:
        console.note(str(error))
        return ExitCode.USAGE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- every end has words and a code
        if not isinstance(error, KeyboardInterrupt):
            console.fault(error)
        return exit_code(error)
    finally:
        console.end_progress()
        wait(desk.close())


def _desk(folders: Folders, settings: Settings, model: str) -> Desk:
    """Build the desk for a model given as a file or by name; without one the settings decide."""
    path = Path(model)
    if model and path.suffix.lower() == ".gguf":
        sha256 = model_sha256(path, folders.model_hashes) if path.exists() else ""
        return Desk(folders, settings, model=ChosenModel(path.stem, path, sha256))
    return Desk(folders, replace(settings, model=model or settings.model))


def _language(given: Sequence[str], preferred: str) -> str:
    """Find `--language` before parsing, because the parser's own words depend on it."""
    for index, word in enumerate(given):
        name, _, value = word.partition("=")
        if name == "--language":
            value = value or (given[index + 1] if index + 1 < len(given) else "")
            return value if value in LANGUAGES else preferred
    return preferred
