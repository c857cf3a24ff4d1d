"""llama.cpp's own tools, llama-bench and llama-server, built once from the source of the locked binding."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.setting import BUILD, ROOT, Setting

PACKAGE = "llama-cpp-python"
TOOLS = ("llama-bench", "llama-server")
# What the binding's own build sets, and the tools without what only the network needs.
_FIXED = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "ON",
    "CMAKE_BUILD_RPATH_USE_ORIGIN": "ON",  # the build folder may be moved
    "LLAMA_CURL": "OFF",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_BUILD_TOOLS": "ON",
    "LLAMA_BUILD_SERVER": "ON",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
}


class ToolMissing(Exception):  # noqa: N818 -- it is told in the table, not a fault
    """A tool or package that cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Locked:
    """The binding as the lock file has it."""

    version: str
    sha256: str


def locked() -> Locked:
    """Return the version and the hash of the binding's source package in uv.lock."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    (package,) = (one for one in lock["package"] if one["name"] == PACKAGE)
    return Locked(package["version"], package["sdist"]["hash"].removeprefix("sha256:"))


def cmake_options() -> dict[str, str]:
    """Return the options of the project's own build of the binding, from pyproject.toml, and those of the tools."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings: Mapping[str, str] = project["tool"]["uv"]["config-settings-package"][PACKAGE]
    prefix = "cmake.define."
    ours = {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}
    return {**_FIXED, **ours}


def tool(name: str) -> Path:
    """Return one of llama.cpp's tools, building both when they are not there; raises `ToolMissing`."""
    folder = BUILD / f"llama.cpp-{locked().version}"
    if not (folder / "ready").exists():
        _build(_source(), folder)
    return folder / "bin" / name


def run(command: Sequence[str], what: str, *, log: Path | None = None) -> None:
    """Run a command; raises `ToolMissing` with the last lines it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ToolMissing(f"{what}: {command[0]} is not installed") from None
    said = done.stdout + done.stderr
    if log:
        log.write_text(said, encoding="utf-8")
    if done.returncode != 0:
        last = " / ".join(said.strip().splitlines()[-3:])
        raise ToolMissing(f"{what} failed: {last[-300:]}")


def _source() -> Path:
    """Return the unpacked source of llama.cpp, fetched by pip and held against the lock file's hash."""
    package = locked()
    folder = BUILD / f"llama_cpp_python-{package.version}"
    if not (folder / "pyproject.toml").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        listed = BUILD / "requirements.txt"
        listed.write_text(f"{PACKAGE}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        only = ["--no-binary", PACKAGE, "--require-hashes", "--requirement", str(listed), "--dest", str(BUILD)]
        run([*pip, *only], f"fetching the source of {PACKAGE}")
        with tarfile.open(BUILD / f"llama_cpp_python-{package.version}.tar.gz") as archive:
            archive.extractall(BUILD, filter="data")
    return folder / "vendor" / "llama.cpp"


def _build(source: Path, folder: Path) -> None:
    print(f"building {' and '.join(TOOLS)} (about 15 minutes on two cores, once)", file=sys.stderr, flush=True)
    cmake = shutil.which("cmake") or _own_cmake()
    defines = [f"-D{key}={value}" for key, value in cmake_options().items()]
    folder.mkdir(parents=True, exist_ok=True)
    run([cmake, "-S", str(source), "-B", str(folder), *defines], "configuring llama.cpp", log=folder / "configure.log")
    jobs = str(os.cpu_count() or 1)
    command = [cmake, "--build", str(folder), "--parallel", jobs, "--target", *TOOLS]
    run(command, "building llama.cpp", log=folder / "build.log")
    (folder / "ready").touch()


def pip_install(folder: Path, package: str, what: str, *options: str) -> None:
    """Install a package into a folder of its own, apart from the project's environment; raises `ToolMissing`."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    run([*pip, "--target", str(folder), package], what)


def _own_cmake() -> str:
    """Return a cmake from the package index, where the machine has none."""
    folder = BUILD / "cmake"
    if not (folder / "bin" / "cmake").exists():
        pip_install(folder, "cmake>=3.28,<5", "fetching cmake")
    return str(folder / "cmake" / "data" / "bin" / "cmake")


@dataclass(frozen=True, slots=True)
class BenchRun:
    """What one run of llama-bench says: tokens, seconds, and the process's peak memory in bytes."""

    tokens: int
    seconds: float
    peak: int


def parse_bench(output: str) -> tuple[int, float]:
    """Return tokens and seconds of the one test in llama-bench's JSON; raises `ValueError` for anything else."""
    (test,) = json.loads(output)
    tokens = test["n_prompt"] + test["n_gen"]
    (nanoseconds,) = test["samples_ns"]
    if tokens <= 0 or nanoseconds <= 0:
        raise ValueError("llama-bench measured nothing")
    return tokens, nanoseconds / 1e9


def bench(setting: Setting, *, prompt: int = 0, generate: int = 0, batch: int = 0) -> BenchRun:
    """Run one test of llama-bench, which warms up by itself; `batch` 0 is the same as ours. Raises `ToolMissing`."""
    size = str(batch or setting.n_batch)
    command = [str(tool("llama-bench")), "-m", str(setting.model), "-p", str(prompt), "-n", str(generate)]
    command += ["-b", size, "-ub", size, "-t", str(setting.threads), "-fa", "auto", "-r", "1", "-o", "json"]
    command += ["--repack", "0"] if setting.without_amx else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ToolMissing(f"llama-bench ended with {process.returncode}")
    return BenchRun(*parse_bench(output), usage.ru_maxrss * 1024)
