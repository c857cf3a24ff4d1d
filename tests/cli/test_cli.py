"""The console does the work of the window: every command, its exit code, and what a script can read from it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from desktop.cli.console import ExitCode
from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState
from tests.support.desk import WAIT, Heard, sample_inputs

RUN = [sys.executable, "-m", "desktop.cli"]


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console program on a folder of its own."""
    env = {**os.environ, "FUMIZUKUE_HOME": str(home), "FUMIZUKUE_MODELS": str(home / "none"), **environment}
    return subprocess.run([*RUN, *words], env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def write_a_document(home: Path) -> int:
    """Put a finished document into the history, as the window would."""
    engine = ChildEngine(one_rule(Step(Do.FILL)).arguments())
    desk = Desk(Folders.discover({"FUMIZUKUE_HOME": str(home)}), Settings(), engine=engine)
    try:
        desk.open().result(WAIT)
        document_id = desk.create("minutes", sample_inputs(desk)).result(WAIT)
        assert desk.draft(document_id, Heard()).result(WAIT).state is DocumentState.COMPLETE
    finally:
        desk.close().result(WAIT)
    return document_id


def test_help_speaks_both_languages_and_tells_the_exit_codes(tmp_path: Path) -> None:
    japanese, english = run(tmp_path, "--help"), run(tmp_path, "--language", "en", "--help")
    assert japanese.returncode == english.returncode == ExitCode.DONE
    assert "終了コード" in japanese.stdout
    assert "Exit codes" in english.stdout
    assert not any("ぁ" <= sign <= "ヿ" for sign in english.stdout)


def test_templates_are_listed_and_shown_in_both_languages(tmp_path: Path) -> None:
    listed = run(tmp_path, "templates", "list")
    assert "議事録（要点筆記）" in listed.stdout
    shown = run(tmp_path, "--language", "en", "templates", "show", "minutes")
    assert "Minutes" in shown.stdout
    assert "会議名" in shown.stdout
    machine = json.loads(run(tmp_path, "templates", "list", "--json").stdout)
    assert {"minutes", "notice", "memo"} <= {template["id"] for template in machine}


def test_a_faulty_template_is_reported_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "私の.toml"
    file.write_text('format = 1\nid = "x"\nnmae = "誤り"\n', encoding="utf-8")
    checked = run(tmp_path, "templates", "check", str(file))
    assert checked.returncode == ExitCode.USER
    assert f"{file}:3:" in checked.stdout
    assert "nmae" in checked.stdout
    good = tmp_path / "good.toml"
    source = Path(__file__).parents[2] / "desktop" / "resources" / "templates" / "memo.toml"
    good.write_bytes(source.read_bytes())
    assert run(tmp_path, "templates", "check", str(good)).returncode == ExitCode.DONE


def test_an_unknown_template_is_a_users_fault_with_a_way_on(tmp_path: Path) -> None:
    done = run(tmp_path, "templates", "show", "nothing")
    assert done.returncode == ExitCode.USER
    assert "templates list" in done.stderr


def test_the_history_is_listed_shown_and_exported(tmp_path: Path) -> None:
    document_id = write_a_document(tmp_path)
    assert "検討会" in run(tmp_path, "history", "list").stdout
    shown = json.loads(run(tmp_path, "history", "show", str(document_id), "--json").stdout)
    assert shown["state"] == "complete"
    target = tmp_path / "out.docx"
    exported = run(tmp_path, "history", "export", str(document_id), "--out", str(target))
    assert exported.returncode == ExitCode.DONE
    assert Document(str(target)).paragraphs
    again = run(tmp_path, "history", "export", str(document_id), "--out", str(target))
    assert again.returncode == ExitCode.USER
    assert (
        run(tmp_path, "history", "export", str(document_id), "--out", str(target), "--overwrite").returncode
        == ExitCode.DONE
    )


def test_the_history_is_searched_with_japanese_periods_and_the_trash_gives_back(tmp_path: Path) -> None:
    document_id = write_a_document(tmp_path)
    found = run(tmp_path, "history", "search", "検討会", "--period", "今年度", "--template", "minutes")
    assert "【検討会】" in found.stdout
    assert "1 件" in found.stderr
    (hit,) = json.loads(run(tmp_path, "history", "search", "検討会", "--json").stdout)
    assert hit["id"] == document_id
    assert hit["excerpt"][slice(*hit["marks"][0])] == "検討会"
    assert json.loads(run(tmp_path, "history", "list", "--period", "平成30年度", "--json").stdout) == []
    assert run(tmp_path, "history", "list", "--period", "いつか").returncode == ExitCode.USER
    assert run(tmp_path, "history", "trash", str(document_id)).returncode == ExitCode.DONE
    assert json.loads(run(tmp_path, "history", "search", "検討会", "--json").stdout) == []
    assert [one["id"] for one in json.loads(run(tmp_path, "history", "trash", "--json").stdout)] == [document_id]
    assert run(tmp_path, "history", "restore", str(document_id)).returncode == ExitCode.DONE
    assert "検討会" in run(tmp_path, "history", "list").stdout
    assert run(tmp_path, "history", "restore", "99").returncode == ExitCode.STORE


def test_an_empty_history_is_no_fault(tmp_path: Path) -> None:
    done = run(tmp_path, "history", "list", "--json")
    assert done.returncode == ExitCode.DONE
    assert json.loads(done.stdout) == []


def test_a_document_that_is_not_there_is_a_fault_of_the_history(tmp_path: Path) -> None:
    write_a_document(tmp_path)
    assert run(tmp_path, "history", "show", "99").returncode == ExitCode.STORE


def test_a_draft_without_a_model_says_how_to_add_one(tmp_path: Path) -> None:
    done = run(tmp_path, "draft", "minutes", "--sample", "--model", str(tmp_path / "missing.gguf"))
    assert done.returncode == ExitCode.USER
    assert "missing" in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["draft"], "--continue"),
        (["draft", "minutes", "--field", "会議名"], "会議名"),
        (["draft", "minutes", "--source", "ない.txt"], "ない.txt"),
        (["draft", "minutes", "--source", "x.jtd"], "一太郎"),
    ],
)
def test_a_wrong_command_line_is_answered_with_what_to_write(tmp_path: Path, words: list[str], expected: str) -> None:
    (tmp_path / "x.jtd").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    words = [str(tmp_path / word) if word.endswith(".jtd") else word for word in words]
    done = run(tmp_path, *words)
    assert done.returncode in {ExitCode.USAGE, ExitCode.USER}
    assert expected in done.stderr


