"""Which installed model to propose when the chosen one needs more memory than there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.engine.base import ModelSpec
from desktop.engine.catalog import InstalledModel, installed_models
from desktop.engine.fitting import facts_of, fit
from desktop.engine.gguf import read_header
from desktop.engine.machine import Machine, this_machine


def with_smaller(
    fault: UserFault, name: str, spec: ModelSpec, folders: Sequence[Path], machine: Machine | None = None
) -> UserFault:
    """Return the fault, a MODEL_TOO_LARGE with the model's name and its field `smaller` filled.

    `smaller` is the name of the largest installed model that fits the memory that is free now, empty when none does.
    """
    if fault.code is not ErrorCode.MODEL_TOO_LARGE:
        return fault
    machine = machine or this_machine()
    others = [model for model in installed_models(folders) if model.path != spec.path]
    fitting = [model for model in others if _fits(model, spec, machine)]
    smaller = max(fitting, key=lambda model: model.size).name if fitting else ""
    return UserFault(fault.code, **{**fault.fields, "name": name, "smaller": smaller})


def _fits(model: InstalledModel, spec: ModelSpec, machine: Machine) -> bool:
    try:
        fit(facts_of(read_header(model.path)), machine, dataclasses.replace(spec, path=model.path))
    except AssistantError:
        return False  # too large as well, or no model at all
    return True
