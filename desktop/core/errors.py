"""The errors a user can meet, as codes with fields; the words live in `resources/messages`."""

from __future__ import annotations

from enum import StrEnum

FieldValue = str | int | float


class ErrorCode(StrEnum):
    """Every fault the program can report; each has Japanese and English words in `resources/messages`."""

    SOURCE_EMPTY = "source_empty"
    SOURCE_NOT_FOUND = "source_not_found"
    SOURCE_NOT_READABLE = "source_not_readable"
    SOURCE_BINARY = "source_binary"
    SOURCE_TOO_LARGE = "source_too_large"
    SOURCE_CHARSET = "source_charset"
    SOURCE_TYPE_UNSUPPORTED = "source_type_unsupported"
    SOURCE_CONVERT_FIRST = "source_convert_first"
    SOURCE_PICTURE = "source_picture"
    SOURCE_RECORDING = "source_recording"
    DOCX_PROTECTED = "docx_protected"
    DOCX_BROKEN = "docx_broken"
    DOCX_TOO_COMPLEX = "docx_too_complex"
    PROMPT_TOO_LONG = "prompt_too_long"
    TEMPLATE_NOT_FOUND = "template_not_found"
    TEMPLATE_UNREADABLE = "template_unreadable"
    TEMPLATE_SYNTAX = "template_syntax"
    TEMPLATE_UNKNOWN_KEY = "template_unknown_key"
    TEMPLATE_MISSING_KEY = "template_missing_key"
    TEMPLATE_WRONG_TYPE = "template_wrong_type"
    TEMPLATE_BAD_VALUE = "template_bad_value"
    TEMPLATE_UNKNOWN_FIELD = "template_unknown_field"
    TEMPLATE_SHARE_UNREACHABLE = "template_share_unreachable"
    TEMPLATE_SHARE_EMPTY = "template_share_empty"
    TEMPLATE_SHARE_LIMIT = "template_share_limit"
    TEMPLATE_SHARE_HANGING = "template_share_hanging"
    TEMPLATE_SYNC_BUSY = "template_sync_busy"
    TEMPLATE_SYNC_FAILED = "template_sync_failed"
    TEMPLATE_CHANGING = "template_changing"
    TEMPLATE_LINK = "template_link"
    TEMPLATE_DUPLICATE_NAME = "template_duplicate_name"
    TEMPLATE_DUPLICATE_ID = "template_duplicate_id"
    TEMPLATE_COPY_LOST = "template_copy_lost"
    TEMPLATE_REFERENCE_BAD = "template_reference_bad"
    TEMPLATE_REFERENCE_MISSING = "template_reference_missing"
    TEMPLATE_UNSIGNED = "template_unsigned"
    TEMPLATE_ALTERED = "template_altered"
    TEMPLATE_SIGNER_UNKNOWN = "template_signer_unknown"
    TEMPLATE_KEY_BAD = "template_key_bad"
    TEMPLATE_BEING_PUBLISHED = "template_being_published"
    TEMPLATE_SHARE_NO_LOCKS = "template_share_no_locks"
    TEMPLATE_SHARE_NOT_WRITABLE = "template_share_not_writable"
    TEMPLATE_CONFLICT = "template_conflict"
    CASE_BROKEN = "case_broken"
    CASE_NOT_WRITABLE = "case_not_writable"
    CASE_NOWHERE = "case_nowhere"
    IMPORT_NO_COLUMN = "import_no_column"
    IMPORT_BROKEN = "import_broken"
    IMPORT_NOTHING = "import_nothing"
    IMPORT_UNKNOWN_KIND = "import_unknown_kind"
    FIELD_MISSING = "field_missing"
    FIELD_BAD_DATE = "field_bad_date"
    PERIOD_BAD = "period_bad"
    FIELD_BAD_CHOICE = "field_bad_choice"
    FIELD_UNKNOWN = "field_unknown"
    MODEL_NONE = "model_none"
    MODEL_UNKNOWN_NAME = "model_unknown_name"
    MODEL_MISSING = "model_missing"
    MODEL_NOT_GGUF = "model_not_gguf"
    MODEL_TRUNCATED = "model_truncated"
    MODEL_HASH_MISMATCH = "model_hash_mismatch"
    MODEL_UNKNOWN_ARCHITECTURE = "model_unknown_architecture"
    MODEL_TOO_LARGE = "model_too_large"
    MODEL_LOAD_FAILED = "model_load_failed"
    MODEL_FOLDER_NOT_WRITABLE = "model_folder_not_writable"
    MODEL_NO_SPACE = "model_no_space"
    MODEL_BEING_ADDED = "model_being_added"
    MODEL_MANIFEST_BAD = "model_manifest_bad"
    MODEL_PART_MISSING = "model_part_missing"
    MODEL_PART_DAMAGED = "model_part_damaged"
    MODEL_NOT_IN_FOLDER = "model_not_in_folder"
    MODEL_SEVERAL = "model_several"
    MODEL_NAME_UNSAFE = "model_name_unsafe"
    MODEL_TOO_MANY_PARTS = "model_too_many_parts"
    MODEL_PACK_EXISTS = "model_pack_exists"
    ENGINE_CRASHED = "engine_crashed"
    ENGINE_DEVICE_CRASHED = "engine_device_crashed"
    ENGINE_DEVICE_LOST = "engine_device_lost"
    ENGINE_GAVE_UP = "engine_gave_up"
    ENGINE_START_FAILED = "engine_start_failed"
    ENGINE_OLD_CPU = "engine_old_cpu"
    ENGINE_PROTOCOL = "engine_protocol"
    ENGINE_FAILED = "engine_failed"
    ENGINE_BUSY = "engine_busy"
    GRAMMAR_UNSUPPORTED = "grammar_unsupported"
    DRAFT_BROKEN_JSON = "draft_broken_json"
    DRAFT_LOOPED = "draft_looped"
    DOCUMENT_NOT_FOUND = "document_not_found"
    STORE_LOCKED = "store_locked"
    STORE_FROM_FUTURE = "store_from_future"
    STORE_FOLDER_NOT_WRITABLE = "store_folder_not_writable"
    STORE_DISK_FULL = "store_disk_full"
    STORE_DAMAGED = "store_damaged"
    STORE_MIGRATION_FAILED = "store_migration_failed"
    STORE_FAILED = "store_failed"
    HISTORY_BEING_WRITTEN = "history_being_written"
    HISTORY_FILE_UNREADABLE = "history_file_unreadable"
    HISTORY_FILE_FOREIGN = "history_file_foreign"
    HISTORY_FILE_FROM_FUTURE = "history_file_from_future"
    HISTORY_FILE_DAMAGED = "history_file_damaged"
    HISTORY_FILE_CUT = "history_file_cut"
    HISTORY_FILE_ALTERED = "history_file_altered"
    HISTORY_FILE_MISSING = "history_file_missing"
    OUTPUT_EXISTS = "output_exists"
    OUTPUT_NOT_WRITABLE = "output_not_writable"
    OUTPUT_TYPE_UNSUPPORTED = "output_type_unsupported"
    SETTINGS_BROKEN = "settings_broken"
    UNEXPECTED = "unexpected"


class AssistantError(Exception):
    """A fault with a code and the facts a message needs; it carries no prose.

    `fields` holds only names, numbers and paths. It never holds text that a person wrote, so that it may be logged.
    """

    def __init__(self, code: ErrorCode, **fields: FieldValue) -> None:
        """Keep the code and the fields; the words are added where the fault is shown."""
        super().__init__(code.value, fields)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        """Return a compact technical form for logs and test output."""
        listed = ", ".join(f"{key}={value!r}" for key, value in self.fields.items())
        return f"{self.code.value}({listed})"


class UserFault(AssistantError):  # noqa: N818 -- the field calls it a fault: nothing here need be a bug
    """Something the person can mend: a file, a field, a choice."""


class EngineFault(AssistantError):  # noqa: N818 -- the field calls it a fault: nothing here need be a bug
    """The model or its process failed."""


class StoreFault(AssistantError):  # noqa: N818 -- the field calls it a fault: nothing here need be a bug
    """The history database cannot be used as it is."""


class PolicyFault(AssistantError):  # noqa: N818 -- the field calls it a fault: nothing here need be a bug
    """An administrator's policy forbids what was asked."""
