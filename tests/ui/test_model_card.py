"""The card that adds models takes what the systems section hands out: a file, or parts with their manifest."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.engine.packing import pack_model
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from tests.support.models import gguf
from tests.support.window import PATIENCE_MS
from tests.ui.conftest import OpenWindow


def test_a_model_in_parts_is_added_by_its_manifest(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> None:
    source = tmp_path / "model.gguf"
    source.write_bytes(gguf())
    packed = pack_model(source, tmp_path / "usb", part_bytes=5000)
    last = packed.path.parent / packed.manifest.parts[-1].name
    away = last.rename(tmp_path / last.name)
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")})
    program = open_window(desk=Desk(folders, Settings()))
    card = program.window.draft.model_card
    card.add_file(packed.path)
    qtbot.waitUntil(lambda: last.name in card.fault, timeout=PATIENCE_MS)
    away.rename(last)
    card.add_file(packed.path)
    added = folders.own_models / "model.gguf"
    qtbot.waitUntil(added.exists, timeout=PATIENCE_MS)
    assert added.read_bytes() == source.read_bytes()
