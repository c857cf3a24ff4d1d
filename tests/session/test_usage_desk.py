"""The desk hands on what the history counts, shows beforehand exactly what leaves, and a dead share keeps nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.scripted import Do, Step, one_rule
from desktop.learning.usage_file import parse_usage
from desktop.session.desk import Desk
from desktop.session.usage_desk import months_of, section_of
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState
from desktop.store.usage import OwnUsage, TemplateCount
from tests.support.desk import WAIT, Heard, MakeDesk, sample_inputs
from tests.support.hanging_share import hanging_share, why_not

SCRIPT = one_rule(Step(Do.FILL))


def drafted(desk: Desk) -> int:
    number = desk.create("minutes", sample_inputs(desk)).result(WAIT)
    assert desk.draft(number, Heard()).result(WAIT).state is DocumentState.COMPLETE
    return number


def use_settings(desk: Desk, **changes: object) -> None:
    desk.save_settings(dataclasses.replace(desk.settings, **changes)).result(WAIT)  # type: ignore[arg-type]  # named in the tests


def test_what_is_shown_beforehand_is_what_is_written_and_holds_no_content(make_desk: MakeDesk, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    desk = make_desk(SCRIPT)
    use_settings(
        desk, office="総務部/総務課", person="文机花子", mail="hanako@city.example.lg.jp", usage_share=str(share)
    )
    number = drafted(desk)
    assert desk.usage.begin_asking(number).result(WAIT)
    desk.usage.answer(number, 30).result(WAIT)
    [preview] = desk.usage.outgoing().result(WAIT)
    assert desk.usage.send().result(WAIT) == 1
    [file] = share.iterdir()
    text = file.read_text("utf-8")
    assert (file.name, text) == (preview.name, preview.text)
    use = parse_usage(text, file.name)
    [one] = use.templates
    assert (use.section, one.template, one.documents, one.answered, one.minutes) == (
        "総務部/総務課",
        "minutes",
        1,
        1,
        30,
    )
    title = desk.load(number).result(WAIT).record.summary.title
    for secret in ("文机花子", "hanako", title):
        assert secret not in text
    assert [type(value).__name__ for value in json.loads(text).values()] == ["int", "str", "str", "str", "list"]


def test_a_question_that_is_switched_off_is_not_asked(make_desk: MakeDesk) -> None:
    desk = make_desk(SCRIPT)
    number = drafted(desk)
    use_settings(desk, ask_minutes=False)
    assert not desk.usage.begin_asking(number).result(WAIT)
    use_settings(desk, ask_minutes=True)
    assert desk.usage.begin_asking(number).result(WAIT)
    assert not desk.usage.begin_asking(number).result(WAIT)


def test_without_a_folder_nothing_leaves(make_desk: MakeDesk) -> None:
    error = make_desk(SCRIPT).usage.send().exception(WAIT)
    assert isinstance(error, UserFault)
    assert error.code is ErrorCode.USAGE_NOWHERE


def test_who_moves_to_another_section_does_not_take_earlier_months_along(make_desk: MakeDesk, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    desk = make_desk(SCRIPT)
    drafted(desk)
    use_settings(desk, office="総務部/総務課", usage_share=str(share))
    desk.usage.send().result(WAIT)
    use_settings(desk, office="市民部/税務課")
    desk.usage.send().result(WAIT)
    [file] = share.iterdir()
    assert parse_usage(file.read_text("utf-8"), file.name).section == "総務部/総務課"


def test_a_template_that_no_reader_would_take_does_not_stop_the_others() -> None:
    month = dt.date(2026, 10, 1)
    counts = (TemplateCount(month, "../x", "x", 1, 0, 0), TemplateCount(month, "memo", "庁内\nメモ", 1, 0, 0))
    [use] = months_of(OwnUsage("a" * 32, counts, {}), "総務課")
    assert [(one.template, one.name) for one in use.templates] == [("memo", "庁内 メモ")]


def test_the_section_is_the_place_in_the_office_or_what_the_person_calls_it() -> None:
    assert section_of(Settings(office="総務部/総務課", section="総務課　庶務係")) == "総務部/総務課"
    assert section_of(Settings(section=" 総務課　庶務係 ")) == "総務課 庶務係"
    assert section_of(Settings()) == ""


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "possible")
def test_a_share_that_hangs_does_not_keep_the_desk_from_closing(make_desk: MakeDesk, tmp_path: Path) -> None:
    place = tmp_path / "share"
    place.mkdir()
    with hanging_share(place) as share:
        desk = make_desk(SCRIPT)
        drafted(desk)
        use_settings(desk, usage_share=str(place))
        future = desk.usage.send()
        assert share.asked.wait(WAIT)
        started = time.monotonic()
        assert desk.history().result(WAIT)
        desk.close().result(WAIT)
        assert time.monotonic() - started < 10
    assert isinstance(future.exception(WAIT), UserFault)
