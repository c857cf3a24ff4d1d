"""Graphics devices as the native library sees them: loading their backends, listing them, naming their drivers."""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Iterator
from typing import Any

from desktop.engine import llama_library
from desktop.engine.base import Device
from desktop.engine.devices import GPU_FOLDER

_GPU, _INTEGRATED_GPU = 1, 2  # ggml_backend_dev_type
_VULKAN_INSTANCE_INFO = 1  # VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO


def devices() -> list[Device]:
    """Start the graphics drivers and return their devices, in the library's order."""
    drivers = _vulkan_drivers()
    return [_describe(handle, drivers) for handle in _graphics()]


def handles(name: str) -> ctypes.Array[ctypes.c_void_p] | None:
    """Return the list of devices that llama.cpp takes: the one of this name, none for the empty name.

    `None` when there is no such device. No graphics driver is started for the empty name.
    """
    if not name:
        return (ctypes.c_void_p * 1)(None)
    naming = llama_library.ggml_function("ggml_backend_dev_name", ctypes.c_char_p, ctypes.c_void_p)
    for handle in _graphics():
        if naming(handle).decode() == name:
            return (ctypes.c_void_p * 2)(handle, None)
    return None


def _graphics() -> Iterator[int]:
    """Yield the library's handles of the graphics devices."""
    _load_backends()
    count = llama_library.ggml_function("ggml_backend_dev_count", ctypes.c_size_t)
    get = llama_library.ggml_function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    kind = llama_library.ggml_function("ggml_backend_dev_type", ctypes.c_int, ctypes.c_void_p)
    for index in range(count()):
        handle: int = get(index)
        if kind(handle) in (_GPU, _INTEGRATED_GPU):
            yield handle


@functools.cache
def _load_backends() -> None:
    """Load the graphics backends, once a process; their own folder keeps drivers out of processes on the CPU."""
    folder = llama_library.folder() / GPU_FOLDER
    if folder.is_dir():
        load_all = llama_library.ggml_function("ggml_backend_load_all_from_path", None, ctypes.c_char_p)
        load_all(os.fsencode(folder))


def _describe(handle: int, drivers: dict[str, str]) -> Device:
    naming = llama_library.ggml_function("ggml_backend_dev_name", ctypes.c_char_p, ctypes.c_void_p)
    describing = llama_library.ggml_function("ggml_backend_dev_description", ctypes.c_char_p, ctypes.c_void_p)
    size_pointer: Any = ctypes.POINTER(ctypes.c_size_t)
    measuring = llama_library.ggml_function(
        "ggml_backend_dev_memory", None, ctypes.c_void_p, size_pointer, size_pointer
    )
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    measuring(handle, ctypes.byref(free), ctypes.byref(total))
    description = describing(handle).decode("utf-8", "replace")
    return Device(
        name=naming(handle).decode("utf-8", "replace"),
        description=description,
        driver=drivers.get(description, ""),
        memory_free=free.value,
        memory_total=total.value,
    )


class _InstanceInfo(ctypes.Structure):
    """VkInstanceCreateInfo (Vulkan 1.0)."""

    _fields_ = (
        ("sType", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("pApplicationInfo", ctypes.c_void_p),
        ("enabledLayerCount", ctypes.c_uint32),
        ("ppEnabledLayerNames", ctypes.c_void_p),
        ("enabledExtensionCount", ctypes.c_uint32),
        ("ppEnabledExtensionNames", ctypes.c_void_p),
    )


class _DeviceProperties(ctypes.Structure):
    """The beginning of VkPhysicalDeviceProperties (Vulkan 1.0), and room for its limits."""

    _fields_ = (
        ("apiVersion", ctypes.c_uint32),
        ("driverVersion", ctypes.c_uint32),
        ("vendorID", ctypes.c_uint32),
        ("deviceID", ctypes.c_uint32),
        ("deviceType", ctypes.c_int),
        ("deviceName", ctypes.c_char * 256),
        ("pipelineCacheUUID", ctypes.c_uint8 * 16),
        ("rest", ctypes.c_uint8 * 2048),
    )


def _vulkan_drivers() -> dict[str, str]:
    """Return what tells each Vulkan driver from its other versions, by device description.

    The library does not say it. The pipeline cache's identity changes with every build of a driver, also where the
    version number does not.
    """
    try:
        vulkan = ctypes.CDLL("vulkan-1.dll" if sys.platform == "win32" else "libvulkan.so.1")
    except OSError:
        return {}  # no Vulkan, no Vulkan drivers
    instance = ctypes.c_void_p()
    info = _InstanceInfo(sType=_VULKAN_INSTANCE_INFO)
    if vulkan.vkCreateInstance(ctypes.byref(info), None, ctypes.byref(instance)) != 0:
        return {}
    try:
        return dict(_driver(vulkan, device) for device in _physical_devices(vulkan, instance))
    finally:
        vulkan.vkDestroyInstance(instance, None)


def _physical_devices(vulkan: ctypes.CDLL, instance: ctypes.c_void_p) -> list[int]:
    count = ctypes.c_uint32(0)
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
    found = (ctypes.c_void_p * count.value)()
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), found)
    return [device for device in found[: count.value] if device]


def _driver(vulkan: ctypes.CDLL, device: int) -> tuple[str, str]:
    properties = _DeviceProperties()
    vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(device), ctypes.byref(properties))
    identity = f"{properties.vendorID:04x}:{properties.deviceID:04x} {properties.driverVersion:x}"
    name: bytes = properties.deviceName
    return name.decode("utf-8", "replace"), f"{identity} {bytes(properties.pipelineCacheUUID).hex()}"
