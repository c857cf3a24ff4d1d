"""The JSON of a document that moves between histories: written in one way, and read back strictly.

What is read may come from anybody: whatever is not exactly as this program writes it raises `BadLineError`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from desktop.core.sections import Content, content_of, dumps
from desktop.store.moved import MovedDocument, MovedField, MovedForm, MovedRun, MovedVersion
from desktop.store.records import DocumentState, Origin, RunFacts, TemplateStamp
from desktop.store.rows import stored_time
from desktop.store.tags import tidy

# More digits than any count in a history needs; Python itself refuses only thousands of them.
_MOST_DIGITS = 15
_UID = re.compile(r"[0-9a-f]{32}")
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadLineError(Exception):
    """A line that this program did not write; `reason` is a code that has words in the messages."""

    def __init__(self, reason: str) -> None:
        """Keep the code; nothing of the line's text goes along."""
        super().__init__(reason)
        self.reason = reason


def line_of(value: object) -> bytes:
    """Return a JSON value as one line of UTF-8, with its end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def value_of(line: bytes) -> dict[str, object]:
    """Parse one line; only an object without anything ambiguous in it is taken."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLineError("not_utf8") from error
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_no_number, parse_int=_integer
        )
    except RecursionError as error:
        raise BadLineError("depth") from error
    except ValueError as error:
        raise BadLineError("not_json") from error
    if not isinstance(value, dict):
        raise BadLineError("wrong_type")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise BadLineError("duplicate_key")
    return made


def _no_number(_text: str) -> NoReturn:
    raise BadLineError("number")


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise BadLineError("number")
    return int(text)


