"""The window lets the model get ready while a person still types, and tells when a graphics device was given up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.device_engine import DeviceEngine
from desktop.engine.scripted import Do, Rule, Step
from desktop.session.desk import Desk
from desktop.session.model_holder import ChosenModel
from desktop.session.wording import describe
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState, Inputs
from desktop.templates.samples import example_values
from desktop.ui import ahead
from desktop.ui.ahead import GetReady
from tests.support.graphics import computer, model_file, new_engines
from tests.support.window import PATIENCE_MS, Opened, folders_at
from tests.ui.conftest import OpenWindow


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "AFTER_OPENING_MS", 10)
    monkeypatch.setattr(ahead, "AFTER_PAUSE_MS", 10)


def memo(program: Opened) -> Inputs:
    return Inputs(example_values(program.desk.template("memo")))


def started(program: Opened) -> bool:
    return program.engine is not None and program.engine.pid is not None


def test_the_model_gets_ready_for_a_form_that_is_open(open_window: OpenWindow) -> None:
    program = open_window()
    GetReady(program.bench, program.bench)
    program.begin("memo")
    program.qtbot.waitUntil(lambda: started(program), timeout=PATIENCE_MS)
    program.begin("memo", memo(program))
    assert program.run(program.bench.draft).state is DocumentState.COMPLETE


def test_a_finished_document_taken_out_of_the_history_does_not_start_the_model(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("memo", memo(program))
    assert program.run(program.bench.draft).state is DocumentState.COMPLETE
    sheet = program.bench.sheet
    assert sheet is not None
    program.begin("minutes")
    assert program.engine is not None
    program.engine.unload()
    ready = GetReady(program.bench, program.bench)
    with program.qtbot.waitSignal(program.bench.form_settled, timeout=PATIENCE_MS):
        program.bench.open_document(sheet.number)
    program.qtbot.waitUntil(lambda: ready._read is not None, timeout=PATIENCE_MS)
    assert not started(program)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_graphics_device_that_was_given_up_is_told_in_the_window(
    open_window: OpenWindow, tmp_path: Path, language: str
) -> None:
    script = replace(computer(Step(Do.ABORT)), rules=(Rule((Step(Do.FILL, every=0.001),)),))
    engine = DeviceEngine(tmp_path / "devices.json", new_engines(script), has_devices=lambda: True)
    model = ChosenModel("model", model_file(tmp_path / "model.gguf"), "")
    desk = Desk(folders_at(tmp_path / "home"), Settings(language=language), engine=engine, model=model)
    program = open_window(desk=desk)
    program.begin("memo", memo(program))
    assert program.run(program.bench.draft).state is DocumentState.COMPLETE
    card = program.window.draft.notices.card("device")
    assert card is not None
    assert card.notice.title == describe(EngineFault(ErrorCode.ENGINE_DEVICE_LOST), language).title
