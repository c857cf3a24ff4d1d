"""Snapshots of evaluated prompt heads on disk: damage, foreign files, room."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.engine.snapshots import SUFFIX, SnapshotFolder

TOKENS = [1, 2, 151_935, 0]
STATE = bytes(range(256)) * 3


def folder(path: Path, limit: int = 100_000, owner: str = "model a") -> SnapshotFolder:
    return SnapshotFolder(path / "heads", limit, owner)


def holds(kept: SnapshotFolder, tokens: list[int]) -> bool:
    return kept._path(kept._key(tokens)).is_file()


def only_file(path: Path) -> Path:
    (found,) = (path / "heads").glob(f"*{SUFFIX}")
    return found


def test_a_head_is_found_again_by_the_same_model_only(tmp_path: Path) -> None:
    folder(tmp_path).save(TOKENS, STATE)
    assert folder(tmp_path).load(TOKENS) == STATE
    assert holds(folder(tmp_path), TOKENS)
    assert folder(tmp_path, owner="model b").load(TOKENS) is None
    assert folder(tmp_path).load(TOKENS[:-1]) is None
    assert folder(tmp_path).load([*TOKENS, 5]) is None


def test_no_flipped_bit_is_ever_trusted(tmp_path: Path) -> None:
    kept = folder(tmp_path)
    kept.save(TOKENS, STATE)
    path = only_file(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        assert kept.load(TOKENS) is None, place
        assert not path.exists()


def test_a_file_cut_short_or_grown_is_dropped(tmp_path: Path) -> None:
    kept = folder(tmp_path)
    kept.save(TOKENS, STATE)
    path = only_file(tmp_path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:10], whole[:60], whole[:-1], whole + b"\0"):
        path.write_bytes(damaged)
        assert kept.load(TOKENS) is None
        assert not path.exists()


def test_a_file_of_another_model_under_this_name_is_not_used(tmp_path: Path) -> None:
    ours, theirs = folder(tmp_path), folder(tmp_path, owner="model b")
    ours.save(TOKENS, STATE)
    path = only_file(tmp_path)
    path.unlink()
    theirs.save(TOKENS, STATE[::-1])
    only_file(tmp_path).rename(path)
    assert ours.load(TOKENS) is None


def test_the_longest_unused_leave_first_when_room_is_short(tmp_path: Path) -> None:
    kept = folder(tmp_path, limit=3000)
    for number in range(3):
        kept.save([number], STATE)
    for age, number in enumerate((1, 2)):
        path = kept._path(kept._key([number]))
        os.utime(path, (1000 + age, 1000 + age))
    assert kept.load([0]) == STATE
    kept.save([3], STATE)
    assert [holds(kept, [number]) for number in range(4)] == [True, False, True, True]


def test_a_head_larger_than_all_the_room_is_not_kept(tmp_path: Path) -> None:
    kept = folder(tmp_path, limit=500)
    kept.save(TOKENS, STATE)
    assert not holds(kept, TOKENS)


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    kept = SnapshotFolder(blocked / "heads", 10_000, "model a")
    kept.save(TOKENS, STATE)
    assert kept.load(TOKENS) is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    kept = folder(tmp_path)
    kept.save(TOKENS, STATE)
    kept.folder.chmod(0o500)
    kept.save([9], STATE)
    assert kept.load(TOKENS) == STATE
    assert not holds(kept, [9])
    kept.folder.chmod(0o700)
