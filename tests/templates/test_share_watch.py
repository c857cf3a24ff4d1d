"""The synchronisation in the background: a share that hangs delays neither the window nor its closing."""

from __future__ import annotations

import queue
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import ErrorCode
from desktop.templates.share_watch import ShareWatch, SyncPhase, SyncState, child_command
from desktop.templates.sync import Task
from desktop.templates.sync_child import task_to_json
from tests.support.hanging_share import hanging_share, why_not
from tests.support.share import Office, template

SLOW = Path(__file__).resolve().parents[1] / "support" / "slow_sync.py"
SYNC = "desktop.templates.sync_child"
KILLS = 100


class Seen:
    """The states in order."""

    def __init__(self) -> None:
        """Begin with none."""
        self.states: queue.SimpleQueue[SyncState] = queue.SimpleQueue()

    def until(self, wanted: Callable[[SyncState], bool], seconds: float = 20.0) -> SyncState:
        """Return the first state from here on that is wanted."""
        end = time.monotonic() + seconds
        while True:
            state = self.states.get(timeout=max(0.01, end - time.monotonic()))
            if wanted(state):
                return state


@contextmanager
def _watching(
    task: Task | None, *, interval: float = 900, silence: float = 20, command: Sequence[str] = ()
) -> Iterator[tuple[ShareWatch, Seen]]:
    seen = Seen()
    watch = ShareWatch(task, seen.states.put, interval=interval, silence=silence, command=command)
    try:
        yield watch, seen
    finally:
        began = time.monotonic()
        watch.close()
        assert time.monotonic() - began < 0.2


