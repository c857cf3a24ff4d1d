"""Starting on processors of many ages: the variants build on qemu-user's processor models, and the words below them."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.base import GenerateRequest, Message, ModelSpec, Role, TextDelta
from desktop.engine.llama_library import missing_processor
from desktop.engine.scripted import Do, Script, Step
from desktop.engine.supervisor import ChildEngine, Patience
from desktop.engine.worker import old_processor

REPOSITORY = Path(__file__).resolve().parents[2]
VARIANTS = REPOSITORY / "build" / "native" / "lib"
TINY_MODEL = REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
EMULATOR = shutil.which("qemu-x86_64")
EMULATED = Patience(hello=300.0)  # Python and numpy alone take 5 seconds to start there
NUMPY_REFUSES = """NumPy was built with baseline optimizations:
(SSE SSE2 SSE3) but your machine doesn't support:
(SSE3)."""

needs_variants = pytest.mark.skipif(
    not (VARIANTS / "libllama.so").exists() or not TINY_MODEL.exists(),
    reason="needs `make native-variants` and `.venv/bin/python models/fetch_demo.py smollm2-135m-instruct`",
)
needs_emulator = pytest.mark.skipif(EMULATOR is None, reason="needs qemu-x86_64 (Debian's qemu-user)")


def needs_built(variant: str) -> None:
    if not (VARIANTS / f"libggml-cpu-{variant}.so").exists():
        pytest.skip(f"needs `make native-variants VARIANTS={variant}`")


def on_processor(model: str, libraries: Path) -> ChildEngine:
    """Return an engine whose process runs on an emulated processor with the native libraries of a folder."""
    engine = ChildEngine(patience=EMULATED)
    engine._command = ["env", f"LLAMA_CPP_LIB_PATH={libraries}", str(EMULATOR), "-cpu", model, *engine._command]
    return engine


def five_tokens(engine: ChildEngine) -> str:
    engine.load(ModelSpec(TINY_MODEL, n_ctx=256, n_threads=1))
    request = GenerateRequest((Message(Role.USER, "Hi"),), max_tokens=5)
    return "".join(event.text for event in engine.generate(request) if isinstance(event, TextDelta))


def variants_in_memory(engine: ChildEngine) -> set[str]:
    lines = Path(f"/proc/{engine.pid}/maps").read_text().splitlines()
    names = {Path(line.split()[-1]).stem for line in lines}
    return {name.removeprefix("libggml-cpu-") for name in names if name.startswith("libggml-cpu-")}


@needs_variants
@needs_emulator
@pytest.mark.model
@pytest.mark.parametrize(
    ("model", "variant"),
    [("core2duo", "x64"), ("Nehalem", "sse42"), ("SandyBridge", "sandybridge"), ("Haswell", "haswell")],
)
def test_an_office_computer_of_any_age_writes_with_the_variant_made_for_it(model: str, variant: str) -> None:
    needs_built(variant)
    with closing(on_processor(model, VARIANTS)) as engine:
        assert five_tokens(engine) == "Hello! How can I"
        assert variants_in_memory(engine) == {variant}


@needs_variants
@pytest.mark.model
def test_the_variants_build_writes_on_this_computer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(VARIANTS))
    with closing(ChildEngine()) as engine:
        assert five_tokens(engine) == "Hello! How can I"
        assert len(variants_in_memory(engine)) == 1


@needs_variants
@needs_emulator
def test_a_processor_that_no_shipped_variant_fits_is_named_instead_of_a_crash(tmp_path: Path) -> None:
    needs_built("haswell")
    for name in ("libllama.so", "libggml.so.0", "libggml-base.so.0", "libggml-cpu-haswell.so"):
        shutil.copy(VARIANTS / name, tmp_path / name)
    with closing(on_processor("Nehalem", tmp_path)) as engine, pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(TINY_MODEL))
    assert caught.value.code is ErrorCode.ENGINE_OLD_CPU
    assert caught.value.fields["missing"] == "0/1 ggml-cpu"


@needs_variants
@needs_emulator
def test_a_processor_that_numpy_refuses_is_named_instead_of_a_traceback() -> None:
    with closing(on_processor("qemu64,-sse3", VARIANTS)) as engine, pytest.raises(EngineFault) as caught:
        engine.load(ModelSpec(TINY_MODEL))
    assert caught.value.code is ErrorCode.ENGINE_OLD_CPU
    assert caught.value.fields["missing"] == "SSE3"


def test_numpys_refusal_is_told_from_other_failures_to_import() -> None:
    fault = old_processor(RuntimeError(NUMPY_REFUSES))
    assert fault is not None
    assert fault.code is ErrorCode.ENGINE_OLD_CPU
    assert fault.fields["missing"] == "SSE3"
    assert old_processor(ImportError("libllama.so: cannot open shared object file")) is None


def test_lost_library_files_are_not_blamed_on_the_processor(tmp_path: Path) -> None:
    (tmp_path / "libllama.so").touch()
    assert missing_processor(tmp_path).code is ErrorCode.ENGINE_START_FAILED
    (tmp_path / "ggml-cpu-haswell.dll").touch()
    assert missing_processor(tmp_path).code is ErrorCode.ENGINE_OLD_CPU


def test_a_fault_told_before_the_greeting_reaches_the_caller() -> None:
    script = Script(hello=(Step(Do.FAIL, ErrorCode.ENGINE_OLD_CPU),))
    with closing(ChildEngine(script.arguments())) as engine:
        for _ in range(2):  # the second time a new process is asked, and says the same
            with pytest.raises(EngineFault) as caught:
                engine.load(ModelSpec(Path("sample.gguf")))
            assert caught.value.code is ErrorCode.ENGINE_OLD_CPU


def test_an_instruction_missing_while_loading_is_called_an_old_processor() -> None:
    with closing(ChildEngine(Script(load=(Step(Do.STALL),)).arguments())) as engine:

        def die(_fraction: float) -> None:
            assert engine.pid
            os.kill(engine.pid, signal.SIGILL)

        with pytest.raises(EngineFault) as caught:
            engine.load(ModelSpec(Path("sample.gguf")), die)
    assert caught.value.code is ErrorCode.ENGINE_OLD_CPU
    assert "Illegal instruction" in str(caught.value.fields["report"])


def test_an_instruction_missing_at_start_up_is_called_an_old_processor() -> None:
    command = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
    with closing(ChildEngine()) as engine:
        engine._command = [*engine._command[:1], "-c", command]
        with pytest.raises(EngineFault) as caught:
            engine.load(ModelSpec(Path("sample.gguf")))
    assert caught.value.code is ErrorCode.ENGINE_OLD_CPU
    assert caught.value.fields["missing"] == "SIGILL"
