"""When the chosen model is too large for the terminal, one that would run is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.base import ModelSpec
from desktop.engine.machine import Machine
from desktop.engine.model_hash import remember_hash
from desktop.session.desk import Desk
from desktop.session.smaller_model import with_smaller
from desktop.session.wording import describe
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState
from tests.support.desk import WAIT, Heard, sample_inputs
from tests.support.models import SHAPE_8B, sparse_gguf, too_large_model

GB = 10**9
FAULT = UserFault(ErrorCode.MODEL_TOO_LARGE, name="large.gguf", needed=6 * GB, free=4 * GB)
TERMINAL = Machine(4 * GB, 8 * GB, 4, 8)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with models of several sizes, and a file that is none."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name, size in (("tiny", GB // 2), ("small", GB), ("medium", 2 * GB), ("large", 5 * GB), ("huge", 9 * GB)):
        sparse_gguf(folder / f"{name}.gguf", "llama", SHAPE_8B, size)
    (folder / "broken.gguf").write_bytes(b"no model")
    return folder


def smaller(models: Path, machine: Machine) -> UserFault:
    return with_smaller(FAULT, "large", ModelSpec(models / "large.gguf"), [models], machine)


def test_the_largest_model_that_fits_is_proposed(models: Path) -> None:
    found = smaller(models, TERMINAL)
    assert found.fields == {"name": "large", "needed": 6 * GB, "free": 4 * GB, "smaller": "medium"}
    words = describe(found, "ja")
    assert words.title == "「large」を動かすには、メモリが足りません（必要 6.00 GB、空き 4.00 GB）。"
    assert words.action.startswith("「medium」なら使えます。「large」を使うには")
    assert describe(found, "en").action.startswith("“medium” would fit. To use “large”, close")


def test_where_none_fits_none_is_named(models: Path) -> None:
    found = smaller(models, Machine(GB // 2, 4 * GB, 2, 2))
    assert found.fields["smaller"] == ""
    assert describe(found, "ja").action.startswith("「large」を使うには")
    assert describe(found, "en").action.startswith("To use “large”, close")


def test_another_fault_stays_as_it_is(models: Path) -> None:
    fault = UserFault(ErrorCode.MODEL_NOT_GGUF, name="large.gguf")
    assert with_smaller(fault, "large", ModelSpec(models / "large.gguf"), [models], TERMINAL) is fault


def test_a_draft_with_a_model_that_is_too_large_ends_with_a_proposal_and_nothing_is_lost(tmp_path: Path) -> None:
    found = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")})
    folders = dataclasses.replace(found, models=(found.own_models,))
    folders.ensure()
    path = too_large_model(folders.own_models / "huge.gguf")
    remember_hash(path, "0" * 64, folders.model_hashes)  # as adding it would have
    sparse_gguf(folders.own_models / "tiny.gguf", "llama", SHAPE_8B, 1_000_000)
    desk = Desk(folders, Settings())
    try:
        desk.open().result(WAIT)
        document = desk.create("minutes", sample_inputs(desk)).result(WAIT)
        ended = desk.draft(document, Heard()).result(WAIT)
        assert ended.error is not None
        assert ended.error.code is ErrorCode.MODEL_TOO_LARGE
        assert (ended.error.fields["name"], ended.error.fields["smaller"]) == ("huge", "tiny")
        kept = desk.load(document).result(WAIT).record
        assert kept.summary.state is DocumentState.PREPARING
        assert kept.inputs == sample_inputs(desk)
    finally:
        desk.close().result(WAIT)
