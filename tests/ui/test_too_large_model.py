"""A model that the terminal has no memory for: the window says so with numbers and offers one that runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode
from desktop.engine.model_hash import remember_hash
from desktop.session.desk import Desk
from desktop.session.events import Ended
from desktop.settings.settings import Settings, load_settings
from desktop.ui.sheet import Phase
from tests.support.models import too_large_model
from tests.support.window import PATIENCE_MS, folders_at, pressable
from tests.ui.conftest import OpenWindow


@pytest.mark.model
def test_the_notice_offers_a_smaller_model_and_drafts_with_it(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot, small_model: Path
) -> None:
    folders = folders_at(tmp_path / "home")
    folders.ensure()
    path = too_large_model(folders.own_models / "huge.gguf")
    remember_hash(path, "0" * 64, folders.model_hashes)  # as adding it would have
    (folders.own_models / "small.gguf").symlink_to(small_model)
    program = open_window(desk=Desk(folders, Settings()))
    program.begin_sample()
    ends: list[Ended] = []
    program.bench.ended.connect(ends.append)
    program.window.form.ask_draft()
    qtbot.waitUntil(lambda: len(ends) == 1, timeout=PATIENCE_MS)
    assert ends[0].error is not None
    assert ends[0].error.code is ErrorCode.MODEL_TOO_LARGE
    card = program.window.draft.notices.card("run")
    assert card is not None
    assert "GB" in card.notice.title
    pressable(card, "「small」で下書きする").click()
    qtbot.waitUntil(lambda: program.bench.runner.progress.phase is Phase.READING, timeout=PATIENCE_MS)
    assert program.desk.settings.model == "small"
    assert load_settings(folders.settings_file).settings.model == "small"
    program.bench.runner.stop()
    qtbot.waitUntil(lambda: len(ends) == 2, timeout=PATIENCE_MS)
    assert ends[1].error is None