def _done(state: SyncState) -> bool:
    return state.phase is SyncPhase.WAITING and state.ended_at > 0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def test_a_change_on_the_share_arrives_at_start_by_itself_and_on_demand(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    with _watching(office.task, interval=0.3) as (_, seen):
        seen.until(_done)
        assert office.shared() == {"memo": "2.0"}
        office.put("memo.toml", template(version="3.0"))
        seen.until(lambda state: _done(state) and state.report is not None and state.report.read == 1)
        assert office.shared() == {"memo": "3.0"}
    office.put("memo.toml", template(version="4.0"))
    with _watching(office.task) as (watch, seen):
        seen.until(_done)
        office.put("memo.toml", template(version="5.0"))
        watch.sync_now()
        seen.until(_done)
        assert office.shared() == {"memo": "5.0"}
        assert watch.state.fault is None


def test_without_a_share_nothing_is_done_until_one_is_set(office: Office, tmp_path: Path) -> None:
    office.put("memo.toml", template(version="2.0"))
    with _watching(None) as (watch, seen):
        assert seen.until(lambda _: True).phase is SyncPhase.OFF
        watch.use(office.task)
        seen.until(_done)
        assert office.shared() == {"memo": "2.0"}
        watch.use(None)
        seen.until(lambda state: state.phase is SyncPhase.OFF)
    assert not psutil.Process().children()
    assert {path.name for path in tmp_path.iterdir()} == {"share", "cache"}


def test_a_share_that_is_absent_is_named_and_found_when_it_is_back(office: Office) -> None:
    office.share.rmdir()
    with _watching(office.task) as (watch, seen):
        state = seen.until(lambda state: state.fault is not None)
        assert state.fault is not None
        assert state.fault.code is ErrorCode.TEMPLATE_SHARE_UNREACHABLE
        assert state.fault.fields["path"] == str(office.share)
        office.put("memo.toml", template(version="2.0"))
        watch.sync_now()
        assert seen.until(_done).fault is None


@pytest.mark.skipif(why_not() != "", reason=why_not())
def test_a_share_that_hangs_in_the_kernel_is_given_up_and_nothing_waits_for_it(office: Office, tmp_path: Path) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    place = tmp_path / "dead"
    place.mkdir()
    # The copies are those of the share that hangs now.
    dead = replace(office.task, share=place)
    dead.cache.folder.parent.mkdir(exist_ok=True)
    office.task.cache.folder.rename(dead.cache.folder)
    with hanging_share(place) as share, _watching(dead, interval=0.2, silence=1.0) as (watch, seen):
        state = seen.until(lambda state: state.phase is SyncPhase.HANGING)
        assert share.asked.is_set()
        assert state.fault is not None
        assert state.fault.code is ErrorCode.TEMPLATE_SHARE_HANGING
        # It is still there, whatever was done to it, and no second one is sent after it.
        for _ in range(5):
            watch.sync_now()
            time.sleep(0.1)
        assert watch.state == state
        assert len(psutil.Process().children()) == 1
        assert replace(office, task=dead).shared() == {"memo": "2.0"}
        # The window was closed here; only now does the file server answer.


@pytest.mark.skipif(why_not() != "", reason=why_not())
def test_after_a_hang_the_next_round_works_again(office: Office, tmp_path: Path) -> None:
    place = tmp_path / "server"
    place.mkdir()
    (place / "memo.toml").write_text(template(version="2.0"), "utf-8")
    task = replace(office.task, share=place)
    with _watching(task, interval=0.3, silence=1.0) as (_, seen):
        seen.until(_done)
        with hanging_share(place):
            since = seen.until(lambda state: state.phase is SyncPhase.HANGING).since
            assert since > time.time() - 5
        assert seen.until(_done).fault is None
    assert replace(office, task=task).shared() == {"memo": "2.0"}


def test_a_share_that_is_only_slow_is_waited_for(office: Office) -> None:
    for number in range(10):
        office.put(f"t{number}.toml", template(f"t{number}"))
    command = [sys.executable, str(SLOW), "0.15"]
    with _watching(office.task, silence=1.5, command=command) as (_, seen):
        state = seen.until(_done)
        assert state.report is not None
        assert state.report.seconds > 1.5
    assert len(office.shared()) == 10


def test_closing_does_not_wait_for_a_slow_share(office: Office) -> None:
    for number in range(10):
        office.put(f"t{number}.toml", template(f"t{number}"))
    with _watching(office.task, command=[sys.executable, str(SLOW), "5"]) as (_, seen):
        seen.until(lambda state: state.phase is SyncPhase.RUNNING)
        time.sleep(0.5)


def test_a_process_that_cannot_start_or_dies_at_once_is_reported(office: Office) -> None:
    for command in ["/nonexistent/python"], [sys.executable, "-c", ""]:
        with _watching(office.task, command=command) as (_, seen):
            state = seen.until(lambda state: state.fault is not None)
            assert state.fault is not None
            assert state.fault.code is ErrorCode.TEMPLATE_SYNC_FAILED
            assert state.fault.fields["reason"]


def test_a_program_that_starts_slowly_is_not_taken_for_a_share_that_hangs(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    late = f"import time, runpy; time.sleep(1); runpy.run_module({SYNC!r}, run_name='__main__')"
    with _watching(office.task, silence=0.5, command=[sys.executable, "-c", late]) as (_, seen):
        assert seen.until(_done).fault is None


def test_the_process_stops_when_the_program_is_gone(office: Office) -> None:
    for number in range(100):
        office.put(f"t{number}.toml", template(f"t{number}"))
    command = [sys.executable, str(SLOW), "0.2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(task_to_json(office.task))
        process.stdin.flush()
        process.stdout.readline()
        process.stdin.close()
        assert process.stdout.readlines()[-1] == '{"cancelled": true}\n'


def test_killed_a_hundred_times_the_list_is_never_empty_broken_or_mixed(office: Office) -> None:
    chance = random.Random(1)  # noqa: S311 -- no secret
    names = [f"t{number}" for number in range(20)]

    def put(version: int) -> None:
        for name in names:
            office.age(office.put(f"{name}.toml", template(name, f"{version}.0")), 7200 - version)

    put(0)
    office.sync()
    finished = switched = 0
    for version in range(1, KILLS + 1):
        put(version)
        with subprocess.Popen(child_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(task_to_json(office.task))
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.2))
            process.kill()
            finished += '"report"' in process.stdout.read()
        shared = office.shared()
        assert set(shared) == set(names)
        assert len(set(shared.values())) == 1
        assert office.troubles() == {}
        switched += shared["t0"] == f"{version}.0"
    print(f"\n{KILLS} kills: {switched} after the switch, {KILLS - switched} before it")
    assert 0 < switched < KILLS
    office.sync()
    assert set(office.shared().values()) == {f"{KILLS}.0"}
