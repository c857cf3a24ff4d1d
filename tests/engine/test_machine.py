"""What the terminal says of itself."""

from __future__ import annotations

import os

import psutil

from desktop.engine.machine import available_memory, physical_cores, this_machine


def test_there_is_at_least_one_core_and_never_more_than_the_process_may_use() -> None:
    assert 1 <= physical_cores() <= len(os.sched_getaffinity(0))


def test_free_memory_is_what_other_tools_report() -> None:
    assert abs(available_memory() - psutil.virtual_memory().available) < 512 * 1024 * 1024


def test_all_memory_is_what_other_tools_report_and_the_facts_agree_with_each_other() -> None:
    found = this_machine()
    assert found.total == psutil.virtual_memory().total
    assert 0 < found.free <= found.total
    assert 1 <= found.physical <= found.logical
