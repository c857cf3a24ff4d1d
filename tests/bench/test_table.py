"""Tests of the benchmark's table: a ratio, a verdict or a missing rival must not be shown as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.report import document, markdown_table, tally
from tests.bench.rows import Result, Row, Target, load, paired, save

AT_LEAST = Target(0.98, at_least=True)
AT_MOST = Target(300, at_least=False, unit=" ms")


def test_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians() -> None:
    row = paired("decode", [10.0, 20.0, 40.0], [10.0, 40.0, 20.0], "tok/s")
    assert row.value == 1.0
    assert row.note == "3 rounds, 0.500–2.000"
    assert (row.ours, row.theirs) == ("20 tok/s", "20 tok/s")


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired("decode", [1.0, 2.0], [1.0], "tok/s")


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (AT_LEAST, 0.98, "reached"),
        (AT_LEAST, 0.979, "NOT reached"),
        (AT_MOST, 300, "reached"),
        (AT_MOST, 301, "NOT reached"),
        (AT_LEAST, None, "not measured"),
        (None, 0.1, ""),
    ],
)
def test_verdict_says_whether_the_promise_was_kept(target: Target | None, value: float | None, verdict: str) -> None:
    assert Row("x", value=value, target=target).verdict == verdict


def test_what_was_not_measured_does_not_count_as_reached() -> None:
    rows = [Row("a", value=1, target=AT_LEAST), Row("b", target=AT_LEAST), Row("c", value=0.5, target=AT_LEAST)]
    assert tally(rows) == "1 of 3 targets reached, 1 not measured"


def test_table_shows_value_target_and_result_beside_each_other() -> None:
    lines = markdown_table([Row("cancel", "310 ms", value=310, target=AT_MOST, note="50 | cancels", unit=" ms")]).split(
        "\n"
    )
    assert lines[2] == "| cancel | 310 ms |  | 310 ms | ≤ 300 ms | **× not reached** | 50 \\| cancels |"


def test_kept_results_come_back_as_they_were(tmp_path: Path) -> None:
    rows = (paired("decode", [1.0], [2.0], "tok/s", target=AT_LEAST), Row("gpt4all", note="not measured: no pip"))
    result = Result("rates", "small", rows, "a processor, 2 threads", 12.5)
    save(result, tmp_path)
    assert load(tmp_path, ["rates", "memory"], ["small", "large"]) == [result]


def test_document_holds_every_model_with_its_own_tally() -> None:
    results = [
        Result("rates", "small", (Row("a", value=1, target=AT_LEAST),), "here", 60),
        Result("rates", "large", (Row("b", value=0, target=AT_LEAST),), "there", 120),
    ]
    text = document(results)
    assert "## small\n\n1 of 1 targets reached." in text
    assert "## large\n\n0 of 1 targets reached." in text
    assert "- rates: there; 2 min" in text


def test_document_names_what_was_not_measured() -> None:
    assert "not measured yet: endurance (small); rates (large)" in document([], ["endurance (small)", "rates (large)"])
