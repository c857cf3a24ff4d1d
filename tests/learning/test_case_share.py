"""A case published on one terminal is seen on another, and nothing on the share can harm who reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.core.errors import ErrorCode, UserFault
from desktop.learning.case_share import CASE_FILES, CaseShelf, publish_case, read_cases
from desktop.learning.cases import dump_case
from desktop.templates.cache import SharedCache
from desktop.templates.share_watch import ShareWatch, SyncPhase, SyncState, child_command
from desktop.templates.sync import Task, synchronise
from desktop.templates.sync_child import task_to_json
from tests.support.cases import case
from tests.support.share import OFFICE, Office, template

PLACE = f"{OFFICE}/好事例"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def sync(office: Office) -> None:
    synchronise(office.task, kinds=CASE_FILES)


def shelf(office: Office) -> CaseShelf:
    return read_cases(office.task.cache, office.task.office)


def titles(office: Office) -> list[str]:
    return [one.case.title for one in shelf(office).cases]


def reasons(office: Office) -> dict[str, object]:
    return {one.file: one.fault.fields.get("reason", one.fault.code.value) for one in shelf(office).troubles}


def synchronised_by(command: list[str], office: Office) -> str:
    """Run a synchronising process to its end, the way the program does; returns all that it said."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(task_to_json(office.task))
        process.stdin.flush()  # and not closed: that would tell it to stop
        return process.stdout.read()


def test_a_case_published_on_one_profile_appears_on_another(office: Office, tmp_path: Path) -> None:
    key = publish_case(office.share, OFFICE, case(worked="うまく\nいった"))
    other = replace(office, task=Task(office.share, tmp_path / "other-cache", OFFICE))
    sync(other)
    [found] = shelf(other).cases
    assert (found.case, found.file, found.level) == (case(worked="うまく\nいった"), key, 3)
    assert key == f"{PLACE}/会議録が半日から40分になった_20261124-0a1b2c3d.toml"
    assert (shelf(other).troubles, shelf(office).synced_at) == ((), 0)
    assert shelf(other).synced_at > 0


def test_the_real_process_brings_cases_and_templates(office: Office) -> None:
    publish_case(office.share, "", case())
    office.put("memo.toml", template(version="2.0"))
    ended = threading.Event()

    def listen(state: SyncState) -> None:
        if state.phase is SyncPhase.WAITING and state.ended_at:
            ended.set()

    watch = ShareWatch(office.task, listen)
    assert ended.wait(60)
    watch.close()
    assert titles(office) == [case().title]
    assert office.shared() == {"memo": "2.0"}
    assert office.troubles() == {}


def test_the_process_is_the_one_that_knows_cases(office: Office) -> None:
    publish_case(office.share, "", case())
    assert '"faulty": 0' in synchronised_by(child_command(), office)
    assert titles(office) == [case().title]


def test_the_console_twin_of_the_frozen_program_knows_cases(office: Office) -> None:
    publish_case(office.share, "", case())
    command = [sys.executable, "-m", "desktop.cli", "template-sync"]
    synchronised_by(command, office)
    assert titles(office) == [case().title]


