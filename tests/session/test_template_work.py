"""Editing a template without a window: nothing typed is lost, and the share gets what was meant for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Content, ListContent, TextContent
from desktop.session.template_comparison import Choice, clashes, comparison_of, in_conflict, is_marked, resolved
from desktop.session.template_edits import FOLDER, Edits, EditsBook
from desktop.session.template_preview import preview
from desktop.session.template_work import (
    Level,
    Order,
    SharePlace,
    TemplateWork,
    after_publishing,
    edits_of,
    levels,
    next_version,
    separate,
)
from desktop.templates.heading import heading_of
from desktop.templates.library import builtin_templates
from desktop.templates.publishing import Conflict, Published
from desktop.templates.resolve import Origin
from tests.support.people import closed, open_folder

WAIT = 30.0
OFFICE = "総務部/総務課"
TEMPLATES = {template.id: template for template in builtin_templates()}
MEMO = TEMPLATES["memo"]
ORDER = Order(OFFICE, "総務課　田中", "1.0", "言葉を改めた")


def worker(folder: Path) -> TemplateWork:
    """Return the work of a terminal with a share beside it."""
    (folder / "share").mkdir(exist_ok=True)
    return TemplateWork(folder / "data", SharePlace(folder / "share", OFFICE, "総務課　田中"))


def published(work: TemplateWork, edits: Edits, order: Order = ORDER) -> Edits:
    """Publish and go on from there."""
    done = work.publish(edits, order).result(WAIT)
    assert isinstance(done, Published)
    return after_publishing(edits, edits.text, done)


def reworded(edits: Edits, old: str, new: str) -> Edits:
    """Return the edits with other words in their text."""
    assert old in edits.text
    return replace(edits, text=edits.text.replace(old, new))


def test_a_published_template_of_the_program_keeps_its_identity_and_its_older_version(tmp_path: Path) -> None:
    work = worker(tmp_path)
    first = published(work, edits_of(MEMO))
    assert first.on_share
    assert next_version(first) == "1.1"
    second = published(work, reworded(first, "庁内メモ", "庁内連絡メモ"), replace(ORDER, version="1.1"))
    assert not second.changed
    files = sorted(path.name for path in (tmp_path / "share" / OFFICE).rglob("*.toml"))
    assert len(files) == 2
    assert heading_of(second.text).id == "memo"
    assert heading_of(second.text).version == "1.1"
    work.close()


def test_edits_survive_the_end_of_the_program_and_are_gone_when_they_were_given_up(tmp_path: Path) -> None:
    work = worker(tmp_path)
    edits = reworded(edits_of(MEMO), "庁内メモ", "途中のメモ")
    work.keep(edits).result(WAIT)
    work.close()
    again = worker(tmp_path)
    found = again.resume(edits_of(MEMO)).result(WAIT)
    assert found.text == edits.text
    assert found.kept_at
    again.forget(edits.key).result(WAIT)
    assert again.resume(edits_of(MEMO)).result(WAIT) == edits_of(MEMO)
    again.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": "memo"}', b"\xff"])
def test_a_damaged_file_of_edits_is_put_aside_and_not_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    path = tmp_path / FOLDER / "edit-memo.json"
    path.write_bytes(content)
    assert EditsBook(tmp_path).found("memo") is None
    assert [aside.read_bytes() for aside in (tmp_path / FOLDER).iterdir()] == [content]


def test_edits_that_belong_to_another_template_are_not_taken(tmp_path: Path) -> None:
    book = EditsBook(tmp_path)
    book.keep(edits_of(MEMO))
    path = tmp_path / FOLDER / "edit-memo.json"
    value = {**json.loads(path.read_text("utf-8")), "key": "other"}
    path.write_text(json.dumps(value), "utf-8")
    assert book.found("memo") is None


def test_a_full_or_closed_folder_of_edits_is_told(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file is in the way")
    with pytest.raises(UserFault) as caught:
        EditsBook(tmp_path).keep(edits_of(MEMO))
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE


def test_the_second_of_two_publishers_gets_both_changes_together(tmp_path: Path) -> None:
    work = worker(tmp_path)
    first = published(work, edits_of(MEMO))
    theirs = published(work, reworded(first, "庁内メモ", "庁内連絡"), replace(ORDER, version="1.1"))
    mine = reworded(first, "[layout]", "# 体裁\n[layout]")
    conflict = work.publish(mine, replace(ORDER, version="1.1")).result(WAIT)
    assert isinstance(conflict, Conflict)
    edits = in_conflict(mine, conflict)
    assert not is_marked(edits.merged)
    assert comparison_of(edits).heading.name == "庁内連絡"
    together = resolved(edits, edits.merged)
    assert next_version(together) == "1.2"
    done = published(work, together, replace(ORDER, version="1.2"))
    assert "庁内連絡" in done.text
    assert "# 体裁" in done.text
    assert theirs.text != done.text
    work.close()


def test_a_place_that_both_changed_waits_for_a_decision(tmp_path: Path) -> None:
    work = worker(tmp_path)
    first = published(work, edits_of(MEMO))
    published(work, reworded(first, 'name = "庁内メモ"', 'name = "庁内連絡"'), replace(ORDER, version="1.1"))
    mine = reworded(first, 'name = "庁内メモ"', 'name = "職場メモ"')
    conflict = work.publish(mine, replace(ORDER, version="1.1")).result(WAIT)
    assert isinstance(conflict, Conflict)
    edits = in_conflict(mine, conflict)
    assert is_marked(edits.merged)
    (clash,) = clashes(edits.merged)
    assert clash.lines(Choice.MINE) == ('name = "職場メモ"',)
    assert clash.lines(Choice.THEIRS) == ('name = "庁内連絡"',)
    assert clash.lines(Choice.BOTH) == ('name = "庁内連絡"', 'name = "職場メモ"')
    # A decision half made is found again.
    work.keep(edits).result(WAIT)
    assert comparison_of(work.resume(first).result(WAIT)).merged == edits.merged
    work.close()


def test_a_template_that_someone_removed_can_be_put_back(tmp_path: Path) -> None:
    work = worker(tmp_path)
    first = published(work, edits_of(MEMO))
    next((tmp_path / "share" / OFFICE).glob("*.toml")).unlink()
    mine = reworded(first, "庁内メモ", "職場メモ")
    conflict = work.publish(mine, replace(ORDER, version="1.1")).result(WAIT)
    assert isinstance(conflict, Conflict)
    edits = in_conflict(mine, conflict)
    assert comparison_of(edits).removed
    assert edits.merged == mine.text
    done = published(work, resolved(edits, edits.merged), replace(ORDER, version="1.1"))
    assert "職場メモ" in done.text
    work.close()


def test_damaged_marks_are_still_marks() -> None:
    assert is_marked("a\n<<<<<<< 自分\nb")
    assert is_marked("a\n>>>>>>>\n")
    assert not is_marked('user = """\n=======\n"""')
    assert clashes("<<<<<<< 自分の変更 / mine\na\n>>>>>>>\n") == ()


def test_what_is_typed_while_the_share_is_written_to_stays(tmp_path: Path) -> None:
    work = worker(tmp_path)
    sent = edits_of(MEMO)
    done = work.publish(sent, ORDER).result(WAIT)
    assert isinstance(done, Published)
    after = after_publishing(reworded(sent, "[layout]", "# 書き足した\n[layout]"), sent.text, done)
    assert "# 書き足した" in after.text
    assert heading_of(after.text).author == ORDER.author
    assert after.changed
    work.close()


def test_a_copy_has_an_identity_of_its_own_and_is_found_under_the_original_until_it_is_published(
    tmp_path: Path,
) -> None:
    work = worker(tmp_path)
    copy = separate(edits_of(MEMO), {"memo", "memo-2", "notice"}, "職場メモ")
    assert heading_of(copy.text).id == "memo-3"
    assert heading_of(copy.text).name == "職場メモ"
    assert copy.key == "memo"
    assert published(work, copy).key == "memo-3"
    assert (tmp_path / "share" / OFFICE / "職場メモ.toml").exists()
    work.close()


def test_publishing_to_another_level_does_not_touch_the_first_one(tmp_path: Path) -> None:
    work = worker(tmp_path)
    city = published(work, edits_of(MEMO), replace(ORDER, folder=""))
    mine = published(work, reworded(city, "庁内メモ", "課のメモ"))
    assert mine.folder == OFFICE
    assert "課のメモ" not in next((tmp_path / "share").glob("*.toml")).read_text("utf-8")


def test_a_template_of_the_share_goes_back_to_where_it_came_from() -> None:
    origin = Origin(level=2, folder="総務部", file="総務部/メモ.toml")
    edits = edits_of(MEMO, origin)
    assert (edits.folder, edits.file, edits.on_share) == ("総務部", "メモ.toml", True)
    assert edits.at("総務部") == (MEMO.source, "メモ.toml")
    assert edits.at("") == (None, "")


def test_the_levels_are_the_folders_of_the_share_and_ones_own(tmp_path: Path) -> None:
    for folder in ("総務部/人事課", "総務部/履歴", "市民部", ".隠し"):
        (tmp_path / folder).mkdir(parents=True)
    found = levels(SharePlace(tmp_path, OFFICE))
    assert found == (
        Level(""),
        Level("市民部"),
        Level("総務部"),
        Level("総務部/人事課"),
        Level(OFFICE, exists=False),
    )
    assert levels(SharePlace()) == ()
    with pytest.raises(UserFault) as caught:
        levels(SharePlace(tmp_path / "nowhere"))
    assert caught.value.code is ErrorCode.TEMPLATE_SHARE_UNREACHABLE


def test_a_share_that_may_only_be_read_is_told_and_the_edits_stay() -> None:
    with open_folder() as share:
        work = TemplateWork(share / "data", SharePlace(share, OFFICE, "田中"))
        with closed(share), pytest.raises(UserFault) as caught:
            work.publish(edits_of(MEMO), ORDER).result(WAIT)
        assert caught.value.code is ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE
        work.close()


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_every_builtin_template_has_a_page_and_a_prompt_to_look_at(template: object) -> None:
    source = getattr(template, "source", "")
    seen = preview(source, "", {}, {})
    assert seen.faults == ()
    assert seen.template is not None
    assert seen.document is not None
    assert seen.user
    assert set(seen.contents) == {spec.key for spec in seen.template.sections}
    assert not seen.trial


def test_the_preview_shows_what_is_typed_and_the_answers_of_a_trial_as_long_as_they_fit() -> None:
    source = TEMPLATES["notice"].source
    answers: dict[str, Content] = {"標題": TextContent("道路工事のお知らせ"), "本文": ListContent(("形が違う",))}
    seen = preview(source, "", {"宛先": "各区長　様", "日付": "いつか"}, answers)
    assert seen.trial
    assert seen.document is not None
    assert seen.document.title == "道路工事のお知らせ"
    assert seen.document.addressee == "各区長　様"
    assert seen.document.date is not None
    assert isinstance(seen.contents["本文"], TextContent)


def test_required_fields_without_an_example_get_a_sample() -> None:
    source = MEMO.source.split("[example]")[0]
    seen = preview(source, "", {}, {})
    assert seen.faults == ()
    assert seen.user


def test_a_text_that_cannot_be_read_is_called_by_the_name_it_had() -> None:
    seen = preview("name = ", "庁内メモ", {}, {})
    assert [fault.fields["file"] for fault in seen.faults] == ["庁内メモ"]
