"""Choosing where a model computes: what was measured of each graphics device, what is remembered, what fits."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.core.files import write_atomically
from desktop.engine.base import Device, ModelSpec
from desktop.engine.gguf import GgufHeader

GPU_FOLDER = "gpu"  # beside the native library: the backends of graphics devices
TRIALS_ALLOWED = 2  # once the person may have switched the machine off, or its memory was full; twice it is the device
# Tokens of a request as drafting makes them: what the rates are weighed with.
_TYPICAL_PROMPT, _TYPICAL_ANSWER = 1500, 200
_WORTH_WHILE = 0.9  # of the CPU's time; below, a device is not worth its risks
_DEVICE_RESERVE = 512 * 1024 * 1024  # bytes for compute buffers and for what the screen needs
_DEFAULT_CONTEXT = 8192
_VERSION = 1
_MAX_FILE = 1024 * 1024


class DeviceFault(StrEnum):
    """Why a device is not used, whatever its speed."""

    CRASH = "crash"  # the process died
    WRONG = "wrong"  # other tokens than the CPU's
    TIMEOUT = "timeout"  # it did not end in a multiple of the CPU's time
    LOAD = "load"  # the model could not be put on it
    UNFINISHED = "unfinished"  # the program or the machine went down in mid-trial


@dataclass(frozen=True, slots=True)
class Rates:
    """Tokens per second."""

    prefill: float = 0.0
    decode: float = 0.0

    @property
    def seconds(self) -> float:
        """How long a typical request takes; infinite when nothing was measured."""
        if self.prefill <= 0 or self.decode <= 0:
            return math.inf
        return _TYPICAL_PROMPT / self.prefill + _TYPICAL_ANSWER / self.decode


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one device with one model; `trials` counts the trials begun."""

    cpu: Rates = Rates()
    device: Rates = Rates()
    fault: str = ""
    trials: int = 0

    @property
    def needs_trial(self) -> bool:
        """Whether the device should be tried again: what stopped the trial may have been none of its fault."""
        return self.fault in (DeviceFault.UNFINISHED, DeviceFault.LOAD) and self.trials < TRIALS_ALLOWED

    @property
    def is_better(self) -> bool:
        """Whether the device is sound and clearly faster than the CPU."""
        return not self.fault and self.device.seconds < self.cpu.seconds * _WORTH_WHILE


def best(records: Mapping[str, Record]) -> str:
    """Return the name of the fastest device that beats the CPU; empty when the CPU is the choice."""
    better = {name: record.device.seconds for name, record in records.items() if record.is_better}
    return min(better, key=lambda name: better[name], default="")


def record_key(device: Device, library: str, model: str) -> str:
    """Return the key of a record: with another device, driver, library or model, everything is measured again."""
    parts = [device.name, device.description, device.driver, library, model]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def model_identity(spec: ModelSpec) -> str:
    """Return what tells the model from others: its hash, or, while that is not known, its file's state."""
    if spec.sha256:
        return spec.sha256
    with contextlib.suppress(OSError):
        state = spec.path.stat()
        return f"{spec.path.name} {state.st_size} {state.st_mtime_ns}"
    return str(spec.path)


def layers_that_fit(header: GgufHeader, size: int, n_ctx: int, free: int) -> int:
    """Return how many layers of a model of `size` bytes fit into `free` bytes of a device; -1: the whole model.

    Every layer needs its share of the weights and of the KV cache of `n_ctx` tokens (0: the default context). What
    remains of the weights, the output layer and the embeddings, counts as one layer more, as llama.cpp counts it.
    """
    layers = _number(header, "block_count")
    if layers <= 0:
        return 0
    n_ctx = n_ctx or min(_DEFAULT_CONTEXT, header.context_length or _DEFAULT_CONTEXT)
    heads = max(1, _number(header, "attention.head_count"))
    kv_heads = _number(header, "attention.head_count_kv") or heads
    width = _number(header, "attention.key_length") or _number(header, "embedding_length") // heads
    cache = 2 * 2 * kv_heads * width * n_ctx  # keys and values in half precision
    fitting = int((free - _DEVICE_RESERVE) // (size / (layers + 1) + cache))
    return -1 if fitting > layers else max(0, fitting)


def _number(header: GgufHeader, name: str) -> int:
    value = header.metadata.get(f"{header.architecture}.{name}", 0)
    return int(value) if isinstance(value, int | float) else 0


def gpu_backends_installed() -> bool:
    """Tell whether the installed library has backends for graphics devices; starts no driver."""
    named = os.environ.get("LLAMA_CPP_LIB_PATH")
    if named:
        return (Path(named) / GPU_FOLDER).is_dir()
    found = importlib.util.find_spec("llama_cpp")
    return bool(found and found.origin) and (Path(str(found and found.origin)).parent / "lib" / GPU_FOLDER).is_dir()


class DeviceRecords:
    """What was measured, in a JSON file. Whatever happens to the file, the worst is that all is measured again."""

    def __init__(self, path: Path) -> None:
        """Read the file; a damaged one, or one of another version, holds nothing."""
        self._path = path
        self._records = _read(path)

    def get(self, key: str) -> Record | None:
        """Return what is known."""
        return self._records.get(key)

    def put(self, key: str, record: Record) -> None:
        """Remember; where the file cannot be written, until the program ends."""
        self._records[key] = record
        self._write()

    def restore(self, key: str, before: Record | None) -> None:
        """Put back what was known before; `None` forgets."""
        self._records.pop(key, None)
        if before:
            self._records[key] = before
        self._write()

    def _write(self) -> None:
        value = {"version": _VERSION, "records": {key: asdict(record) for key, record in self._records.items()}}
        text = json.dumps(value, indent=1).encode()
        with contextlib.suppress(UserFault, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(self._path, lambda stream: stream.write(text), overwrite=True)


def _read(path: Path) -> dict[str, Record]:
    try:
        with path.open("rb") as stream:
            value = json.loads(stream.read(_MAX_FILE))
        if value["version"] != _VERSION:
            return {}
        return {str(key): _record(entry) for key, entry in value["records"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # absent or damaged


def _record(entry: Mapping[str, object]) -> Record:
    """Build a record from JSON; raises `ValueError`, `KeyError` or `TypeError` for anything else than one."""
    fault, trials = entry["fault"], entry["trials"]
    if not isinstance(trials, int):
        raise TypeError(trials)
    return Record(_rates(entry["cpu"]), _rates(entry["device"]), str(fault and DeviceFault(str(fault))), trials)


def _rates(value: object) -> Rates:
    if not isinstance(value, dict):
        raise TypeError(value)
    rates = Rates(float(value["prefill"]), float(value["decode"]))
    if not (math.isfinite(rates.prefill) and math.isfinite(rates.decode)):
        raise ValueError(value)
    return rates
