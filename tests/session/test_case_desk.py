"""The desk publishes and reads cases, and a file server that hangs holds neither the desk nor the program."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.engine.supervisor import ChildEngine
from desktop.learning.case_share import CASE_FILES
from desktop.session.case_desk import body_of
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.templates.library import builtin_templates
from desktop.templates.sync import synchronise
from tests.support.cases import case
from tests.support.desk import WAIT
from tests.support.hanging_share import hanging_share, why_not

MINUTES = next(one for one in builtin_templates() if one.id == "minutes")


def desk_at(home: Path, share: Path | str) -> Desk:
    settings = Settings(shared_templates=str(share), office="総務部/総務課")
    return Desk(Folders.discover({"FUMIZUKUE_HOME": str(home)}), settings, engine=ChildEngine(("scripted",)))


def test_what_was_published_is_read_after_the_next_round(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    desk = desk_at(tmp_path / "home", share)
    try:
        assert desk.cases.levels == ("", "総務部", "総務部/総務課")
        place = desk.cases.publish("総務部", case()).result(WAIT)
        task = desk.library.task()
        assert task is not None
        synchronise(task, kinds=CASE_FILES)
        [found] = desk.cases.read().result(WAIT).cases
        assert (found.case, found.file, found.level) == (case(), place, 2)
    finally:
        desk.close().result(WAIT)


def test_without_a_share_nothing_is_published_and_the_shelf_is_empty(tmp_path: Path) -> None:
    desk = desk_at(tmp_path / "home", "")
    try:
        assert desk.cases.levels == ()
        assert desk.cases.read().result(WAIT).cases == ()
        error = desk.cases.publish("", case()).exception(WAIT)
        assert isinstance(error, UserFault)
        assert error.code is ErrorCode.CASE_NOWHERE
    finally:
        desk.close().result(WAIT)


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "possible")
def test_a_share_that_hangs_does_not_keep_the_desk_from_closing(tmp_path: Path) -> None:
    place = tmp_path / "share"
    place.mkdir()
    with hanging_share(place) as share:
        desk = desk_at(tmp_path / "home", place)
        future = desk.cases.publish("", case())
        assert share.asked.wait(WAIT)
        started = time.monotonic()
        assert desk.cases.read().result(WAIT).cases == ()
        desk.close().result(WAIT)
        assert time.monotonic() - started < 10
        assert not future.done()
    assert isinstance(future.exception(WAIT), UserFault)


def test_the_text_of_a_document_has_its_headings_and_no_empty_sections() -> None:
    first, second, third = (spec.key for spec in MINUTES.sections[:3])
    contents: dict[str, Content] = {first: TextContent("本文"), second: ListContent(()), third: TableContent(())}
    assert body_of(MINUTES, contents) == f"【{MINUTES.section(first).title}】\n本文"
    assert body_of(MINUTES, {}) == ""
