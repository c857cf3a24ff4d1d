"""Templates of the office's share on a desk: they come by themselves, and go wrong without harm."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.core.errors import ErrorCode
from desktop.session.desk import Desk
from desktop.session.office_library import Shelf
from desktop.templates.library import builtin_templates
from tests.support.desk import WAIT, MakeDesk


def memo_text(name: str, version: str = "2.0") -> str:
    source = next(one for one in builtin_templates() if one.id == "memo").source
    return source.replace('name = "庁内メモ"', f'name = "{name}"', 1).replace(
        'version = "1.0"', f'version = "{version}"', 1
    )


def put(share: Path, folder: str, text: str) -> None:
    place = share / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "メモ.toml").write_text(text, encoding="utf-8")


def use(desk: Desk, share: Path, office: str = "総務部/総務課", **more: object) -> None:
    desk.save_settings(replace(desk.settings, shared_templates=str(share), office=office, **more)).result(WAIT)  # type: ignore[arg-type]  # passed through


def wait_for(desk: Desk, reached: Callable[[Shelf], bool]) -> Shelf:
    came = threading.Event()
    desk.library.listen(lambda shelf: came.set() if reached(shelf) else None)
    if not reached(desk.library.shelf):
        assert came.wait(WAIT)
    return desk.library.shelf


def test_a_template_on_the_share_takes_the_place_of_the_programs_own(make_desk: MakeDesk, tmp_path: Path) -> None:
    share = tmp_path / "share"
    put(share, "", memo_text("市のメモ"))
    put(share, "総務部/総務課", memo_text("総務課のメモ", "3.0"))
    put(share, "福祉部", memo_text("福祉部のメモ"))
    desk = make_desk()
    use(desk, share)
    desk.library.watch()
    wait_for(desk, lambda shelf: shelf.library.offer("memo").origin.level == 3)
    offered = desk.library.offer("memo")
    assert desk.template("memo").name == "総務課のメモ"
    assert offered.origin.folder == "総務部/総務課"
    assert [origin.level for origin in offered.overridden] == [1, 0]
    assert desk.template("minutes").name == "議事録（要点筆記）"


def test_with_the_share_gone_the_copies_are_used_at_the_next_start(make_desk: MakeDesk, tmp_path: Path) -> None:
    share = tmp_path / "share"
    put(share, "", memo_text("市のメモ"))
    desk = make_desk()
    use(desk, share)
    desk.library.watch()
    wait_for(desk, lambda shelf: shelf.library.offer("memo").origin.level == 1)
    desk.close().result(WAIT)
    share.rename(tmp_path / "elsewhere")
    again = make_desk()
    use(again, share)
    again.library.read().result(WAIT)
    assert again.template("memo").name == "市のメモ"
    again.library.watch()
    shelf = wait_for(again, lambda shelf: shelf.sync.fault is not None)
    assert shelf.sync.fault is not None
    assert shelf.sync.fault.code is ErrorCode.TEMPLATE_SHARE_UNREACHABLE
    assert again.template("memo").name == "市のメモ"
    assert again.library.offer("memo").origin.age(time.time()) >= 0


def test_a_share_that_is_taken_out_of_the_settings_leaves_the_programs_own(make_desk: MakeDesk, tmp_path: Path) -> None:
    share = tmp_path / "share"
    put(share, "", memo_text("市のメモ"))
    desk = make_desk()
    use(desk, share)
    desk.library.watch()
    wait_for(desk, lambda shelf: shelf.library.offer("memo").origin.level == 1)
    desk.save_settings(replace(desk.settings, shared_templates="")).result(WAIT)
    wait_for(desk, lambda shelf: shelf.library.offer("memo").origin.level == 0)
    assert desk.template("memo").name == "庁内メモ"


def test_a_key_that_is_none_leaves_the_programs_own_and_is_told(make_desk: MakeDesk, tmp_path: Path) -> None:
    put(tmp_path / "share", "", memo_text("市のメモ"))
    desk = make_desk()
    use(desk, tmp_path / "share", template_keys=("no key",))
    shelf = desk.library.read().result(WAIT)
    assert shelf.fault is not None
    assert shelf.fault.code is ErrorCode.TEMPLATE_KEY_BAD
    assert desk.template("memo").name == "庁内メモ"
