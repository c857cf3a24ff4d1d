"""The whole history as a folder: people find their documents in it, and another terminal takes it in again."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.core.sections import ListContent
from desktop.documents.csv_out import TableWriter
from desktop.engine.scripted import Do, Step, one_rule
from desktop.engine.supervisor import ChildEngine
from desktop.session.desk import Desk
from desktop.session.errand import Errand, ErrandStopped, Phase
from desktop.session.history_folder import HISTORY_NAME, SETTINGS_NAME
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import Inputs, TemplateStamp
from tests.support.desk import WAIT
from tests.support.histories import everything

TITLE = "会議名"


class Terminals:
    """Desks on homes of their own."""

    def __init__(self, root: Path) -> None:
        """Put the homes under a folder."""
        self._root = root
        self.desks: list[Desk] = []

    def open(self, name: str, settings: Settings | None = None) -> Desk:
        """Open a desk with an empty history."""
        engine = ChildEngine(one_rule(Step(Do.FILL)).arguments())
        folders = Folders.discover({"FUMIZUKUE_HOME": str(self._root / name)})
        desk = Desk(folders, settings or Settings(), engine=engine)
        self.desks.append(desk)
        desk.open().result(WAIT)
        return desk


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Terminals]:
    made = Terminals(tmp_path)
    yield made
    for desk in made.desks:
        desk.close().result(WAIT)


def write(desk: Desk, title: str) -> int:
    """Put minutes with one section into the history."""
    number = desk.create("minutes", Inputs({TITLE: title})).result(WAIT)
    key = next(spec.key for spec in desk.template("minutes").sections if spec.kind.value == "list")
    desk.save_edit(number, key, ListContent(("市道を補修する",))).result(WAIT)
    return number


def stopping_at(phase: Phase) -> Errand:
    """Return an errand that is stopped once it has reached a phase."""
    reached: list[Phase] = []
    return Errand(lambda at, _done, _total: reached.append(at), lambda: phase in reached)


def index_of(folder: Path) -> list[dict[str, str]]:
    raw = (folder / "index.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_people_find_their_documents_by_date_and_title_and_the_folder_can_be_taken_in_again(
    terminals: Terminals, tmp_path: Path
) -> None:
    old, new = terminals.open("old"), terminals.open("new")
    titles = ["定例会議", "定例会議", "a/b\\c:d*?", "長い" * 200, "=cmd|' /C calc'!A0", "CON"]
    for title in titles:
        write(old, title)
    empty = old.create("minutes", Inputs()).result(WAIT)
    trashed = write(old, "捨てた")
    old.trash.put(trashed).result(WAIT)
    seen: list[tuple[Phase, int, int]] = []
    out = tmp_path / "書き出し"
    errand = Errand(lambda phase, done, total: seen.append((phase, done, total)))
    written = old.transfer.write_out(out, errand, language="ja").result(WAIT)
    assert (written.counts.documents, written.word_files, written.failed) == (8, 6, ())
    assert {(Phase.WRITING, 8, 8), (Phase.WORD, 8, 8)} <= set(seen)
    names = sorted(path.name for path in out.glob("*.docx"))
    assert len(names) == 6
    assert all(len(name.encode()) <= 255 and not set(name) & set('<>:"/\\|?*') for name in names)
    day = names[0][:8]
    assert {f"{day}_定例会議.docx", f"{day}_定例会議_2.docx", f"{day}_CON.docx"} <= set(names)
    rows = index_of(out)
    assert (len(rows), {row["ファイル"] for row in rows if row["ファイル"]}) == (8, set(names))
    assert [row["標題"] for row in rows[:2]] == ["定例会議", "定例会議"]
    assert rows[4]["標題"].startswith("'=")
    assert (rows[6]["備考"], rows[7]["備考"]) == ("まだ下書きがありません", "ごみ箱にあります")
    assert empty == 7
    assert "市道を補修する" in "\n".join(one.text for one in Document(str(out / names[0])).paragraphs)
    assert new.transfer.take_in(out, Errand()).result(WAIT).new == 8
    assert new._in_store(everything).result(WAIT) == old._in_store(everything).result(WAIT)


def test_the_word_files_of_a_folder_open_in_an_office_program(terminals: Terminals, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.fail("soffice is missing: `make test` installs libreoffice-writer-nogui")
    desk = terminals.open("home")
    write(desk, "定例会議")
    out = tmp_path / "out"
    desk.transfer.write_out(out, Errand(), language="ja").result(WAIT)
    (file,) = out.glob("*.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=300)
    assert "市道を補修する" in (tmp_path / f"{file.stem}.txt").read_text("utf-8-sig")


def test_a_document_whose_template_cannot_be_read_any_more_does_not_keep_the_others_back(
    terminals: Terminals, tmp_path: Path
) -> None:
    desk = terminals.open("home")
    write(desk, "よい")
    stamp = TemplateStamp("old", "古い", "1", "= not toml")
    number = desk._in_store(lambda store: store.create_document(stamp, "読めない", Inputs())).result(WAIT)
    desk.save_edit(number, "body", ListContent(("x",))).result(WAIT)
    written = desk.transfer.write_out(tmp_path / "out", Errand(), language="en").result(WAIT)
    assert (written.counts.documents, written.word_files, written.failed) == (2, 1, (number,))
    row = index_of(tmp_path / "out")[1]
    assert row["File"] == ""
    assert row["Note"]


def test_a_folder_with_something_in_it_is_left_alone(terminals: Terminals, tmp_path: Path) -> None:
    desk = terminals.open("home")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(UserFault) as caught:
        desk.transfer.write_out(tmp_path / "out", Errand(), language="ja").result(WAIT)
    assert caught.value.code is ErrorCode.OUTPUT_EXISTS
    with pytest.raises(UserFault) as caught:
        desk.transfer.write_out(tmp_path / "no" / "out", Errand(), language="ja").result(WAIT)
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE


def test_stopping_half_way_leaves_no_folder_and_no_document_behind(terminals: Terminals, tmp_path: Path) -> None:
    old, new = terminals.open("old"), terminals.open("new")
    for title in "abc":
        write(old, title)
    for phase in (Phase.WRITING, Phase.WORD):
        stopping = stopping_at(phase)
        with pytest.raises(ErrandStopped):
            old.transfer.write_out(tmp_path / "out", stopping, language="ja").result(WAIT)
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "old"]
    old.transfer.write_out(tmp_path / "out", Errand(), language="ja", word=False).result(WAIT)
    for phase in (Phase.CHECKING, Phase.TAKING_IN):
        stopping = stopping_at(phase)
        with pytest.raises(ErrandStopped):
            new.transfer.take_in(tmp_path / "out", stopping).result(WAIT)
        assert new.history().result(WAIT) == []


def test_checking_tells_what_a_file_holds_and_takes_nothing_in(terminals: Terminals, tmp_path: Path) -> None:
    old, new = terminals.open("old"), terminals.open("new")
    write(old, "a")
    old.transfer.write_out(tmp_path / "out", Errand(), language="ja", word=False).result(WAIT)
    counts = new.transfer.check(tmp_path / "out" / HISTORY_NAME, Errand()).result(WAIT)
    assert (counts.documents, counts.versions) == (1, 1)
    assert new.transfer.document_count().result(WAIT) == 0
    with pytest.raises(AssistantError) as caught:
        new.transfer.check(tmp_path, Errand()).result(WAIT)
    assert caught.value.code is ErrorCode.HISTORY_FILE_MISSING


def test_moving_to_a_new_terminal_takes_the_persons_details_along_and_overwrites_none(
    terminals: Terminals, tmp_path: Path
) -> None:
    own = Settings(person="田中", section="総務課", mail="t@example.jp", favourites=("minutes", "notice"), threads=3)
    old = terminals.open("old", own)
    new = terminals.open("new", Settings(mail="new@example.jp", favourites=("memo",)))
    write(old, "a")
    old.transfer.write_out(tmp_path / "out", Errand(), language="ja", word=False, settings=True).result(WAIT)
    moved = new.transfer.move_in(tmp_path / "out", Errand()).result(WAIT)
    assert moved.taken.new == 1
    assert moved.settings == ("section", "person", "favourites")
    kept = new.settings
    assert (kept.person, kept.section, kept.mail, kept.threads) == ("田中", "総務課", "new@example.jp", 0)
    assert kept.favourites == ("memo", "minutes", "notice")
    again = new.transfer.move_in(tmp_path / "out", Errand()).result(WAIT)
    assert (again.taken.same, again.settings) == (1, ())


def test_with_broken_settings_beside_it_nothing_comes_in(terminals: Terminals, tmp_path: Path) -> None:
    old, new = terminals.open("old"), terminals.open("new")
    write(old, "a")
    old.transfer.write_out(tmp_path / "out", Errand(), language="ja", word=False, settings=True).result(WAIT)
    (tmp_path / "out" / SETTINGS_NAME).write_text("person = 7\n")
    with pytest.raises(UserFault) as caught:
        new.transfer.move_in(tmp_path / "out", Errand()).result(WAIT)
    assert caught.value.code is ErrorCode.SETTINGS_BROKEN
    assert new.transfer.document_count().result(WAIT) == 0


def test_no_cell_of_a_list_is_calculated_by_a_spreadsheet_program() -> None:
    stream = io.BytesIO()
    table = TableWriter(stream)
    table.row(["=1+1", " +1", "@x", "－1", "\t=1", "普通", 'a"b\nc', "\ud83d"])
    (row,) = csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""))
    assert row == ["'=1+1", "' +1", "'@x", "'－1", "'\t=1", "普通", 'a"b\nc', "?"]
