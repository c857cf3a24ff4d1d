"""The texts of a salvaged history: those gone bad are kept as far as they can be read, lost ones are done without.

Knows both forms: a text in its own row's column (schema 1 and 2), and each distinct text once in `texts` (from 3 on).
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from desktop.core.sections import Content, ListContent, TextContent, loads
from desktop.store import texts
from desktop.store.faults import DamagedRowError
from desktop.store.filling import Filling
from desktop.store.rows import stored_content

LOST_TEMPLATE = "（ひな形は失われました）"
LOST_ID = "lost"

# As many as a template can have.
MOST_SECTIONS = 20

_NAME = re.compile(r"\w+")

# Tables whose rows refer to a text, and whether a row is worth keeping without it.
_REFERRING = {"template_sources": False, "inputs": True, "past_inputs": False, "section_versions": False}


class Texts:
    """Reads and writes texts of a history in whichever form it has; inside the caller's transaction."""

    def __init__(self, db: Database, filling: Filling) -> None:
        """Find out which form it is."""
        self._db = db
        self._filling = filling
        self._tables = {table.name: {column.name for column in table.columns} for table in filling.tables}
        self.shared = "texts" in self._tables

    def read(self, kept: object) -> str:
        """Return a text by what stands in its row."""
        return texts.get(self._db, int(str(kept))) if self.shared else str(kept)

    def put(self, text: str) -> int | str:
        """Return what stands in a row for a text."""
        return texts.put(self._db, text) if self.shared else text

    @property
    def source(self) -> str:
        """The column of a document's template."""
        return "text_id" if self.shared else "source"

    @property
    def content(self) -> str:
        """The column of a section's content."""
        return "text_id" if self.shared else "content"

    def mend(self) -> int:
        """Mend what can be read in part, and take out what refers to nothing; returns how many rows were mended."""
        mended = 0
        if self.shared:
            mended += self._mend_bodies() + self._mend_raw_texts()
            self._drop_references()
        return mended + self._mend_contents()

    def _mend_bodies(self) -> int:
        mended = 0
        for number, body in self._db.execute("SELECT id, body FROM texts").fetchall():
            try:
                texts.unpacked(body)
            except DamagedRowError:
                text = readable_part(body)
                if text:
                    self._db.execute("UPDATE texts SET body = ? WHERE id = ?", (texts.packed(text), number))
                    mended += 1
                else:
                    self._db.execute("DELETE FROM texts WHERE id = ?", (number,))
                    self._filling.saved["texts"] -= 1
                    self._filling.lost["texts"] += 1
        return mended

    def _mend_raw_texts(self) -> int:
        mended = 0
        for number, raw in self._db.execute("SELECT id, raw FROM runs").fetchall():
            try:
                texts.unpacked(raw)
            except DamagedRowError:
                self._db.execute("UPDATE runs SET raw = ? WHERE id = ?", (texts.packed(readable_part(raw)), number))
                mended += 1
        return mended

    def _drop_references(self) -> None:
        """Do without the texts that are lost: an input becomes empty, a version of nothing goes."""
        for table, stays in _REFERRING.items():
            if table not in self._tables:
                continue
            found = self._db.execute(
                f'SELECT rowid FROM "{table}" WHERE text_id IS NOT NULL AND text_id NOT IN (SELECT id FROM texts)'  # noqa: S608 -- constants
            ).fetchall()
            rows = [row for (row,) in found]
            for row in rows:
                change = f'UPDATE "{table}" SET text_id = NULL' if stays else f'DELETE FROM "{table}"'  # noqa: S608 -- the same
                self._db.execute(f"{change} WHERE rowid = ?", (row,))
            self._filling.saved[table] -= 0 if stays else len(rows)
            self._filling.lost[table] += len(rows)

    def _mend_contents(self) -> int:
        """Keep as plain text what was a section's content and can no longer be read as such."""
        mended = 0
        rows = self._db.execute(f"SELECT id, {self.content} FROM section_versions").fetchall()  # noqa: S608 -- a constant
        for number, kept in rows:
            text = self.read(kept)
            if (content := as_content(text)) != text:
                changed = self.put(content)
                self._db.execute(
                    f"UPDATE section_versions SET {self.content} = ? WHERE id = ?",  # noqa: S608 -- a constant
                    (changed, number),
                )
                mended += 1
        return mended

    def put_template_sources(self) -> int:
        """Give a document that has lost its template another one's of the same kind, or one made of what it holds."""
        missing = self._db.execute(
            "SELECT id, template_id FROM documents WHERE id NOT IN (SELECT document_id FROM template_sources)"
        ).fetchall()
        for number, template_id in missing:
            donors = self._db.execute(
                f"SELECT {self.source} FROM template_sources JOIN documents ON documents.id = document_id"  # noqa: S608 -- a constant
                " WHERE template_id = ?",
                (template_id,),
            ).fetchall()
            commonest = Counter(source for (source,) in donors).most_common(1)
            source = commonest[0][0] if commonest else self.put(self._template_of(number))
            self._db.execute(
                f"INSERT INTO template_sources (document_id, {self.source}) VALUES (?, ?)",  # noqa: S608 -- a constant
                (number, source),
            )
        return len(missing)

    def _template_of(self, number: int) -> str:
        """Return the text of a template that shows every field and section that is left of a document."""
        fields = [key for (key,) in self._db.execute("SELECT field_key FROM inputs WHERE document_id = ?", (number,))]
        rows = self._db.execute(
            f"SELECT section_key, {self.content} FROM section_versions WHERE document_id = ? ORDER BY id",  # noqa: S608 -- a constant
            (number,),
        ).fetchall()
        return template_text(fields, {key: loads(self.read(kept)) for key, kept in rows})

    def unreferenced(self) -> list[str]:
        """Return the texts that nothing refers to any more: what is left of rows that are lost."""
        if not self.shared:
            return []
        used = " UNION ".join(
            f'SELECT text_id FROM "{table}" WHERE text_id IS NOT NULL'  # noqa: S608 -- constants
            for table in _REFERRING
            if table in self._tables
        )
        rows = self._db.execute(f"SELECT body FROM texts WHERE id NOT IN ({used}) ORDER BY id").fetchall()  # noqa: S608 -- the same
        left = [texts.unpacked(body) for (body,) in rows]
        # A title stands in its document, and is kept here for searching only. A template is no person's text.
        titles = {title for (title,) in self._db.execute("SELECT title FROM documents")}
        return [text for text in left if text and text not in titles and "[[section]]" not in text]

    def count_uses(self) -> None:
        """Count anew who refers to each text, apart from the index."""
        if not self.shared:
            return
        counts = Counter[int]()
        for table in _REFERRING:
            if table in self._tables:
                found = self._db.execute(f'SELECT text_id, count(*) FROM "{table}" GROUP BY text_id')  # noqa: S608 -- constants
                counts.update({number: count for number, count in found if number is not None})
        for (number,) in self._db.execute("SELECT id FROM texts").fetchall():
            self._db.execute("UPDATE texts SET uses = ? WHERE id = ?", (counts[number], number))


