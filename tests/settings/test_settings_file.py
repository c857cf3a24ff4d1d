"""Settings come back as they were saved, and a broken file is said to be broken and never thrown away."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.settings.settings import Settings, load_settings, save_settings
from desktop.settings.toml_text import TomlValue, dump_toml

CHOSEN = Settings(language="en", model='qwen "2.5"\\日本', n_ctx=8192, threads=4, last_template="minutes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def copies(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if found != path]


def test_the_first_start_has_japanese_defaults_and_writes_nothing(path: Path) -> None:
    found = load_settings(path)
    assert found.fault is None
    assert found.settings == Settings(language="ja", model="", n_ctx=0, threads=0, last_template="")
    assert not path.parent.exists()


def test_saved_settings_come_back_and_leave_no_other_file(path: Path) -> None:
    save_settings(path, Settings())
    save_settings(path, CHOSEN)
    found = load_settings(path)
    assert (found.settings, found.fault) == (CHOSEN, None)
    assert copies(path) == []


def test_a_file_edited_with_notepad_is_read(path: Path) -> None:
    write(path, '\ufeff# 設定\r\nlanguage = "en"\r\nthreads = 2\r\n')
    found = load_settings(path)
    assert (found.settings, found.fault) == (Settings(language="en", threads=2), None)


@pytest.mark.parametrize(
    ("content", "line", "key"),
    [
        ("language = \n", 1, ""),
        ('language = "en"\nmodel = "never closed', 2, ""),
        ('language = "en"\nlanguage = "ja"\n', 2, ""),
        (b'language = "en"\n\nmodel = "\x93\xfa\x96{"\n', 3, ""),
        ("\x00\x01", 1, ""),
        ("threads = " + "9" * 5000, 1, ""),
        ("model = " + "[" * 100_000, 1, ""),
        ("#" * 300_000, 1, ""),
        ("\nthreads = true\n", 2, "threads"),
        ("n_ctx = -1\n", 1, "n_ctx"),
        ("cpu_percent = 0\n", 1, "cpu_percent"),
        ("cpu_percent = 101\n", 1, "cpu_percent"),
        ("n_ctx = 4096.0\n", 1, "n_ctx"),
        ("threads = 100000\n", 1, "threads"),
        ('# x\n\n  "threads" = "4"\n', 3, "threads"),
        ('language = "fr"\n', 1, "language"),
        ("language = 1\n", 1, "language"),
        ("model = []\n", 1, "model"),
        ('\nlangauge = "en"\n', 2, "langauge"),
        ("\n[window]\nwidth = 100\n", 2, "window"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_stays(path: Path, content: str | bytes, line: int, key: str) -> None:
    write(path, content)
    before = path.read_bytes()
    fault = load_settings(path).fault
    assert isinstance(fault, UserFault)
    assert fault.code is ErrorCode.SETTINGS_BROKEN
    assert fault.fields == {"path": str(path), "line": line, "key": key}
    assert path.read_bytes() == before


def test_one_wrong_line_does_not_undo_the_right_ones(path: Path) -> None:
    write(path, 'language = "en"\nthreads = "four"\nmodel = "m"\n')
    found = load_settings(path)
    assert found.fault is not None
    assert found.settings == Settings(language="en", model="m")


def test_saving_over_a_broken_file_keeps_a_copy_of_it(path: Path) -> None:
    broken = 'language = "en"\nthreads = "four" # 課長の指定\n'
    write(path, broken)
    save_settings(path, CHOSEN)
    assert load_settings(path).settings == CHOSEN
    (copy,) = copies(path)
    assert copy.name.startswith("settings.toml.broken-")
    assert copy.read_text(encoding="utf-8") == broken
    save_settings(path, Settings())
    assert copies(path) == [copy]


def test_a_file_that_cannot_be_read_or_replaced_is_reported_and_left(path: Path) -> None:
    path.mkdir(parents=True)
    found = load_settings(path)
    assert found.fault is not None
    assert found.fault.fields["line"] == 0
    with pytest.raises(UserFault) as caught:
        save_settings(path, CHOSEN)
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert path.is_dir()
    assert copies(path) == []


def test_a_config_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserFault) as caught:
        save_settings(tmp_path / "file" / "settings.toml", CHOSEN)
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE


@pytest.mark.parametrize(
    "wrong", [Settings(language="fr"), Settings(n_ctx=-1), Settings(cpu_percent=0), Settings(threads=10**6)]
)
def test_settings_that_could_not_be_read_back_are_not_written(path: Path, wrong: Settings) -> None:
    save_settings(path, CHOSEN)
    with pytest.raises(ValueError, match="out of range"):
        save_settings(path, wrong)
    assert load_settings(path).settings == CHOSEN


ANY_SETTINGS = st.builds(
    Settings,
    language=st.sampled_from(["ja", "en"]),
    model=st.text(max_size=30),
    n_ctx=st.integers(0, 1_048_576),
    cpu_percent=st.integers(1, 100),
    threads=st.integers(0, 1024),
    last_template=st.text(max_size=30),
    shared_templates=st.text(max_size=30),
    office=st.text(max_size=30),
    template_keys=st.lists(st.text(max_size=30), max_size=3).map(tuple),
)


@given(chosen=ANY_SETTINGS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_settings_come_back_exactly(path: Path, chosen: Settings) -> None:
    save_settings(path, chosen)
    found = load_settings(path)
    assert (found.settings, found.fault) == (chosen, None)


VALUES = st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans())


@given(st.dictionaries(st.text(), VALUES, max_size=6))
def test_written_toml_is_read_back_as_it_was(values: dict[str, TomlValue]) -> None:
    found = tomllib.loads(dump_toml(values))
    assert found == values
    assert [type(found[key]) for key in values] == [type(value) for value in values.values()]


def test_what_toml_cannot_hold_still_makes_a_readable_file() -> None:
    found = tomllib.loads(dump_toml({"half": "前\ud83d後", "nan": math.nan}))
    assert found["half"] == "前?後"
    assert math.isnan(found["nan"])


def test_keys_are_written_in_one_line_and_read_one_by_one(path: Path) -> None:
    write(path, 'template_keys = ["fumizukue-public:a", "fumizukue-public:b"]\n')
    found = load_settings(path)
    assert (found.fault, found.settings.template_keys) == (None, ("fumizukue-public:a", "fumizukue-public:b"))
    assert Settings().template_keys == ()
