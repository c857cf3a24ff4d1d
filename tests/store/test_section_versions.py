"""Versions of a section: nothing that a person or the model wrote is written over by the other."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, Origin, RunFacts, SectionVersion, TemplateStamp
from tests.support.clock import Clock
from tests.support.encryption import encrypt

STAMP = TemplateStamp("memo", "庁内メモ", "1", "")
FACTS = RunFacts("model", "", "{}")


@dataclass(frozen=True, slots=True)
class Desk:
    """A store with one document whose draft is being written."""

    store: HistoryStore
    clock: Clock
    document: int

    def grow(self, text: str, *, finished: bool = False) -> None:
        self.store.save_partial(self.document, text, {"body": (TextContent(text), finished)})

    def edit(self, text: str) -> SectionVersion:
        return self.store.save_edit(self.document, "body", TextContent(text))

    def texts(self) -> list[tuple[int, str, Origin]]:
        """Return number, text and origin of each version, newest first."""
        found = self.store.versions(self.document, "body")
        return [(v.number, v.content.text, v.origin) for v in found if isinstance(v.content, TextContent)]

    def latest(self) -> Content:
        return self.store.load(self.document).sections["body"].content


@pytest.fixture(params=["plain", "encrypted"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    clock, path = Clock(), tmp_path / "history.sqlite3"
    if request.param == "encrypted":
        encrypt(path)
    with HistoryStore.open(path, now=clock) as store:
        document = store.create_document(STAMP, "題", Inputs())
        store.begin_run(document, FACTS)
        yield Desk(store, clock, document)


def test_a_growing_section_is_one_version_until_it_is_finished(desk: Desk) -> None:
    desk.grow("こ")
    desk.grow("こん")
    assert not desk.store.versions(desk.document, "body")[0].finished
    desk.grow("こんにちは", finished=True)
    assert desk.texts() == [(1, "こんにちは", Origin.MODEL)]
    assert desk.store.versions(desk.document, "body")[0].finished


def test_regenerating_keeps_the_earlier_text_as_a_version_and_leaves_other_sections_alone(desk: Desk) -> None:
    desk.store.save_partial(desk.document, "x", {"other": (ListContent(("別",)), True)})
    desk.grow("一回目", finished=True)
    desk.store.end_run(desk.document, DocumentState.COMPLETE, "", {})
    desk.store.begin_run(desk.document, FACTS)
    desk.grow("二")
    desk.grow("二回目", finished=True)
    assert desk.texts() == [(2, "二回目", Origin.MODEL), (1, "一回目", Origin.MODEL)]
    assert [v.number for v in desk.store.versions(desk.document, "other")] == [1]


def test_a_correction_made_while_the_model_still_writes_is_not_written_over(desk: Desk) -> None:
    desk.grow("本日の会議で")
    desk.edit("本日の会議では")
    desk.grow("本日の会議で決まったこと", finished=True)
    assert desk.latest() == TextContent("本日の会議では")
    assert desk.texts() == [(2, "本日の会議では", Origin.PERSON), (1, "本日の会議で決まったこと", Origin.MODEL)]


def test_steady_typing_is_one_version_and_a_new_one_after_five_minutes(desk: Desk) -> None:
    desk.grow("原文", finished=True)
    for text in ("修正1", "修正2", "修正3"):
        desk.edit(text)
        desk.clock.advance(120)
    assert desk.texts() == [(2, "修正3", Origin.PERSON), (1, "原文", Origin.MODEL)]
    desk.edit("修正4")
    assert desk.texts() == [(3, "修正4", Origin.PERSON), (2, "修正3", Origin.PERSON), (1, "原文", Origin.MODEL)]


def test_a_clock_that_was_set_back_does_not_merge_new_edits_into_an_old_version(desk: Desk) -> None:
    desk.edit("前")
    desk.clock.advance(-3600)
    desk.edit("後")
    assert [text for _, text, _ in desk.texts()] == ["後", "前"]


def test_an_edit_that_changes_nothing_makes_no_version(desk: Desk) -> None:
    desk.grow("原文", finished=True)
    assert desk.edit("原文").origin is Origin.MODEL
    assert desk.texts() == [(1, "原文", Origin.MODEL)]


def test_an_edit_after_a_regeneration_does_not_change_the_persons_earlier_version(desk: Desk) -> None:
    desk.edit("私の文")
    desk.grow("新しい案", finished=True)
    desk.edit("新しい案を直した")
    assert desk.texts() == [
        (3, "新しい案を直した", Origin.PERSON),
        (2, "新しい案", Origin.MODEL),
        (1, "私の文", Origin.PERSON),
    ]


def test_putting_back_an_earlier_version_loses_none_and_can_be_undone(desk: Desk) -> None:
    desk.grow("モデルの案", finished=True)
    desk.edit("直した案")
    restored = desk.store.restore_version(desk.document, "body", 1)
    assert (restored.number, restored.content, restored.origin) == (3, TextContent("モデルの案"), Origin.MODEL)
    assert desk.latest() == TextContent("モデルの案")
    desk.store.restore_version(desk.document, "body", 2)
    assert [text for _, text, _ in desk.texts()] == ["直した案", "モデルの案", "直した案", "モデルの案"]


def test_a_version_put_back_while_the_model_writes_is_not_written_over(desk: Desk) -> None:
    desk.edit("私の文")
    desk.grow("案")
    desk.store.restore_version(desk.document, "body", 1)
    desk.grow("案の続き", finished=True)
    assert desk.latest() == TextContent("私の文")
    assert [text for _, text, _ in desk.texts()] == ["私の文", "案の続き", "私の文"]


def test_putting_back_the_latest_version_changes_nothing(desk: Desk) -> None:
    desk.edit("私の文")
    assert desk.store.restore_version(desk.document, "body", 1).number == 1
    assert len(desk.texts()) == 1


def test_a_version_number_that_does_not_exist_is_refused(desk: Desk) -> None:
    desk.edit("私の文")
    with pytest.raises(LookupError):
        desk.store.restore_version(desk.document, "body", 2)
    with pytest.raises(LookupError):
        desk.store.restore_version(desk.document, "nowhere", 1)
    assert desk.store.versions(desk.document, "nowhere") == []


@dataclass(frozen=True, slots=True)
class Expected:
    """What the simple model remembers of a version; `run` is the run that opened it."""

    content: Content
    origin: Origin
    finished: bool
    created: dt.datetime
    run: int | None = None


CONTENTS = st.one_of(
    st.builds(TextContent, st.text(max_size=12)),
    st.builds(ListContent, st.lists(st.text(max_size=6), max_size=3).map(tuple)),
    st.builds(TableContent, st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), max_size=2).map(tuple)),
)
FEW_CONTENTS = st.one_of(CONTENTS, st.sampled_from([TextContent("甲"), TextContent("乙"), TextContent("")]))
KEYS = st.sampled_from(["a", "b"])


class VersionRules(RuleBasedStateMachine):
    """Any order of drafting, editing, putting back, closing and opening obeys the rules written down here again."""

    store: HistoryStore

    @initialize()
    def begin_document(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.path = Path(self.folder.name) / "history.sqlite3"
        self.store = HistoryStore.open(self.path, now=self.clock)
        self.document = self.store.create_document(STAMP, "題", Inputs())
        self.expected: dict[str, list[Expected]] = {"a": [], "b": []}
        self.run = 0
        self.state = DocumentState.PREPARING
        self.raw = ""

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @rule(raw=st.sampled_from(["", "{"]))
    def begin_run(self, raw: str) -> None:
        self.store.begin_run(self.document, FACTS, raw_text=raw)
        self.run += 1
        self.state, self.raw = DocumentState.STREAMING, raw

    @precondition(lambda self: self.run > 0)
    @rule(grown=st.dictionaries(KEYS, st.tuples(FEW_CONTENTS, st.booleans())), raw=st.text(max_size=8))
    def the_model_writes(self, grown: dict[str, tuple[Content, bool]], raw: str) -> None:
        self.store.save_partial(self.document, raw, grown)
        self._expect_growth(grown, raw)

    @precondition(lambda self: self.run > 0)
    @rule(
        grown=st.dictionaries(KEYS, st.tuples(FEW_CONTENTS, st.booleans())),
        state=st.sampled_from([DocumentState.COMPLETE, DocumentState.CANCELLED, DocumentState.INTERRUPTED]),
    )
    def end_run(self, grown: dict[str, tuple[Content, bool]], state: DocumentState) -> None:
        self.store.end_run(self.document, state, "{}", grown)
        self._expect_growth(grown, "{}")
        self.state = state

    def _expect_growth(self, grown: dict[str, tuple[Content, bool]], raw: str) -> None:
        self.raw = raw or self.raw
        for key, (content, finished) in grown.items():
            versions = self.expected[key]
            mine = [index for index, version in enumerate(versions) if version.run == self.run]
            if mine:
                versions[mine[0]] = replace(versions[mine[0]], content=content, finished=finished)
            else:
                versions.append(Expected(content, Origin.MODEL, finished, self.clock.moment, self.run))

    @rule(key=KEYS, content=FEW_CONTENTS)
    def a_person_edits(self, key: str, content: Content) -> None:
        self.store.save_edit(self.document, key, content)
        versions = self.expected[key]
        latest = versions[-1] if versions else None
        if latest is not None and latest.content == content:
            return
        young = latest is not None and self.clock.moment - latest.created < dt.timedelta(minutes=5)
        if latest is not None and latest.origin is Origin.PERSON and young:
            versions[-1] = replace(latest, content=content)
        else:
            versions.append(Expected(content, Origin.PERSON, finished=True, created=self.clock.moment))

    @precondition(lambda self: any(self.expected.values()))
    @rule(data=st.data())
    def a_person_puts_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from([key for key, versions in self.expected.items() if versions]))
        versions = self.expected[key]
        number = data.draw(st.integers(1, len(versions)))
        self.store.restore_version(self.document, key, number)
        if number < len(versions):
            versions.append(replace(versions[number - 1], created=self.clock.moment, run=None))

    @rule(seconds=st.sampled_from([1, 100, 299, 300, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def the_program_ends_and_starts(self) -> None:
        self.store.close()
        self.store = HistoryStore.open(self.path, now=self.clock)
        broken_off = self.state is DocumentState.STREAMING
        assert self.store.recovered == ((self.document,) if broken_off else ())
        self.state = DocumentState.INTERRUPTED if broken_off else self.state

    @invariant()
    def everything_is_there(self) -> None:
        for key, expected in self.expected.items():
            found = self.store.versions(self.document, key)
            assert [version.number for version in found] == list(range(len(expected), 0, -1))
            seen = [(v.content, v.origin, v.finished, v.created_at) for v in reversed(found)]
            assert seen == [(e.content, e.origin, e.finished, e.created) for e in expected]
        record = self.store.load(self.document)
        latest = {key: versions[-1].content for key, versions in self.expected.items() if versions}
        assert {key: version.content for key, version in record.sections.items()} == latest
        assert (record.summary.state, record.raw_text) == (self.state, self.raw)


VersionRules.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestVersionRules = VersionRules.TestCase