def test_broken_settings_are_told_and_do_not_stop_the_work(tmp_path: Path) -> None:
    settings = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)}).settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text("language = 'ja'\nmodel = \n", encoding="utf-8")
    done = run(tmp_path, "templates", "list")
    assert done.returncode == ExitCode.DONE
    assert str(settings) in done.stderr
    assert settings.read_text(encoding="utf-8") == "language = 'ja'\nmodel = \n"


def test_a_wrong_model_file_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "文書.gguf"
    file.write_bytes(b"not a model at all" * 100)
    done = run(tmp_path, "models", "add", str(file), "--json")
    assert done.returncode == ExitCode.USER
    assert json.loads(done.stdout)["error"] == "model_not_gguf"
    models = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)}).own_models
    assert not models.exists() or not list(models.iterdir())


@pytest.mark.model
def test_a_whole_draft_from_a_text_file_to_word_on_a_real_model(tmp_path: Path, small_model: Path) -> None:
    source = tmp_path / "kaigi.txt"
    source.write_bytes("課長：庁舎の清掃は12月3日に行うことに決めます。担当は管財課の森さんです。".encode("cp932"))
    target = tmp_path / "議事録.docx"
    words = (
        "draft", "minutes", "--source", str(source), "--field", "会議名=清掃の打合せ",
        "--out", str(target), "--model", str(small_model), "--json",
    )  # fmt: skip
    done = run(tmp_path, *words)
    assert done.returncode == ExitCode.DONE, done.stderr
    report = json.loads(done.stdout)
    assert report["state"] == "complete"
    assert report["generated_tokens"] > 0
    assert "速さを測っています" in done.stderr
    # A terminal that is swamped does not end its measurement in time; the draft itself then tells how fast it is.
    again = run(tmp_path, *words, "--overwrite")
    assert "この端末では約" in again.stderr
    assert Path(report["out"]) == target
    printed = Document(str(target))
    assert "清掃の打合せ" in "\n".join(paragraph.text for paragraph in printed.paragraphs)


@pytest.mark.model
def test_ctrl_c_keeps_the_text_and_the_draft_can_be_continued(tmp_path: Path, small_model: Path) -> None:
    env = {**os.environ, "FUMIZUKUE_HOME": str(tmp_path)}
    # A shell's background job is started deaf to Ctrl+C, and the tests may run in one.
    words = ["env", "--default-signal=INT", *RUN, "draft", "minutes", "--sample", "--show", "--model", str(small_model)]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.read(20)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=WAIT)
    assert process.returncode == ExitCode.STOPPED
    assert "draft --continue 1" in said
    shown = json.loads(run(tmp_path, "history", "show", "1", "--json").stdout)
    assert shown["state"] == "cancelled"
    assert shown["sections"]
    done = run(tmp_path, "draft", "--continue", "1", "--json", "--model", str(small_model))
    assert done.returncode == ExitCode.DONE, done.stderr
    assert json.loads(done.stdout)["state"] == "complete"
