"""Two people of one terminal share one copy of a model, and neither can break the other's adding."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core import locks
from desktop.core.errors import ErrorCode, UserFault
from desktop.engine import intake
from desktop.engine.adding import add_model
from desktop.engine.catalog import Catalog, installed_models
from desktop.engine.intake import Shelf
from desktop.engine.joining import pending_models
from desktop.engine.model_hash import model_sha256
from desktop.engine.packing import pack_model
from desktop.session.model_shelf import shelf_of
from desktop.settings.folders import Folders
from tests.support.models import gguf, sha256
from tests.support.people import another_person, closed, open_folder

as_two_people = pytest.mark.skipif(os.getuid() != 0, reason="only root can be two people")


class Terminal:
    """A terminal with a shared folder, a medium with a model, and people with homes of their own."""

    def __init__(self, folder: Path) -> None:
        """Lay everything out below `folder`."""
        self.folder = folder
        self.shared = folder / "ProgramData" / "fumizukue" / "models"
        self.file = folder / "model.gguf"
        self.file.write_bytes(gguf())

    def person(self, name: str) -> Folders:
        home = str(self.folder / name)
        return Folders.discover({"FUMIZUKUE_HOME": home, "FUMIZUKUE_SHARED_MODELS": str(self.shared)})

    def open_to_all(self) -> None:
        """Let everyone write to the shared folder, and nobody remove what is another's."""
        self.shared.mkdir(parents=True)
        self.shared.chmod(0o1777)

    def copies(self) -> list[Path]:
        return [path for path in self.folder.rglob("*.gguf") if path != self.file]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with open_folder() as folder:
        yield Terminal(folder)


def test_a_model_goes_to_the_shared_folder_when_asked_or_when_that_is_there_and_open(terminal: Terminal) -> None:
    folders = terminal.person("a")
    assert shelf_of(folders).into == folders.own_models
    assert shelf_of(folders, shared=True).into == terminal.shared
    terminal.shared.mkdir(parents=True)
    assert shelf_of(folders).into == terminal.shared
    assert list(terminal.shared.iterdir()) == []
    with closed(terminal.shared):
        assert shelf_of(folders).into == folders.own_models


def test_a_terminal_without_a_shared_folder_keeps_models_with_the_person(tmp_path: Path) -> None:
    own = tmp_path / "data" / "models"
    folders = Folders(tmp_path / "data", tmp_path, tmp_path, tmp_path, (own,))
    assert shelf_of(folders, shared=True).into == own


def test_the_second_person_finds_the_first_ones_model_and_only_verifies_it(terminal: Terminal) -> None:
    mask = os.umask(0o077)
    try:
        first = add_model(terminal.file, shelf_of(terminal.person("a"), shared=True), catalog=Catalog())
    finally:
        os.umask(mask)
    assert first.copied
    other = terminal.person("b")
    with closed(terminal.shared):
        second = add_model(terminal.file, shelf_of(other), catalog=Catalog())
        assert installed_models(other.models, Catalog())[0].path == first.model.path
        assert first.model.path.read_bytes() == terminal.file.read_bytes()
    assert not second.copied
    assert second.model.path == first.model.path
    assert terminal.copies() == [first.model.path]


def test_who_may_only_read_the_shared_folder_can_still_have_the_model_there_verified(terminal: Terminal) -> None:
    packed = pack_model(terminal.file, terminal.folder / "usb", part_bytes=5000, catalog=Catalog())
    add_model(packed.path, shelf_of(terminal.person("a"), shared=True), catalog=Catalog())
    other = shelf_of(terminal.person("b"), shared=True)
    with closed(terminal.shared):
        for source in (terminal.file, packed.path):
            assert not add_model(source, other, catalog=Catalog()).copied
    terminal.file.write_bytes(gguf(name="Other model"))
    with closed(terminal.shared), pytest.raises(UserFault) as caught:
        add_model(terminal.file, other, catalog=Catalog())
    assert caught.value.code is ErrorCode.MODEL_FOLDER_NOT_WRITABLE
    assert caught.value.fields["reason"] == os.strerror(errno.EACCES)


def test_ones_own_copy_does_not_keep_a_model_from_being_shared(terminal: Terminal) -> None:
    folders = terminal.person("a")
    add_model(terminal.file, shelf_of(folders), catalog=Catalog())
    added = add_model(terminal.file, shelf_of(folders, shared=True), catalog=Catalog())
    assert added.copied
    assert added.model.path.parent == terminal.shared


def test_another_model_of_the_same_name_and_size_is_not_taken_for_it(terminal: Terminal) -> None:
    folders = terminal.person("a")
    add_model(terminal.file, shelf_of(folders), catalog=Catalog())
    content = gguf(name="Tset")
    terminal.file.write_bytes(content)
    added = add_model(terminal.file, shelf_of(folders), catalog=Catalog())
    assert added.copied
    assert added.model.sha256 == sha256(content) == sha256(added.model.path.read_bytes())


