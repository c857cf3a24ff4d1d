"""Collections of prompts, CSV tables or Markdown texts, read into drafts of templates with a report on each entry."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import safe_file_name
from desktop.templates.import_draft import Entry, Imported, Note, Remark, draft_of
from desktop.templates.shared import SUFFIX

MAX_ENTRIES = 500
MAX_CELL = 100_000
TABLES = (".csv", ".tsv", ".txt")
TEXTS = (".md", ".markdown")

# What a column can be, and by which headings it is known; the first is how it is called.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "名前", "タイトル", "題名", "件名", "プロンプト名", "テンプレート名", "name", "title", "act"),
    "purpose": ("用途", "目的", "説明", "概要", "使い方", "使用場面", "purpose", "description", "usecase"),
    "prompt": ("プロンプト", "プロンプト本文", "プロンプト例", "指示文", "指示", "指示内容", "本文", "prompt", "text"),
    "category": ("分類", "カテゴリ", "カテゴリー", "区分", "業務", "category"),
    "keywords": ("キーワード", "タグ", "検索語", "keywords", "tags"),
}
# Also the wide ones: a template's file name must not become a path on any file server.
_SEPARATORS = re.compile(r"[/\\:／＼：]|\.{2,}")
_WORD_BREAK = re.compile(r"[、,，;；/／\s]+")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(?P<info>[^`]*)$")
_QUOTE = re.compile(r" {0,3}>[ ]?")


@dataclass(frozen=True, slots=True)
class Collection:
    """What a file gave: one draft or one refusal for every entry, in order, and notes on the whole.

    `files` are file names for the drafts, each once, in the order of the entries; empty where there is no draft.
    """

    entries: tuple[Imported, ...]
    files: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def read_collection(text: str, file: str, columns: Mapping[str, str] | None = None) -> Collection:
    """Return the drafts of a collection; `file` is its name, `columns` the headings that a person chose for `COLUMNS`.

    Raises `UserFault` IMPORT_UNKNOWN_KIND (file), IMPORT_NO_COLUMN (file, columns), IMPORT_BROKEN (file, line, reason)
    or IMPORT_NOTHING (file).
    """
    suffix = PurePath(file).suffix.lower()
    if suffix in TEXTS:
        entries = list(_from_markdown(text))
    elif suffix in TABLES:
        entries = _from_table(text, file, columns or {})
    else:
        raise UserFault(ErrorCode.IMPORT_UNKNOWN_KIND, file=file)
    if not entries:
        raise UserFault(ErrorCode.IMPORT_NOTHING, file=file)
    beyond = len(entries) - MAX_ENTRIES
    notes = (Note(Remark.TOO_MANY_ENTRIES, str(beyond)),) if beyond > 0 else ()
    made = tuple(draft_of(entry) for entry in entries[:MAX_ENTRIES])
    return Collection(made, tuple(_file_names(made)), notes)


def _file_names(entries: Sequence[Imported]) -> Iterator[str]:
    taken: set[str] = set()
    for entry in entries:
        stem, number = safe_file_name(_SEPARATORS.sub("・", entry.name)), 1
        name = stem
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        if entry.text:
            taken.add(name.casefold())
        yield f"{name}{SUFFIX}" if entry.text else ""


# -- tables --------------------------------------------------------------------------------------------------------


def _from_table(text: str, file: str, chosen: Mapping[str, str]) -> list[Entry]:
    rows = _rows(text, file)
    if not rows:
        return []
    headings = [" ".join(cell.split()) for cell in rows[0][1]]
    places = _places(headings, chosen)
    if "prompt" not in places:
        raise UserFault(ErrorCode.IMPORT_NO_COLUMN, file=file, columns="、".join(filter(None, headings))[:200])
    used = set(places.values())
    left = [(index, heading) for index, heading in enumerate(headings) if index not in used and heading]
    return [_entry(line, row, places, left) for line, row in rows[1:] if any(cell.strip() for cell in row)]


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a table with their lines; the first line tells what stands between two cells."""
    head = text.partition("\n")[0]
    between = max(",\t;", key=head.count)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=between, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UserFault(ErrorCode.IMPORT_BROKEN, file=file, line=reader.line_num or 1, reason=str(error)) from error
    return rows


