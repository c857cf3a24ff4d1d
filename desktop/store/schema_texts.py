"""The step of the schema that keeps each distinct text once, compressed."""

from __future__ import annotations

from sqlite_utils import Database

from desktop.store import texts

# So many rows are read before they are written: a history of any size goes through a bounded amount of memory.
_BATCH = 1000


def shared_texts(db: Database) -> None:
    """Lay schema 3: texts compressed and kept once, earlier values of fields, and where undo stands."""
    db.executescript(_TEXTS)
    _move(db, "template_sources", "document_id", "source")
    _move(db, "inputs", "rowid", "value")
    _move(db, "section_versions", "id", "content")
    _pack_raw_texts(db)
    # The triggers come last: what was moved is counted in one go.
    db.executescript(_REBUILT + _COUNTED)
    for table in ("template_sources", "inputs", "past_inputs", "section_versions"):
        db.executescript(counting_triggers(table))


def counting_triggers(table: str) -> str:
    """Return the triggers that count a table's references (`text_id`) to texts and delete those without any."""
    gone = (
        "UPDATE texts SET uses = uses - 1 WHERE id = OLD.text_id;"
        " DELETE FROM texts WHERE id = OLD.text_id AND uses < 1;"
    )
    come = "UPDATE texts SET uses = uses + 1 WHERE id = NEW.text_id;"
    return f"""
        CREATE TRIGGER {table}_text_added AFTER INSERT ON {table} BEGIN {come} END;
        CREATE TRIGGER {table}_text_gone AFTER DELETE ON {table} BEGIN {gone} END;
        CREATE TRIGGER {table}_text_changed AFTER UPDATE OF text_id ON {table}
            WHEN OLD.text_id IS NOT NEW.text_id BEGIN {come} {gone} END;
        """


def _move(db: Database, table: str, key: str, column: str) -> None:
    """Put the texts of a column into `texts` and their numbers beside it."""
    db.execute(f"ALTER TABLE {table} ADD COLUMN text_id INTEGER")
    last = -1
    while True:
        rows = db.execute(
            f"SELECT {key}, {column} FROM {table}"  # noqa: S608 -- the names are constants
            f" WHERE {key} > ? AND {column} IS NOT NULL ORDER BY {key} LIMIT ?",
            (last, _BATCH),
        ).fetchall()
        for number, text in rows:
            db.execute(f"UPDATE {table} SET text_id = ? WHERE {key} = ?", (texts.put(db, text), number))  # noqa: S608 -- the same
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]


def _pack_raw_texts(db: Database) -> None:
    db.execute("ALTER TABLE runs ADD COLUMN raw BLOB")
    last = -1
    while rows := db.execute(
        "SELECT id, raw_text FROM runs WHERE id > ? ORDER BY id LIMIT ?", (last, _BATCH)
    ).fetchall():
        for number, text in rows:
            db.execute("UPDATE runs SET raw = ? WHERE id = ?", (texts.packed(text), number))
        last = rows[-1][0]


_TEXTS = """
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX texts_by_digest ON texts (digest);
"""

_REBUILT = """
CREATE TABLE new_template_sources (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    text_id INTEGER NOT NULL
) STRICT;
INSERT INTO new_template_sources SELECT document_id, text_id FROM template_sources;
DROP TABLE template_sources;
ALTER TABLE new_template_sources RENAME TO template_sources;

CREATE TABLE new_inputs (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    field_key TEXT NOT NULL,
    file_name TEXT,
    text_id INTEGER,
    since TEXT NOT NULL,
    UNIQUE (document_id, field_key)
) STRICT;
INSERT INTO new_inputs (rowid, document_id, field_key, file_name, text_id, since)
    SELECT inputs.rowid, document_id, field_key, file_name, text_id, coalesce(updated_at, '')
    FROM inputs LEFT JOIN documents ON documents.id = document_id;
DROP TABLE inputs;
ALTER TABLE new_inputs RENAME TO inputs;

CREATE TABLE past_inputs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    field_key TEXT NOT NULL,
    file_name TEXT,
    text_id INTEGER NOT NULL,
    since TEXT NOT NULL
) STRICT;
CREATE INDEX past_inputs_of_field ON past_inputs (document_id, field_key, id DESC);

CREATE TABLE new_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    model_name TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    settings TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    error_code TEXT NOT NULL DEFAULT '',
    raw BLOB NOT NULL
) STRICT;
INSERT INTO new_runs SELECT id, document_id, model_name, model_sha256, settings, started_at, ended_at, error_code, raw
    FROM runs;
DROP TABLE runs;
ALTER TABLE new_runs RENAME TO runs;
CREATE INDEX runs_of_document ON runs (document_id);

CREATE TABLE new_section_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    section_key TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    origin TEXT NOT NULL CHECK (origin IN ('model', 'person')),
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    text_id INTEGER NOT NULL,
    stands_for INTEGER CHECK (stands_for < number),
    UNIQUE (document_id, section_key, number),
    UNIQUE (run_id, section_key),
    CHECK (run_id IS NULL OR origin = 'model')
) STRICT;
INSERT INTO new_section_versions
    SELECT id, document_id, section_key, number, origin, finished, run_id, created_at, updated_at, text_id, NULL
    FROM section_versions;
DROP TABLE section_versions;
ALTER TABLE new_section_versions RENAME TO section_versions;
"""

_COUNTED = """
CREATE TEMP TABLE text_uses AS
    SELECT text_id, count(*) AS uses FROM (
        SELECT text_id FROM template_sources UNION ALL SELECT text_id FROM inputs WHERE text_id IS NOT NULL
        UNION ALL SELECT text_id FROM section_versions
    ) GROUP BY text_id;
CREATE UNIQUE INDEX temp.text_uses_by_id ON text_uses (text_id);
UPDATE texts SET uses = (SELECT uses FROM text_uses WHERE text_id = texts.id);
DROP TABLE temp.text_uses;
"""
