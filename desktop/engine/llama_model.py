"""Loading a model as it fits the terminal: why one cannot be loaded, what it says about itself."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from llama_cpp import llama_cpp as native

from desktop.core.errors import AssistantError, EngineFault, ErrorCode, UserFault
from desktop.engine import llama_devices, llama_library
from desktop.engine.base import ModelInfo, ModelSpec
from desktop.engine.chat import ChatFormat
from desktop.engine.fitting import Fit, facts_of, fit
from desktop.engine.gguf import read_header
from desktop.engine.llama_vocab import Vocabulary
from desktop.engine.machine import Machine, this_machine

_META_BYTES = 4096
_UNKNOWN_ARCHITECTURE = re.compile(r"unknown model architecture: '([^']*)'")
_TRUNCATED = re.compile(
    r"not within the file bounds|exceeds remaining file size|failed to read (?:header|key-value|tensor)"
)


class Model:
    """A loaded model. Close it when done, after its contexts."""

    def __init__(self, spec: ModelSpec, progress: Callable[[float], None], machine: Machine | None = None) -> None:
        """Load the weights; raises `UserFault` or `EngineFault` that says why it cannot be done."""
        # Refuses what is no model, not a whole one or too large, before native code reads it.
        self.fit: Fit = fit(facts_of(read_header(spec.path)), machine or this_machine(), spec)
        self.spec = spec
        self.pointer = _load(spec, progress, use_mmap=self.fit.use_mmap)
        vocab = native.llama_model_get_vocab(self.pointer)
        assert vocab
        self.vocab = Vocabulary(vocab)
        if native.llama_model_has_encoder(self.pointer) or not native.llama_model_has_decoder(self.pointer):
            # Such a model turns text into vectors, or needs an encoder's pass first; decoding would end the process.
            architecture = self.meta("general.architecture")
            self.close()
            raise UserFault(ErrorCode.MODEL_UNKNOWN_ARCHITECTURE, name=spec.path.name, architecture=architecture)
        self.template = (native.llama_model_chat_template(self.pointer, None) or b"").decode("utf-8", "replace")
        texts = {name: self.vocab.special_text(name) for name in ("bos", "eos")}
        self.chat = ChatFormat(self.template or None, **texts)

    def close(self) -> None:
        """Free the weights."""
        native.llama_model_free(self.pointer)

    @property
    def can_forget(self) -> bool:
        """Whether the model's memory can drop the end of what it has read (recurrent models cannot)."""
        return not (native.llama_model_is_recurrent(self.pointer) or native.llama_model_is_hybrid(self.pointer))

    @property
    def is_mixture(self) -> bool:
        """Whether the model chooses experts for every token."""
        return self.meta(f"{self.meta('general.architecture')}.expert_count") not in {"", "0"}

    def meta(self, key: str) -> str:
        """Return a metadata value as text, empty when there is none."""
        buffer = ctypes.create_string_buffer(_META_BYTES)
        length = native.llama_model_meta_val_str(self.pointer, key.encode(), buffer, _META_BYTES)
        return buffer.value.decode("utf-8", "replace") if length >= 0 else ""

    def info(self, n_ctx: int) -> ModelInfo:
        """Return what the window shows of the model."""
        return ModelInfo(
            name=self.meta("general.name") or self.spec.path.stem,
            architecture=self.meta("general.architecture"),
            n_ctx=n_ctx,
            n_ctx_train=native.llama_model_n_ctx_train(self.pointer),
            n_vocab=self.vocab.size,
            n_params=native.llama_model_n_params(self.pointer),
            size=native.llama_model_size(self.pointer),
            has_chat_template=self.chat.is_template,
            library=llama_library.version(),
        )


def _load(spec: ModelSpec, progress: Callable[[float], None], *, use_mmap: bool) -> native.llama_model_p:
    def report(fraction: float, _user_data: object) -> bool:
        progress(fraction)
        return True

    path = spec.path
    params = native.llama_model_default_params()
    chosen = llama_devices.handles(spec.device)
    if chosen is None:
        raise _load_failed(path, f"no device {spec.device}")
    # An empty list is the CPU alone; without a list the library would take every graphics device it has.
    params.devices = ctypes.cast(chosen, ctypes.c_void_p)
    params.n_gpu_layers = spec.gpu_layers if spec.device else 0
    callback = native.llama_progress_callback(report)
    params.load_mode = native.LLAMA_LOAD_MODE_MMAP if use_mmap else native.LLAMA_LOAD_MODE_NONE
    params.progress_callback = callback  # the local name keeps it alive while the library calls it
    # Some versions of GCC (12 for one) drop the stores that fill an AMX tile configuration, so the AMX code dies at
    # the first long prompt. Only servers have AMX; the other repacked formats are lost with it there, nowhere else.
    params.use_extra_bufts = not llama_library.has_amx()
    llama_library.forget_errors()
    model = native.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise _why_not_loaded(path)
    return cast("native.llama_model_p", model)


def _why_not_loaded(path: Path) -> AssistantError:
    """Read the reason from the library's log: it reports in no other way."""
    errors = "\n".join(llama_library.recent_errors())
    if unknown := _UNKNOWN_ARCHITECTURE.search(errors):
        return UserFault(ErrorCode.MODEL_UNKNOWN_ARCHITECTURE, name=path.name, path=str(path), architecture=unknown[1])
    if _TRUNCATED.search(errors):
        size = path.stat().st_size
        return UserFault(ErrorCode.MODEL_TRUNCATED, name=path.name, found=size, expected=size + 1)
    return _load_failed(path, errors.rpartition("\n")[2])


def _load_failed(path: Path, reason: str) -> EngineFault:
    return EngineFault(ErrorCode.MODEL_LOAD_FAILED, name=path.name, path=str(path), reason=reason, report="")


def context_failed(path: Path) -> EngineFault:
    """Return the fault of a model whose context cannot be made, most often for lack of memory."""
    return _load_failed(path, (llama_library.recent_errors() or ["context"])[-1])
