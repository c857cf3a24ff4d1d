"""A model in parts is added from any media, verified part by part, resumed, and never trusted unseen."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.adding import add_model
from desktop.engine.catalog import Catalog, CatalogEntry
from desktop.engine.intake import AddCancelled, Added, Shelf, adding_lock
from desktop.engine.joining import pending_models
from desktop.engine.model_hash import model_sha256
from desktop.engine.packing import pack_model
from tests.support.models import gguf, sha256

PART = 5000


class Pack:
    """A model cut into four parts on a medium, and the shelf it goes to."""

    def __init__(self, folder: Path) -> None:
        """Lay everything out below `folder`."""
        self.content = gguf()
        source = folder / "source" / "庁内モデル.gguf"
        source.parent.mkdir()
        source.write_bytes(self.content)
        self.medium = folder / "usb"
        packed = pack_model(source, self.medium, part_bytes=PART, catalog=Catalog())
        self.path, self.manifest = packed.path, packed.manifest
        self.shelf = Shelf(folder / "models")
        self.folder = folder

    def part(self, number: int) -> Path:
        return self.medium / self.manifest.parts[number - 1].name

    def add(self, source: Path | None = None, **options: Any) -> Added:  # noqa: ANN401 -- passed on as they are
        return add_model(source or self.path, self.shelf, **{"catalog": Catalog(), **options})

    def refused(self, code: ErrorCode, source: Path | None = None, **options: Any) -> UserFault:  # noqa: ANN401 -- passed on
        with pytest.raises(UserFault) as caught:
            self.add(source, **options)
        assert caught.value.code is code
        assert not list(self.shelf.into.glob("*.gguf"))
        assert not list(self.shelf.into.glob("*.lock"))
        return caught.value

    def kept(self) -> int:
        """Return the bytes that an earlier call left for the next."""
        return sum(pending.size for pending in pending_models(self.shelf))

    def other_medium(self, *numbers: int) -> Path:
        """Move parts to a medium of their own."""
        medium = self.folder / f"disc {numbers}"
        medium.mkdir()
        for number in numbers:
            shutil.move(self.part(number), medium)
        return medium


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def complete(pack: Pack, added: Added) -> None:
    """Check that the model is there, whole, with its hash remembered, and nothing else."""
    assert added.copied
    assert added.model.path == pack.shelf.into / pack.manifest.file
    assert added.model.path.read_bytes() == pack.content
    assert added.model.sha256 == pack.manifest.sha256 == model_sha256(added.model.path)
    assert {path.name for path in pack.shelf.into.iterdir()} == {
        pack.manifest.file,
        f"{pack.manifest.file}.sha256.json",
    }


@pytest.mark.parametrize("by_folder", [False, True])
def test_a_model_in_parts_is_put_together(pack: Pack, by_folder: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    seen: list[tuple[int, int]] = []
    source = pack.medium if by_folder else pack.path
    complete(pack, pack.add(source, progress=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (len(pack.content), len(pack.content))


def test_only_the_models_own_size_is_needed_on_the_disk(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 0
    write = io.BufferedRandom.write

    class Counting(io.BufferedRandom):
        def write(self, data: Any, /) -> int:  # noqa: ANN401 -- the base's type is not public
            nonlocal most
            done = write(self, data)
            self.flush()
            most = max(most, sum(path.stat().st_size for path in pack.shelf.into.glob("*.partial")))
            return done

    def opened(descriptor: int, _mode: str) -> BinaryIO:
        return Counting(io.FileIO(descriptor, "r+"))

    monkeypatch.setattr(os, "fdopen", opened)
    pack.add()
    assert most == len(pack.content)


def test_a_missing_part_is_named_and_the_next_call_goes_on_from_there(pack: Pack) -> None:
    disc = pack.other_medium(3)
    fault = pack.refused(ErrorCode.MODEL_PART_MISSING)
    assert fault.fields == {"part": pack.manifest.parts[2].name, "number": 3, "total": 4}
    assert pack.kept() == 2 * PART
    # What is kept is not read from the medium again.
    pack.part(1).unlink()
    pack.part(2).unlink()
    complete(pack, pack.add(also=[disc]))


def test_the_next_medium_may_hold_parts_only(pack: Pack) -> None:
    disc = pack.other_medium(2, 3, 4)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    complete(pack, pack.add(disc))


def test_the_same_command_goes_on_when_the_medium_in_the_drive_was_changed(pack: Pack) -> None:
    disc = pack.other_medium(3, 4)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    shutil.rmtree(pack.medium)
    disc.rename(pack.medium)
    assert not pack.path.exists()
    complete(pack, pack.add())


def test_a_damaged_part_is_named_and_only_it_has_to_be_copied_again(pack: Pack) -> None:
    good = pack.part(3).read_bytes()
    pack.part(3).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    fault = pack.refused(ErrorCode.MODEL_PART_DAMAGED)
    assert fault.fields["part"] == pack.manifest.parts[2].name
    assert "SHA-256" in str(fault.fields["reason"])
    assert pack.kept() == 2 * PART
    pack.part(3).write_bytes(good)
    complete(pack, pack.add())


@pytest.mark.parametrize("change", [-1, 1])
def test_a_part_of_another_size_is_refused_before_it_is_read(pack: Pack, change: int) -> None:
    content = pack.part(2).read_bytes()
    pack.part(2).write_bytes(content[:change] if change < 0 else content + b"x")
    assert str(PART + change).replace("499", "4,99").replace("500", "5,00") in str(
        pack.refused(ErrorCode.MODEL_PART_DAMAGED).fields["reason"]
    )
    assert pack.kept() == PART


def test_a_good_copy_of_a_damaged_part_in_another_folder_is_used(pack: Pack) -> None:
    disc = pack.folder / "copy"
    disc.mkdir()
    shutil.copy(pack.part(1), disc)
    pack.part(1).write_bytes(bytes(PART))
    complete(pack, pack.add(also=[disc]))


def test_a_scratched_medium_is_told_as_a_damaged_part(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Path.open

    class Scratched(io.BytesIO):
        def fileno(self) -> int:
            return os.open(pack.part(2), os.O_RDONLY)

        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(
        Path, "open", lambda path, *mode, **more: Scratched() if path == pack.part(2) else opening(path, *mode, **more)
    )
    fault = pack.refused(ErrorCode.MODEL_PART_DAMAGED)
    assert os.strerror(errno.EIO) in str(fault.fields["reason"])
    assert pack.kept() == PART


def test_a_part_that_the_person_may_not_read_is_told(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    opening: Any = Path.open

    def closed(path: Path, *mode: str, **more: str) -> object:
        if path == pack.part(2):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opening(path, *mode, **more)

    monkeypatch.setattr(Path, "open", closed)
    assert os.strerror(errno.EACCES) in str(pack.refused(ErrorCode.MODEL_PART_DAMAGED).fields["reason"])


@pytest.mark.parametrize("damage", ["first part", "second part", "cut", "garbage after", "emptied"])
def test_what_an_earlier_call_left_is_hashed_again_before_it_counts(pack: Pack, damage: str) -> None:
    disc = pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    (pending,) = pending_models(pack.shelf)
    kept = bytearray(pending.partial.read_bytes())
    if damage == "first part":
        kept[7] ^= 1
    elif damage == "second part":
        kept[-1] ^= 1
    others = {"cut": bytes(kept[:-100]), "garbage after": bytes(kept) + b"x" * 9000, "emptied": b""}
    pending.partial.write_bytes(others.get(damage, bytes(kept)))
    complete(pack, pack.add(also=[disc]))


@pytest.mark.parametrize("state", [None, b"{broken", b"\0" * 100])
def test_a_damaged_note_of_what_was_begun_harms_nothing(pack: Pack, state: bytes | None) -> None:
    disc = pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    (note,) = pack.shelf.into.glob("*.manifest")
    if state is None:
        note.unlink()
    else:
        note.write_bytes(state)
    assert pending_models(pack.shelf) == []
    complete(pack, pack.add(also=[disc]))


def test_stopping_keeps_the_verified_parts_for_the_next_call(pack: Pack) -> None:
    done = 0

    def progress(so_far: int, _total: int) -> None:
        nonlocal done
        done = so_far

    with pytest.raises(AddCancelled):
        pack.add(progress=progress, cancelled=lambda: done >= 2 * PART)
    assert pack.kept() == 2 * PART
    pack.part(1).unlink()
    complete(pack, pack.add())


def test_stopping_at_once_leaves_nothing(pack: Pack) -> None:
    with pytest.raises(AddCancelled):
        pack.add(cancelled=lambda: True)
    assert not list(pack.shelf.into.iterdir())


def rewritten(pack: Pack, **change: object) -> Path:
    """Change the manifest and return its path."""
    pack.path.write_text(json.dumps({**json.loads(pack.path.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    return pack.path


def test_a_whole_that_is_not_what_the_manifest_says_is_refused_and_not_kept(pack: Pack) -> None:
    rewritten(pack, sha256="1" * 64)
    fault = pack.refused(ErrorCode.MODEL_HASH_MISMATCH)
    assert fault.fields["found"] == sha256(pack.content)
    assert not list(pack.shelf.into.iterdir())


@pytest.mark.parametrize(
    ("content", "code"), [(b"no model" * 1000, ErrorCode.MODEL_NOT_GGUF), (gguf()[:-1], ErrorCode.MODEL_TRUNCATED)]
)
def test_parts_that_add_up_to_no_model_are_refused_under_the_models_name(
    pack: Pack, content: bytes, code: ErrorCode
) -> None:
    part = {"name": pack.part(1).name, "bytes": len(content), "sha256": sha256(content)}
    rewritten(pack, bytes=len(content), sha256=sha256(content), parts=[part])
    pack.part(1).write_bytes(content)
    assert pack.refused(code).fields["name"] == pack.manifest.file
    assert not list(pack.shelf.into.iterdir())


def test_a_manifest_that_leads_out_of_its_folder_reads_nothing(pack: Pack) -> None:
    secret = pack.folder / "secret"
    secret.write_bytes(b"x" * 10)
    part = {"name": "../secret", "bytes": 10, "sha256": sha256(b"x" * 10)}
    rewritten(pack, bytes=10, parts=[part])
    pack.refused(ErrorCode.MODEL_MANIFEST_BAD)
    assert not pack.shelf.into.exists()


def test_a_known_or_stated_hash_is_held_against_the_manifest_before_anything_is_copied(pack: Pack) -> None:
    known = Catalog((CatalogEntry("good", "Good", pack.manifest.file, "MIT", sha256="1" * 64),))
    pack.refused(ErrorCode.MODEL_HASH_MISMATCH, catalog=known)
    pack.refused(ErrorCode.MODEL_HASH_MISMATCH, expected_sha256="0" * 64)
    assert not pack.shelf.into.exists()
    complete(pack, pack.add(expected_sha256=pack.manifest.sha256.upper()))


def test_a_known_model_in_parts_gets_its_name_from_its_contents(pack: Pack) -> None:
    known = Catalog((CatalogEntry("good", "Good", "good.gguf", "MIT", sha256=pack.manifest.sha256),))
    added = pack.add(catalog=known).model
    assert (added.name, added.path.name) == ("good", "good.gguf")


def test_a_disk_without_room_counts_what_is_kept(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(pack.content)
    disc = pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(size, 1, size - 2 * PART - 1))
    fault = pack.refused(ErrorCode.MODEL_NO_SPACE, also=[disc])
    assert fault.fields == {"needed": size - 2 * PART, "free": size - 2 * PART - 1}
    assert pack.kept() == 2 * PART
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(size, 1, size - 2 * PART))
    complete(pack, pack.add(also=[disc]))


def test_a_disk_that_fills_up_meanwhile_is_told_as_no_room(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    pack.refused(ErrorCode.MODEL_NO_SPACE)
    monkeypatch.undo()
    complete(pack, pack.add())


def test_a_folder_that_cannot_be_written_to_is_named(pack: Pack) -> None:
    pack.shelf.into.write_text("x")
    with pytest.raises(UserFault) as caught:
        pack.add()
    assert caught.value.code is ErrorCode.MODEL_FOLDER_NOT_WRITABLE


def test_a_folder_says_what_it_lacks_or_has_too_much_of(pack: Pack) -> None:
    empty = pack.folder / "empty"
    empty.mkdir()
    assert pack.refused(ErrorCode.MODEL_NOT_IN_FOLDER, empty).fields["path"] == str(empty)
    shutil.copy(pack.path, pack.medium / "もう一つ.gguf.manifest.json")
    assert pack.path.name in str(pack.refused(ErrorCode.MODEL_SEVERAL, pack.medium).fields["names"])
    models = pack.folder / "many"
    models.mkdir()
    for number in range(9):
        (models / f"{number}.gguf").write_bytes(pack.content)
    assert str(pack.refused(ErrorCode.MODEL_SEVERAL, models).fields["names"]).endswith("4.gguf, …")


def test_a_folder_with_one_model_file_adds_it(pack: Pack) -> None:
    complete(pack, pack.add(pack.folder / "source"))


def test_a_folder_that_cannot_be_looked_into_is_told(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_path: Path) -> object:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(UserFault) as caught:
        pack.add(pack.medium)
    assert caught.value.code is ErrorCode.SOURCE_NOT_READABLE


def test_a_manifest_that_is_nowhere_is_missed_not_guessed(pack: Pack) -> None:
    pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    pack.refused(ErrorCode.MODEL_MISSING, pack.medium / "other.gguf.manifest.json")


def test_while_one_adds_a_model_another_is_told_to_wait(pack: Pack) -> None:
    pack.shelf.into.mkdir()
    with adding_lock(pack.shelf, pack.manifest.file), pytest.raises(UserFault) as caught:
        pack.add()
    assert caught.value.code is ErrorCode.MODEL_BEING_ADDED
    complete(pack, pack.add())


def test_two_packs_with_other_part_sizes_go_on_from_each_other(pack: Pack) -> None:
    pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    packed = pack_model(
        pack.folder / "source" / pack.manifest.file, pack.folder / "second", part_bytes=2500, catalog=Catalog()
    )
    (packed.path.parent / packed.manifest.parts[0].name).unlink()
    complete(pack, pack.add(packed.path))


def test_a_link_laid_in_the_way_is_not_written_through(pack: Pack) -> None:
    pack.other_medium(3)
    pack.refused(ErrorCode.MODEL_PART_MISSING)
    (pending,) = pending_models(pack.shelf)
    victim = pack.folder / "victim"
    victim.write_bytes(b"precious")
    for name in (pending.partial, pending.partial.with_suffix(".manifest")):
        name.unlink()
        name.symlink_to(victim)
    with pytest.raises(UserFault):
        pack.add()
    assert victim.read_bytes() == b"precious"
