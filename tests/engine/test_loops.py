"""A model that repeats itself is stopped; ordinary writing, tables and rules of signs are not."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from desktop.engine.loops import LoopDetector

DATA = Path(__file__).resolve().parent.parent / "data"


def stopped_at(tokens: list[int]) -> int | None:
    detector = LoopDetector()
    return next((place for place, token in enumerate(tokens) if detector.loops(token)), None)


def signs(text: str) -> list[int]:
    """Cut a text about as vocabularies do: a run of JSON's signs is one token, two characters of writing another."""
    return [hash(piece) for piece in re.findall(r'[", {}:\[\]]+|[^", {}:\[\]]{1,2}', text)]


@pytest.mark.parametrize("period", [1, 2, 5, 12, 30, 64])
def test_one_passage_again_and_again_is_stopped_soon(period: int) -> None:
    lead = list(range(1000, 1100))
    place = stopped_at(lead + list(range(period)) * 400)
    assert place is not None
    assert place - len(lead) < max(48, 4 * period) + 1


def test_a_list_that_says_the_same_under_new_numbers_is_stopped() -> None:
    lines = "".join(f"{number}．防災訓練の案内を市民に知らせ、参加を呼びかける。\n" for number in range(1, 200))
    assert stopped_at(signs(lines)) is not None


@pytest.mark.parametrize("path", sorted(DATA.glob("**/*.txt")), ids=lambda path: path.stem)
def test_no_record_of_a_meeting_counts_as_a_loop(path: Path) -> None:
    assert stopped_at(signs(path.read_text(encoding="utf-8"))) is None


def test_a_table_with_many_rows_of_its_own_is_no_loop() -> None:
    maker = random.Random(7)  # noqa: S311 -- the same rows every time
    words = ["案内文", "会場", "駐車場", "名簿", "予算", "受付", "警備", "放送", "看板", "資料", "備品", "日程"]
    rows = [
        {"誰が": maker.choice(["佐藤", "鈴木", "田中"]), "何を": "".join(maker.sample(words, 3)), "期限": f"{day}日"}
        for day in range(60)
    ]
    assert stopped_at(signs(json.dumps(rows, ensure_ascii=False))) is None


def test_a_few_empty_rows_and_a_rule_of_signs_are_no_loop() -> None:
    assert stopped_at(signs("―" * 40 + "決定事項" + "…" * 30)) is None
    assert stopped_at([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] * 3) is None
