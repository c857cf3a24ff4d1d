"""Model files that cannot be used: each refused with its own reason, and the engine goes on."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import AssistantError, ErrorCode
from desktop.engine.base import ModelSpec
from desktop.engine.supervisor import ChildEngine

_STRING = 8


def gguf_naming(architecture: bytes) -> bytes:
    """Return the smallest whole GGUF file: one metadata pair, no tensors."""
    key = b"general.architecture"
    pair = struct.pack("<Q", len(key)) + key + struct.pack("<IQ", _STRING, len(architecture)) + architecture
    header = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + pair
    return header + bytes(-len(header) % 32)


@pytest.fixture(scope="module")
def engine() -> Iterator[ChildEngine]:
    with closing(ChildEngine()) as engine:
        refusal(engine, Path("none.gguf"))  # starts the process before the first test counts its children
        yield engine


def refusal(engine: ChildEngine, path: Path) -> AssistantError:
    with pytest.raises(AssistantError) as caught:
        engine.load(ModelSpec(path))
    return caught.value


def test_a_missing_model_is_named(engine: ChildEngine, tmp_path: Path) -> None:
    fault = refusal(engine, tmp_path / "ない.gguf")
    assert fault.code is ErrorCode.MODEL_MISSING
    assert fault.fields["name"] == "ない.gguf"


def test_a_file_that_is_no_model_is_refused(engine: ChildEngine, tmp_path: Path) -> None:
    path = tmp_path / "議事録.gguf"
    path.write_text("これはモデルではありません。", encoding="utf-8")
    assert refusal(engine, path).code is ErrorCode.MODEL_NOT_GGUF


def test_an_empty_file_and_a_folder_are_refused(engine: ChildEngine, tmp_path: Path) -> None:
    empty = tmp_path / "empty.gguf"
    empty.touch()
    assert refusal(engine, empty).code in {ErrorCode.MODEL_NOT_GGUF, ErrorCode.MODEL_TRUNCATED}
    assert isinstance(refusal(engine, tmp_path), AssistantError)


def test_a_model_of_an_unknown_kind_says_which(engine: ChildEngine, tmp_path: Path) -> None:
    path = tmp_path / "新しい.gguf"
    path.write_bytes(gguf_naming(b"nonesuch9"))
    fault = refusal(engine, path)
    assert fault.code is ErrorCode.MODEL_UNKNOWN_ARCHITECTURE
    assert fault.fields["architecture"] == "nonesuch9"


def test_a_model_without_its_tensors_is_refused_with_the_librarys_reason(engine: ChildEngine, tmp_path: Path) -> None:
    path = tmp_path / "空.gguf"
    path.write_bytes(gguf_naming(b"qwen2"))
    fault = refusal(engine, path)
    assert fault.code is ErrorCode.MODEL_LOAD_FAILED
    assert fault.fields["reason"]


@pytest.mark.model
@pytest.mark.parametrize("size", [2_000, 3_000_000, 40_000_000])
def test_a_model_cut_off_anywhere_says_so_with_sizes(
    engine: ChildEngine, tmp_path: Path, small_model: Path, size: int
) -> None:
    path = tmp_path / "cut.gguf"
    with small_model.open("rb") as source:
        path.write_bytes(source.read(size))
    fault = refusal(engine, path)
    assert fault.code is ErrorCode.MODEL_TRUNCATED
    assert fault.fields["found"] == size
    assert int(fault.fields["expected"]) > size


@pytest.mark.model
def test_after_all_refusals_a_good_model_loads(engine: ChildEngine, tmp_path: Path, small_model: Path) -> None:
    refusal(engine, tmp_path / "none.gguf")
    assert engine.load(ModelSpec(small_model, n_ctx=256)).architecture == "qwen2"
    assert engine.count_tokens("数")
