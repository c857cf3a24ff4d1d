"""`fumizukue-cli models`: listing what there is and could be, adding, cutting into parts, verifying."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict

from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import UsageError
from desktop.engine.adding import add_model
from desktop.engine.catalog import Catalog, CatalogEntry, InstalledModel, installed_models, verify_model
from desktop.engine.intake import Progress
from desktop.engine.joining import pending_models
from desktop.engine.packing import pack_model
from desktop.session.desk import Desk
from desktop.session.model_shelf import shelf_of

_SIZE = re.compile(r"(\d{1,12})\s*([KMG]?)(i?)B?", re.IGNORECASE)
_STEPS = {"": 0, "K": 1, "M": 2, "G": 3}
SMALLEST_PART = 1_000_000


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """List models, add one, cut one into parts, or compare one with its SHA-256."""
    actions = {"list": _list, "add": _add, "pack": _pack, "verify": _verify}
    actions[arguments.action](arguments, desk, console)
    return ExitCode.DONE


def _progress(console: Console, key: str) -> Progress:
    label = console.say(key)
    return lambda done, total: console.progress(label, done / max(total, 1))


def _add(arguments: argparse.Namespace, desk: Desk, console: Console) -> None:
    shelf = shelf_of(desk.folders, shared=arguments.shared)
    try:
        added = add_model(
            arguments.path,
            shelf,
            also=arguments.also,
            expected_sha256=arguments.sha256,
            progress=_progress(console, "copying"),
        )
    except KeyboardInterrupt:
        for pending in pending_models(shelf):
            console.note(console.say("model_pending", name=pending.manifest.name, path=str(pending.partial)))
        raise
    console.end_progress()
    model = added.model
    key = "model_added" if added.copied else "model_there"
    console.result(console.say(key, name=model.name, sha256=model.sha256, path=str(model.path)))
    console.data({**_json(model, model.known), "sha256": model.sha256, "copied": added.copied})


def _pack(arguments: argparse.Namespace, _desk: Desk, console: Console) -> None:
    size = part_bytes(arguments.part_size)
    if size < SMALLEST_PART:
        raise UsageError(console.say("bad_size", value=arguments.part_size))
    progress = _progress(console, "packing")
    packed = pack_model(arguments.file, arguments.out, part_bytes=size, progress=progress)
    console.end_progress()
    manifest = packed.manifest
    console.result(console.say("model_packed", count=len(manifest.parts), path=str(packed.path)))
    console.data({"manifest": str(packed.path), **asdict(manifest)})


def part_bytes(given: str) -> int:
    """Return a size such as 2GB, 700MB or 4GiB in bytes, or 0 for what is none."""
    match = _SIZE.fullmatch(given.strip())
    return int(match[1]) * (1024 if match[3] else 1000) ** _STEPS[match[2].upper()] if match else 0


def _verify(arguments: argparse.Namespace, desk: Desk, console: Console) -> None:
    checked = verify_model(arguments.name, desk.folders.models, hashes=desk.folders.model_hashes)
    key = "model_verified" if checked.expected else "model_unlisted"
    console.result(console.say(key, name=arguments.name, sha256=checked.found))
    console.data({"name": arguments.name, "sha256": checked.found, "known": bool(checked.expected)})


def _list(arguments: argparse.Namespace, desk: Desk, console: Console) -> None:
    catalog = Catalog.load()
    found = installed_models(desk.folders.models, catalog)
    for model in found:
        console.result(f"{model.name:<40} {model.size:>15,}  {model.path}  {_mark(model.known, console)}".rstrip())
    if not found:
        console.result(console.say("no_models"))
    for pending in pending_models(shelf_of(desk.folders)):
        console.result(console.say("model_pending", name=pending.manifest.name, path=str(pending.partial)))
    names = {model.name for model in found}
    others = [entry for entry in catalog.entries if entry.name not in names] if arguments.all else []
    if others:
        console.result(f"\n{console.say('catalogue_heading')}")
    for entry in others:
        console.result(_described(entry, console))
    installed = [_json(model, model.known) for model in found]
    console.data([*installed, *(_json(None, entry) for entry in others)])


def _mark(known: CatalogEntry | None, console: Console) -> str:
    """Say of a model that drafts have not been made with it here; nothing is said of one that was tested."""
    if known is None:
        return console.say("not_in_catalogue")
    return "" if known.tested else console.say("not_tested")


def _described(entry: CatalogEntry, console: Console) -> str:
    english = console.language == "en"
    key = "catalogue_memory_estimated" if entry.memory_estimated else "catalogue_memory"
    lines = [
        f"{entry.name}  {_mark(entry, console)}".rstrip(),
        f"{entry.title}（{console.say(f'size_{entry.size_class}')}, {entry.parameters}）",
        console.say(key, gigabytes=f"{entry.memory / 1e9:.1f}"),
        console.say("catalogue_licence", licence=entry.licence),
        entry.licence_note_en if english else entry.licence_note,
        entry.good_at_en if english else entry.good_at,
        console.say("catalogue_source", source=entry.source, file=entry.file) if entry.source else "",
    ]
    return "\n    ".join(line for line in lines if line)


def _json(model: InstalledModel | None, entry: CatalogEntry | None) -> dict[str, Json]:
    """Describe a model for machines: what the catalogue says, and the file where it is installed."""
    said: dict[str, Json] = {"name": model.name} if model else {}
    if entry is not None:
        said |= {key: value for key, value in asdict(entry).items() if value != ""}
        said.pop("bytes")
    said |= {"installed": model is not None, "listed": entry is not None, "tested": entry is not None and entry.tested}
    return said if model is None else {**said, "path": str(model.path), "bytes": model.size}
