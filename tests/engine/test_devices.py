"""The choice of where to compute: from measured numbers, from a file that may be damaged, by what fits."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.base import ModelSpec
from desktop.engine.devices import (
    DeviceFault,
    DeviceRecords,
    Rates,
    Record,
    best,
    gpu_backends_installed,
    layers_that_fit,
    model_identity,
    record_key,
)
from desktop.engine.gguf import GgufHeader, read_header
from tests.support.graphics import GRAPHICS, model_file

CPU = Rates(prefill=35.0, decode=6.5)  # an i5-9500 with an 8B model
LAPTOP_GPU = Record(CPU, Rates(prefill=120.0, decode=9.0))
CARD = Record(CPU, Rates(prefill=900.0, decode=40.0))
GIB = 1024**3


@pytest.fixture
def header(tmp_path: Path) -> GgufHeader:
    return read_header(model_file(tmp_path / "model.gguf"))


def test_the_fastest_sound_device_is_chosen() -> None:
    assert best({"Vulkan0": LAPTOP_GPU, "Vulkan1": CARD}) == "Vulkan1"


def test_a_device_with_a_fault_is_not_chosen_however_fast() -> None:
    for fault in DeviceFault:
        assert best({"Vulkan0": LAPTOP_GPU, "Vulkan1": replace(CARD, fault=fault)}) == "Vulkan0"


@pytest.mark.parametrize(
    "rates",
    [
        Rates(20.3, 0.76),  # lavapipe
        CPU,
        Rates(CPU.prefill * 1.05, CPU.decode * 1.05),  # not worth the risk
        Rates(200.0, 1.0),  # reads fast, writes so slowly that a request takes longer
        Rates(0.0, 50.0),  # nothing was measured
        Rates(),
    ],
)
def test_the_cpu_stays_where_a_device_is_not_clearly_faster(rates: Rates) -> None:
    assert best({"Vulkan0": Record(CPU, rates)}) == ""


def test_without_devices_the_cpu_computes() -> None:
    assert best({}) == ""


def test_what_was_measured_is_found_again_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "devices.json"
    DeviceRecords(file).put("key", CARD)
    assert DeviceRecords(file).get("key") == CARD
    assert DeviceRecords(file).get("another") is None


def test_another_driver_library_device_or_model_is_measured_again() -> None:
    key = record_key(GRAPHICS, "llama.cpp 1", "sha")
    others = [
        record_key(replace(GRAPHICS, driver="1.1"), "llama.cpp 1", "sha"),
        record_key(replace(GRAPHICS, description="別のグラフィックス"), "llama.cpp 1", "sha"),
        record_key(replace(GRAPHICS, name="Vulkan1"), "llama.cpp 1", "sha"),
        record_key(GRAPHICS, "llama.cpp 2", "sha"),
        record_key(GRAPHICS, "llama.cpp 1", "another"),
    ]
    assert len({key, *others}) == 6
    assert record_key(replace(GRAPHICS, memory_free=1), "llama.cpp 1", "sha") == key


def test_a_model_whose_hash_is_not_known_is_told_by_its_files_state(tmp_path: Path) -> None:
    file = model_file(tmp_path / "model.gguf")
    assert model_identity(ModelSpec(file, sha256="abc")) == "abc"
    before = model_identity(ModelSpec(file))
    os.utime(file, ns=(1, 1))
    assert model_identity(ModelSpec(file)) != before
    assert model_identity(ModelSpec(tmp_path / "gone.gguf"))


@pytest.mark.parametrize("cut", [0, 1, 60, 150])
def test_a_cut_file_only_means_measuring_again(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "devices.json"
    DeviceRecords(file).put("key", CARD)
    file.write_bytes(file.read_bytes()[:cut])
    records = DeviceRecords(file)
    assert records.get("key") is None
    records.put("key", LAPTOP_GPU)
    assert DeviceRecords(file).get("key") == LAPTOP_GPU


RATES = {"prefill": 1.0, "decode": 1.0}
WHOLE = {"cpu": RATES, "device": RATES, "fault": "", "trials": 0}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {**WHOLE, "fault": "nonsense"},
        {**WHOLE, "trials": "many"},
        {**WHOLE, "cpu": 3},
        {**WHOLE, "device": {"prefill": "fast", "decode": 1.0}},
        {**WHOLE, "device": {"prefill": float("nan"), "decode": 1.0}},
        {**WHOLE, "device": {"prefill": float("inf"), "decode": 1.0}},
    ],
)
def test_a_file_that_somebody_edited_only_means_measuring_again(tmp_path: Path, entry: object) -> None:
    file = tmp_path / "devices.json"
    file.write_text(json.dumps({"version": 1, "records": {"key": entry}}))
    assert DeviceRecords(file).get("key") is None


@pytest.mark.parametrize(
    "content", ["[]", "3", '{"version": 2, "records": {}}', '{"version": 1}', "\udcff", "[" * 9999]
)
def test_a_file_of_another_kind_only_means_measuring_again(tmp_path: Path, content: str) -> None:
    file = tmp_path / "devices.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert DeviceRecords(file).get("key") is None


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    records = DeviceRecords(blocked / "devices.json")
    records.put("key", CARD)
    assert records.get("key") == CARD


def test_a_model_that_fits_goes_to_the_device_whole(header: GgufHeader) -> None:
    assert layers_that_fit(header, GIB, 8192, 8 * GIB) == -1


def test_of_a_model_that_does_not_fit_as_many_layers_go_as_there_is_room_for(header: GgufHeader) -> None:
    size = 5 * GIB
    counts = [layers_that_fit(header, size, 8192, free * GIB) for free in (1, 2, 3, 4, 5)]
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[-1] <= 24
    # What goes there, with its cache (4 MiB a layer here) and the reserve, is less than what is free.
    assert counts[2] * (size / 25 + 4 * 1024**2) + GIB / 2 <= 3 * GIB


def test_a_full_device_takes_nothing(header: GgufHeader) -> None:
    assert layers_that_fit(header, GIB, 8192, 0) == 0
    assert layers_that_fit(header, GIB, 8192, GIB // 2) == 0


def test_a_longer_context_leaves_room_for_fewer_layers(header: GgufHeader) -> None:
    assert layers_that_fit(header, 5 * GIB, 65536, 3 * GIB) < layers_that_fit(header, 5 * GIB, 2048, 3 * GIB)


def test_a_model_that_does_not_tell_its_layers_stays_on_the_cpu(tmp_path: Path) -> None:
    header = read_header(model_file(tmp_path / "model.gguf", layers=0))
    assert layers_that_fit(header, GIB, 8192, 8 * GIB) == 0


def test_backends_are_looked_for_beside_the_library_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(tmp_path))
    assert not gpu_backends_installed()
    (tmp_path / "gpu").mkdir()
    assert gpu_backends_installed()
    monkeypatch.delenv("LLAMA_CPP_LIB_PATH")
    assert not gpu_backends_installed()  # the development build computes on the CPU only