class Fields:
    """An object whose keys are taken one by one; `end` makes sure that there were no others."""

    def __init__(self, value: object) -> None:
        """Take over an object."""
        if not isinstance(value, dict):
            raise BadLineError("wrong_type")
        self._left: dict[str, object] = dict(value)

    def take(self, key: str) -> object:
        """Return whatever the key holds."""
        try:
            return self._left.pop(key)
        except KeyError as error:
            raise BadLineError("missing_key") from error

    def text(self, key: str) -> str:
        """Return a text that UTF-8 can hold."""
        value = self.take(key)
        if not isinstance(value, str):
            raise BadLineError("wrong_type")
        return _whole(value)

    def text_or_none(self, key: str) -> str | None:
        """Return a text or nothing."""
        return None if self._left.get(key, "") is None and self.take(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        """Return a truth value."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise BadLineError("wrong_type")
        return value

    def count(self, key: str) -> int:
        """Return a number from 0 on."""
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadLineError("wrong_type")
        if value < 0:
            raise BadLineError("bad_value")
        return value

    def count_or_none(self, key: str) -> int | None:
        """Return a number from 0 on, or nothing."""
        return None if self._left.get(key, "") is None and self.take(key) is None else self.count(key)

    def time(self, key: str) -> dt.datetime:
        """Return a moment, written as the history keeps it."""
        text = self.text(key)
        try:
            moment = dt.datetime.fromisoformat(text)
            same = moment.tzinfo is not None and stored_time(moment) == text
        except (ValueError, OverflowError) as error:
            raise BadLineError("bad_value") from error
        if not same:
            raise BadLineError("bad_value")
        return moment

    def time_or_none(self, key: str) -> dt.datetime | None:
        """Return a moment or nothing."""
        return None if self._left.get(key, "") is None and self.take(key) is None else self.time(key)

    def uid(self, key: str) -> str:
        """Return an identity."""
        text = self.text(key)
        if not _UID.fullmatch(text):
            raise BadLineError("bad_value")
        return text

    def items(self, key: str) -> Sequence[object]:
        """Return a list."""
        value = self.take(key)
        if not isinstance(value, list):
            raise BadLineError("wrong_type")
        return value

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        if self._left:
            raise BadLineError("unknown_key")


def _whole(text: str) -> str:
    if _SURROGATE.search(text):
        raise BadLineError("surrogate")
    return text


def document_value(document: MovedDocument, sections: Mapping[str, Sequence[MovedVersion]]) -> dict[str, object]:
    """Return the JSON value of a document with these of its sections' versions."""
    template = document.template
    return {
        "uid": document.uid,
        "template": {
            "id": template.id,
            "name": template.name,
            "version": template.version,
            "source": template.source,
        },
        **_form_value(document.form),
        "state": document.state.value,
        "created_at": stored_time(document.created_at),
        "runs": [_run_value(run) for run in document.runs],
        "sections": sections_value(sections),
        "past": fields_value(document.past),
        "tags": list(document.tags),
        "trashed_at": None if document.trashed_at is None else stored_time(document.trashed_at),
    }


def sections_value(sections: Mapping[str, Sequence[MovedVersion]]) -> list[object]:
    """Return the JSON value of sections, in their order."""
    return [{"key": key, "versions": [version_value(one) for one in held]} for key, held in sections.items()]


def version_value(version: MovedVersion) -> dict[str, object]:
    """Return the JSON value of one version."""
    return {
        "content": json.loads(dumps(version.content)),
        "origin": version.origin.value,
        "finished": version.finished,
        "created_at": stored_time(version.created_at),
        "updated_at": stored_time(version.updated_at),
        "run": version.run,
        "stands_for": version.stands_for,
    }


def fields_value(fields: Sequence[MovedField]) -> list[object]:
    """Return the JSON value of fields."""
    return [
        {"key": one.key, "value": one.value, "file_name": one.file_name, "since": stored_time(one.since)}
        for one in fields
    ]


def _form_value(form: MovedForm) -> dict[str, object]:
    return {"title": form.title, "fields": fields_value(form.fields), "updated_at": stored_time(form.changed_at)}


def _run_value(run: MovedRun) -> dict[str, object]:
    return {
        "model_name": run.facts.model_name,
        "model_sha256": run.facts.model_sha256,
        "settings": run.facts.settings,
        "started_at": stored_time(run.started_at),
        "ended_at": None if run.ended_at is None else stored_time(run.ended_at),
        "error_code": run.error_code,
        "raw_text": run.raw_text,
    }


def document_of(value: Mapping[str, object]) -> MovedDocument:
    """Build a document from its JSON value."""
    fields = Fields(value)
    document = MovedDocument(
        uid=fields.uid("uid"),
        template=_template_of(fields.take("template")),
        form=_form_taken(fields),
        state=_state_of(fields.text("state")),
        created_at=fields.time("created_at"),
        runs=tuple(_run_of(one) for one in fields.items("runs")),
        sections=sections_of(fields.items("sections")),
        past=_past_of(fields.items("past")),
        tags=_tags_of(fields.items("tags")),
        trashed_at=fields.time_or_none("trashed_at"),
    )
    fields.end()
    return document


def _template_of(value: object) -> TemplateStamp:
    fields = Fields(value)
    stamp = TemplateStamp(*(fields.text(key) for key in ("id", "name", "version", "source")))
    fields.end()
    return stamp


def _tags_of(values: Sequence[object]) -> tuple[str, ...]:
    tags = tuple(_whole(value) for value in values if isinstance(value, str))
    if len(set(tags)) < len(values) or any(not tag or tidy(tag) != tag for tag in tags):
        raise BadLineError("bad_value")
    return tags


def _state_of(text: str) -> DocumentState:
    # What is just being written leaves a history as broken off: nothing writes it where it arrives.
    if text == DocumentState.STREAMING:
        raise BadLineError("bad_value")
    try:
        return DocumentState(text)
    except ValueError as error:
        raise BadLineError("bad_value") from error


def _form_taken(fields: Fields) -> MovedForm:
    return MovedForm(fields.text("title"), _fields_of(fields.items("fields")), fields.time("updated_at"))


def _fields_of(values: Sequence[object]) -> tuple[MovedField, ...]:
    """Build what a form holds; no key may come twice."""
    found = tuple(_field_of(value) for value in values)
    if len({one.key for one in found}) < len(found):
        raise BadLineError("duplicate_key")
    return found


def _past_of(values: Sequence[object]) -> tuple[MovedField, ...]:
    """Build the earlier values of fields; there is none that was nothing."""
    found = tuple(_field_of(value) for value in values)
    if not all(one.value for one in found):
        raise BadLineError("bad_value")
    return found


def _field_of(value: object) -> MovedField:
    fields = Fields(value)
    one = MovedField(
        fields.text("key"), fields.text_or_none("value"), fields.text_or_none("file_name"), fields.time("since")
    )
    fields.end()
    return one


def _run_of(value: object) -> MovedRun:
    fields = Fields(value)
    facts = RunFacts(*(fields.text(key) for key in ("model_name", "model_sha256", "settings")))
    started = fields.time("started_at")
    ended = fields.time_or_none("ended_at")
    run = MovedRun(facts, started, ended, fields.text("error_code"), fields.text("raw_text"))
    fields.end()
    return run


def sections_of(values: Sequence[object]) -> dict[str, tuple[MovedVersion, ...]]:
    """Build sections from their JSON value; no key may come twice, and each has a version."""
    found = dict[str, tuple[MovedVersion, ...]]()
    for value in values:
        fields = Fields(value)
        key, versions = fields.text("key"), tuple(_version_of(one) for one in fields.items("versions"))
        fields.end()
        if key in found:
            raise BadLineError("duplicate_key")
        if not versions:
            raise BadLineError("bad_value")
        found[key] = versions
    return found


def _version_of(value: object) -> MovedVersion:
    fields = Fields(value)
    try:
        version = MovedVersion(
            content=_content_of(fields.take("content")),
            origin=Origin(fields.text("origin")),
            finished=fields.flag("finished"),
            created_at=fields.time("created_at"),
            updated_at=fields.time("updated_at"),
            run=fields.count_or_none("run"),
            stands_for=fields.count_or_none("stands_for"),
        )
    except ValueError as error:
        raise BadLineError("bad_value") from error
    fields.end()
    return version


def _content_of(value: object) -> Content:
    content = content_of(value)
    if not isinstance(value, dict) or len(value) != 1:
        raise BadLineError("unknown_key")
    _whole(dumps(content))
    return content


def checked(document: MovedDocument) -> MovedDocument:
    """Return the document if its versions and runs belong together as a history wants it; else `BadLineError`."""
    for versions in document.sections.values():
        runs = [version.run for version in versions if version.run is not None]
        wrong = any(version.run is not None and version.origin is not Origin.MODEL for version in versions)
        wrong |= any(one.stands_for is not None and one.stands_for >= place for place, one in enumerate(versions))
        if wrong or len(set(runs)) < len(runs) or any(run >= len(document.runs) for run in runs):
            raise BadLineError("bad_value")
    return document
