"""A model is cut into parts that another terminal can check; what would mislead it is refused, and no part stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.adding import add_model
from desktop.engine.catalog import Catalog, CatalogEntry
from desktop.engine.intake import AddCancelled, Shelf
from desktop.engine.manifest import MAX_MODEL_BYTES, MAX_PARTS, is_portable_name, read_manifest
from desktop.engine.model_hash import sha256_of
from desktop.engine.packing import pack_model
from tests.support.models import gguf, sha256


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "庁内モデル.gguf"
    path.write_bytes(gguf())
    return path


def refused(
    file: Path, out: Path, code: ErrorCode, *, part_bytes: int = 5000, catalog: Catalog | None = None
) -> UserFault:
    """Pack a model that has to be refused; no part may be left behind."""
    before = set(out.iterdir()) if out.is_dir() else set()
    with pytest.raises(UserFault) as caught:
        pack_model(file, out, part_bytes=part_bytes, catalog=catalog or Catalog())
    assert caught.value.code is code
    assert (set(out.iterdir()) if out.is_dir() else set()) == before
    return caught.value


def test_the_parts_add_up_to_the_model_and_the_manifest_says_so(tmp_path: Path, model: Path) -> None:
    seen: list[tuple[int, int]] = []
    packed = pack_model(
        model,
        tmp_path / "usb",
        part_bytes=5000,
        progress=lambda done, total: seen.append((done, total)),
        catalog=Catalog(),
    )
    content = model.read_bytes()
    manifest = read_manifest(packed.path)
    assert manifest == packed.manifest
    assert (manifest.file, manifest.bytes, manifest.sha256) == (model.name, len(content), sha256(content))
    pieces = [(packed.path.parent / part.name).read_bytes() for part in manifest.parts]
    assert b"".join(pieces) == content
    assert [(len(piece), sha256(piece)) for piece in pieces] == [(part.bytes, part.sha256) for part in manifest.parts]
    assert [part.name for part in manifest.parts][:2] == [f"{model.name}.part001", f"{model.name}.part002"]
    assert seen[-1] == (len(content), len(content))
    assert len(list(packed.path.parent.iterdir())) == len(pieces) + 1


def test_a_model_that_fits_is_one_part_and_a_known_one_keeps_its_name(tmp_path: Path, model: Path) -> None:
    known = CatalogEntry("good", "Good", model.name, "MIT", sha256=sha256(model.read_bytes()))
    manifest = pack_model(model, tmp_path / "usb", catalog=Catalog((known,))).manifest
    assert len(manifest.parts) == 1
    assert manifest.name == "good"


def test_a_file_that_is_no_model_or_is_cut_short_is_not_packed(tmp_path: Path, model: Path) -> None:
    (tmp_path / "x.gguf").write_bytes("議事録".encode() * 100)
    refused(tmp_path / "x.gguf", tmp_path / "usb", ErrorCode.MODEL_NOT_GGUF)
    refused(tmp_path / "ない.gguf", tmp_path / "usb", ErrorCode.MODEL_MISSING)
    model.write_bytes(model.read_bytes()[:-1])
    refused(model, tmp_path / "usb", ErrorCode.MODEL_TRUNCATED)


def test_a_damaged_copy_of_a_known_model_is_not_passed_on(tmp_path: Path, model: Path) -> None:
    known = Catalog((CatalogEntry("good", "Good", model.name, "MIT", sha256="1" * 64),))
    fault = refused(model, tmp_path / "usb", ErrorCode.MODEL_HASH_MISMATCH, catalog=known)
    assert fault.fields["found"] == sha256(model.read_bytes())


def test_an_earlier_pack_and_a_file_with_a_parts_name_are_not_replaced(tmp_path: Path, model: Path) -> None:
    out = tmp_path / "usb"
    packed = pack_model(model, out, part_bytes=5000, catalog=Catalog())
    before = {path: path.read_bytes() for path in out.iterdir()}
    fault = refused(model, out, ErrorCode.MODEL_PACK_EXISTS)
    assert fault.fields["path"] == str(packed.path)
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    packed.path.unlink()
    assert refused(model, out, ErrorCode.MODEL_PACK_EXISTS).fields["path"] == str(out / f"{model.name}.part001")


def test_a_medium_without_room_is_told_before_anything_is_written(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = model.stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(size, 1, size - 1))
    fault = refused(model, tmp_path / "usb", ErrorCode.MODEL_NO_SPACE)
    assert fault.fields == {"needed": size, "free": size - 1}


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, model: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(model, tmp_path / "file" / "usb", ErrorCode.OUTPUT_NOT_WRITABLE)


def test_a_disk_that_fails_half_way_leaves_no_part(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    refused(model, tmp_path / "usb", ErrorCode.OUTPUT_NOT_WRITABLE)


def test_stopping_leaves_no_part(tmp_path: Path, model: Path) -> None:
    calls: list[int] = []

    def cancelled() -> bool:
        calls.append(1)
        return len(calls) > 2

    with pytest.raises(AddCancelled):
        pack_model(model, tmp_path / "usb", part_bytes=5000, cancelled=cancelled, catalog=Catalog())
    assert not list((tmp_path / "usb").iterdir())


def test_parts_too_many_to_handle_are_refused_with_the_size_to_choose(tmp_path: Path, model: Path) -> None:
    fault = refused(model, tmp_path / "usb", ErrorCode.MODEL_TOO_MANY_PARTS, part_bytes=10)
    smallest = int(fault.fields["smallest"])
    packed = pack_model(model, tmp_path / "usb", part_bytes=smallest, catalog=Catalog())
    assert len(packed.manifest.parts) <= MAX_PARTS


def test_a_name_that_windows_does_not_take_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a:b.gguf"
    file.write_bytes(gguf())
    refused(file, tmp_path / "usb", ErrorCode.MODEL_NAME_UNSAFE)


def test_a_model_without_the_suffix_gets_it_so_that_it_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "blob"
    file.write_bytes(gguf())
    assert pack_model(file, tmp_path / "usb", catalog=Catalog()).manifest.file == "blob.gguf"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", "/etc/passwd", "C:x", "\\\\server\\share", "nul", "COM1.gguf", "x.", "x ",
     ".hidden", "a\0b", "a\nb", "a?b", "x" * 201],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_no_part(name: str) -> None:
    assert not is_portable_name(name)


def test_japanese_names_and_spaces_are_fine() -> None:
    assert is_portable_name("庁内 モデル（四月）.gguf.part001")


def _good() -> dict[str, Any]:
    parts = [{"name": f"m.gguf.part00{number}", "bytes": 10, "sha256": "a" * 64} for number in (1, 2)]
    return {
        "format": "fumizukue-model/1",
        "name": "m",
        "file": "m.gguf",
        "bytes": 20,
        "sha256": "b" * 64,
        "parts": parts,
    }


def _with_part(**change: object) -> dict[str, object]:
    return {"parts": [{"name": "m.gguf.part001", "bytes": 20, "sha256": "a" * 64, **change}]}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": "fumizukue-model/2"}, "format"),
        ({"file": "../m.gguf"}, "file"),
        ({"file": "/srv/m.gguf"}, "file"),
        ({"file": "m.exe"}, "file"),
        ({"file": 7}, "file"),
        ({"name": "a\nb"}, "name"),
        ({"bytes": 21}, "bytes"),
        ({"bytes": True}, "bytes"),
        ({"bytes": -20}, "bytes"),
        ({"bytes": 20.0}, "bytes"),
        ({"bytes": MAX_MODEL_BYTES + 1}, "bytes"),
        ({"sha256": "B" * 64}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"parts": []}, "parts"),
        ({"parts": {}}, "parts"),
        ({"parts": [1]}, "parts[1]"),
        ({"parts": _good()["parts"] * 600}, "parts"),
        ({"parts": [_good()["parts"][0]] * 2}, "parts: name"),
        (_with_part(name="../../m.gguf.part001"), "parts[1].name"),
        (_with_part(name="\\\\server\\share\\x"), "parts[1].name"),
        (_with_part(bytes=2**60), "parts[1].bytes"),
        (_with_part(bytes=0), "parts[1].bytes"),
        (_with_part(sha256="a" * 63), "parts[1].sha256"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused_with_the_place(
    tmp_path: Path, change: dict[str, object], where: str
) -> None:
    path = tmp_path / "m.gguf.manifest.json"
    path.write_text(json.dumps(_good()), encoding="utf-8")
    assert read_manifest(path).bytes == 20
    path.write_text(json.dumps({**_good(), **change}), encoding="utf-8")
    with pytest.raises(UserFault) as caught:
        read_manifest(path)
    assert caught.value.code is ErrorCode.MODEL_MANIFEST_BAD
    assert caught.value.fields == {"name": path.name, "where": where}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff\xfe{}", "JSON"),
        (b"[" * 200_000, "JSON"),
        (b"[]", "format"),
        (b" " * (1024 * 1024 + 1), "size"),
        (b'{"bytes": ' + b"9" * 10_000 + b"}", "JSON"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_without_reading_it_whole(
    tmp_path: Path, content: bytes, where: str
) -> None:
    path = tmp_path / "m.gguf.manifest.json"
    path.write_bytes(content)
    with pytest.raises(UserFault) as caught:
        read_manifest(path)
    assert caught.value.fields["where"] == where


def test_a_manifest_that_is_absent_or_no_file_is_named(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "x.json", ErrorCode.MODEL_MISSING), (tmp_path, ErrorCode.SOURCE_NOT_READABLE)):
        with pytest.raises(UserFault) as caught:
            read_manifest(path)
        assert caught.value.code is code


@pytest.mark.model
def test_a_real_model_goes_through_parts_of_200_mb_unchanged(tmp_path: Path, small_model: Path) -> None:
    packed = pack_model(small_model, tmp_path / "usb", part_bytes=200_000_000)
    manifest = packed.manifest
    assert [part.bytes for part in manifest.parts] == [200_000_000, 200_000_000, 91_400_064]
    away = tmp_path / manifest.parts[2].name
    (packed.path.parent / away.name).rename(away)
    shelf = Shelf(tmp_path / "models")
    with pytest.raises(UserFault) as caught:
        add_model(packed.path, shelf)
    assert caught.value.code is ErrorCode.MODEL_PART_MISSING
    added = add_model(packed.path, shelf, also=[tmp_path])
    assert added.model.name == "qwen2.5-coder-0.5b-instruct"
    known = Catalog.load().by_file(small_model.name)
    assert known is not None
    assert sha256_of(added.model.path) == known.sha256 == manifest.sha256
    # pytest keeps the folders of its last runs.
    shutil.rmtree(packed.path.parent)
    shutil.rmtree(shelf.into)
