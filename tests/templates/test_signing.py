"""With keys set, only what one of them signed is used, and whatever was altered is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.templates.signing import check_keys, check_signature, generate_key, public_of, signed
from tests.support.share import Office, template

KEY, OTHER = generate_key(), generate_key()
TEXT, WORD = "本文".encode(), b"PK docx"


def _refusal(content: bytes, reference: bytes | None, text: str, *keys: str) -> ErrorCode | None:
    try:
        check_signature(keys, "a.toml", content, reference, text)
    except UserFault as fault:
        return fault.code
    return None


def test_what_was_signed_is_accepted_with_its_word_file() -> None:
    assert public_of(KEY.secret) == KEY.public
    assert _refusal(TEXT, WORD, signed(KEY.secret, TEXT, WORD), OTHER.public, KEY.public) is None
    assert _refusal(TEXT, None, signed(KEY.secret, TEXT), KEY.public) is None


def test_without_keys_nothing_is_asked_for() -> None:
    assert _refusal(TEXT, None, "") is None


@pytest.mark.parametrize(
    ("content", "reference"), [(TEXT + b" ", WORD), (TEXT, WORD + b" "), (TEXT, None), (b"", WORD)]
)
def test_a_changed_template_or_word_file_is_refused(content: bytes, reference: bytes | None) -> None:
    text = signed(KEY.secret, TEXT, WORD)
    assert _refusal(content, reference, text, KEY.public) is ErrorCode.TEMPLATE_ALTERED


def test_a_signature_cannot_be_moved_to_another_text_by_changing_the_hash_beside_it() -> None:
    fields = signed(KEY.secret, TEXT).split()
    other = signed(OTHER.secret, b"other").split()
    forged = " ".join([other[0], other[1], fields[2], fields[3]])
    assert _refusal(b"other", None, forged, KEY.public) is ErrorCode.TEMPLATE_ALTERED


def test_a_stranger_s_signature_is_refused() -> None:
    assert _refusal(TEXT, None, signed(OTHER.secret, TEXT), KEY.public) is ErrorCode.TEMPLATE_SIGNER_UNKNOWN


@pytest.mark.parametrize("text", ["", "\n\n", "nonsense", "署名"])
def test_what_is_no_signature_counts_as_none(text: str) -> None:
    assert _refusal(TEXT, None, text, KEY.public) is ErrorCode.TEMPLATE_UNSIGNED


def test_the_present_version_stays_signed_while_the_next_is_put_beside_it() -> None:
    first = signed(KEY.secret, TEXT)
    second = signed(KEY.secret, b"new", None, first)
    third = signed(KEY.secret, b"newer", None, second)
    assert _refusal(TEXT, None, second, KEY.public) is None
    assert _refusal(b"new", None, second, KEY.public) is None
    assert _refusal(TEXT, None, third, KEY.public) is ErrorCode.TEMPLATE_ALTERED
    assert signed(KEY.secret, b"new", None, second) == second


@pytest.mark.parametrize("key", ["", "abc", "fumizukue-public:", "fumizukue-public:あ", "fumizukue-public:AAAA"])
def test_a_key_that_is_none_is_named(key: str) -> None:
    with pytest.raises(UserFault) as caught:
        check_keys([KEY.public, key])
    assert (caught.value.code, caught.value.fields) == (ErrorCode.TEMPLATE_KEY_BAD, {"key": key})


def test_a_secret_key_in_the_wrong_place_is_never_shown() -> None:
    for call in (lambda: check_keys([KEY.secret]), lambda: public_of(KEY.secret[:-9]), lambda: signed("x", TEXT)):
        with pytest.raises(UserFault) as caught:
            call()
        assert KEY.secret.removeprefix("fumizukue-secret:")[:20] not in str(caught.value)


def test_an_unsigned_template_of_the_share_is_listed_and_not_used(tmp_path: Path) -> None:
    office = Office.at(tmp_path).trusting(KEY.public)
    office.put("memo.toml", template(version="2.0"))
    good = template("signed", "1.0").encode()
    office.put("signed.toml", good)
    office.put("signed.toml.sig", signed(KEY.secret, good))
    office.sync()
    assert office.shared() == {"signed": "1.0"}
    assert office.troubles() == {"memo.toml": "template_unsigned"}
    assert office.library().offer("memo").origin.level == 0


def test_an_altered_template_is_not_used_but_its_last_signed_version_is(tmp_path: Path) -> None:
    office = Office.at(tmp_path).trusting(KEY.public)
    good = template("signed", "1.0").encode()
    office.put("signed.toml", good)
    office.put("signed.toml.sig", signed(KEY.secret, good))
    office.sync()
    office.put("signed.toml", template("signed", "6.6"))
    office.sync()
    assert office.shared() == {"signed": "1.0"}
    assert office.troubles() == {"signed.toml": "template_altered"}
    office.put("signed.toml.sig", signed(KEY.secret, template("signed", "6.6").encode()), old=False)
    office.sync()
    assert (office.shared(), office.troubles()) == ({"signed": "6.6"}, {})


def test_a_policy_that_comes_later_holds_for_the_copies_at_once(tmp_path: Path) -> None:
    office = Office.at(tmp_path)
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    assert office.shared() == {"memo": "2.0"}
    strict = office.trusting(KEY.public)
    assert strict.shared() == {}
    assert strict.troubles() == {"memo.toml": "template_unsigned"}
    strict.sync()
    assert strict.troubles() == {"memo.toml": "template_unsigned"}
    assert office.trusting().sync().read == 1
    assert office.shared() == {"memo": "2.0"}
