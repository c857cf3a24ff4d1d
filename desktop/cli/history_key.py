"""The console's commands for the encryption of the history and for its key."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from dataclasses import replace
from pathlib import Path

from desktop.cli.console import Console, ExitCode
from desktop.core.errors import ErrorCode, StoreFault, UserFault
from desktop.core.files import reason_of
from desktop.session.desk import Desk
from desktop.settings.settings import save_settings

# Names a file with the passphrase, for scripts.
PASSPHRASE_VARIABLE = "FUMIZUKUE_PASSPHRASE_FILE"  # noqa: S105 -- a name
ACTIONS = ("encrypt", "decrypt", "key")


def attach(desk: Desk, console: Console) -> None:
    """Let the desk ask for the passphrase of an encrypted history, whatever the command."""
    desk.encryption.ask = lambda: _passphrase(None, console, wanted=True)


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Encrypt or decrypt the history, export or import its key; no window may have the history open."""
    if arguments.action == "key":
        return _key(arguments, desk, console)
    encrypt = arguments.action == "encrypt"
    asks, new = desk.encryption.asks_passphrase, not desk.encryption.has_key
    passphrase = _passphrase(arguments.passphrase_file, console, wanted=asks, new=new)
    if passphrase is not None:
        desk.encryption.unlock(passphrase)
    desk.encryption.on_progress = lambda done: console.progress(console.say("history_converting"), done)
    converted = desk.encryption.switch(encrypt=encrypt)
    console.end_progress()
    # Otherwise the next start of the window would turn it back.
    save_settings(desk.folders.settings_file, replace(desk.settings, encrypt_history="on" if encrypt else "off"))
    console.result(console.say("history_encrypted" if encrypt else "history_decrypted"))
    for left in converted.left:
        console.note(console.say("history_left", path=str(left)))
    files, others = ([str(path) for path in paths] for paths in (converted.files, converted.left))
    console.data({"encrypted": encrypt, "files": files, "left": others})
    return ExitCode.DONE


def _key(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    file: Path = arguments.file
    exporting = arguments.key_action == "export"
    passphrase = _passphrase(arguments.passphrase_file, console, wanted=True, new=exporting) or ""
    if not exporting:
        desk.encryption.import_key(file, passphrase)
        console.result(console.say("key_imported"))
    else:
        if file.exists():
            raise UserFault(ErrorCode.OUTPUT_EXISTS, path=str(file))
        if arguments.passphrase_file is not None:
            desk.encryption.unlock(passphrase)
        desk.encryption.export_key(file, passphrase)
        console.result(console.say("key_exported", path=str(file)))
    console.data({"key": str(file)})
    return ExitCode.DONE


def _passphrase(file: Path | None, console: Console, *, wanted: bool, new: bool = False) -> str | None:
    """Return the first line of the file, or what a person types; None when no passphrase is used."""
    given = os.environ.get(PASSPHRASE_VARIABLE, "")
    file = file or (Path(given) if given and wanted else None)
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "UTF-8"
            raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=str(file), reason=reason) from None
    if not wanted:
        return None
    if not sys.stdin.isatty():
        raise StoreFault(ErrorCode.STORE_PASSPHRASE_NEEDED)
    while True:
        typed = getpass.getpass(console.say("passphrase_prompt"))
        # A slip in a new passphrase would shut its owner out for good.
        if not new or getpass.getpass(console.say("passphrase_again")) == typed:
            return typed
        console.note(console.say("passphrase_differs"))
