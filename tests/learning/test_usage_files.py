"""Files of usage are written whole, read strictly and within bounds, and a share that hangs is given up."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.learning.usage_file import (
    FORMAT,
    MAX_BYTES,
    MonthUse,
    TemplateUse,
    UsageReason,
    clean,
    dump_usage,
    file_name,
    parse_usage,
)
from desktop.learning.usage_folder import OutgoingFile, read_folder, write_files
from desktop.learning.usage_share import UsageShare
from tests.support.hanging_share import hanging_share, why_not
from tests.support.usage_data import department, put

TODAY = dt.date(2026, 11, 24)
USE = MonthUse("a" * 32, dt.date(2026, 10, 1), "総務部/総務課", (TemplateUse("memo", "庁内メモ", 3, 2, 40),))
NAME = file_name(USE)


def nothing(_what: str) -> None:
    """Be told, and do nothing."""


def changed(**changes: object) -> str:
    return json.dumps({**json.loads(dump_usage(USE)), **changes})


def template(**changes: object) -> str:
    return changed(templates=[{**json.loads(dump_usage(USE))["templates"][0], **changes}])


def reason_of(text: str, name: str = NAME) -> str:
    with pytest.raises(UserFault) as caught:
        parse_usage(text, name)
    assert caught.value.code is ErrorCode.USAGE_BROKEN
    return str(caught.value.fields["reason"])


def test_a_month_is_read_as_it_was_written_and_holds_nothing_else() -> None:
    text = dump_usage(USE)
    assert parse_usage(text, NAME) == USE
    assert set(json.loads(text)) == {"format", "person", "month", "section", "templates"}


@settings(max_examples=500, deadline=None)
@given(
    st.builds(
        lambda names, section: MonthUse(
            "0" * 32,
            dt.date(2026, 1, 1),
            clean(section, 60),
            tuple(TemplateUse(f"t{place}", clean(name, 60) or "x", 2, 1, 30) for place, name in enumerate(names)),
        ),
        st.lists(st.text(max_size=80), min_size=1, max_size=5),
        st.text(max_size=80),
    )
)
def test_any_names_survive_the_way_through_a_file(use: MonthUse) -> None:
    assert parse_usage(dump_usage(use), file_name(use)) == use


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", UsageReason.SYNTAX),
        ("[1]", UsageReason.SYNTAX),
        ("[" * 100_000, UsageReason.SYNTAX),
        ('{"format": ' + "9" * 5000 + "}", UsageReason.SYNTAX),
        ('{"format": NaN}', UsageReason.SYNTAX),
        ('{"format": 1, "format": 1}', UsageReason.SYNTAX),
        (changed(format=FORMAT + 1, more={}), UsageReason.NEWER),
        (changed(format=True), UsageReason.WRONG_TYPE),
        (changed(title="住民の氏名"), UsageReason.UNKNOWN_KEY),
        ('{"format": 1}', UsageReason.MISSING_KEY),
        (changed(section="総務課\n"), UsageReason.BAD_VALUE),
        (changed(section="課" * 61), UsageReason.BAD_VALUE),
        (changed(person="../" + "a" * 29), UsageReason.BAD_VALUE),
        (changed(month="2026-13"), UsageReason.BAD_VALUE),
        (changed(person="b" * 32), UsageReason.OTHER_NAME),
        (changed(month="2026-09"), UsageReason.OTHER_NAME),
        (template(documents=1.5), UsageReason.WRONG_TYPE),
        (template(documents=-1), UsageReason.BAD_VALUE),
        (template(documents=10**9), UsageReason.BAD_VALUE),
        (template(answered=4), UsageReason.BAD_VALUE),
        (template(minutes=12_001), UsageReason.BAD_VALUE),
        (template(template="../x"), UsageReason.BAD_VALUE),
        (template(name="=cmd|x\u202e"), UsageReason.BAD_VALUE),
        (changed(templates=json.loads(dump_usage(USE))["templates"] * 2), UsageReason.BAD_VALUE),
    ],
)
def test_what_no_terminal_writes_is_refused_with_its_reason(text: str, reason: UsageReason) -> None:
    assert reason_of(text) == reason.value


def collected(folder: Path) -> tuple[list[MonthUse], dict[str, str]]:
    uses: list[MonthUse] = []
    refused: dict[str, str] = {}

    def take(found: MonthUse | AssistantError) -> None:
        if isinstance(found, MonthUse):
            uses.append(found)
        else:
            refused[str(found.fields["file"])] = str(found.fields["reason"])

    read_folder(folder, TODAY, nothing, take)
    return uses, refused


def test_hostile_files_beside_good_ones_are_left_out_each_with_its_reason(tmp_path: Path) -> None:
    put(tmp_path, [USE])

    def name(sign: str, month: str = "2026-10") -> str:
        return f"{month}_{sign * 32}.json"

    (tmp_path / name("1")).write_bytes(b" " * (MAX_BYTES + 1))
    (tmp_path / name("2")).write_bytes(b"\xff\xfe{")
    (tmp_path / name("3")).mkdir()
    (tmp_path / name("4")).symlink_to(tmp_path / NAME)
    os.mkfifo(tmp_path / name("5"))
    (tmp_path / name("6")).write_text(dump_usage(USE), encoding="utf-8")
    later = MonthUse("7" * 32, dt.date(2027, 1, 1), "", USE.templates)
    (tmp_path / file_name(later)).write_text(dump_usage(later), encoding="utf-8")
    (tmp_path / f"{NAME} - コピー.json").write_text(dump_usage(USE), encoding="utf-8")
    (tmp_path / "読んでください.txt").write_text("x", encoding="utf-8")
    uses, refused = collected(tmp_path)
    assert uses == [USE]
    assert refused == {
        name("1"): "too_large",
        name("2"): "syntax",
        name("3"): "not_a_file",
        name("4"): "not_a_file",
        name("5"): "not_a_file",
        name("6"): "other_name",
        file_name(later): "future",
    }


def test_a_month_that_is_over_stays_as_it_was_handed_on(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("before", encoding="utf-8")
    assert write_files(tmp_path, [OutgoingFile(NAME, "now", keep=True)], nothing) == 0
    assert (tmp_path / NAME).read_text("utf-8") == "before"
    assert write_files(tmp_path, [OutgoingFile(NAME, "now")], nothing) == 1
    assert (tmp_path / NAME).read_text("utf-8") == "now"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    share, gone = UsageShare(), tmp_path / "gone"
    with pytest.raises(UserFault) as sending:
        share.send(gone, [OutgoingFile(NAME, "x")])
    assert sending.value.code is ErrorCode.USAGE_NOT_WRITABLE
    with pytest.raises(UserFault) as reading:
        share.read(gone, TODAY)
    assert reading.value.code is ErrorCode.USAGE_SHARE_UNREACHABLE
    assert not gone.exists()


def test_five_thousand_files_are_read_in_a_few_seconds(tmp_path: Path) -> None:
    count = put(tmp_path, list(department(dt.date(2025, 10, 1), 13, times=12))[:5000])
    started = time.monotonic()
    shelf = UsageShare().read(tmp_path, TODAY)
    took = time.monotonic() - started
    print(f"{count} files in {took:.2f} s")
    assert len(shelf.uses) == count == 5000
    assert not shelf.skipped
    assert took < 20


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "possible")
def test_a_share_that_hangs_is_given_up_and_no_second_process_is_sent_after_it(tmp_path: Path) -> None:
    with hanging_share(tmp_path):
        share = UsageShare(silence=1.0, start=30.0)
        for work in (lambda: share.read(tmp_path, TODAY), lambda: share.send(tmp_path, [OutgoingFile(NAME, "x")])):
            started = time.monotonic()
            with pytest.raises(UserFault) as caught:
                work()
            assert caught.value.code is ErrorCode.USAGE_SHARE_HANGING
            assert time.monotonic() - started < 40


def test_a_closed_share_ends_what_runs(tmp_path: Path) -> None:
    share = UsageShare()
    share.close()
    with pytest.raises(UserFault) as caught:
        share.read(tmp_path, TODAY)
    assert caught.value.code is ErrorCode.USAGE_FAILED