def test_a_person_without_the_right_to_write_there_does_not_hash_at_every_start(terminal: Terminal) -> None:
    terminal.shared.mkdir(parents=True)
    model = terminal.shared / "model.gguf"
    model.write_bytes(gguf())
    model.chmod(0o644)
    hashes = terminal.person("b").model_hashes
    stamp = model.stat().st_mtime_ns
    with closed(terminal.shared):
        first = model_sha256(model, hashes)
    assert first == sha256(gguf())
    assert list(terminal.shared.iterdir()) == [model]
    # Only whoever hashes again can notice this change.
    model.write_bytes(gguf(name="Tset"))
    os.utime(model, ns=(stamp, stamp))
    with closed(terminal.shared):
        assert model_sha256(model, hashes) == first
    os.utime(model, ns=(stamp + 1, stamp + 1))
    with closed(terminal.shared):
        assert model_sha256(model, hashes) == sha256(gguf(name="Tset"))


def test_a_hash_that_can_be_kept_nowhere_is_still_found(terminal: Terminal) -> None:
    terminal.shared.mkdir(parents=True)
    model = terminal.shared / "model.gguf"
    model.write_bytes(gguf())
    with closed(terminal.shared):
        assert model_sha256(model, terminal.file / "no folder") == sha256(gguf())


@as_two_people
def test_what_one_person_left_half_done_does_not_stop_another(terminal: Terminal) -> None:
    terminal.open_to_all()
    packed = pack_model(terminal.file, terminal.folder / "usb", part_bytes=5000, catalog=Catalog())
    first, second = (shelf_of(terminal.person(name)) for name in ("a", "b"))
    assert first.into == second.into == terminal.shared
    last = packed.path.parent / packed.manifest.parts[-1].name
    away = last.rename(terminal.folder / last.name)
    with pytest.raises(UserFault):
        add_model(packed.path, first, catalog=Catalog())
    (left,) = pending_models(first)
    away.rename(last)
    with another_person():
        assert pending_models(second) == []
        assert add_model(packed.path, second, catalog=Catalog()).copied
    assert left.partial.exists()
    assert not add_model(packed.path, first, catalog=Catalog()).copied
    assert pending_models(first) == []
    assert terminal.copies() == [terminal.shared / "model.gguf"]


@as_two_people
def test_a_lock_that_another_person_left_can_still_be_taken_and_is_held_against_them(terminal: Terminal) -> None:
    terminal.open_to_all()
    shelf = shelf_of(terminal.person("a"))
    with intake.adding_lock(shelf, "model.gguf"):
        (lock,) = terminal.shared.glob("*.lock")
        with another_person(), pytest.raises(UserFault) as caught:
            add_model(terminal.file, shelf, catalog=Catalog())
        assert caught.value.code is ErrorCode.MODEL_BEING_ADDED
        content = lock.read_bytes()
    lock.write_bytes(content)
    with another_person():
        assert add_model(terminal.file, shelf, catalog=Catalog()).copied


def test_two_programs_adding_one_model_at_once_leave_one_whole_copy(terminal: Terminal) -> None:
    terminal.file.write_bytes(gguf(weights=5_000_000))
    command = [sys.executable, "-m", "desktop.cli", "models", "add", "--shared", str(terminal.file)]
    running = []
    for name in "abc":
        env = {
            **os.environ,
            "FUMIZUKUE_HOME": str(terminal.folder / name),
            "FUMIZUKUE_SHARED_MODELS": str(terminal.shared),
        }
        running.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
    assert {code for _, code in ends} <= {0, 3}, ends
    assert 0 in {code for _, code in ends}
    assert all("追加しているところ" in said for said, code in ends if code)
    assert terminal.copies() == [terminal.shared / "model.gguf"]
    assert terminal.copies()[0].read_bytes() == terminal.file.read_bytes()
    assert not list(terminal.shared.glob(".*"))


def test_a_share_without_locks_is_used_without_them(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_descriptor: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(locks, "_lock", none)
    assert add_model(terminal.file, shelf_of(terminal.person("a"), shared=True), catalog=Catalog()).copied


@pytest.mark.parametrize("same", [True, False])
def test_a_model_that_runs_and_cannot_be_replaced_will_do_if_it_is_the_same(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    same: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    shelf = Shelf(terminal.shared)
    replace = Path.replace

    def held(path: Path, target: Path) -> Path:
        if target.suffix != ".gguf":
            return replace(path, target)
        # As Windows answers when another person put it there meanwhile and runs it.
        target.write_bytes(gguf() if same else gguf(name="Tset"))
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "replace", held)
    if same:
        assert add_model(terminal.file, shelf, catalog=Catalog()).model.sha256 == sha256(gguf())
    else:
        with pytest.raises(UserFault) as caught:
            add_model(terminal.file, shelf, catalog=Catalog())
        assert caught.value.code is ErrorCode.MODEL_FOLDER_NOT_WRITABLE
    assert not list(terminal.shared.glob(".adding-*"))
