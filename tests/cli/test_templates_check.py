"""`templates check` tells all that is wrong with files and folders; `templates schema` gives editors the format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli.console import ExitCode
from desktop.templates.library import builtin_templates
from desktop.templates.schema import schema_text
from tests.support.reference_files import letterhead_file, rewritten

MEMO = next(one for one in builtin_templates() if one.id == "memo").source
WITH_REFERENCE = MEMO.replace('[layout]\nkind = "memo"', '[layout]\nkind = "memo"\nreference = "様式.docx"')


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUMIZUKUE_HOME", str(tmp_path / "home"))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "ひな形"
    folder.mkdir()
    return folder


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def check(*paths: Path, language: str = "ja") -> int:
    return main(["--language", language, "templates", "check", *map(str, paths)])


def test_a_folder_is_checked_with_all_below_and_every_fault_has_file_line_and_a_way_on(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shelf / "良い.toml", MEMO)
    bad = write(
        shelf / "市民課" / "悪い.toml",
        MEMO.replace('kind = "memo"', 'kind = "memmo"').replace("max_chars = 50", "max_chars = 0"),
    )
    (shelf / "cp932.toml").write_bytes('name = "議事録"'.encode("cp932"))
    assert check(shelf) == ExitCode.USER
    printed = capsys.readouterr().out
    lines = bad.read_text("utf-8").split("\n")
    kind, chars = lines.index('kind = "memmo"') + 1, lines.index("max_chars = 0") + 1
    assert f"{bad}:{kind}:" in printed
    assert "「memo」ではありませんか" in printed
    assert f"{bad}:{chars}:" in printed
    assert "1 から 2000 まで" in printed
    assert "UTF-8 ではありません" in printed
    assert f"{shelf / '良い.toml'}：問題ありません" in printed
    assert "3 個のファイルを検査しました。誤りは 3 か所です。" in printed


def test_the_same_faults_are_told_in_english(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shelf / "a.toml", MEMO.replace('kind = "memo"', 'kind = "memmo"'))
    assert check(shelf, language="en") == ExitCode.USER
    printed = capsys.readouterr().out
    assert "Did you mean “memo”?" in printed
    assert "Faults: 1." in printed


def test_two_files_of_one_identity_in_a_folder_are_a_fault_and_in_two_folders_none(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shelf / "a.toml", MEMO)
    write(shelf / "課" / "b.toml", MEMO)
    write(shelf / "履歴" / "c.toml", MEMO)
    write(shelf / "履歴" / "d.toml", MEMO)
    assert check(shelf) == ExitCode.DONE
    write(shelf / "b.toml", MEMO)
    assert check(shelf) == ExitCode.USER
    printed = capsys.readouterr().out
    assert f"{shelf / 'b.toml'}:3:" in printed
    assert "a.toml と同じです" in printed


def test_a_fault_of_the_word_file_beside_a_template_is_told_at_the_line_that_names_it(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(shelf / "a.toml", WITH_REFERENCE)
    line = WITH_REFERENCE.split("\n").index('reference = "様式.docx"') + 1
    assert check(file) == ExitCode.USER
    assert (
        f"{file}:{line}: 体裁の見本「様式.docx」を使えません（ひな形と同じフォルダーにありません）"
        in capsys.readouterr().out
    )
    (shelf / "様式.docx").write_bytes(rewritten(letterhead_file(), {"word/vbaProject.bin": b"x"}))
    assert check(file) == ExitCode.USER
    assert "マクロ" in capsys.readouterr().out
    (shelf / "様式.docx").write_bytes(letterhead_file())
    assert check(file) == ExitCode.DONE


def test_a_refused_name_of_the_word_file_is_told_once(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(shelf / "a.toml", WITH_REFERENCE.replace("様式.docx", "../様式.docx"))
    assert check(file) == ExitCode.USER
    assert "誤りは 1 か所です" in capsys.readouterr().out


def test_a_script_gets_every_fault_as_json(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(shelf / "a.toml", MEMO.replace("max_chars = 50", "max_chars = 0"))
    assert main(["templates", "check", str(file), "--json"]) == ExitCode.USER
    (fault,) = json.loads(capsys.readouterr().out)
    assert (fault["file"], fault["code"], fault["reason"]) == (str(file), "template_bad_value", "out_of_range")
    assert fault["action"]


def test_an_empty_folder_and_a_file_that_is_not_there_are_no_success(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(shelf) == ExitCode.USER
    assert "ひな形のファイル（.toml）がありません" in capsys.readouterr().err
    assert check(shelf / "away.toml") == ExitCode.USER
    assert "ひな形「" + str(shelf / "away.toml") in capsys.readouterr().out


def test_the_schema_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "schema"]) == ExitCode.DONE
    assert capsys.readouterr().out == schema_text()
    target = tmp_path / "template.schema.json"
    assert main(["templates", "schema", "--out", str(target)]) == ExitCode.DONE
    assert target.read_text("utf-8") == schema_text()
    assert main(["templates", "schema", "--out", str(target)]) == ExitCode.USER
