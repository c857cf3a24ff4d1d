"""The engine that chooses where to compute: a graphics device that was tried and is faster, otherwise the CPU."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.engine.base import (
    Device,
    DeviceLost,
    Event,
    GenerateRequest,
    LoadProgress,
    ModelInfo,
    ModelSpec,
    TextDelta,
)
from desktop.engine.device_trial import Sample, TrialEngine, Trials, TrialStopped
from desktop.engine.devices import (
    DeviceFault,
    DeviceRecords,
    Record,
    best,
    gpu_backends_installed,
    layers_that_fit,
    model_identity,
    record_key,
)
from desktop.engine.gguf import read_header
from desktop.engine.supervisor import ChildEngine

# Ends of a process; any other fault is the request's or the model's, on whatever device.
_DEATHS = (ErrorCode.ENGINE_CRASHED, ErrorCode.ENGINE_GAVE_UP, ErrorCode.ENGINE_PROTOCOL)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A device, the key of its record, and the model as it is put on it."""

    device: Device
    key: str
    spec: ModelSpec


class DeviceEngine:
    """The `Engine` protocol on whatever device is best; see `engine/base.py` for the contract.

    A device that fails is remembered, and the CPU goes on: at once while no text has come, otherwise from the next
    request on.
    """

    def __init__(
        self,
        records_file: Path,
        new_engine: Callable[[], TrialEngine] = ChildEngine,
        *,
        has_devices: Callable[[], bool] = gpu_backends_installed,
    ) -> None:
        """Remember in `records_file`; without `has_devices` no driver is ever started."""
        self._records_file = records_file
        self._new_engine = new_engine
        self._has_devices = has_devices
        self._engine = new_engine()
        self._trials = Trials(new_engine)
        self._records: DeviceRecords | None = None
        self._fault = ""  # of a device, told with the model that is loaded instead
        self._on_cpu: ModelSpec | None = None  # the loaded model as it is loaded on the CPU
        self._choice: _Choice | None = None  # what computes; `None` is the CPU
        self._fallen = False  # the device failed: the CPU has to load the model first
        self._closed = False

    def load(self, spec: ModelSpec, progress: LoadProgress | None = None) -> ModelInfo:
        """Load a model where it is fastest; the first time with a device this measures both, which takes a while."""
        self._on_cpu = on_cpu = replace(spec, device="", gpu_layers=0)
        self._fault, self._choice, self._fallen = "", None, False
        choice = self._choose(on_cpu) if self._has_devices() else None
        if choice:
            try:
                info = self._engine.load(choice.spec, progress)
            except EngineFault as fault:
                if fault.code is ErrorCode.ENGINE_FAILED:
                    raise  # cancelled, or closed
                self._fault = DeviceFault.LOAD
                if fault.fields.get("report"):  # the process died of it
                    self._remember(choice, DeviceFault.CRASH)
            else:
                self._choice = choice
                return replace(info, device=choice.device.description)
        return replace(self._engine.load(on_cpu, progress), device_fault=self._fault)

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of `text` for the loaded model."""
        self._recover()
        try:
            return self._engine.count_tokens(text)
        except EngineFault as fault:
            if not self._fall(fault):
                raise
        self._recover()
        return self._engine.count_tokens(text)

    def generate(self, request: GenerateRequest) -> Generator[Event, None, None]:
        """Yield events until `Done`; see `Engine.generate`.

        A device that dies after text has come raises `EngineFault` ENGINE_DEVICE_CRASHED (device, exit, report).
        """
        self._recover()
        wrote = False
        try:
            with closing(self._engine.generate(request)) as events:
                for event in events:
                    wrote = wrote or isinstance(event, TextDelta)
                    yield event
        except EngineFault as fault:
            lost = self._fall(fault)
            if not lost:
                raise
            if wrote:
                raise EngineFault(ErrorCode.ENGINE_DEVICE_CRASHED, **{**fault.fields, "device": lost}) from None
        else:
            return
        yield DeviceLost(lost)
        self._recover()
        yield from self._engine.generate(request)

    def cancel(self) -> None:
        """Ask the running call to end, a trial at loading too. Never waits."""
        self._trials.stop()
        self._engine.cancel()

    def unload(self) -> None:
        """Give the model's memory back; the next call needs a load, which chooses the device anew."""
        self._on_cpu, self._choice, self._fallen = None, None, False
        self._engine.unload()

    def close(self) -> None:
        """End the engine and everything it started, trials too; safe to call twice."""
        self._closed = True
        self._trials.stop(wait=True)
        self._engine.close()

    def _recover(self) -> None:
        """Load the model on the CPU when the device has failed."""
        if self._fallen and self._on_cpu:
            self._engine.load(self._on_cpu)
            self._fallen = False

    def _fall(self, fault: EngineFault) -> str:
        """Leave the device for good if `fault` is its process's death; returns its description, else nothing."""
        choice = self._choice
        if choice is None or fault.code not in _DEATHS:
            return ""
        self._remember(choice, DeviceFault.CRASH)
        self._choice, self._fallen = None, True
        return choice.device.description

    def _remember(self, choice: _Choice, fault: DeviceFault) -> None:
        records = self._known()
        records.put(choice.key, replace(records.get(choice.key) or Record(), fault=fault))

    def _known(self) -> DeviceRecords:
        if self._records is None:
            self._records = DeviceRecords(self._records_file)
        return self._records

    def _choose(self, spec: ModelSpec) -> _Choice | None:
        """Return the best device, after trying what has not been tried; raises ENGINE_FAILED when cancelled."""
        self._trials = Trials(self._new_engine)
        if self._closed:
            self._trials.stop()
        try:
            choices = self._candidates(spec)
            records = self._tried(spec, choices) if choices else {}
        except TrialStopped:
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason="cancelled") from None
        name = best(records)
        return next((choice for choice in choices if choice.device.name == name), None)

    def _candidates(self, spec: ModelSpec) -> list[_Choice]:
        """Return the devices that hold at least a part of the model."""
        try:
            listed = self._trials.devices()
        except AssistantError:
            self._fault = DeviceFault.CRASH  # a driver that dies of being looked at
            return []
        header, size = read_header(spec.path), spec.path.stat().st_size
        model = model_identity(spec)
        choices = []
        for device in listed.devices:
            layers = layers_that_fit(header, size, spec.n_ctx, device.memory_free)
            if layers:
                chosen = replace(spec, device=device.name, gpu_layers=layers)
                choices.append(_Choice(device, record_key(device, listed.library, model), chosen))
        return choices

    def _tried(self, spec: ModelSpec, choices: Sequence[_Choice]) -> dict[str, Record]:
        """Return what is known of the devices; what is not known is measured, the CPU once for all of them."""
        records: dict[str, Record] = {}
        cpu: Sample | None = None
        for choice in choices:
            record = self._known().get(choice.key)
            if record is None or record.needs_trial:
                cpu = cpu or self._trials.on_cpu(spec)
                if cpu is None:
                    return {}
                record = self._try(choice, cpu, 1 + (record.trials if record else 0))
                self._fault = record.fault or self._fault
            records[choice.device.name] = record
        return records

    def _try(self, choice: _Choice, cpu: Sample, trials: int) -> Record:
        """Try a device. Should the machine go down meanwhile, the file tells that a trial was under way."""
        before = self._known().get(choice.key)
        self._known().put(choice.key, Record(fault=DeviceFault.UNFINISHED, trials=trials))
        try:
            record = replace(self._trials.on_device(choice.spec, cpu), trials=trials)
        except TrialStopped:
            self._known().restore(choice.key, before)
            raise
        self._known().put(choice.key, record)
        return record
