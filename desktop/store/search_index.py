"""The index of the search: what of every document can be found, kept in step inside the transaction that writes it.

A place is a document's title, a form field, or a section in its latest version. Two FTS5 tables without content hold,
under the place's number, its folded text as overlapping pairs of characters (with their order, for phrases) and as the
set of its characters (for questions of one character). What they hold can be derived again from the place's text.
Numbers grow with every change, so that the latest changes are read first by reading backwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b
from itertools import pairwise

from sqlite_utils import Database

from desktop.core.folding import fold
from desktop.core.sections import Content, ListContent, TextContent, loads
from desktop.store import texts
from desktop.store.faults import DamagedRowError

# So many pages of the index are merged with every change. FTS5's own merging would do the same work now and then, in
# bursts of 64 pages and more, which a person who types would feel.
_MERGED_PAGES = 8
_TABLES = ("search_pairs", "search_letters")


class PlaceKind(IntEnum):
    """What a place is."""

    TITLE = 0
    FIELD = 1
    SECTION = 2


# FTS5's tokenizer `ascii` parts words at ASCII signs and at nothing else. They are moved to characters that folding
# never leaves in a text: white space to the ideographic space, signs to their full width, the rest to half-width kana.
_SAFE = {code: 0xFF61 + code for code in (*range(0x20), 0x7F)}
_SAFE |= dict.fromkeys((9, 10, 11, 12, 13, 32), 12288)
_SAFE |= {code: 0xFEE0 + code for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_SAFE[0x7F] = 0xFFA0


def spelled(folded: str) -> str:
    """Return a folded text in characters that each stand for themselves in the index."""
    return folded.translate(_SAFE)


def pairs(letters: str) -> str:
    """Return the overlapping pairs of a spelled text, as the tokens of the index."""
    return " ".join([first + second for first, second in pairwise(letters)])


def fact(kind: str, value: str) -> str:
    """Return the token under which a place's template (`t`) or key (`k`) is in the index: longer than any pair."""
    return f"\uffef{kind}{blake2b(value.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def readable(content: Content) -> str:
    """Return a section's content as the text that is searched and shown as an excerpt."""
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ListContent):
        return "\n".join(content.items)
    return "\n".join("\t".join(row) for row in content.rows)


def place_text(kind: int, kept: str) -> str:
    """Return what can be found of a place, from its kept text; raises `DamagedRowError` when that is damaged."""
    if kind != PlaceKind.SECTION:
        return kept
    try:
        return readable(loads(kept))
    except ValueError as error:
        raise DamagedRowError from error


def index_form(db: Database, document_id: int) -> None:
    """Bring the places of the title and of the form's fields up to date; runs inside the caller's transaction."""
    before = db.conn.total_changes
    _index_title(db, document_id)
    _index_fields(db, document_id)
    _merge(db, before)


def _index_title(db: Database, document_id: int) -> None:
    title, template = db.execute("SELECT title, template_id FROM documents WHERE id = ?", (document_id,)).fetchone()
    _set(db, (document_id, PlaceKind.TITLE, ""), texts.put(db, title) if title else None, template)


def _index_fields(db: Database, document_id: int) -> None:
    held = dict(db.execute("SELECT field_key, text_id FROM inputs WHERE document_id = ?", (document_id,)).fetchall())
    known = db.execute("SELECT key FROM places WHERE document_id = ? AND kind = ?", (document_id, PlaceKind.FIELD))
    template = _template(db, document_id)
    for key in dict.fromkeys([*held, *(key for (key,) in known.fetchall())]):
        _set(db, (document_id, PlaceKind.FIELD, key), held.get(key), template)


def index_sections(db: Database, document_id: int, section_keys: Iterable[str]) -> None:
    """Bring the places of these sections up to date; runs inside the caller's transaction."""
    before = db.conn.total_changes
    _index_sections(db, document_id, section_keys)
    _merge(db, before)


def _index_sections(db: Database, document_id: int, section_keys: Iterable[str]) -> None:
    template = _template(db, document_id)
    for key in section_keys:
        row = db.execute(
            "SELECT text_id FROM section_versions WHERE document_id = ? AND section_key = ?"
            " ORDER BY number DESC LIMIT 1",
            (document_id, key),
        ).fetchone()
        _set(db, (document_id, PlaceKind.SECTION, key), row and row[0], template)


