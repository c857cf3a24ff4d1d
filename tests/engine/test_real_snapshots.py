"""Kept heads on a real model: what is read from disk writes the same text as what was read by the model."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from desktop.engine.base import Done, Event, GenerateRequest, Message, ModelSpec, Role, Started, StopReason, TextDelta
from desktop.engine.snapshots import SUFFIX
from desktop.engine.supervisor import ChildEngine

pytestmark = pytest.mark.model

RULES = "あなたは市役所の職員です。次の決まりを守って、短く書いてください。\n" + "".join(
    f"{number}．{rule}\n"
    for number, rule in enumerate(
        ("敬体で書く。", "数字は算用数字で書く。", "日付は和暦で書く。", "一文を短くする。") * 8, 1
    )
)


def request(text: str, **more: object) -> GenerateRequest:
    messages = (Message(Role.SYSTEM, RULES), Message(Role.USER, text))
    return GenerateRequest(messages, max_tokens=int(str(more.pop("max_tokens", 24))), head=1, **more)  # type: ignore[arg-type]  # passed through


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def reused(events: list[Event]) -> int:
    first = events[0]
    assert isinstance(first, Started)
    return first.reused_tokens


@pytest.fixture
def spec(small_model: Path, tmp_path: Path) -> ModelSpec:
    """Return a model whose heads are kept below the test's folder."""
    return ModelSpec(small_model, n_ctx=2048, sha256="a" * 64, snapshots=str(tmp_path / "heads"))


@pytest.fixture
def kept(spec: ModelSpec) -> tuple[Path, str, int]:
    """Return the file of a kept head, and what a cold run wrote after how many tokens of the head."""
    with closing(ChildEngine()) as engine:
        engine.load(spec)
        events = list(engine.generate(request("防災訓練のお知らせを一文で。")))
        again = list(engine.generate(request("休館のお知らせを一文で。", max_tokens=1)))
    (path,) = Path(spec.snapshots).glob(f"*{SUFFIX}")
    return path, text_of(events), reused(again)


def run(spec: ModelSpec, text: str = "防災訓練のお知らせを一文で。") -> tuple[int, str]:
    with closing(ChildEngine()) as engine:
        engine.load(spec)
        events = list(engine.generate(request(text)))
    return reused(events), text_of(events)


def test_the_next_start_reads_the_template_from_disk_and_writes_the_same_text(
    spec: ModelSpec, kept: tuple[Path, str, int]
) -> None:
    _, cold, head = kept
    assert cold
    assert head > 256
    assert run(spec) == (head, cold)


def test_a_damaged_cut_or_foreign_file_is_read_anew_and_the_text_stays_right(
    spec: ModelSpec, kept: tuple[Path, str, int]
) -> None:
    path, cold, head = kept
    whole = path.read_bytes()
    for place in (3, 20, 60, 90, 500, len(whole) // 2, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        with closing(ChildEngine()) as engine:
            engine.load(spec)
            events = list(engine.generate(request("防災訓練のお知らせを一文で。")))
        assert (reused(events), text_of(events)) == (0, cold), place
        assert path.read_bytes() == whole
    path.write_bytes(whole[: len(whole) // 3])
    assert run(spec) == (0, cold)
    assert run(spec) == (head, cold)


def test_a_head_kept_by_another_model_is_never_used(
    spec: ModelSpec, kept: tuple[Path, str, int], tmp_path: Path
) -> None:
    path, cold, _ = kept
    other = ModelSpec(spec.path, n_ctx=2048, sha256="b" * 64, snapshots=str(tmp_path / "other"))
    assert run(other) == (0, cold)
    (theirs,) = Path(other.snapshots).glob(f"*{SUFFIX}")
    assert theirs.name != path.name
    shutil.copy(path, theirs)
    assert run(other) == (0, cold)


def test_what_was_only_read_ahead_is_not_read_again(spec: ModelSpec) -> None:
    with closing(ChildEngine()) as engine:
        engine.load(spec)
        ahead = list(engine.generate(request("長い資料。" * 40, max_tokens=0, background=True)))
        events = list(engine.generate(request("長い資料。" * 40, max_tokens=4)))
        assert isinstance(ahead[-1], Done)
        assert ahead[-1].reason is StopReason.LENGTH
        assert not text_of(ahead)
        started = events[0]
        assert isinstance(started, Started)
        assert started.reused_tokens == started.prompt_tokens


def test_without_a_folder_nothing_is_written(small_model: Path, tmp_path: Path) -> None:
    run(ModelSpec(small_model, n_ctx=2048, sha256="a" * 64))
    assert not list(tmp_path.iterdir())
