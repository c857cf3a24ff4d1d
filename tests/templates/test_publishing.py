"""A leader publishes a template: everybody gets it, the older version is kept, and nobody's work is lost."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.locks import lock_file
from desktop.templates import publishing
from desktop.templates.heading import heading_of
from desktop.templates.parse import parse_template
from desktop.templates.publishing import Conflict, Edition, Published, publish
from desktop.templates.signing import generate_key
from tests.support.people import another_person, closed, open_folder
from tests.support.share import MEMO, OFFICE, Office, template, with_reference

PUBLISHER = Path(__file__).resolve().parents[1] / "support" / "publish_until_killed.py"
DAY = dt.date(2026, 11, 24)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def _edition(office: Office, text: str = MEMO, base: str | None = None, **more: Any) -> Edition:  # noqa: ANN401 -- any field
    edition = Edition(office.share, OFFICE, text, base, "総務課 田中", "様式を直した", today=DAY)
    return replace(edition, **more)


def _published(edition: Edition) -> Published:
    found = publish(edition)
    assert isinstance(found, Published)
    return found


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _fault(edition: Edition) -> UserFault:
    with pytest.raises(UserFault) as caught:
        publish(edition)
    return caught.value


def test_a_new_template_reaches_the_colleagues(office: Office) -> None:
    found = _published(_edition(office))
    assert (found.file, found.version, found.history) == (f"{OFFICE}/庁内メモ.toml", "1.0", "")
    office.sync()
    offer = office.library().offer("memo")
    assert (offer.origin.level, offer.origin.author, offer.origin.updated) == (3, "総務課 田中", "2026-11-24")
    assert offer.template.change == "様式を直した"
    assert _names(office.share) == [found.file]


def test_the_next_version_has_a_higher_number_and_the_older_one_is_kept_whole(office: Office) -> None:
    first = _published(_edition(office))
    changed = first.text.replace("走り書き", "メモ書き")
    second = _published(_edition(office, changed, first.text, file="庁内メモ.toml", change="言葉を直した"))
    assert second.version == "1.1"
    assert second.history == f"{OFFICE}/履歴/庁内メモ_v1.0_20261124.toml"
    assert (office.share / second.history).read_text("utf-8") == first.text
    assert (office.share / second.file).read_text("utf-8") == second.text
    assert heading_of(second.text).change == "言葉を直した"
    assert "# 庁内メモ：用件、経緯、内容、依頼事項" in second.text
    assert _names(office.share) == sorted([second.file, second.history])


def test_a_version_that_the_leader_wrote_is_kept(office: Office) -> None:
    first = _published(_edition(office))
    text = first.text.replace('version = "1.0"', 'version = "2.0"')
    assert _published(_edition(office, text, first.text)).version == "2.0"
    assert (
        _published(_edition(office, text, (office.share / first.file).read_text("utf-8"), version="5")).version == "5"
    )


def test_the_second_of_two_gets_a_comparison_and_can_bring_both_together(office: Office) -> None:
    base = _published(_edition(office)).text
    hers = base.replace('title = "用件"', 'title = "件名"')
    his = base.replace('title = "備考"', 'title = "その他"')
    _published(replace(_edition(office, hers, base), author="佐藤"))
    before = _names(office.share)
    conflict = publish(_edition(office, his, base))
    assert isinstance(conflict, Conflict)
    assert (conflict.base, conflict.mine) == (base, his)
    assert (conflict.their_heading.author, conflict.their_heading.version) == ("佐藤", "1.1")
    assert _names(office.share) == before
    merged = conflict.merged()
    assert merged.conflicts == 0
    final = _published(_edition(office, merged.text, conflict.theirs))
    assert final.version == "1.2"
    assert 'title = "件名"' in final.text
    assert 'title = "その他"' in final.text


def test_a_contradiction_has_to_be_decided_before_it_can_be_published(office: Office) -> None:
    base = _published(_edition(office)).text
    _published(_edition(office, base.replace('title = "用件"', 'title = "件名"'), base))
    conflict = publish(_edition(office, base.replace('title = "用件"', 'title = "要件"'), base))
    assert isinstance(conflict, Conflict)
    assert conflict.merged().conflicts == 1
    fault = _fault(_edition(office, conflict.merged().text, conflict.theirs))
    assert fault.code is ErrorCode.TEMPLATE_SYNTAX


def test_a_template_that_appeared_or_went_meanwhile_is_a_conflict_too(office: Office) -> None:
    first = _published(_edition(office))
    again = publish(_edition(office))
    assert isinstance(again, Conflict)
    assert (again.base, again.theirs) == ("", first.text)
    (office.share / first.file).unlink()
    gone = publish(_edition(office, first.text, first.text))
    assert isinstance(gone, Conflict)
    assert (gone.base, gone.theirs) == (first.text, "")


def test_a_file_that_windows_saved_with_other_line_breaks_is_the_same_text(office: Office) -> None:
    first = _published(_edition(office))
    (office.share / first.file).write_bytes(b"\xef\xbb\xbf" + first.text.replace("\n", "\r\n").encode())
    assert isinstance(publish(_edition(office, first.text, first.text)), Published)


def test_a_broken_file_of_the_share_can_be_replaced_by_whoever_has_seen_it(office: Office) -> None:
    office.put(f"{OFFICE}/庁内メモ.toml", "壊れた".encode("cp932"))
    conflict = publish(_edition(office))
    assert isinstance(conflict, Conflict)
    mended = _published(_edition(office, MEMO, conflict.theirs))
    assert (office.share / mended.history).read_bytes() == "壊れた".encode("cp932")


def test_a_text_that_is_no_template_is_refused_with_its_line_and_nothing_is_written(office: Office) -> None:
    fault = _fault(_edition(office, MEMO.replace('category = "memo"', 'category = "x"')))
    assert (fault.code, fault.fields["line"]) == (ErrorCode.TEMPLATE_BAD_VALUE, 6)
    assert _names(office.share) == []


def test_one_level_cannot_get_two_templates_of_one_identity(office: Office) -> None:
    _published(_edition(office))
    fault = _fault(_edition(office, MEMO, file="別名.toml"))
    assert fault.code is ErrorCode.TEMPLATE_DUPLICATE_ID
    assert fault.fields["other"] == f"{OFFICE}/庁内メモ.toml"
    assert isinstance(publish(replace(_edition(office), folder="")), Published)


@pytest.mark.parametrize("folder", ["../outside", "/etc", "総務部/../../x", "C:\\windows", "\\\\server\\share"])
def test_a_level_never_leads_out_of_the_share(office: Office, folder: str) -> None:
    found = publish(replace(_edition(office, file="../../evil.toml"), folder=folder))
    assert isinstance(found, Published)
    assert {path.name for path in office.share.parent.iterdir()} == {"share"}
    assert (office.share / found.file).is_file()


def test_names_on_the_share_are_found_whatever_their_case_and_form(office: Office) -> None:
    first = _published(replace(_edition(office, file="Memo.toml"), folder="Buka"))
    second = _published(replace(_edition(office, first.text, first.text, file="memo.TOML"), folder="buka"))
    assert second.file == "Buka/Memo.toml"


def test_a_share_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    fault = _fault(replace(_edition(Office.at(tmp_path)), share=tmp_path / "none"))
    assert fault.code is ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be two people")
def test_who_may_only_read_is_told_so() -> None:
    with open_folder() as folder:
        office = Office.at(folder)
        first = _published(_edition(office))
        with another_person():
            fault = _fault(_edition(office, first.text, first.text))
        assert fault.code is ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE
        with closed(office.share / OFFICE):
            office_only = _fault(replace(_edition(office, MEMO), folder=OFFICE))
        assert office_only.code is ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE
        assert _names(office.share) == [first.file]


def test_a_colleague_who_is_publishing_is_waited_for_and_then_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "WAIT_SECONDS", 0.3)
    folder = office.share / OFFICE
    folder.mkdir(parents=True)
    with lock_file(folder / ".庁内メモ.toml.lock"):
        assert _fault(_edition(office)).code is ErrorCode.TEMPLATE_BEING_PUBLISHED
    assert _published(_edition(office)).version == "1.0"


def test_a_share_without_locks_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_: int) -> bool:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("desktop.core.locks.try_lock", no_locks)
    assert _fault(_edition(office)).code is ErrorCode.TEMPLATE_SHARE_NO_LOCKS
    assert [name for name in _names(office.share) if not name.endswith(".lock")] == []


def test_a_text_saved_with_an_editor_in_the_last_moment_is_not_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _published(_edition(office))
    keep = publishing._Publication._keep

    def save_meanwhile(self: publishing._Publication, *arguments: Any, **more: Any) -> str:  # noqa: ANN401 -- passed on
        (office.share / first.file).write_text("手で直した", "utf-8")
        return keep(self, *arguments, **more)

    monkeypatch.setattr(publishing._Publication, "_keep", save_meanwhile)
    assert _fault(_edition(office, first.text, first.text)).code is ErrorCode.TEMPLATE_BEING_PUBLISHED
    assert (office.share / first.file).read_text("utf-8") == "手で直した"


def test_a_word_file_is_published_with_its_template_under_a_name_of_its_version(office: Office) -> None:
    first = _published(replace(_edition(office), reference=b"PK one"))
    assert heading_of(first.text).reference == "庁内メモ_v1.0.docx"
    second = _published(replace(_edition(office, first.text, first.text), reference=b"PK two"))
    folder = office.share / OFFICE
    assert _names(folder) == sorted(
        ["庁内メモ.toml", "庁内メモ_v1.1.docx", "履歴/庁内メモ_v1.0_20261124.docx", "履歴/庁内メモ_v1.0_20261124.toml"]
    )
    assert (folder / "履歴" / "庁内メモ_v1.0_20261124.docx").read_bytes() == b"PK one"
    third = _published(_edition(office, second.text, second.text))
    assert heading_of(third.text).reference == "庁内メモ_v1.1.docx"
    office.sync()
    reference = office.library().offer("memo").origin.reference
    assert reference is not None
    assert reference.read_bytes() == b"PK two"


def test_a_signed_template_is_used_where_keys_are_asked_for_and_the_old_signature_is_kept(office: Office) -> None:
    key = generate_key()
    strict = office.trusting(key.public)
    first = _published(replace(_edition(office, secret=key.secret), reference=b"PK"))
    strict.sync()
    assert strict.shared() == {"memo": "1.0"}
    second = _published(_edition(office, first.text, first.text, secret=key.secret))
    strict.sync()
    assert (strict.shared(), strict.troubles()) == ({"memo": "1.1"}, {})
    assert f"{second.history}.sig" in _names(office.share)
    _published(_edition(office, second.text, second.text))
    strict.sync()
    assert (strict.shared(), strict.troubles()) == ({"memo": "1.1"}, {second.file: "template_altered"})


def test_a_template_beside_an_old_word_file_is_not_published_over_by_its_author_s_other_file(office: Office) -> None:
    text = with_reference(template(), "共通.docx")
    office.put(f"{OFFICE}/共通.docx", b"PK shared")
    first = _published(_edition(office, text))
    _published(replace(_edition(office, first.text, first.text), reference=b"PK own"))
    assert (office.share / OFFICE / "共通.docx").read_bytes() == b"PK shared"


def test_what_is_far_too_large_to_be_a_template_is_neither_read_nor_replaced(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_MOST_BYTES", 1_000)
    path = office.put(f"{OFFICE}/庁内メモ.toml", b"x" * 1_001)
    assert _fault(_edition(office)).code is ErrorCode.TEMPLATE_UNREADABLE
    assert path.stat().st_size == 1_001


def _until_killed(share: Path, seconds: float) -> Iterator[str]:
    command = [sys.executable, str(PUBLISHER), str(share), "総務課"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        yield from process.stdout


def test_a_publisher_killed_at_any_moment_leaves_a_whole_template(office: Office) -> None:
    chance, present = random.Random(4), ""  # noqa: S311 -- no secret
    for _ in range(12):
        list(_until_killed(office.share, chance.uniform(0.0, 0.15)))
        folder = office.share / "総務課"
        present = (folder / "庁内メモ.toml").read_text("utf-8")
        version = int(parse_template(present, "x").version)
        kept = [parse_template(path.read_text("utf-8"), "x").version for path in (folder / "履歴").glob("庁*.toml")]
        assert {int(one) for one in kept} >= set(range(1, version))
        office.sync()
        assert replace(office, task=replace(office.task, office="総務課")).shared() == {"memo": str(version)}
    found = publish(replace(_edition(office, present, present), folder="総務課"))
    assert isinstance(found, Published)
    assert [name for name in _names(office.share) if ".tmp" in name and "履歴" not in name] == []


def test_of_ten_people_who_publish_at_once_nobody_s_line_is_missing(office: Office) -> None:
    command = [sys.executable, str(PUBLISHER), str(office.share), "総務課", "--lines"]
    people = [subprocess.Popen([*command, f"person{number}"]) for number in range(10)]
    for person in people:
        assert person.wait(120) == 0
    folder = office.share / "総務課"
    present = (folder / "庁内メモ.toml").read_text("utf-8")
    for number in range(10):
        for turn in range(3):
            assert f"# person{number}-{turn}\n" in present
    assert len(list((folder / "履歴").glob("*.toml"))) == 30
    assert list(folder.glob(".*")) == []
