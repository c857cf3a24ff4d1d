"""The options of `fumizukue-cli audit` and `retention`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], str]
Command = Callable[[str], ArgumentParser]


def audit_options(command: Command, say: Say) -> list[ArgumentParser]:
    """Add the commands of the audit log and return them; `command` makes one by its name."""
    verify, export, head = (command(name) for name in ("verify", "export", "head"))
    verify.add_argument("--head", default="", metavar="COUNT:HASH", help=say("audit_noted_help"))
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help=say("audit_out_help"))
    export.add_argument("--overwrite", action="store_true", help=say("draft_overwrite_help"))
    return [verify, export, head]


def retention_options(command: Command, say: Say) -> list[ArgumentParser]:
    """Add the commands of retention and return them."""
    preview, apply, hold, release = (command(name) for name in ("preview", "apply", "hold", "release"))
    apply.add_argument("--yes", action="store_true", help=say("retention_yes_help"))
    apply.add_argument("--with-backups", action="store_true", help=say("retention_backups_help"))
    for one in (hold, release):
        one.add_argument("document", type=int, metavar="ID", help=say("history_id_help"))
    hold.add_argument("--reason", default="", metavar="TEXT", help=say("retention_reason_help"))
    return [preview, apply, hold, release]
