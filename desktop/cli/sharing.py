"""`fumizukue-cli templates sync`, `publish`, `keygen` and `sign`: the templates of the whole office."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import asdict
from pathlib import Path

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import UsageError
from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.learning.case_share import CASE_FILES, read_cases
from desktop.session.desk import Desk
from desktop.session.wording import describe
from desktop.templates import signing
from desktop.templates.library import builtin_templates, read_template_text
from desktop.templates.parse import parse_template
from desktop.templates.publishing import Conflict, Edition, publish
from desktop.templates.references import read_reference_file
from desktop.templates.resolve import Library, Offered, resolve
from desktop.templates.shared import SIGNATURE_SUFFIX
from desktop.templates.sync import Task, synchronise

_MAX_KEY_BYTES = 1_000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Copy the shared templates, publish one, make a key, or sign a file."""
    return ACTIONS[arguments.action](arguments, desk, console)


def _share(arguments: argparse.Namespace, desk: Desk, console: Console) -> Path:
    share = arguments.share or desk.settings.shared_templates
    if not share:
        raise UsageError(console.say("need_share"))
    return Path(share)


def _sync(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    office = desk.settings.office if arguments.office is None else arguments.office
    keys = desk.settings.template_keys
    task = Task(_share(arguments, desk, console), desk.folders.shared_templates, office, keys)
    report, fault = None, None
    try:
        report = synchronise(task, kinds=CASE_FILES)
    except UserFault as error:
        # What was copied earlier works all the same, and is listed.
        fault = error
    library = resolve(builtin_templates(), task.cache, office, keys)
    for offered in library.offered:
        console.result(_line(offered, console))
    for trouble in (*library.troubles, *read_cases(task.cache, office).troubles):
        message = describe(trouble.fault, console.language)
        mender = f" {console.say('mender', name=trouble.mender)}" if trouble.mender else ""
        console.note(f"{message.title} {message.action}{mender}")
    console.data({"report": None if report is None else asdict(report), **_library_json(library)})
    if fault is not None:
        console.fault(fault)
    return ExitCode.DONE if fault is None else ExitCode.USER


def _line(offered: Offered, console: Console) -> str:
    template, origin = offered.template, offered.origin
    name = template.name_en or template.name if console.language == "en" else template.name
    if origin.level == 0:
        place = console.say("from_program")
    else:
        age = _age(origin.age(time.time()), console)
        author = f" {origin.author}" if origin.author else ""
        place = console.say("from_share", file=origin.file, age=age) + author
    return f"{template.id:<12} {name}  v{template.version}  {place}"


def _age(seconds: float, console: Console) -> str:
    for unit, key in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= unit:
            return console.say(f"age_{key}", count=int(seconds // unit))
    return console.say("age_now")


def _library_json(library: Library) -> dict[str, Json]:
    return {
        "synced_at": library.synced_at,
        "templates": [_offered_json(offered) for offered in library.offered],
        "troubles": [
            {"file": one.file, "code": one.fault.code.value, "mender": one.mender, "in_use": one.version_in_use}
            for one in library.troubles
        ],
    }


def _offered_json(offered: Offered) -> Json:
    origin = offered.origin
    return {
        "id": offered.template.id,
        "version": origin.version,
        "level": origin.level,
        "file": origin.file,
        "author": origin.author,
        "updated": origin.updated,
        "seen_at": origin.seen_at,
        "overridden": [one.file for one in offered.overridden],
    }


def _publish(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    edition = Edition(
        share=_share(arguments, desk, console),
        folder=arguments.level,
        text=read_template_text(arguments.file),
        base=None if arguments.base is None else read_template_text(arguments.base),
        author=arguments.author,
        change=arguments.note,
        file=arguments.name,
        reference=None if arguments.reference is None else _bytes(arguments.reference),
        secret="" if arguments.key is None else _key(arguments.key),
    )
    found = publish(edition)
    if isinstance(found, Conflict):
        return _conflict(found, arguments, console)
    console.result(console.say("published", file=found.file, version=found.version))
    if found.history:
        console.result(console.say("kept_in_history", file=found.history))
    console.data({"file": found.file, "version": found.version, "history": found.history})
    return ExitCode.DONE


def _conflict(conflict: Conflict, arguments: argparse.Namespace, console: Console) -> ExitCode:
    """Say who was first, and write both changes brought together where that is asked for."""
    heading, merge = conflict.their_heading, conflict.merged()
    if arguments.merged is not None:
        write_atomically(arguments.merged, lambda stream: stream.write(merge.text.encode()))
        console.note(console.say("merged", path=str(arguments.merged), count=merge.conflicts))
    raise UserFault(ErrorCode.TEMPLATE_CONFLICT, file=conflict.file, version=heading.version, author=heading.author)


def _keygen(arguments: argparse.Namespace, _desk: Desk, console: Console) -> ExitCode:
    pair = signing.generate_key()
    try:
        # Readable by nobody else from its first moment on; an existing key is never replaced.
        descriptor = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{pair.secret}\n")
    except FileExistsError as error:
        raise UserFault(ErrorCode.OUTPUT_EXISTS, path=str(arguments.out)) from error
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=str(arguments.out), reason=reason_of(error)) from error
    console.note(console.say("key_made", path=str(arguments.out)))
    console.result(pair.public)
    console.data({"public": pair.public, "secret_file": str(arguments.out)})
    return ExitCode.DONE


def _sign(arguments: argparse.Namespace, _desk: Desk, console: Console) -> ExitCode:
    secret = _key(arguments.key)
    content = _bytes(arguments.file)
    layout = parse_template(read_template_text(arguments.file), arguments.file.name).layout
    reference = read_reference_file(arguments.file.parent, layout) if layout.reference else None
    path = arguments.file.with_name(f"{arguments.file.name}{SIGNATURE_SUFFIX}")
    text = signing.signed(secret, content, reference)
    write_atomically(path, lambda stream: stream.write(text.encode()), overwrite=True)
    console.result(console.say("signed", path=str(path)))
    console.data({"file": str(arguments.file), "signature": str(path)})
    return ExitCode.DONE


def _key(path: Path) -> str:
    return _bytes(path)[:_MAX_KEY_BYTES].decode("ascii", "replace").strip()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_FOUND, name=str(path)) from error
    except OSError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=str(path), reason=reason_of(error)) from error


ACTIONS = {"sync": _sync, "publish": _publish, "keygen": _keygen, "sign": _sign}
