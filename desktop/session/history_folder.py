"""A history as a folder: one file to take it in again, Word files and a list for people, the person's own settings."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop import __version__
from desktop.core.errors import AssistantError, ErrorCode, StoreFault, UserFault
from desktop.core.file_names import safe_file_name
from desktop.core.files import reason_of, write_atomically
from desktop.core.long_paths import plain, reachable
from desktop.documents.csv_out import TableWriter
from desktop.session.errand import Errand, Phase
from desktop.session.wording import describe, phrase
from desktop.settings.settings import Settings, load_settings
from desktop.settings.toml_text import dump_toml
from desktop.store.moved import MovedDocument
from desktop.store.moved_file import Counts, write_history

HISTORY_NAME = "fumizukue-history.jsonl"
SETTINGS_NAME = "fumizukue-settings.toml"
INDEX_NAME = "index.csv"
# What moves along of the settings: what is the person's own, and not the terminal's.
PERSONAL = ("section", "person", "telephone", "mail", "favourites")

_COLUMNS = ("file", "title", "template", "version", "state", "created", "updated", "tags", "note")


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """What was written; `failed` are the numbers of documents that could not be made a Word file of."""

    folder: Path
    counts: Counts
    word_files: int = 0
    failed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The history as the writer of a folder sees it: the documents' numbers, each whole, each as a Word file."""

    numbers: Callable[[], list[int]]
    read: Callable[[int], MovedDocument]
    export: Callable[[int, Path], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a folder shall hold beside the history: Word files with a list of them, the personal ones of settings.

    `language` is that of the list.
    """

    language: str
    word: bool = True
    settings: Settings | None = None


def write_folder(folder: Path, source: Source, wanted: Wanted, errand: Errand) -> WrittenOut:
    """Write the history into a folder that is not there yet or empty; it is there whole or not at all.

    Raises `UserFault` OUTPUT_EXISTS (path), OUTPUT_NOT_WRITABLE (path, reason), `ErrandStopped`, and what the history
    raises.
    """
    with _new_folder(folder) as fresh:
        counts = _write_history_file(fresh / HISTORY_NAME, source, errand)
        if wanted.settings is not None:
            personal = {name: value for name, value in asdict(wanted.settings).items() if name in PERSONAL}
            text = dump_toml(personal).encode()
            write_atomically(fresh / SETTINGS_NAME, lambda stream: stream.write(text))
        written = _WordFolder(fresh, source, errand, wanted.language).write() if wanted.word else (0, ())
    return WrittenOut(folder, counts, *written)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside it that takes its name when all went well."""
    shown = plain(str(folder))
    target = reachable(folder)
    fresh: Path | None = None
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UserFault(ErrorCode.OUTPUT_EXISTS, path=shown)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp"))
        yield fresh
        if target.exists():
            target.rmdir()
        fresh.replace(target)
        fresh = None
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=shown, reason=reason_of(error)) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)


def _documents(source: Source, errand: Errand, phase: Phase) -> Iterator[tuple[int, MovedDocument]]:
    """Yield the documents one by one; one that was deleted meanwhile is left out."""
    numbers = source.numbers()
    for done, number in enumerate(numbers):
        errand.step(phase, done, len(numbers))
        try:
            document = source.read(number)
        except StoreFault as fault:
            if fault.code is not ErrorCode.DOCUMENT_NOT_FOUND:
                raise
            continue
        yield number, document
    errand.step(phase, len(numbers), len(numbers))


def _write_history_file(path: Path, source: Source, errand: Errand) -> Counts:
    documents = (document for _, document in _documents(source, errand, Phase.WRITING))
    counts: list[Counts] = []
    write_atomically(
        path,
        lambda stream: counts.append(write_history(stream, __version__, dt.datetime.now(dt.UTC), documents)),
    )
    return counts[0]


class _WordFolder:
    """Writes the Word files and the list of them."""

    def __init__(self, folder: Path, source: Source, errand: Errand, language: str) -> None:
        self._folder = folder
        self._source = source
        self._errand = errand
        self._language = language
        self._taken = {name.casefold() for name in (HISTORY_NAME, SETTINGS_NAME, INDEX_NAME)}
        self._written = 0
        self._failed: list[int] = []

    def write(self) -> tuple[int, tuple[int, ...]]:
        """Return how many Word files there are, and the documents that none could be made of."""
        with (self._folder / INDEX_NAME).open("xb") as stream:
            table = TableWriter(stream)
            table.row([phrase(f"index_{name}", self._language) for name in _COLUMNS])
            for number, document in _documents(self._source, self._errand, Phase.WORD):
                table.row(self._row(number, document))
            stream.flush()
            os.fsync(stream.fileno())
        return self._written, tuple(self._failed)

    def _row(self, number: int, document: MovedDocument) -> list[str]:
        name, note = self._file(number, document)
        return [
            name,
            document.form.title,
            document.template.name,
            document.template.version,
            phrase(f"state_{document.state.value}", self._language),
            *(f"{at.astimezone():%Y-%m-%d %H:%M}" for at in (document.created_at, document.updated_at)),
            " ".join(document.tags),
            note,
        ]

    def _file(self, number: int, document: MovedDocument) -> tuple[str, str]:
        """Write the Word file; returns its name, or why there is none."""
        if document.trashed_at is not None:
            return "", phrase("index_in_trash", self._language)
        if not document.sections:
            return "", phrase("index_nothing_written", self._language)
        name = self._name(document)
        try:
            self._source.export(number, self._folder / name)
        except AssistantError as fault:
            if isinstance(fault, StoreFault) or fault.code is ErrorCode.OUTPUT_NOT_WRITABLE:
                raise
            self._failed.append(number)
            return "", describe(fault, self._language).title
        self._written += 1
        return name, ""

    def _name(self, document: MovedDocument) -> str:
        """Return a name that no file has, however Windows compares names."""
        stem = safe_file_name(f"{document.created_at.astimezone():%Y%m%d}_{document.form.title}")
        name, copy = f"{stem}.docx", 1
        while name.casefold() in self._taken:
            copy += 1
            name = f"{stem}_{copy}.docx"
        self._taken.add(name.casefold())
        return name


def history_file_in(path: Path) -> Path:
    """Return the file to take in, for a file or a folder that was written; raises HISTORY_FILE_MISSING (path, name)."""
    if not path.is_dir():
        return path
    inside = path / HISTORY_NAME
    if not inside.is_file():
        raise UserFault(ErrorCode.HISTORY_FILE_MISSING, path=str(path), name=HISTORY_NAME)
    return inside


def moved_settings(folder: Path, own: Settings) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings with the personal ones that moved along, and the names of those that changed.

    What is set on this terminal already stays; favourites are put together. Raises `UserFault` SETTINGS_BROKEN.
    """
    loaded = load_settings(folder / SETTINGS_NAME)
    if loaded.fault is not None:
        raise loaded.fault
    came = asdict(loaded.settings)
    mine = asdict(own)
    changed = {name: came[name] for name in PERSONAL if name != "favourites" and came[name] and not mine[name]}
    favourites = tuple(dict.fromkeys([*own.favourites, *loaded.settings.favourites]))
    if favourites != own.favourites:
        changed["favourites"] = favourites
    return replace(own, **changed), tuple(changed)
