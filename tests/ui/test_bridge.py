"""The crossing between threads: everything arrives in the main thread, and a fast stream does not flood it."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.core.sections import TextContent
from desktop.session.events import DraftEvent, Reading, SectionGrew
from desktop.ui.bridge import Bridge, DraftRelay
from desktop.ui.writing import Change, TextEditor, least_change


def test_results_and_failures_arrive_in_the_main_thread(qtbot: QtBot) -> None:
    bridge, owner = Bridge(), QObject()
    arrived: list[tuple[object, threading.Thread]] = []

    def note(value: object) -> None:
        arrived.append((value, threading.current_thread()))

    with ThreadPoolExecutor(1) as pool:
        bridge.then(pool.submit(lambda: 7), owner, note)
        bridge.then(pool.submit(lambda: 1 // 0), owner, note, note)
        qtbot.waitUntil(lambda: len(arrived) == 2, timeout=5000)
    assert arrived[0][0] == 7
    assert isinstance(arrived[1][0], ZeroDivisionError)
    assert {thread for _, thread in arrived} == {threading.main_thread()}


def test_nothing_arrives_for_a_widget_that_is_gone(qtbot: QtBot) -> None:
    bridge, owner, other = Bridge(), QObject(), QObject()
    arrived: list[str] = []
    future: Future[str] = Future()
    bridge.then(future, owner, lambda _value: arrived.append("gone"))
    bridge.then(future, other, lambda _value: arrived.append("here"))
    with qtbot.waitSignal(owner.destroyed, timeout=5000):
        owner.deleteLater()
    threading.Thread(target=future.set_result, args=("x",)).start()
    qtbot.waitUntil(lambda: bool(arrived), timeout=5000)
    assert arrived == ["here"]


def test_a_flood_of_growth_arrives_as_a_few_changes_and_ends_with_the_last(qtbot: QtBot) -> None:
    parent = QObject()
    relay = DraftRelay(parent)
    arrived: list[DraftEvent] = []
    threads: set[threading.Thread] = set()

    def note(event: DraftEvent) -> None:
        arrived.append(event)
        threads.add(threading.current_thread())

    relay.arrived.connect(note)
    last = SectionGrew("a", TextContent("x" * 5000), finished=True)

    def flood() -> None:
        relay(Reading(1, 2, None))
        for length in range(1, 5000):
            relay(SectionGrew("a", TextContent("x" * length), finished=False))
        relay(SectionGrew("b", TextContent("y"), finished=False))
        relay(last)

    thread = threading.Thread(target=flood)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: last in arrived, timeout=5000)
    assert len(arrived) < 50
    assert threads == {threading.main_thread()}
    assert [event.key for event in arrived if isinstance(event, SectionGrew)][-1] == "a"
    assert any(isinstance(event, SectionGrew) and event.key == "b" for event in arrived)


def test_the_least_change_counts_rare_kanji_as_qt_does(qtbot: QtBot) -> None:
    assert least_change("𠮷田さん", "𠮷田さん") is None
    assert least_change("𠮷田", "𠮷田さん") == Change(3, 0, "さん")
    assert least_change("髙𠮷", "髙𠮟") == Change(1, 2, "𠮟")
    editor = TextEditor("writing")
    qtbot.addWidget(editor)
    for text in ("𠮷", "𠮷田", "𠮷田さんと𠮟責", "𠮷田と𠮟", "", "一行\n二行\n\n𠮷"):
        editor.show_text(text)
        assert editor.text() == text


def test_a_position_behind_a_change_moves_with_its_text() -> None:
    change = Change(4, 3, "ab")
    assert [change.moved(position) for position in (0, 4, 5, 6, 7, 9)] == [0, 4, 5, 6, 6, 8]