def drop_unused(db: Database) -> None:
    """Let go of the texts that nothing refers to, when the index is there again."""
    if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'texts'").fetchone():
        db.execute("DELETE FROM texts WHERE uses < 1")


def as_content(text: str) -> str:
    """Return the text of a section's content: the text itself, or where it is none, one that shows it as it is."""
    try:
        loads(text)
    except ValueError:
        return stored_content(TextContent(text))
    return text


def template_text(fields: Sequence[str], sections: Mapping[str, Content]) -> str:
    """Return the text of a template of plain fields, and of sections of the shape that their contents have."""
    lines = [
        "format = 1",
        f"id = {_quoted(LOST_ID)}",
        f"name = {_quoted(LOST_TEMPLATE)}",
        'category = "memo"',
        'version = "1.0"',
        'description = "壊れた履歴から救い出した文書です。"',
    ]
    # A key gone bad cannot stand in a template; its value stays in the history.
    names = [key for key in fields if _NAME.fullmatch(key)][:MOST_SECTIONS] or ["内容"]
    for key in names:
        lines += ["", "[[field]]", f"key = {_quoted(key)}", f"label = {_quoted(key)}", 'type = "text"']
    shown = {key: content for key, content in sections.items() if _NAME.fullmatch(key)}
    for key, content in list((shown or {"本文": TextContent()}).items())[:MOST_SECTIONS]:
        lines += ["", "[[section]]", f"key = {_quoted(key)}", f"title = {_quoted(key)}", *_shape(content)]
    asked = "\\n".join(f"{{{key}}}" for key in names)
    lines += ["", "[layout]", 'kind = "memo"', "", "[prompt]", 'system = "文書を書く。"', f'user = "{asked}"']
    return "\n".join(lines) + "\n"


def _shape(content: Content) -> list[str]:
    lines = ['instruction = "（救い出した項目）"']
    if isinstance(content, TextContent):
        return [*lines, 'kind = "text"']
    if isinstance(content, ListContent):
        return [*lines, 'kind = "list"']
    width = max((len(row) for row in content.rows), default=1) or 1
    lines.append('kind = "table"')
    for number in range(1, width + 1):
        lines += ["[[section.column]]", f'key = "列{number}"', f'title = "列{number}"']
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def readable_part(kept: object) -> str:
    """Return what can be read of a text that is kept compressed and went bad: up to the damage, or with wrong signs."""
    if not isinstance(kept, bytes) or not kept:
        return ""
    body = kept[5:]
    if kept[0] == 0:
        return body.decode("utf-8", "replace")
    reader = texts.lenient_reader()
    read = bytearray()
    for byte in body:
        try:
            read += reader.decompress(bytes([byte]))
        except zlib.error:
            break
    return read.decode("utf-8", "replace").rstrip("�")
