"""Nothing leaves the terminal: a whole draft is watched at the level of system calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli.console import ExitCode


@pytest.mark.model
def test_a_whole_draft_opens_no_internet_socket(tmp_path: Path, small_model: Path) -> None:
    trace = tmp_path / "trace.txt"
    target = tmp_path / "memo.docx"
    watched = ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace)]
    command = [sys.executable, "-m", "desktop.cli", "draft", "memo", "--sample", "--out", str(target)]
    env = {**os.environ, "FUMIZUKUE_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [*watched, *command, "--model", str(small_model)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.DONE, done.stderr
    assert target.exists()
    calls = trace.read_text(encoding="utf-8")
    assert not re.findall(r"^.*AF_INET.*$", calls, re.MULTILINE)


def test_strace_would_have_seen_a_socket(tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    opens = "import socket; socket.socket(socket.AF_INET).close()"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace), sys.executable, "-c", opens], check=True
    )
    assert "AF_INET" in trace.read_text(encoding="utf-8")
