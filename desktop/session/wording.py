"""The words for every fault, in Japanese and English, from `resources/messages`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from desktop.core.errors import AssistantError, ErrorCode, FieldValue

_PLACEHOLDER = re.compile(r"\{(\w+)(:GB)?\}")
_OPTIONAL = re.compile(r"\[\[(\w+)\|(.*?)\]\]")
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: what happened, what to do next, and technical detail for the systems section."""

    title: str
    action: str
    detail: str = ""


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    text = resources.files("desktop.resources").joinpath("messages", f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _details(language: str) -> dict[str, dict[str, dict[str, str]]]:
    name = f"details_{language}.toml"
    text = resources.files("desktop.resources").joinpath("messages", name).read_text("utf-8")
    return tomllib.loads(text)


@cache
def _phrases(language: str) -> dict[str, str]:
    text = resources.files("desktop.resources").joinpath("messages", f"cli_{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def phrase(key: str, language: str, **fields: FieldValue) -> str:
    """Return a phrase of the console with its placeholders filled; raises `KeyError` for an unknown key."""
    return _fill(_phrases(language if language in LANGUAGES else LANGUAGES[0])[key], fields)


def describe(error: BaseException, language: str) -> Message:
    """Return the words for an error; one that is not an `AssistantError` is described as unexpected, by its type."""
    if not isinstance(error, AssistantError):
        error = AssistantError(ErrorCode.UNEXPECTED, kind=type(error).__name__, report=_where(error))
    language = language if language in LANGUAGES else LANGUAGES[0]
    words = _words(language)[error.code.value]
    details = _details(language).get(error.code.value, {})
    fields = _in_words(error.fields, details)
    action = details.get("action", {}).get(str(error.fields.get("reason", "")), words["action"])
    return Message(_fill(words["title"], fields), _fill(action, fields), _detail(error))


def _in_words(fields: Mapping[str, FieldValue], details: Mapping[str, Mapping[str, str]]) -> dict[str, FieldValue]:
    """Return the fields with words in the place of codes, for the codes that have words (`reason`, `expected` …)."""
    return {key: details.get(key, {}).get(str(value), value) for key, value in fields.items()}


def _fill(pattern: str, fields: dict[str, FieldValue]) -> str:
    """Replace `{name}` by the field, and by nothing when the fault does not carry it; braces around it stay.

    `{name:GB}` shows bytes as gigabytes, and `[[name|words]]` stays only where the field is there and not empty.
    """
    pattern = _OPTIONAL.sub(lambda match: match[2] if fields.get(match[1]) else "", pattern)
    return _PLACEHOLDER.sub(lambda match: _shown(fields.get(match[1], ""), gigabytes=bool(match[2])), pattern)


def _shown(value: FieldValue, *, gigabytes: bool) -> str:
    if gigabytes and isinstance(value, int | float):
        return f"{value / 1e9:,.2f}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)  # noqa: PLR2004 -- years stay plain


def _detail(error: AssistantError) -> str:
    """Return the code and every field that is not already prose: what the systems section asks for."""
    lines = [f"code: {error.code.value}"]
    lines += [f"{key}: {value}" for key, value in error.fields.items() if key != "report"]
    report = str(error.fields.get("report", ""))
    return "\n".join([*lines, report] if report else lines)


def _where(error: BaseException) -> str:
    """Return type and place of an unexpected error; its message is left out, because it may quote a person's text."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n".join([type(error).__name__, *places])
