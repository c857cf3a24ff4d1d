"""The history's schema, as the list of steps that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlite_utils import Database, Migrations

from desktop.store.faults import DamagedRowError
from desktop.store.schema_answers import answers_on_minutes_saved
from desktop.store.schema_audit import audit
from desktop.store.schema_retention import retention
from desktop.store.schema_search import search
from desktop.store.schema_texts import shared_texts
from desktop.store.schema_uids import uids_of_documents

Step = Callable[[Database], None]

MIGRATION_SET = "fumizukue.history"


def documents_runs_and_versions(db: Database) -> None:
    """Lay schema 1: what is written often (states, times, partial text) lies apart from the big texts."""
    db.executescript(
        """
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            template_id TEXT NOT NULL,
            template_name TEXT NOT NULL,
            template_version TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('preparing', 'streaming', 'complete', 'cancelled', 'interrupted')),
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX documents_by_change ON documents (updated_at DESC, id DESC);

        CREATE TABLE template_sources (
            document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
            source TEXT NOT NULL
        ) STRICT;

        CREATE TABLE inputs (
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            field_key TEXT NOT NULL,
            file_name TEXT,
            value TEXT,
            UNIQUE (document_id, field_key)
        ) STRICT;

        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            model_name TEXT NOT NULL,
            model_sha256 TEXT NOT NULL,
            settings TEXT NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT,
            error_code TEXT NOT NULL DEFAULT '',
            raw_text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX runs_of_document ON runs (document_id);

        CREATE TABLE section_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            section_key TEXT NOT NULL,
            number INTEGER NOT NULL CHECK (number >= 1),
            origin TEXT NOT NULL CHECK (origin IN ('model', 'person')),
            finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
            run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            content TEXT NOT NULL,
            UNIQUE (document_id, section_key, number),
            UNIQUE (run_id, section_key),
            CHECK (run_id IS NULL OR origin = 'model')
        ) STRICT;
        """
    )


def speeds_of_models(db: Database) -> None:
    """Lay schema 2: how fast each model was on this terminal, from which times are told before a draft is begun."""
    db.executescript(
        """
        CREATE TABLE speeds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal TEXT NOT NULL,
            model TEXT NOT NULL,
            template_id TEXT NOT NULL,
            measured_at TEXT NOT NULL,
            asks INTEGER NOT NULL,
            read_tokens INTEGER NOT NULL,
            read_seconds REAL NOT NULL,
            written_tokens INTEGER NOT NULL,
            written_seconds REAL NOT NULL,
            answer_chars INTEGER NOT NULL,
            text_chars INTEGER NOT NULL,
            text_tokens INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX speeds_of_model ON speeds (terminal, model, id DESC);
        """
    )


# A step that was released is never changed; a new schema is a new step at the end.
STEPS: tuple[Step, ...] = (
    documents_runs_and_versions,
    speeds_of_models,
    shared_texts,
    search,
    audit,
    retention,
    answers_on_minutes_saved,
    uids_of_documents,
)


def step_names(steps: Sequence[Step]) -> list[str]:
    """Return the names under which steps are recorded: their number and what they do."""
    return [f"{number:04d}_{step.__name__}" for number, step in enumerate(steps, start=1)]


def applied_names(db: Database) -> list[str]:
    """Return the names of the steps a database has gone through, in order.

    Raises `DamagedRowError` when their table has lost a column.
    """
    try:
        return [migration.name for migration in Migrations(MIGRATION_SET).applied(db)]
    except KeyError as error:
        raise DamagedRowError from error


def apply(db: Database, steps: Sequence[Step]) -> None:
    """Apply the steps that are pending and set the schema's number; runs inside the caller's transaction.

    Raises `DamagedRowError` when a step leaves a reference to a row that does not exist.
    """
    migrations = Migrations(MIGRATION_SET)
    for name, step in zip(step_names(steps), steps, strict=True):
        migrations(name=name)(step)
    migrations.apply(db)
    if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise DamagedRowError
    db.execute(f"PRAGMA user_version = {len(steps)}")
