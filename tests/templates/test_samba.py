"""The whole way over a real file server: published by one, used by another, whatever becomes of the server."""

from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode
from desktop.templates.parse import parse_template
from desktop.templates.publishing import Conflict, Edition, Published, publish
from desktop.templates.share_watch import ShareWatch, SyncPhase, SyncState, child_command
from desktop.templates.sync import Task
from desktop.templates.sync_child import task_to_json
from tests.support.samba import Samba, samba, why_not
from tests.support.share import MEMO, OFFICE, Office, template

needs_server = pytest.mark.skipif(why_not() != "", reason=why_not())
needs_mount = pytest.mark.skipif(why_not(mounted=True) != "", reason=why_not(mounted=True))
PUBLISHER = Path(__file__).resolve().parents[1] / "support" / "publish_until_killed.py"
# A hundred take two minutes; the number can be set for a long run.
KILLS = int(os.environ.get("FUMIZUKUE_TEST_KILLS", "20"))


@pytest.fixture
def server() -> Iterator[Samba]:
    with samba() as running:
        yield running


@pytest.fixture
def mounted(server: Samba) -> Samba:
    server.mount()
    return server


def _terminal(share: Path, tmp_path: Path, name: str) -> Office:
    return Office(share, Task(share, tmp_path / name, OFFICE))


@needs_server
def test_a_template_put_there_over_smb_arrives_and_a_published_one_is_fetched_over_smb(
    server: Samba, tmp_path: Path
) -> None:
    local = tmp_path / "がくじ.toml"
    local.write_text(template(version="2.0"), "utf-8")
    assert server.client(f'mkdir 総務部; put "{local}" 総務部\\がくじ.toml').returncode == 0
    terminal = _terminal(server.served, tmp_path, "cache")
    terminal.sync()
    offer = terminal.library().offer("memo")
    assert (offer.origin.file, offer.origin.version) == ("総務部/がくじ.toml", "2.0")
    text = local.read_text("utf-8")
    found = publish(Edition(server.served, "総務部", text, text, "田中", "直した", file="がくじ.toml"))
    assert isinstance(found, Published)
    fetched = tmp_path / "fetched.toml"
    assert server.client(f'get 総務部\\がくじ.toml "{fetched}"').returncode == 0
    assert fetched.read_text("utf-8") == found.text
    assert "がくじ_v2.0_" in server.client("ls 総務部\\履歴\\*").stdout


@needs_mount
def test_published_through_smb_by_one_profile_it_is_used_by_another(mounted: Samba, tmp_path: Path) -> None:
    one, two = (_terminal(mounted.mounted, tmp_path, name) for name in ("one", "two"))
    first = publish(Edition(mounted.mounted, OFFICE, MEMO, None, "田中", "作った"))
    assert isinstance(first, Published)
    one.sync()
    two.sync()
    second = publish(
        Edition(mounted.mounted, OFFICE, first.text.replace("備考", "その他"), first.text, "佐藤", "直した")
    )
    assert isinstance(second, Published)
    two.sync()
    assert (one.shared(), two.shared()) == ({"memo": "1.0"}, {"memo": "1.1"})
    conflict = publish(Edition(mounted.mounted, OFFICE, first.text, first.text, "鈴木", "直した"))
    assert isinstance(conflict, Conflict)
    assert conflict.theirs == second.text
    assert (mounted.served / second.history).read_text("utf-8") == first.text


@needs_mount
@pytest.mark.timeout(900)
def test_a_server_that_dies_in_the_middle_of_a_pass_takes_nothing_with_it(mounted: Samba, tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311 -- no secret
    terminal = _terminal(mounted.mounted, tmp_path, "cache")
    served = replace(terminal, share=mounted.served)
    names = [f"t{number}" for number in range(30)]

    def put(version: int) -> None:
        for number, name in enumerate(names):
            key = f"{OFFICE if number % 2 else ''}/{name}.toml".lstrip("/")
            served.age(served.put(key, template(name, f"{version}.0")), 9_000 - version)

    put(0)
    terminal.sync()
    ends = {"report": 0, "code": 0}
    for version in range(1, KILLS + 1):
        put(version)
        with subprocess.Popen(child_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(task_to_json(terminal.task))
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.4))
            mounted.kill()
            last = process.stdout.readlines()[-1:]
            for key in ends:
                ends[key] += f'"{key}"' in "".join(last)
        shared = terminal.shared()
        assert set(shared) == set(names)
        assert set(shared.values()) <= {f"{number}.0" for number in range(version + 1)}
        mounted.start()
    print(f"\n{KILLS} times the server died: {ends['report']} passes ended, {ends['code']} were broken off")
    assert sum(ends.values()) == KILLS
    deadline = time.monotonic() + 60
    while set(terminal.shared().values()) != {f"{KILLS}.0"} and time.monotonic() < deadline:
        _try(terminal)
    assert (set(terminal.shared().values()), terminal.troubles()) == ({f"{KILLS}.0"}, {})


def _try(terminal: Office) -> None:
    """Bring it up to date, if the client has found the server again already."""
    with subprocess.Popen(child_command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(task_to_json(terminal.task))
        process.stdin.flush()
        process.wait(30)


@needs_mount
def test_with_the_cable_pulled_the_share_hangs_and_the_window_does_not(mounted: Samba, tmp_path: Path) -> None:
    terminal = _terminal(mounted.mounted, tmp_path, "cache")
    replace(terminal, share=mounted.served).put("memo.toml", template(version="2.0"))
    terminal.sync()
    states: queue.SimpleQueue[SyncState] = queue.SimpleQueue()
    mounted.cut_network(cut=True)
    watch = ShareWatch(terminal.task, states.put, silence=2.0)
    try:
        began = time.monotonic()
        state = states.get(timeout=20)
        while state.fault is None:
            state = states.get(timeout=60)
        code = state.fault.code
        print(f"\nafter {time.monotonic() - began:.1f} s: {state.phase.value}, {code.value}")
        assert code in (ErrorCode.TEMPLATE_SHARE_HANGING, ErrorCode.TEMPLATE_SHARE_UNREACHABLE)
        assert state.phase in (SyncPhase.HANGING, SyncPhase.WAITING)
        assert terminal.shared() == {"memo": "2.0"}
    finally:
        began = time.monotonic()
        watch.close()
        assert time.monotonic() - began < 0.2
        mounted.cut_network(cut=False)


@needs_mount
def test_a_server_that_dies_while_a_leader_publishes_keeps_a_whole_template(mounted: Samba, tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 -- no secret
    served = mounted.served / "総務課" / "庁内メモ.toml"
    command = [sys.executable, str(PUBLISHER), str(mounted.mounted), "総務課"]
    version = 0
    for _ in range(5):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.3))
            mounted.kill()
            process.kill()
        version = int(parse_template(served.read_text("utf-8"), "x").version)
        kept = {parse_template(path.read_text("utf-8"), "x").version for path in served.parent.glob("履歴/庁*.toml")}
        assert {int(one) for one in kept} >= set(range(1, version))
        mounted.start()
        deadline = time.monotonic() + 30
        while not mounted.mounted.is_dir() and time.monotonic() < deadline:
            time.sleep(0.1)
    terminal = replace(
        _terminal(mounted.served, tmp_path, "cache"), task=Task(mounted.served, tmp_path / "c", "総務課")
    )
    terminal.sync()
    assert terminal.shared() == {"memo": str(version)}
