-- A history as the program with schema 2 wrote it, with data. Never changed: it stands for files on real terminals.
PRAGMA application_id = 1182100841;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'fumizukue.history','0001_documents_runs_and_versions','2026-11-24 09:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'fumizukue.history','0002_speeds_of_models','2026-11-24 09:00:00.000000+00:00');
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
INSERT INTO "documents" VALUES(1,'minutes','議事録（要点筆記）','1.0.0','定例会議','complete','2026-11-24T09:00:00.000000+00:00','2026-11-24T09:02:00.000000+00:00');
INSERT INTO "documents" VALUES(2,'memo','庁内メモ','1.0.0','連絡','streaming','2026-11-24T09:02:00.000000+00:00','2026-11-24T09:03:00.000000+00:00');
CREATE TABLE inputs (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    field_key TEXT NOT NULL,
    file_name TEXT,
    value TEXT,
    UNIQUE (document_id, field_key)
) STRICT;
INSERT INTO "inputs" VALUES(1,'title',NULL,'定例会議');
INSERT INTO "inputs" VALUES(1,'source','会議.docx','課長: 始めます。
主査: はい。');
INSERT INTO "inputs" VALUES(2,'body',NULL,'途中');
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
INSERT INTO "runs" VALUES(1,1,'qwen','cdcdcdcd','{"seed": 42}','2026-11-24T09:01:00.000000+00:00','2026-11-24T09:01:00.000000+00:00','','{"decisions":["補修する"]}');
INSERT INTO "runs" VALUES(2,2,'qwen','','{}','2026-11-24T09:03:00.000000+00:00',NULL,'','{"body":"とち');
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
INSERT INTO "section_versions" VALUES(1,1,'decisions',1,'model',1,1,'2026-11-24T09:01:00.000000+00:00','2026-11-24T09:01:00.000000+00:00','{"items": ["補修する"]}');
INSERT INTO "section_versions" VALUES(2,1,'decisions',2,'person',1,NULL,'2026-11-24T09:02:00.000000+00:00','2026-11-24T09:02:00.000000+00:00','{"items": ["市道を補修する"]}');
INSERT INTO "section_versions" VALUES(3,2,'body',1,'model',0,2,'2026-11-24T09:03:00.000000+00:00','2026-11-24T09:03:00.000000+00:00','{"text": "とち"}');
CREATE TABLE template_sources (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    source TEXT NOT NULL
) STRICT;
INSERT INTO "template_sources" VALUES(1,'id = "minutes"
');
INSERT INTO "template_sources" VALUES(2,'id = "memo"
');
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
INSERT INTO "speeds" VALUES(1,'pc','qwen','minutes','2026-11-24T09:01:00.000000+00:00',1,100,2.0,50,10.0,400,200,120);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX documents_by_change ON documents (updated_at DESC, id DESC);
CREATE INDEX runs_of_document ON runs (document_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('documents',2);
INSERT INTO "sqlite_sequence" VALUES('runs',2);
INSERT INTO "sqlite_sequence" VALUES('section_versions',3);
INSERT INTO "sqlite_sequence" VALUES('speeds',1);
COMMIT;
