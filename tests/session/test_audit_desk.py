"""The audit log as the program uses it: settings, exports, and a CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.session.history_desk import HistoryDesk
from desktop.settings.settings import Settings
from desktop.store.audit_chain import GENESIS, AuditRow, row_hash

WAIT = 60


class Now:
    """Settings that a test changes while the desk uses them."""

    settings = Settings(person="山田", section="総務課")

    def __call__(self) -> Settings:
        return self.settings


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def desk(tmp_path: Path, now: Now) -> Iterator[HistoryDesk]:
    made = HistoryDesk(tmp_path / "history.sqlite3", now)
    made.open().result(WAIT)
    yield made
    made._close_history()


def details(desk: HistoryDesk) -> list[dict[str, object]]:
    return [json.loads(row.details) for row in desk.audit.latest().result(WAIT)]


def test_changed_settings_are_logged_with_old_and_new_but_personal_ones_by_name_only(
    desk: HistoryDesk, now: Now
) -> None:
    after = replace(now.settings, cpu_percent=50, telephone="0123-45-6789", last_template="x", audit_content=True)
    desk.audit.settings_changed(now.settings, after)
    assert details(desk) == [
        {"key": "audit_content", "old": "false", "new": "true"},
        {"key": "telephone"},
        {"key": "cpu_percent", "old": "100", "new": "50"},
    ]
    desk.audit.settings_changed(after, after)
    assert len(details(desk)) == 3


def test_the_name_of_an_exported_file_is_logged_only_where_the_settings_say_so(desk: HistoryDesk, now: Now) -> None:
    desk.audit.exported(1, Path("秘密の題.docx")).result(WAIT)
    now.settings = replace(now.settings, audit_file_names=True)
    desk.audit.exported(1, Path("秘密の題.docx")).result(WAIT)
    assert details(desk) == [{"format": "docx", "file": "秘密の題.docx"}, {"format": "docx"}]


def test_a_published_template_is_logged(desk: HistoryDesk) -> None:
    desk.audit.published("notice", "4", "総務部/notice.toml")
    assert details(desk) == [{"template": "notice", "template_version": "4", "place": "総務部/notice.toml"}]


def test_the_csv_opens_in_a_spreadsheet_runs_nothing_and_gives_every_cell_back(
    desk: HistoryDesk, now: Now, tmp_path: Path
) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@a", "\tb", "'c", '二"重,\n行', "山田"]
    for name in names:
        now.settings = Settings(person=name)
        desk.audit.published("notice", "1", "x")
        desk.audit.head().result(WAIT)
    written = desk.audit.export(tmp_path / "audit.csv").result(WAIT)
    raw = written.path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())
    back = [{key: cell.removeprefix("'") for key, cell in row.items()} for row in rows]
    assert [row["person"] for row in back] == names
    previous = GENESIS
    for row in back:
        who = (row["person"], row["section"], row["login"], row["terminal"])
        made = AuditRow(
            int(row["number"]), row["at"], row["kind"], *who, document=int(row["document"]), details=row["details"]
        )
        previous = row_hash(previous, made)
        assert previous == row["hash"]
    assert (written.head.count, written.head.hash) == (len(names), previous)


def test_an_existing_file_is_not_overwritten_unasked(desk: HistoryDesk, tmp_path: Path) -> None:
    (tmp_path / "audit.csv").write_text("mine")
    with pytest.raises(UserFault) as caught:
        desk.audit.export(tmp_path / "audit.csv").result(WAIT)
    assert caught.value.code is ErrorCode.OUTPUT_EXISTS
    assert (tmp_path / "audit.csv").read_text() == "mine"
