"""A real graphics backend on a device that any machine has: llama.cpp's Vulkan on Mesa's lavapipe."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.base import DeviceLost, Event, GenerateRequest, Message, ModelSpec, PrefillProgress, Role, TextDelta
from desktop.engine.device_engine import DeviceEngine
from desktop.engine.device_trial import Trials
from desktop.engine.devices import DeviceRecords, Rates, Record, model_identity, record_key
from desktop.engine.supervisor import ChildEngine

REPOSITORY = Path(__file__).resolve().parents[2]
VARIANTS = REPOSITORY / "build" / "native" / "lib"
TINY_MODEL = REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        not (VARIANTS / "gpu" / "libggml-vulkan.so").exists() or not TINY_MODEL.exists(),
        reason="needs `make native-variants` with `vulkan` and `models/fetch_demo.py smollm2-135m-instruct`",
    ),
    pytest.mark.skipif(
        not list(Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json")),
        reason="needs lavapipe (Debian's mesa-vulkan-drivers)",
    ),
]
SPEC = ModelSpec(TINY_MODEL, n_ctx=256, sha256="tiny")
ASKED = GenerateRequest((Message(Role.USER, "Count: one, two, three."),), max_tokens=6)


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have the inference process use the Vulkan build with lavapipe, which counts as no graphics device by itself."""
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(VARIANTS))
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", "0")
    return tmp_path / "devices.json"


@pytest.fixture
def forced(records: Path) -> Iterator[tuple[DeviceEngine, ChildEngine]]:
    """Return an engine that takes lavapipe for a fast device, and the engine inside it."""
    listed = Trials(ChildEngine).devices()
    key = record_key(listed.devices[0], listed.library, model_identity(SPEC))
    DeviceRecords(records).put(key, Record(Rates(1, 1), Rates(1e6, 1e6)))
    started: list[ChildEngine] = []

    def start() -> ChildEngine:
        started.append(ChildEngine())
        return started[-1]

    with closing(DeviceEngine(records, start)) as engine:
        assert "llvmpipe" in engine.load(SPEC).device
        yield engine, started[0]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def text_of_the_cpu() -> str:
    with closing(ChildEngine()) as engine:
        engine.load(SPEC)
        return text_of(list(engine.generate(ASKED)))


def graphics_in_memory(engine: ChildEngine) -> bool:
    return "libggml-vulkan" in Path(f"/proc/{engine.pid}/maps").read_text()


def test_a_processor_dressed_as_a_graphics_device_loses_its_trial_by_speed_alone(records: Path) -> None:
    with closing(DeviceEngine(records)) as engine:
        info = engine.load(SPEC)
    assert (info.device, info.device_fault) == ("", "")
    (entry,) = json.loads(records.read_text())["records"].values()
    assert entry["fault"] == ""  # the same tokens
    assert 0 < entry["device"]["prefill"] < entry["cpu"]["prefill"]


def test_a_forced_device_writes_the_cpus_text(forced: tuple[DeviceEngine, ChildEngine]) -> None:
    engine, inner = forced
    assert graphics_in_memory(inner)
    assert text_of(list(engine.generate(ASKED))) == text_of_the_cpu()


def test_a_part_of_the_layers_on_the_device_writes_the_cpus_text(records: Path) -> None:
    assert not records.exists()
    with closing(ChildEngine()) as engine:
        engine.load(ModelSpec(TINY_MODEL, n_ctx=256, device="Vulkan0", gpu_layers=5))
        assert graphics_in_memory(engine)
        text = text_of(list(engine.generate(ASKED)))
    assert text == text_of_the_cpu()


def test_a_process_on_the_cpu_starts_no_graphics_driver(records: Path) -> None:
    assert not records.exists()
    with closing(ChildEngine()) as engine:
        engine.load(SPEC)
        maps = Path(f"/proc/{engine.pid}/maps").read_text()
    assert "libggml-cpu" in maps
    assert "vulkan" not in maps


def test_a_device_that_is_gone_is_an_error_and_not_the_cpu_in_secret(records: Path) -> None:
    assert not records.exists()
    with closing(ChildEngine()) as engine, pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(TINY_MODEL, device="Vulkan7", gpu_layers=-1))
    assert caught.value.code is ErrorCode.MODEL_LOAD_FAILED
    assert caught.value.fields["reason"] == "no device Vulkan7"


def test_a_death_while_the_device_reads_is_made_good_on_the_cpu(forced: tuple[DeviceEngine, ChildEngine]) -> None:
    engine, inner = forced
    events: list[Event] = []
    first = inner.pid
    assert first
    for event in engine.generate(ASKED):
        if isinstance(event, PrefillProgress) and inner.pid == first:
            os.kill(first, signal.SIGKILL)
        events.append(event)
    assert any(isinstance(event, DeviceLost) for event in events)
    assert text_of(events) == text_of_the_cpu()
    assert not graphics_in_memory(inner)


def test_a_death_while_the_device_writes_is_told_and_the_cpu_goes_on(
    forced: tuple[DeviceEngine, ChildEngine], records: Path
) -> None:
    engine, inner = forced

    def write() -> None:
        for event in engine.generate(ASKED):
            if isinstance(event, TextDelta) and inner.pid:
                os.kill(inner.pid, signal.SIGKILL)

    with pytest.raises(EngineFault) as caught:
        write()
    assert caught.value.code is ErrorCode.ENGINE_DEVICE_CRASHED
    assert text_of(list(engine.generate(ASKED))) == text_of_the_cpu()
    assert '"crash"' in records.read_text()
