"""What the terminal has: physical cores and free memory, from the system itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def physical_cores() -> int:
    """Return how many physical cores this process may use; two threads on one core only get in each other's way."""
    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
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
        status = _MemoryStatus()
        status.dwLength = ctypes.sizeof(status)
        known = ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.ullAvailPhys) if known else 0

else:

    def _physical_cores() -> int:
        """Count distinct sets of hyperthread siblings."""
        lists = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
        return len({path.read_text() for path in lists})

    def available_memory() -> int:
        """Return the bytes of memory that a program may take now without swapping; 0 when unknown."""
        try:
            lines = Path("/proc/meminfo").read_text().splitlines()
        except OSError:
            return 0
        amounts = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
        return int(amounts[0]) * 1024 if amounts else 0