def index_document(db: Database, document_id: int) -> None:
    """Bring all places of a document up to date; runs inside the caller's transaction."""
    before = db.conn.total_changes
    fill_document(db, document_id)
    _merge(db, before)


def fill_document(db: Database, document_id: int) -> None:
    """Do as `index_document` for one document of many: the index is left to be merged when all are in it."""
    _index_title(db, document_id)
    _index_fields(db, document_id)
    keys = db.execute(
        "SELECT section_key FROM section_versions WHERE document_id = ?1"
        " UNION SELECT key FROM places WHERE document_id = ?1 AND kind = ?2",
        (document_id, PlaceKind.SECTION),
    ).fetchall()
    _index_sections(db, document_id, [key for (key,) in keys])


def forget_document(db: Database, document_id: int) -> None:
    """Take a document out of the index; must come before its row is deleted. Inside the caller's transaction."""
    template = _template(db, document_id)
    rows = db.execute("SELECT id, kind, key, text_id FROM places WHERE document_id = ?", (document_id,)).fetchall()
    for row in rows:
        _remove(db, row, template)


def set_up_merging(db: Database) -> None:
    """Leave merging to `_merge`; kept in the file."""
    for table in _TABLES:
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0)")  # noqa: S608 -- the names are constants


def _merge(db: Database, changes_before: int) -> None:
    """Merge a little of the index if something was changed."""
    if db.conn.total_changes > changes_before:
        for table in _TABLES:
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (_MERGED_PAGES,))  # noqa: S608 -- the same


def _template(db: Database, document_id: int) -> str:
    return str(db.execute("SELECT template_id FROM documents WHERE id = ?", (document_id,)).fetchone()[0])


def _set(db: Database, place: tuple[int, PlaceKind, str], text_id: int | None, template: str) -> None:
    """Let a place have this text, or be no more."""
    document_id, kind, key = place
    row = db.execute(
        "SELECT id, kind, key, text_id FROM places WHERE document_id = ? AND kind = ? AND key = ?", place
    ).fetchone()
    if row is not None and row[3] == text_id:
        return
    # The new text is read first: the place may be the last that refers to the old one, and so delete it.
    added = None if text_id is None else _columns(db, kind, key, text_id, template)
    if row is not None:
        _remove(db, row, template)
    if added is not None:
        number = db.execute(
            "INSERT INTO places (document_id, kind, key, text_id) VALUES (?, ?, ?, ?)",
            (document_id, kind, key, text_id),
        ).lastrowid
        _write(db, "", number, added)


def _remove(db: Database, row: tuple[int, int, str, int], template: str) -> None:
    number, kind, key, text_id = row
    _write(db, "delete", number, _columns(db, kind, key, text_id, template))
    db.execute("DELETE FROM places WHERE id = ?", (number,))


def _columns(db: Database, kind: int, key: str, text_id: int, template: str) -> tuple[str, str]:
    """Return what the two tables of the index hold of a place."""
    return indexed(place_text(kind, texts.get(db, text_id)), key, template)


def indexed(text: str, key: str, template: str) -> tuple[str, str]:
    """Return the tokens of a place in the table of pairs and in the table of characters."""
    letters = spelled(fold(text))
    facts = f"{fact('t', template)} {fact('k', key)}"
    return f"{facts} {pairs(letters)}", f"{facts} {' '.join(dict.fromkeys(letters))}"


def _write(db: Database, command: str, number: int | None, columns: tuple[str, str]) -> None:
    """Add a place's tokens, or take exactly these away again."""
    for table, tokens in zip(_TABLES, columns, strict=True):
        if command:
            db.execute(
                f"INSERT INTO {table} ({table}, rowid, tokens) VALUES (?, ?, ?)",  # noqa: S608 -- the names are constants
                (command, number, tokens),
            )
        else:
            db.execute(f"INSERT INTO {table} (rowid, tokens) VALUES (?, ?)", (number, tokens))  # noqa: S608 -- the same
