"""The counter of facts itself: what it accepts, and what it must not accept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Tests are not a package; the script's folder is put on the path as running it would do.
sys.path.insert(0, str(Path(__file__).parent))
from tests.facts import count_facts, load_facts, mentions, normalise

MEETINGS = Path(__file__).parent / "data" / "meetings"
SAMPLE = Path(__file__).parent.parent / "desktop" / "resources" / "samples" / "kaigi.txt"
SOURCES = {"kaigi": SAMPLE} | {path.stem: path for path in sorted(MEETINGS.glob("*.txt"))}

FACTS = """
[[fact]]
id = "who"
kind = "who"
all = [["案内文", "チラシ"], ["佐藤"]]

[[fact]]
id = "due"
kind = "due"
all = [["案内文"], ["1月20日"]]

[[fact]]
id = "amount"
kind = "amount"
all = [["3400万円"]]
anywhere = true
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "a.facts.toml"
    path.write_text(FACTS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("令和8年11月7日", "令和八年十一月七日"),
        ("令和8年11月7日", "２０２６／１１／０７"),
        ("R8.11.7", "2026-11-07"),
        ("11月20日", "11/20"),
        ("3億4千万円", "340,000千円"),
        ("3億4,000万円", "340000000円"),
        ("３，４００万円", "三千四百万円"),
        ("午後1時30分", "13:30"),
        ("午後一時半", "13時30分"),
        ("正午", "12時"),
        ("1,200件", "千二百件"),
    ],
)
def test_two_spellings_of_one_fact_are_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("11月20日", "1月20日"),
        ("1月20日", "11月20日"),
        ("13,400万円", "3,400万円"),
        ("3時間", "3時"),
        ("132件", "32件"),
    ],
)
def test_another_number_is_not_taken_for_the_fact(text: str, spelling: str) -> None:
    assert not mentions(normalise(text), spelling)


def test_who_and_what_in_different_rows_do_not_make_a_fact(facts: Path) -> None:
    apart = json.dumps({"宿題": [{"内容": "案内文", "担当": "田中"}, {"内容": "見積り", "担当": "佐藤"}]})
    together = json.dumps({"宿題": [{"内容": "案内文", "担当": "佐藤"}, {"内容": "見積り", "担当": "田中"}]})

    assert [fact.id for fact in count_facts(apart, facts).kept] == []
    assert [fact.id for fact in count_facts(together, facts).kept] == ["who"]


def test_a_plain_text_is_counted_line_by_line(facts: Path) -> None:
    text = "案内文　佐藤　１月２０日\n計　3,400万円"

    assert len(count_facts(text, facts).kept) == 3
    assert len(count_facts(text.replace("　佐藤", "\n佐藤"), facts).kept) == 1


def test_the_source_inside_an_export_is_not_counted(facts: Path) -> None:
    export = {"inputs": {"会議の記録": "案内文は佐藤、3400万円"}, "sections": {"決定事項": [["案内文", "1月20日"]]}}

    assert [fact.id for fact in count_facts(json.dumps(export), facts).kept] == ["due"]


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_fact_asked_for_is_in_its_meeting(name: str) -> None:
    text = normalise(SOURCES[name].read_text(encoding="utf-8"))
    lost = [
        (fact.id, group)
        for fact in load_facts(MEETINGS / f"{name}.facts.toml")
        for group in fact.groups
        if not any(mentions(text, word) for word in group)
    ]
    assert lost == []


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_an_empty_draft_keeps_nothing(name: str) -> None:
    count = count_facts("{}", MEETINGS / f"{name}.facts.toml")

    assert count.kept == ()
    assert count.total >= 15


@pytest.mark.parametrize("name", ["yosan", "kunren", "setsumeikai"])
def test_the_further_meetings_have_the_agreed_length(name: str) -> None:
    assert 2000 <= len(SOURCES[name].read_text(encoding="utf-8")) <= 4000


def test_the_script_prints_what_is_missing(tmp_path: Path, facts: Path) -> None:
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps({"宿題": [{"内容": "案内文", "担当": "佐藤"}]}), encoding="utf-8")
    script = Path(__file__).parent / "facts.py"
    done = subprocess.run(
        [sys.executable, str(script), str(draft), str(facts)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )

    assert "facts kept  1 /  3" in done.stdout
    assert "missing: due due 案内文 + 1月20日" in done.stdout
