"""A collection kept in Excel becomes a folder of drafts that `templates check` accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli.console import ExitCode

TABLE = '名称,用途,プロンプト,作成者\nお礼,"",{相手}にお礼のメールを書いて。,髙橋\n空,,,\n'


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUMIZUKUE_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_in_the_charset_of_excel_becomes_drafts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], charset: str
) -> None:
    file, out = tmp_path / "集.csv", tmp_path / "新しい" / "案"
    file.write_bytes(TABLE.encode(charset))
    assert main(["templates", "import", str(file), "--out", str(out)]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert [path.name for path in out.iterdir()] == ["お礼.toml"]
    for words in (
        "2 行目「お礼」",
        "入力欄にしました：相手",
        "取り込まなかった列：作成者",
        "指示文がありません",
        "1 件の案",
    ):
        assert words in said
    assert main(["templates", "check", str(out)]) == ExitCode.DONE


def test_what_is_there_is_not_replaced_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "a.csv", tmp_path / "out"
    file.write_text(TABLE, encoding="utf-8")
    out.mkdir()
    (out / "お礼.toml").write_text("mine")
    assert main(["templates", "import", str(file), "--out", str(out)]) == ExitCode.USER
    assert (out / "お礼.toml").read_text() == "mine"
    assert main(["templates", "import", str(file), "--out", str(out), "--overwrite", "--json"]) == ExitCode.DONE
    output = capsys.readouterr().out
    report = json.loads(output[output.index("{") :])
    assert [entry["file"] for entry in report["entries"]] == ["お礼.toml", ""]
    assert "相手" in (out / "お礼.toml").read_text("utf-8")


def test_columns_can_be_named_and_a_wrong_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("A,B\nお願い,書いて\n", encoding="utf-8")
    given = ["templates", "import", str(file), "--out", str(tmp_path / "out")]
    assert main(given) == ExitCode.USER
    assert "A、B" in capsys.readouterr().err
    assert main([*given, "--column", "本文=B"]) == ExitCode.USAGE
    assert main([*given, "--column", "prompt=B", "--column", "name=A"]) == ExitCode.DONE
    assert (tmp_path / "out" / "お願い.toml").is_file()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert main(["templates", "import", str(file), "--out", str(file / "x")]) == ExitCode.USER


def test_nothing_taken_over_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# 題\nまだない\n", encoding="utf-8")
    assert main(["templates", "import", str(file), "--out", str(tmp_path / "out")]) == ExitCode.USER