def test_the_console_tells_of_broken_cases(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FUMIZUKUE_HOME", str(tmp_path / "home"))
    office.put("好事例/わるい.toml", "x = 1")
    assert main(["templates", "sync", "--share", str(office.share)]) == 0
    assert "好事例「好事例/わるい.toml」を使えません" in capsys.readouterr().err


def test_a_process_that_knows_no_cases_leaves_them_as_they_are(office: Office) -> None:
    publish_case(office.share, "", case())
    sync(office)
    synchronise(office.task)
    assert titles(office) == [case().title]
    assert office.troubles() == {}


def test_cases_of_the_city_and_the_own_office_are_seen_and_of_others_not(office: Office) -> None:
    for number, level in enumerate(("", "総務部", OFFICE, "福祉部"), 1):
        publish_case(office.share, level, case(id=f"c{number}", title=level or "市"))
    sync(office)
    assert [(one.case.title, one.level) for one in shelf(office).cases] == [(OFFICE, 3), ("総務部", 2), ("市", 1)]
    moved = read_cases(office.task.cache, "福祉部")
    assert [one.case.title for one in moved.cases] == ["福祉部", "市"]


def test_a_broken_case_keeps_its_last_version_and_troubles_no_template(office: Office) -> None:
    path = office.share / publish_case(office.share, "", case(author="田中"))
    office.age(path)
    sync(office)
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("minutes_after = 40", "minutes_after = 多い"), encoding="utf-8")
    office.age(path)
    sync(office)
    assert titles(office) == [case().title]
    assert reasons(office) == {f"好事例/{path.name}": "syntax"}
    assert shelf(office).troubles[0].mender == "田中"
    assert office.troubles() == {}
    path.unlink()
    (office.share / "README.txt").write_text("x")
    sync(office)
    assert (titles(office), reasons(office)) == ([], {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (dump_case(case()).replace('"minutes"', '"../../minutes"'), "bad_name"),
        (dump_case(case()).replace('"minutes"', '"\\\\\\\\server\\\\x"'), "bad_name"),
        ("a = " + "[" * 60_000, "syntax"),
        (dump_case(case()) + "#" * 200_000, "too_long"),
        (b"\xff\xfe\x00", "not_utf8"),
        (template("memo"), "missing_key"),
    ],
)
def test_a_hostile_file_is_refused_and_the_others_are_seen(office: Office, content: str | bytes, reason: str) -> None:
    office.put("好事例/わるい.toml", content)
    office.put("好事例/よい.toml", dump_case(case()))
    sync(office)
    assert titles(office) == [case().title]
    assert reasons(office) == {"好事例/わるい.toml": reason}


def test_a_link_in_the_folder_leads_nowhere(office: Office, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(dump_case(case(title="外のファイル")), encoding="utf-8")
    (office.share / "好事例").mkdir()
    (office.share / "好事例" / "x.toml").symlink_to(tmp_path / "secret.toml")
    (office.share / "総務部").symlink_to(tmp_path)
    sync(office)
    assert titles(office) == []


@pytest.mark.parametrize(
    "title", ["../../外", "C:\\Windows\\x", "NUL", "con", "\u202e逆さ", "." * 50, "あ/い\\う", "  x"]
)
@pytest.mark.parametrize("level", ["", "../..", "/etc", "C:\\x", "NUL/../x"])
def test_no_title_and_no_level_leads_out_of_the_share(tmp_path: Path, title: str, level: str) -> None:
    share = tmp_path / "share"
    share.mkdir()
    publish_case(share, level, case(title=title))
    outside = [path for path in tmp_path.rglob("*.toml") if not path.is_relative_to(share)]
    assert outside == []
    [path] = share.rglob("*.toml")
    assert path.parent.name == "好事例"
    assert path.stem.partition("_")[0].upper() not in ("NUL", "CON")


def test_a_share_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(UserFault) as caught:
        publish_case(tmp_path / "none", "", case())
    assert caught.value.code is ErrorCode.CASE_NOT_WRITABLE
    assert not (tmp_path / "none").exists()


def test_where_one_may_not_write_nothing_is_left_behind(office: Office) -> None:
    (office.share / "好事例").write_text("a file, not a folder")
    with pytest.raises(UserFault) as caught:
        publish_case(office.share, "", case())
    assert caught.value.code is ErrorCode.CASE_NOT_WRITABLE
    assert os.listdir(office.share) == ["好事例"]  # noqa: PTH208 -- names only


def test_the_same_case_twice_is_refused_and_the_first_stays(office: Office) -> None:
    key = publish_case(office.share, "", case())
    with pytest.raises(UserFault):
        publish_case(office.share, "", case(worked="別の話"))
    assert "別の話" not in (office.share / key).read_text("utf-8")


def test_a_copy_of_a_file_is_shown_once(office: Office) -> None:
    text = dump_case(case())
    office.put("好事例/a.toml", text)
    office.put("好事例/a - コピー.toml", text)
    sync(office)
    assert titles(office) == [case().title]


def test_a_copy_that_was_lost_is_told(office: Office) -> None:
    publish_case(office.share, "", case())
    sync(office)
    for path in office.task.cache.folder.glob("objects/??/*"):
        path.write_bytes(b"other")
    assert reasons(office) == {f"好事例/会議録が半日から40分になった_{case().id}.toml": "template_copy_lost"}


def test_a_terminal_that_never_saw_the_share_has_an_empty_shelf(tmp_path: Path) -> None:
    assert read_cases(SharedCache(tmp_path, tmp_path / "x"), "") == CaseShelf()
