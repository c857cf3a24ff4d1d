"""Whatever lies on the share and whatever becomes of it, every template that worked keeps working."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.templates import sync
from desktop.templates.cache import Index
from desktop.templates.shared import Limits, Listing, SyncCancelled, Watch, leads_away, scan
from desktop.templates.sync import Task, synchronise
from tests.support.people import another_person, open_folder
from tests.support.share import MEMO, OFFICE, Office, template, with_reference

only_root = pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be two people")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def _code(office: Office) -> ErrorCode:
    with pytest.raises(UserFault) as caught:
        office.sync()
    return caught.value.code


# -- which one applies ---------------------------------------------------------------------------------------------


def test_the_nearer_level_overrides_and_says_where_it_comes_from(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.put("総務部/memo.toml", template(version="3.0"))
    office.put("総務部/総務課/memo.toml", template(version="4.0"))
    office.put("福祉部/memo.toml", template(version="9.0"))
    office.sync()
    offer = office.library().offer("memo")
    assert offer.template.version == offer.origin.version == "4.0"
    assert (offer.origin.level, offer.origin.folder, offer.origin.file) == (3, OFFICE, f"{OFFICE}/memo.toml")
    assert [(one.level, one.file, one.version) for one in offer.overridden] == [
        (2, "総務部/memo.toml", "3.0"),
        (1, "memo.toml", "2.0"),
        (0, "", "1.0"),
    ]
    assert 0 <= offer.origin.age(time.time()) < 60


def test_templates_of_the_program_need_no_share(tmp_path: Path) -> None:
    untouched = Office(tmp_path / "none", Task(tmp_path / "none", tmp_path / "cache"))
    assert {one.template.id for one in untouched.library().offered} >= {"memo", "minutes", "notice"}
    assert untouched.library().synced_at == 0
    assert not (tmp_path / "cache").exists()


def test_a_person_who_moves_to_another_office_gets_its_templates_without_the_share(office: Office) -> None:
    office.put("福祉部/memo.toml", template(version="9.0"))
    office.sync()
    shutil.rmtree(office.share)
    assert office.shared() == {}
    moved = replace(office, task=replace(office.task, office="福祉部"))
    assert moved.shared() == {"memo": "9.0"}


def test_the_office_is_found_whatever_the_form_of_its_letters(office: Office) -> None:
    office.put("Buka/がくむ課/memo.toml", template(version="2.0"))
    office.sync()
    written = unicodedata.normalize("NFD", "buka\\がくむ課")
    assert replace(office, task=replace(office.task, office=written)).shared() == {"memo": "2.0"}


# -- what lies there -----------------------------------------------------------------------------------------------


def test_a_broken_file_is_reported_and_its_last_version_stays(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.put("other.toml", template("other"))
    office.sync()
    office.put("memo.toml", template(version="3.0").replace('category = "memo"', 'category = "mmo"'))
    office.put("other.toml", template("other", "1.1"))
    report = office.sync()
    assert office.shared() == {"memo": "2.0", "other": "1.1"}
    trouble = office.library().troubles[0]
    assert (trouble.file, trouble.version_in_use) == ("memo.toml", "2.0")
    assert (trouble.fault.code, trouble.fault.fields["line"]) == (ErrorCode.TEMPLATE_BAD_VALUE, 6)
    assert office.library().offer("memo").origin.fault is not None
    assert report.faulty == 1
    assert office.sync().read == 0
    office.put("memo.toml", template(version="3.1"))
    office.sync()
    assert (office.shared()["memo"], office.troubles()) == ("3.1", {})


def test_a_text_that_is_cut_off_anywhere_never_replaces_a_template(office: Office) -> None:
    office.put("memo.toml", MEMO)
    office.sync()
    # Before the example's table: behind that a shorter text is a whole template.
    end = MEMO.index("[example]")
    for cut in range(10, len(MEMO[:end].rstrip()), 97):
        office.put("memo.toml", MEMO[:cut].encode()[:-1])
        office.sync()
        assert office.shared() == {"memo": "1.0"}, cut
        assert set(office.troubles()) == {"memo.toml"}, cut


def test_a_file_that_changes_while_it_is_read_waits_for_the_next_round(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    path = office.put("memo.toml", template(version="3.0"), old=False)
    pause = time.sleep

    def go_on_writing(seconds: float) -> None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write("# more\n")
        pause(seconds)

    monkeypatch.setattr(time, "sleep", go_on_writing)
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {"memo.toml": "template_changing"})
    monkeypatch.undo()
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "3.0"}, {})


def test_a_writer_who_is_slow_never_shows_half_a_template(office: Office) -> None:
    office.put("memo.toml", template(version="1.0"))
    office.sync()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with (office.share / "memo.toml").open("w", encoding="utf-8") as stream:
                for line in template(version="2.0").splitlines(keepends=True):
                    stream.write(line)
                    stream.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            office.sync()
            copy = office.task.cache.index().entries["memo.toml"].copy
            assert copy is not None
            content = office.task.cache.read(copy.sha256)
            assert content in (template(version="1.0").encode(), template(version="2.0").encode())
    finally:
        stop.set()
        writer.join()


@only_root
def test_a_file_that_another_program_holds_is_reported_and_its_last_version_stays() -> None:
    with open_folder() as folder:
        office = Office.at(folder)
        (folder / "cache").mkdir()
        (folder / "cache").chmod(0o777)
        path = office.put("memo.toml", template(version="2.0"))
        office.put("~$memo.toml", b"\x05Tanaka")
        office.put("~$memo.docx", b"\x05Tanaka")
        with another_person():
            office.sync()
            assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {})
        office.put("memo.toml", template(version="3.0"))
        path.chmod(0)
        with another_person():
            office.sync()
            assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {"memo.toml": "template_unreadable"})
        path.chmod(0o644)
        with another_person():
            office.sync()
            assert (office.shared(), office.troubles()) == ({"memo": "3.0"}, {})


@only_root
def test_read_only_rights_are_enough_and_a_closed_folder_keeps_its_last_copies() -> None:
    with open_folder() as folder:
        office = Office.at(folder)
        (folder / "cache").mkdir()
        (folder / "cache").chmod(0o777)
        office.put("総務部/memo.toml", template(version="2.0"))
        office.put("other.toml", template("other"))
        for path in office.share.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        office.share.chmod(0o555)
        with another_person():
            office.sync()
            assert office.shared() == {"memo": "2.0", "other": "1.0"}
        (office.share / "総務部").chmod(0)
        with another_person():
            office.sync()
            assert office.shared() == {"memo": "2.0", "other": "1.0"}
            assert office.troubles() == {"総務部": "template_unreadable"}


def test_the_same_name_in_both_forms_of_kana_is_one_template(office: Office) -> None:
    nfd = unicodedata.normalize("NFD", "がくじ.toml")
    office.put(nfd, template(version="2.0"))
    office.sync()
    assert office.library().offer("memo").origin.file == "がくじ.toml"
    (office.share / nfd).rename(office.share / "がくじ.toml")
    assert office.sync().removed == 0
    office.put(nfd, template(version="3.0"))
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {"がくじ.toml": "template_duplicate_name"})


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_names_that_differ_in_case_alone_are_two_files_and_one_identity_is_used_once(office: Office) -> None:
    office.put("Memo.toml", template(version="2.0"))
    office.put("memo.toml", template(version="3.0"))
    office.put("MEMO.TOML", template("third"))
    office.sync()
    assert office.shared() == {"memo": "2.0", "third": "1.0"}
    fault = office.library().troubles[0].fault
    assert fault.fields == {"file": "memo.toml", "other": "Memo.toml", "id": "memo"}


def test_a_copy_made_in_the_explorer_does_not_take_the_place_of_the_original(office: Office) -> None:
    office.put("memo - コピー.toml", template(version="9.0"))
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    assert office.shared() == {"memo": "2.0"}
    assert office.troubles() == {"memo - コピー.toml": "template_duplicate_id"}


def test_what_is_no_template_is_passed_over_in_silence(office: Office) -> None:
    for name in (
        "Thumbs.db",
        "desktop.ini",
        "説明.docx",
        "memo.toml.bak",
        ".memo.toml.x.tmp",
        ".memo.toml.lock",
        "a.txt",
    ):
        office.put(name, b"\x00\xff")
    office.put("履歴/memo_v1.0_20261124.toml", template())
    office.put(unicodedata.normalize("NFD", "総務部/履歴/ご.toml"), template())
    office.sync()
    assert (office.shared(), office.troubles()) == ({}, {})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "template_missing_key"),
        (b"\x00" * 5000, "template_syntax"),
        ("日本語".encode("cp932"), "template_unreadable"),
        (b"a = 1\n" * 60_000, "template_unreadable"),
        (b"[" * 5000, "template_syntax"),
    ],
)
def test_a_file_that_only_looks_like_a_template_is_reported(office: Office, content: bytes, code: str) -> None:
    office.put("x.toml", content)
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {"x.toml": code})


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for a right to make links")
def test_a_link_is_never_followed(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "private.toml").write_text(template("private"), "utf-8")
    (office.share / "out").symlink_to(secret)
    (office.share / "round").symlink_to(office.share)
    (office.share / "file.toml").symlink_to(secret / "private.toml")
    os.mkfifo(office.share / "pipe.toml")
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    assert office.shared() == {"memo": "2.0"}
    assert office.troubles() == dict.fromkeys(("out", "round", "file.toml"), "template_link")


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for a right to make links")
def test_a_file_that_turns_into_a_link_after_it_was_listed_is_not_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text(template("private"), "utf-8")
    path = office.put("memo.toml", template(version="2.0"))

    def listed(root: Path, watch: Watch, limits: Limits, office_folder: str) -> Listing:
        found = scan(root, watch, limits, office_folder)
        path.unlink()
        path.symlink_to(outside)
        return found

    monkeypatch.setattr(sync, "scan", listed)
    office.sync()
    assert (office.shared(), office.troubles()) == ({}, {"memo.toml": "template_unreadable"})


@pytest.mark.parametrize(
    ("mode", "tag", "away"),
    [
        (stat.S_IFLNK, 0, True),
        (stat.S_IFDIR, 0xA0000003, True),
        (stat.S_IFREG, 0xA000000C, True),
        (stat.S_IFREG, 0x80000013, False),
        (stat.S_IFDIR, 0x8000000A, False),
        (stat.S_IFDIR, 0, False),
    ],
    ids=["link", "junction", "windows link", "deduplicated", "dfs", "folder"],
)
def test_a_junction_is_a_link_and_what_the_server_deduplicates_is_not(mode: int, tag: int, *, away: bool) -> None:
    assert leads_away(mode, tag) is away


def test_a_second_change_within_the_grain_of_the_clock_is_not_missed(office: Office) -> None:
    path = office.put("memo.toml", template(version="2.0"), old=False)
    office.sync()
    status = path.stat()
    path.write_bytes(template(version="2.1").encode())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    office.sync()
    assert office.shared() == {"memo": "2.1"}


# -- Word files beside templates -----------------------------------------------------------------------------------


def test_the_word_file_beside_a_template_is_copied_with_it(office: Office) -> None:
    office.put("総務部/memo.toml", with_reference(template(version="2.0"), "様式.docx"))
    office.put("総務部/様式.docx", b"PK one")
    office.sync()
    reference = office.library().offer("memo").origin.reference
    assert reference is not None
    assert (reference.name, reference.read_bytes()) == ("様式.docx", b"PK one")
    template_used = office.library().offer("memo").template
    assert template_used.folder is not None
    assert template_used.folder / template_used.layout.reference == reference
    office.put("総務部/様式.docx", b"PK two!")
    office.sync()
    newer = office.library().offer("memo").origin.reference
    assert newer is not None
    assert newer.read_bytes() == b"PK two!"
    assert reference.read_bytes() == b"PK one"


def test_a_template_whose_word_file_is_missing_waits_for_it(office: Office) -> None:
    office.put("memo.toml", template(version="1.5"))
    office.sync()
    office.put("memo.toml", with_reference(template(version="2.0"), "様式.docx"))
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "1.5"}, {"memo.toml": "template_reference_missing"})
    office.put("様式.docx", b"PK")
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {})


def test_a_word_file_that_is_not_the_one_asked_for_is_refused(office: Office) -> None:
    pinned = with_reference(template(version="2.0"), "様式.docx").replace(
        '"様式.docx"', f'"様式.docx"\nreference_sha256 = "{hashlib.sha256(b"PK good").hexdigest()}"'
    )
    office.put("memo.toml", pinned)
    office.put("様式.docx", b"PK good")
    office.sync()
    office.put("様式.docx", b"PK evil")
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {"memo.toml": "template_reference_missing"})
    reference = office.library().offer("memo").origin.reference
    assert reference is not None
    assert reference.read_bytes() == b"PK good"


def test_the_person_who_can_mend_a_broken_file_is_named(office: Office) -> None:
    office.put("a.toml", template("a", author="総務課 田中"))
    office.put("b.toml", template("b", author="福祉課 佐藤").replace('category = "memo"', "category = 1"))
    office.sync()
    office.put("a.toml", "broken =")
    office.sync()
    assert {one.file: one.mender for one in office.library().troubles} == {
        "a.toml": "総務課 田中",
        "b.toml": "福祉課 佐藤",
    }
    assert office.library().offer("a").origin.author == "総務課 田中"


def test_a_word_file_is_looked_for_beside_its_template_only(office: Office) -> None:
    office.put("secret.docx", b"PK")
    for number, name in enumerate(("../secret.docx", "C:secret.docx", "\\\\server\\share\\x.docx", "/etc/passwd.docx")):
        text = with_reference(template(f"bad{number}"), name.replace("\\", "\\\\"))
        office.put(f"総務部/bad{number}.toml", text)
    office.sync()
    assert office.shared() == {}
    assert len(office.troubles()) == 4


# -- limits --------------------------------------------------------------------------------------------------------


def test_the_own_office_comes_first_where_a_share_is_too_large(office: Office) -> None:
    for number in range(30):
        office.put(f"あ{number}/t.toml", template(f"t{number}"))
    office.put(f"{OFFICE}/memo.toml", template(version="2.0"))
    limited = replace(office, task=replace(office.task, limits=Limits(files=45)))
    limited.sync()
    assert limited.shared() == {"memo": "2.0"}
    assert "template_share_limit" in limited.troubles().values()


@pytest.mark.parametrize(
    "limits", [Limits(files=3), Limits(folders=1), Limits(bytes=1), Limits(seconds=0), Limits(depth=0)]
)
def test_what_a_limit_leaves_out_is_reported_and_never_taken_for_removed(office: Office, limits: Limits) -> None:
    for name in ("a", "b", "c", "d/d", "e/e"):
        office.put(f"{name}.toml", template(name[0]))
    replace(office, task=replace(office.task, office="d")).sync()
    everything = replace(office, task=replace(office.task, limits=limits, office="d"))
    for name in ("a", "b", "c", "d/d", "e/e"):
        office.put(f"{name}.toml", template(name[0], "2.0"))
    report = everything.sync()
    assert report.removed == 0
    assert everything.shared().keys() == {"a", "b", "c", "d"}
    assert "template_share_limit" in everything.troubles().values()


def test_a_path_of_more_than_260_characters_is_reached(office: Office) -> None:
    deep = "/".join(["長い名前の課のフォルダー" * 3] * 7)
    office.put(f"{deep}/memo.toml", template(version="2.0"))
    assert len(str(office.share / deep)) > 260
    replace(office, task=replace(office.task, office=deep)).sync()
    assert replace(office, task=replace(office.task, office=deep)).shared() == {"memo": "2.0"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_a_name_that_is_no_text_harms_nothing(office: Office) -> None:
    (office.share / os.fsdecode(b"\xff\xe0.toml")).write_text(template(version="2.0"), "utf-8")
    (office.share / os.fsdecode(b"\xff")).mkdir()
    for _ in range(2):
        office.sync()
        assert office.shared() == {"memo": "2.0"}


def test_a_thousand_templates_are_copied_once_and_then_only_looked_at(office: Office) -> None:
    for number in range(1000):
        office.put(f"部{number % 20}/t{number}.toml", template(f"t{number}"))
    first, second = office.sync(), office.sync()
    began = time.perf_counter()
    one = replace(office, task=replace(office.task, office="部7"))
    assert len(one.shared()) == 50
    resolved = time.perf_counter() - began
    print(f"\n1000 templates: {first.seconds:.2f} s, again {second.seconds:.2f} s, resolved in {resolved:.2f} s")
    assert (first.read, second.read, second.unchanged) == (1000, 0, 1000)
    assert second.seconds < first.seconds


# -- a share that goes away ----------------------------------------------------------------------------------------


def test_without_the_share_the_last_copies_serve_and_grow_older(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    before = office.library().offer("memo").origin.seen_at
    office.share.rename(office.share.with_name("elsewhere"))
    assert _code(office) is ErrorCode.TEMPLATE_SHARE_UNREACHABLE
    origin = office.library().offer("memo").origin
    assert (origin.version, origin.seen_at) == ("2.0", before)
    assert origin.age(before + 7200) == 7200


def test_an_empty_mount_point_is_not_taken_for_an_empty_library(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    (office.share / "memo.toml").unlink()
    assert _code(office) is ErrorCode.TEMPLATE_SHARE_EMPTY
    assert office.shared() == {"memo": "2.0"}
    office.put("README.txt", b"nothing here any more")
    assert office.sync().removed == 1
    assert office.shared() == {}


@pytest.mark.parametrize("step", range(12))
def test_a_share_that_vanishes_at_any_step_takes_nothing_with_it(office: Office, step: int) -> None:
    for number in range(5):
        office.put(f"総務部/t{number}.toml", template(f"t{number}"))
    office.sync()
    for number in range(5):
        office.put(f"総務部/t{number}.toml", template(f"t{number}", "2.0"))
    steps: Iterator[int] = iter(range(100))

    def vanish(_: str) -> None:
        if next(steps) == step:
            office.share.rename(office.share.with_name("gone"))

    with suppress(UserFault):
        synchronise(office.task, beat=vanish)
    assert set(office.shared()) == {f"t{number}" for number in range(5)}
    if office.share.with_name("gone").exists():
        office.share.with_name("gone").rename(office.share)
    office.sync()
    assert office.shared() == {f"t{number}": "2.0" for number in range(5)}
    assert office.troubles() == {}


def test_a_pass_that_is_stopped_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "CHECKPOINT_SECONDS", 0.0)
    for number in range(40):
        office.put(f"t{number:02}.toml", template(f"t{number}"))
    seen: list[str] = []
    with pytest.raises(SyncCancelled):
        synchronise(office.task, lambda: len(seen) > 25, seen.append)
    assert office.shared() == {}
    report = office.sync()
    assert (report.read + report.unchanged, len(office.shared())) == (40, 40)
    assert report.unchanged > 20


# -- the cache -----------------------------------------------------------------------------------------------------


def test_a_damaged_copy_is_noticed_and_copied_again(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    copy = office.task.cache.index().entries["memo.toml"].copy
    assert copy is not None
    office.task.cache.path(copy.sha256).write_bytes(template(version="6.6").encode())
    assert (office.shared(), office.troubles()) == ({}, {"memo.toml": "template_copy_lost"})
    office.sync()
    assert (office.shared(), office.troubles()) == ({"memo": "2.0"}, {})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 99}', b'{"format":1,"entries":{"a":{}}}', b"\xff" * 99]
)
def test_a_damaged_index_is_made_again(office: Office, content: bytes) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    (office.task.cache.folder / "index.json").write_bytes(content)
    assert office.task.cache.index() == Index()
    office.sync()
    assert office.shared() == {"memo": "2.0"}


def test_a_second_program_does_not_copy_beside_the_first(office: Office) -> None:
    with office.task.cache.updating():
        assert _code(office) is ErrorCode.TEMPLATE_SYNC_BUSY
    office.sync()


def test_a_cache_that_cannot_be_written_is_named(office: Office) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.task.cache_folder.write_bytes(b"a file in its place")
    assert _code(office) is ErrorCode.OUTPUT_NOT_WRITABLE


def test_a_full_disk_leaves_the_list_in_force(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.put("memo.toml", template(version="2.0"))
    office.sync()
    office.put("memo.toml", template(version="3.0"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert _code(office) is ErrorCode.OUTPUT_NOT_WRITABLE
    monkeypatch.undo()
    assert office.shared() == {"memo": "2.0"}


def test_contents_that_nobody_needs_are_removed_after_a_long_time_only(office: Office) -> None:
    for version in ("2.0", "3.0"):
        office.put("memo.toml", template(version=version))
        office.sync()
    cache = office.task.cache
    assert len(list(cache.folder.glob("objects/??/*"))) == 2
    cache.sweep(time.time() + 80 * 86_400)
    assert len(list(cache.folder.glob("objects/??/*"))) == 2
    cache.sweep(time.time() + 100 * 86_400)
    assert len(list(cache.folder.glob("objects/??/*"))) == 1
    assert office.shared() == {"memo": "3.0"}


def test_a_file_changed_without_a_new_time_is_read_again_after_a_day(office: Office) -> None:
    path = office.put("memo.toml", template(version="2.0"))
    office.sync()
    status = path.stat()
    path.write_bytes(template(version="2.1").encode())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert office.sync().read == 0
    synchronise(office.task, clock=lambda: time.time() + 90_000)
    assert office.shared() == {"memo": "2.1"}
