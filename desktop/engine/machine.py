"""What the terminal has: cores and memory, from the system itself."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """A terminal: bytes of memory (0: unknown) and cores that this process may use.

    `free` is what a program may take now without swapping, the cache of files included.
    """

    free: int
    total: int
    physical: int
    logical: int


def this_machine() -> Machine:
    """Return what this terminal has now."""
    return Machine(available_memory(), total_memory(), physical_cores(), logical_cores())


def logical_cores() -> int:
    """Return how many processors the system shows to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def physical_cores() -> int:
    """Return how many physical cores this process may use; two threads on one core only get in each other's way.

    Fast and slow cores of one processor count alike: the library hands out work in small pieces, so that a slow core
    takes fewer of them.
    """
    logical = logical_cores()
    return max(1, min(logical, _physical_cores() or logical))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _RELATION_PROCESSOR_CORE = 0

    class _MemoryStatus(ctypes.Structure):
        _fields_ = (
            ("dwLength", wintypes.DWORD),
            ("dwMemoryLoad", wintypes.DWORD),
            ("ullTotalPhys", ctypes.c_ulonglong),
            ("ullAvailPhys", ctypes.c_ulonglong),
            ("ullTotalPageFile", ctypes.c_ulonglong),
            ("ullAvailPageFile", ctypes.c_ulonglong),
            ("ullTotalVirtual", ctypes.c_ulonglong),
            ("ullAvailVirtual", ctypes.c_ulonglong),
            ("ullAvailExtendedVirtual", ctypes.c_ulonglong),
        )

    def _physical_cores() -> int:
        """Count the core records of GetLogicalProcessorInformationEx; each starts with its kind and its size."""
        kernel = ctypes.WinDLL("kernel32")
        size = wintypes.DWORD(0)
        kernel.GetLogicalProcessorInformationEx(_RELATION_PROCESSOR_CORE, None, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        if not kernel.GetLogicalProcessorInformationEx(_RELATION_PROCESSOR_CORE, buffer, ctypes.byref(size)):
            return 0
        records, offset = 0, 0
        while offset < size.value:
            records += 1
            offset += int.from_bytes(buffer.raw[offset + 4 : offset + 8], "little")
        return records

    def available_memory() -> int:
        """Return the bytes of memory that a program may take now without swapping; 0 when unknown."""
        return int(_memory_status().ullAvailPhys)

    def total_memory() -> int:
        """Return the bytes of memory that there are; 0 when unknown."""
        return int(_memory_status().ullTotalPhys)

    def _memory_status() -> _MemoryStatus:
        """Ask the system; every number stays 0 when it does not answer."""
        status = _MemoryStatus()
        status.dwLength = ctypes.sizeof(status)
        ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status))
        return status

else:

    def _physical_cores() -> int:
        """Count distinct sets of hyperthread siblings."""
        lists = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
        return len({path.read_text() for path in lists})

    def available_memory() -> int:
        """Return the bytes of memory that a program may take now without swapping; 0 when unknown."""
        return _meminfo("MemAvailable:")

    def total_memory() -> int:
        """Return the bytes of memory that there are; 0 when unknown."""
        return _meminfo("MemTotal:")

    def _meminfo(key: str) -> int:
        try:
            lines = Path("/proc/meminfo").read_text().splitlines()
        except OSError:
            return 0
        amounts = [line.split()[1] for line in lines if line.startswith(key)]
        return int(amounts[0]) * 1024 if amounts else 0
