"""Every fault has words that say what happened and what to do next, in both languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.reference_xml import Refusal
from desktop.session.wording import LANGUAGES, describe
from desktop.templates.reading import BadValue

MESSAGES = Path(__file__).parents[2] / "desktop" / "resources" / "messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_fault_is_without_words(language: str) -> None:
    words = tomllib.loads((MESSAGES / f"{language}.toml").read_text("utf-8"))
    assert set(words) == {code.value for code in ErrorCode}
    for code, entry in words.items():
        assert set(entry) == {"title", "action"}, code
        assert entry["title"], code
        assert entry["action"], code


def test_both_languages_use_the_same_facts() -> None:
    ja, en = (tomllib.loads((MESSAGES / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES)
    for code in ja:
        names = [
            set(re.findall(r"\{(\w+)(?::GB)?\}|\[\[(\w+)\|", entry["title"] + entry["action"]))
            for entry in (ja[code], en[code])
        ]
        assert names[0] == names[1], code


def test_the_console_says_everything_in_both_languages() -> None:
    ja, en = (tomllib.loads((MESSAGES / f"cli_{language}.toml").read_text("utf-8")) for language in LANGUAGES)
    assert set(ja) == set(en)
    for key in ja:
        assert set(re.findall(r"\{\w+\}", ja[key])) == set(re.findall(r"\{\w+\}", en[key])), key


def test_numbers_and_names_are_put_in() -> None:
    message = describe(UserFault(ErrorCode.PROMPT_TOO_LONG, tokens=12345, n_ctx=8192, room=7936), "ja")
    assert "12,345" in message.title
    assert "7936" in message.title
    assert "prompt_too_long" in message.detail


def test_a_placeholder_in_a_template_fault_keeps_its_braces() -> None:
    fault = UserFault(ErrorCode.TEMPLATE_UNKNOWN_FIELD, file="a.toml", line=3, field="会議", suggestion="会議名")
    for language in LANGUAGES:
        title = describe(fault, language).title
        assert "{会議}" in title
        assert "{{" not in title


def test_an_unexpected_error_is_described_without_quoting_its_text() -> None:
    residents: dict[str, int] = {}
    with pytest.raises(KeyError) as caught:
        residents["住民の氏名"]
    message = describe(caught.value, "en")
    assert "KeyError" in message.title
    assert "test_wording.py" in message.detail
    assert "住民の氏名" not in message.title + message.action + message.detail


def test_an_unknown_language_falls_back_to_japanese() -> None:
    assert describe(UserFault(ErrorCode.MODEL_NONE), "fr") == describe(UserFault(ErrorCode.MODEL_NONE), "ja")


def test_every_reason_a_template_is_refused_for_has_words_and_a_way_on() -> None:
    reasons = {
        ErrorCode.TEMPLATE_BAD_VALUE: {one.value for one in BadValue},
        ErrorCode.TEMPLATE_REFERENCE_BAD: {one.value for one in Refusal},
    }
    for language in LANGUAGES:
        words = tomllib.loads((MESSAGES / f"details_{language}.toml").read_text("utf-8"))
        for code, known in reasons.items():
            assert set(words[code.value]["reason"]) == set(words[code.value]["action"]) == known


def test_reasons_have_the_same_words_in_both_languages() -> None:
    ja, en = (tomllib.loads((MESSAGES / f"details_{language}.toml").read_text("utf-8")) for language in LANGUAGES)
    assert {code: {key: set(table) for key, table in ja[code].items()} for code in ja} == {
        code: {key: set(table) for key, table in en[code].items()} for code in en
    }
    for code in ja:
        for key in ja[code].get("action", {}):
            found = [set(re.findall(r"\{(\w+)\}", words[code]["action"][key])) for words in (ja, en)]
            assert found[0] == found[1], (code, key)


def test_a_value_that_is_too_long_is_told_with_the_limit_and_the_length() -> None:
    code = ErrorCode.TEMPLATE_BAD_VALUE
    fault = UserFault(code, file="a.toml", line=3, key="name", reason="too_long", limit=60, length=61)
    ja, en = (describe(fault, language) for language in LANGUAGES)
    assert "長すぎます" in ja.title
    assert "60 文字" in ja.action
    assert "60 characters" in en.action
    assert "reason: too_long" in ja.detail
