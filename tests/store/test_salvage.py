"""What SQLite can still read of a damaged history is saved, and what is not saved is counted: never a silent loss."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.session.open_document import opened_in
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import TemplateStamp
from desktop.store.salvage import salvage
from desktop.store.search import SearchQuery
from tests.support.damage import HARMS, Rows, fill, fill_log, rows_of
from tests.support.fuzz import Trial, try_damage
from tests.support.old_histories import old_history

NOW = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)
# Of each kind of harm; `make fuzz-report` tries thousands.
TRIALS = 8


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "history.sqlite3"
    fill(path)
    return path


@pytest.fixture(scope="module")
def whole(filled: Path) -> Rows:
    return rows_of(filled)


def check(trial: Trial) -> None:
    assert trial.missed == (), "SQLite reads them"
    assert not trial.silent


@pytest.mark.parametrize("name", HARMS)
def test_no_readable_line_is_left_behind_and_no_loss_goes_uncounted(
    tmp_path: Path, filled: Path, whole: Rows, name: str
) -> None:
    for number in range(TRIALS):
        chance = random.Random(number)  # noqa: S311 -- to be repeatable
        damaged = HARMS[name](filled.read_bytes(), chance)
        check(try_damage(tmp_path / str(number), damaged, whole))


@given(rubbish=st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 5000), st.integers(0, 1000)))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_over_a_part_the_rest_is_saved(
    tmp_path: Path, filled: Path, whole: Rows, rubbish: tuple[float, int, int]
) -> None:
    position, length, seed = rubbish
    content = filled.read_bytes()
    start = int(len(content) * position)
    written = random.Random(seed).randbytes(length)  # noqa: S311 -- to be repeatable
    damaged = (content[:start] + written + content[start + length :])[: len(content)]
    shutil.rmtree(tmp_path / "trial", ignore_errors=True)
    check(try_damage(tmp_path / "trial", damaged, whole))


def test_a_sound_history_is_saved_row_for_row_and_nothing_is_claimed_to_be_lost(tmp_path: Path, filled: Path) -> None:
    report = salvage(filled, tmp_path / "fresh.sqlite3", NOW)
    assert report.complete
    assert rows_of(tmp_path / "fresh.sqlite3") == rows_of(filled)


def test_what_stands_only_in_the_log_is_saved_even_when_the_database_is_gone_bad(tmp_path: Path, filled: Path) -> None:
    taken = fill_log(filled, tmp_path)
    content = taken.read_bytes()
    taken.write_bytes(bytes(8192) + content[8192:])
    report = salvage(taken, tmp_path / "fresh.sqlite3", NOW)
    assert report.documents == 30
    texts = all_texts(tmp_path / "fresh.sqlite3")
    assert all(f"ログの中の文章{number}。" * 40 in texts for number in range(12))


def test_edits_behind_a_broken_place_in_the_log_are_noticed_and_saved(tmp_path: Path, filled: Path) -> None:
    taken = fill_log(filled, tmp_path)
    log = Path(f"{taken}-wal")
    content = bytearray(log.read_bytes())
    content[32 + 24 + 4000] ^= 0x10
    log.write_bytes(content)
    kept = (taken.read_bytes(), log.read_bytes())
    with pytest.raises(StoreFault) as caught:
        HistoryStore.open(taken)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert (taken.read_bytes(), log.read_bytes()) == kept
    salvage(taken, tmp_path / "fresh.sqlite3", NOW)
    texts = all_texts(tmp_path / "fresh.sqlite3")
    assert all(f"ログの中の文章{number}。" * 40 in texts for number in range(12))


def test_an_edit_that_a_power_cut_broke_off_is_no_damage(tmp_path: Path, filled: Path) -> None:
    taken = fill_log(filled, tmp_path)
    log = Path(f"{taken}-wal")
    log.write_bytes(log.read_bytes()[:-3000])
    with HistoryStore.open(taken) as store:
        assert len(store.list_documents()) == 30


@pytest.mark.parametrize("schema", range(1, len(STEPS) + 1))
def test_a_damaged_history_of_any_schema_is_saved_and_updated(tmp_path: Path, schema: int) -> None:
    path = tmp_path / "history.sqlite3"
    old_history(path, schema)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 4096])
    with suppress(StoreFault):
        HistoryStore.open(path)
    salvage(path, tmp_path / "fresh.sqlite3", NOW)
    with HistoryStore.open(tmp_path / "fresh.sqlite3") as store:
        assert [line.title for line in store.list_documents()] != []


def test_every_document_that_was_saved_opens_in_the_window(tmp_path: Path, filled: Path) -> None:
    for number, page in enumerate(range(3, 30)):
        path = tmp_path / f"{number}.sqlite3"
        content = filled.read_bytes()
        path.write_bytes(content[: page * 4096] + bytes(4096) + content[(page + 1) * 4096 :])
        fresh = tmp_path / f"fresh{number}.sqlite3"
        salvage(path, fresh, NOW)
        with HistoryStore.open(fresh) as store:
            for line in store.list_documents(1000):
                opened_in(store, line.id)


def test_a_file_with_nothing_of_ours_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    path.write_bytes(bytes(40_960))
    with pytest.raises(StoreFault) as caught:
        salvage(path, tmp_path / "fresh.sqlite3", NOW)
    assert caught.value.code is ErrorCode.STORE_NOTHING_TO_SALVAGE
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_of_documents_are_not_used_again_after_a_salvage(tmp_path: Path, filled: Path) -> None:
    salvage(filled, tmp_path / "fresh.sqlite3", NOW)
    with HistoryStore.open(tmp_path / "fresh.sqlite3") as store:
        before = store.load(1)
        stamp = TemplateStamp("memo", "庁内メモ", "1.0", before.template_source)
        number = store.create_document(stamp, "新しい", before.inputs)
    assert number == 31


def all_texts(path: Path) -> set[str]:
    with HistoryStore.open(path) as store:
        lines = store.list_documents(1000)
        found = [version.content for line in lines for version in store.load(line.id).sections.values()]
    return {content.text for content in found if isinstance(content, TextContent)}


def test_what_was_saved_is_found_by_searching(tmp_path: Path, filled: Path) -> None:
    salvage(filled, tmp_path / "fresh.sqlite3", NOW)
    with HistoryStore.open(tmp_path / "fresh.sqlite3") as store:
        assert {hit.summary.title for hit in store.search.find(SearchQuery("題17"))} == {"題17"}
        store.save_edit(17, "経緯", TextContent("探される新しい文章"))
        assert [hit.summary.id for hit in store.search.find(SearchQuery("探される新しい"))] == [17]
