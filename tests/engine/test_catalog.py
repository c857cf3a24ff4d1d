"""Models are added whole and verified, or refused with nothing left behind; the right one is chosen."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import struct
import tomllib
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.adding import add_model
from desktop.engine.catalog import Catalog, CatalogEntry, choose_model, installed_models, verify_model
from desktop.engine.gguf import read_header
from desktop.engine.intake import AddCancelled, Shelf
from desktop.engine.model_hash import model_sha256
from tests.support.models import gguf, sha256

CATALOGUE = Path(__file__).parents[2] / "models" / "catalog.toml"


def refused(file: Path, into: Path, code: ErrorCode, *, expected_sha256: str = "", catalog: Catalog) -> UserFault:
    """Add a model that has to be refused; nothing may be left behind."""
    with pytest.raises(UserFault) as caught:
        add_model(file, Shelf(into), expected_sha256=expected_sha256, catalog=catalog)
    assert caught.value.code is code
    assert not into.exists() or not list(into.iterdir())
    return caught.value


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "庁内モデル.gguf"
    path.write_bytes(gguf())
    return path


def test_the_header_tells_what_a_model_is(model: Path) -> None:
    header = read_header(model)
    assert (header.architecture, header.name, header.context_length) == ("llama", "Test", 2048)
    assert header.has_chat_template
    assert header.expected_size == model.stat().st_size


def test_a_good_model_is_added_and_found_with_its_hash(tmp_path: Path, model: Path) -> None:
    into = tmp_path / "models"
    seen: list[tuple[int, int]] = []
    added = add_model(
        model, Shelf(into), progress=lambda done, total: seen.append((done, total)), catalog=Catalog()
    ).model
    assert added.sha256 == sha256(model.read_bytes()) == model_sha256(added.path)
    assert seen[-1] == (model.stat().st_size, model.stat().st_size)
    assert [found.name for found in installed_models([into], Catalog())] == ["庁内モデル"]


def test_a_known_model_gets_its_name_from_its_contents(tmp_path: Path, model: Path) -> None:
    known = CatalogEntry("good", "Good", "good.gguf", "Apache-2.0", sha256=sha256(model.read_bytes()))
    added = add_model(model, Shelf(tmp_path / "models"), catalog=Catalog((known,))).model
    assert (added.name, added.path.name) == ("good", "good.gguf")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes("議事録".encode() * 100)
    refused(file, tmp_path / "models", ErrorCode.MODEL_NOT_GGUF, catalog=Catalog())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    fault = refused(tmp_path / "ない.gguf", tmp_path / "models", ErrorCode.MODEL_MISSING, catalog=Catalog())
    assert fault.fields["name"] == "ない.gguf"


@pytest.mark.parametrize("cut", [5, 30, 200, -1])
def test_a_model_cut_short_is_refused_with_the_numbers(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(gguf()[:cut])
    fault = refused(file, tmp_path / "models", ErrorCode.MODEL_TRUNCATED, catalog=Catalog())
    assert int(fault.fields["found"]) < int(fault.fields["expected"])


def test_a_model_with_another_hash_is_refused(tmp_path: Path, model: Path) -> None:
    into = tmp_path / "models"
    refused(model, into, ErrorCode.MODEL_HASH_MISMATCH, expected_sha256="0" * 64, catalog=Catalog())
    known = Catalog((CatalogEntry("good", "Good", model.name, "Apache-2.0", sha256="1" * 64),))
    refused(model, into, ErrorCode.MODEL_HASH_MISMATCH, catalog=known)


def test_a_medium_that_fails_while_it_is_read_is_not_blamed_on_the_folder(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening: Any = Path.open
    content, reads = model.read_bytes(), []

    class Scratched(io.BytesIO):
        def fileno(self) -> int:
            raise io.UnsupportedOperation

        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def opened(path: Path, *mode: str, **more: str) -> object:
        reads.append(path)
        # The header is read first, and is fine.
        return Scratched(content) if path == model and reads.count(model) > 1 else opening(path, *mode, **more)

    monkeypatch.setattr(Path, "open", opened)
    refused(model, tmp_path / "models", ErrorCode.SOURCE_NOT_READABLE, catalog=Catalog())


def test_a_model_without_the_suffix_gets_it_so_that_it_is_found(tmp_path: Path, model: Path) -> None:
    into = tmp_path / "models"
    add_model(model.rename(tmp_path / "blob"), Shelf(into), catalog=Catalog())
    assert [found.name for found in installed_models([into], Catalog())] == ["blob"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, model: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(UserFault) as caught:
        add_model(model, Shelf(blocked / "models"), catalog=Catalog())
    assert caught.value.code is ErrorCode.MODEL_FOLDER_NOT_WRITABLE


def test_stopping_leaves_nothing_behind(tmp_path: Path, model: Path) -> None:
    into = tmp_path / "models"
    with pytest.raises(AddCancelled):
        add_model(model, Shelf(into), cancelled=lambda: True, catalog=Catalog())
    assert not list(into.iterdir())


def test_a_model_changed_on_disk_no_longer_verifies(tmp_path: Path, model: Path) -> None:
    into = tmp_path / "models"
    known = Catalog((CatalogEntry("good", "Good", "good.gguf", "Apache-2.0", sha256=sha256(model.read_bytes())),))
    added = add_model(model, Shelf(into), catalog=known).model
    assert verify_model("good", [into], known).found == added.sha256
    content = bytearray(added.path.read_bytes())
    content[-1] ^= 1
    added.path.write_bytes(content)
    with pytest.raises(UserFault) as caught:
        verify_model("good", [into], known)
    assert caught.value.code is ErrorCode.MODEL_HASH_MISMATCH


def test_a_remembered_hash_is_not_trusted_after_the_file_changed(model: Path) -> None:
    first = model_sha256(model)
    model.write_bytes(gguf(name="Other"))
    os.utime(model, ns=(1, 1))
    assert model_sha256(model) == sha256(model.read_bytes()) != first
    model.with_name(f"{model.name}.sha256.json").write_text("{broken", encoding="utf-8")
    assert model_sha256(model) == sha256(model.read_bytes())


def test_the_largest_model_is_chosen_unless_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "small.gguf").write_bytes(gguf(weights=32))
    (tmp_path / "large.gguf").write_bytes(gguf(weights=320))
    found = installed_models([tmp_path / "absent", tmp_path], Catalog())
    assert choose_model(found, "").name == "large"
    assert choose_model(found, "small").name == "small"
    for wanted, models, code in (("x", found, ErrorCode.MODEL_UNKNOWN_NAME), ("", [], ErrorCode.MODEL_NONE)):
        with pytest.raises(UserFault) as caught:
            choose_model(models, wanted)
        assert caught.value.code is code


def test_absurd_counts_are_refused_without_reading_on(tmp_path: Path) -> None:
    file = tmp_path / "x.gguf"
    for head in (
        struct.pack("<IQQ", 3, 2**60, 1),
        struct.pack("<IQQ", 3, 1, 2**60),
        struct.pack("<IQQ", 99, 1, 1),
        struct.pack("<IQQQ", 3, 1, 1, 2**50),
    ):
        file.write_bytes(b"GGUF" + head + bytes(100))
        with pytest.raises(UserFault) as caught:
            read_header(file)
        assert caught.value.code is ErrorCode.MODEL_NOT_GGUF


REQUIRED = {
    "name": str,
    "title": str,
    "file": str,
    "licence": str,
    "architecture": str,
    "size_class": str,
    "parameters": str,
    "memory": int,
    "chat_template": bool,
    "good_at": str,
    "good_at_en": str,
    "tested": bool,
}
OPTIONAL = {
    "bytes": int,
    "sha256": str,
    "context": int,
    "memory_estimated": bool,
    "licence_note": str,
    "licence_note_en": str,
    "source": str,
    "demo": dict,
}
LICENCES = {
    "Apache-2.0",
    "MIT",
    "Gemma Terms of Use",
    "Apache-2.0 AND Gemma Terms of Use",
    "Llama 3.1 Community License AND Gemma Terms of Use",
}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def shipped() -> list[dict[str, object]]:
    models: list[dict[str, object]] = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["model"]
    return models


@pytest.mark.parametrize("model", shipped(), ids=lambda model: str(model["name"]))
def test_an_entry_of_the_shipped_catalogue_has_every_key_in_its_form(model: dict[str, object]) -> None:
    assert set(REQUIRED) <= set(model) <= set(REQUIRED) | set(OPTIONAL)
    for key, value in model.items():
        assert type(value) is {**REQUIRED, **OPTIONAL}[key], key
        assert value != "", key
    assert str(model["file"]).lower().endswith(".gguf")
    assert model["licence"] in LICENCES
    assert model["size_class"] in {"tiny", "small", "medium", "large"}
    assert re.fullmatch(r"\d+(\.\d+)?B", str(model["parameters"]))
    assert JAPANESE.search(str(model["good_at"]))
    assert not JAPANESE.search(str(model["good_at_en"]) + str(model.get("licence_note_en", "")))
    assert ("licence_note" in model) == ("licence_note_en" in model) == (model["licence"] not in {"Apache-2.0", "MIT"})


@pytest.mark.parametrize("model", shipped(), ids=lambda model: str(model["name"]))
def test_nothing_is_claimed_of_a_model_that_was_not_at_hand(model: dict[str, object]) -> None:
    at_hand = "sha256" in model
    assert ("bytes" in model) == ("demo" in model) == at_hand
    assert model.get("memory_estimated", False) is not at_hand
    assert at_hand or model["tested"] is False
    if at_hand:
        assert re.fullmatch("[0-9a-f]{64}", str(model["sha256"]))


def test_the_shipped_catalogue_is_read_whole_and_without_doubles() -> None:
    entries = Catalog.load(CATALOGUE).entries
    assert {"qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct"} <= {entry.name for entry in entries}
    assert (
        len({entry.name.lower() for entry in entries}) == len({entry.file.lower() for entry in entries}) == len(entries)
    )
    for entry, model in zip(entries, shipped(), strict=True):
        kept = {key: value for key, value in model.items() if key not in {"demo", "chat_template"}}
        assert {key: getattr(entry, key) for key in kept} == kept


def test_a_value_of_another_type_in_a_catalogue_counts_as_not_given(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text('[[model]]\nname = "x"\nbytes = true\nmemory = "3 GB"\ntested = 1\n', encoding="utf-8")
    assert Catalog.load(path).entries == (CatalogEntry("x", "", "", ""),)


@pytest.mark.model
def test_a_real_model_is_read_as_what_it_is(small_model: Path) -> None:
    header = read_header(small_model)
    assert header.architecture == "qwen2"
    assert header.expected_size == small_model.stat().st_size
    assert json.dumps(dict(header.metadata), ensure_ascii=False)