def _places(headings: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """Return which column is what: by a person's choice, by its whole heading, the prompt also by a part of it."""
    normal = [_normal(heading) for heading in headings]
    places: dict[str, int] = {}
    for role, words in COLUMNS.items():
        wanted = [_normal(chosen[role])] if role in chosen else [_normal(word) for word in words]
        found = [normal.index(word) for word in wanted if word in normal]
        if not found and role == "prompt" and role not in chosen:
            found = [index for index, word in enumerate(normal) if re.search("プロンプト|prompt|指示", word)]
        free = [index for index in found if index not in places.values()]
        if free:
            places[role] = free[0]
    return places


def _normal(heading: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", heading).casefold() if sign.isalnum() or sign == "ー")


def _entry(line: int, row: Sequence[str], places: Mapping[str, int], left: Sequence[tuple[int, str]]) -> Entry:
    def cell(role: str) -> str:
        index = places.get(role, len(row))
        return row[index].replace("\r\n", "\n").replace("\r", "\n").strip() if index < len(row) else ""

    unused = tuple(heading for index, heading in left if index < len(row) and row[index].strip())
    keywords = tuple(filter(None, _WORD_BREAK.split(cell("keywords"))))
    return Entry(line, cell("name"), cell("prompt"), cell("purpose"), cell("category"), keywords, unused)


# -- Markdown ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """Where the reading of a Markdown text stands: the headings above, and the words below the last one."""

    headings: list[tuple[int, str]]
    words: list[str]
    blocks: int = 0
    line: int = 0

    def opened(self, level: int, title: str, line: int) -> _Place:
        above = [(depth, text) for depth, text in self.headings if depth < level]
        return _Place([*above, (level, title)], [], line=line)

    def entry(self, line: int, prompt: str) -> Entry:
        self.blocks += 1
        title = self.headings[-1][1] if self.headings else ""
        name = f"{title}（{self.blocks}）" if self.blocks > 1 and title else title
        above = self.headings[-2][1] if len(self.headings) > 1 else ""
        return Entry(line, name, prompt, "\n".join(self.words).strip(), above)


def _from_markdown(text: str) -> Iterator[Entry]:
    """Yield every code block and every quote, named after the heading above it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    place, number = _Place([], []), 0
    while number < len(lines):
        line, start = lines[number], number
        number += 1
        if fence := _FENCE.match(line):
            number, block = _fenced(lines, number, fence[1])
            yield place.entry(start + 1, block)
        elif _QUOTE.match(line):
            while number < len(lines) and _QUOTE.match(lines[number]):
                number += 1
            yield place.entry(start + 1, "\n".join(_QUOTE.sub("", one, count=1) for one in lines[start:number]))
        elif heading := _HEADING.match(line):
            yield from _without_prompt(place, len(heading[1]))
            place = place.opened(len(heading[1]), heading[2], start + 1)
        elif not place.blocks and line.strip():
            place.words.append(line.strip())
    yield from _without_prompt(place, 0)


def _fenced(lines: Sequence[str], number: int, fence: str) -> tuple[int, str]:
    """Return the line after a code block, and its text; one that is never closed goes to the end."""
    start = number
    while number < len(lines):
        closing = lines[number].strip()
        if closing and not closing.strip(fence[0]) and len(closing) >= len(fence):
            return number + 1, "\n".join(lines[start:number])
        number += 1
    return number, "\n".join(lines[start:])


def _without_prompt(place: _Place, level: int) -> Iterator[Entry]:
    """Yield an entry for a heading that has words and no prompt, so that the report says so; not for a chapter's."""
    if place.headings and place.words and not place.blocks and level <= place.headings[-1][0]:
        yield replace(place.entry(place.line, ""), category="")
