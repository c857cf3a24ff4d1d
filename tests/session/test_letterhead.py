"""The Word file beside a template gives its documents their look; without it they are saved and a warning is given."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from docx import Document

from desktop.core.document import LayoutKind
from desktop.core.errors import ErrorCode
from desktop.session.letterhead import letterhead
from desktop.session.office_library import Shelf
from desktop.store.records import Inputs
from desktop.templates.library import builtin_templates, load_folder
from desktop.templates.model import TemplateLayout
from desktop.templates.resolve import Library, Offered, Origin
from desktop.templates.shape import MAX_REFERENCE_BYTES
from tests.support.desk import WAIT, MakeDesk
from tests.support.reference_files import letterhead_file

NAME = "市の様式.docx"


def layout(name: str = NAME, sha256: str = "") -> TemplateLayout:
    return TemplateLayout(LayoutKind.NOTICE, reference=name, reference_sha256=sha256)


def reason(folder: Path | None, wanted: TemplateLayout) -> str:
    look, fault = letterhead(wanted, folder)
    assert look is None
    assert fault is not None
    assert fault.code is ErrorCode.TEMPLATE_REFERENCE_BAD
    return str(fault.fields["reason"])


def test_the_file_is_found_by_name_whatever_form_the_server_gives_the_name(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "がくえん.DOCX")).write_bytes(letterhead_file())
    look, fault = letterhead(layout("がくえん.docx"), tmp_path)
    assert fault is None
    assert look is not None


def test_a_template_without_a_file_of_its_own_has_nothing_to_warn_of(tmp_path: Path) -> None:
    assert letterhead(layout(""), tmp_path) == (None, None)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert reason(tmp_path, layout()) == "not_found"
    assert reason(None, layout()) == "not_found"
    assert reason(tmp_path / "away", layout()) == "not_found"


@pytest.mark.parametrize("name", ["../secret.docx", "/etc/hostname", "\\\\srv\\a\\b.docx", "C:\\a.docx", "NUL.docx"])
def test_even_a_layout_that_was_not_checked_reaches_nothing_outside_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.docx").write_bytes(letterhead_file())
    (tmp_path / "in").mkdir()
    assert reason(tmp_path / "in", layout(name)) == "not_found"


@pytest.mark.skipif(os.name == "nt", reason="making a link takes a right that people do not have on Windows")
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.docx"
    outside.write_bytes(letterhead_file())
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / NAME).symlink_to(outside)
    assert reason(folder, layout()) == "link"
    (folder / "dangling.docx").symlink_to(folder / "nothing")
    assert reason(folder, layout("dangling.docx")) == "link"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its pipes elsewhere")
def test_a_pipe_or_a_folder_does_not_keep_anybody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert reason(tmp_path, layout()) == "not_a_file"
    (tmp_path / "folder.docx").mkdir()
    assert reason(tmp_path, layout("folder.docx")) == "not_a_file"


def test_a_file_of_more_than_five_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"PK\x03\x04" + b"\x00" * MAX_REFERENCE_BYTES)
    assert reason(tmp_path, layout()) == "too_large"


def test_a_file_that_is_not_the_one_the_template_was_published_with_is_not_used(tmp_path: Path) -> None:
    data = letterhead_file()
    (tmp_path / NAME).write_bytes(data)
    good = hashlib.sha256(data).hexdigest()
    assert letterhead(layout(sha256=good), tmp_path)[0] is not None
    assert reason(tmp_path, layout(sha256="0" * 64)) == "changed"


def test_a_document_of_an_older_version_takes_the_file_of_the_version_of_today(tmp_path: Path) -> None:
    (tmp_path / "様式_v2.docx").write_bytes(letterhead_file())
    look, fault = letterhead(layout("様式_v1.docx"), tmp_path, layout("様式_v2.docx"))
    assert fault is None
    assert look is not None
    (tmp_path / "様式_v2.docx").unlink()
    look, fault = letterhead(layout("様式_v1.docx"), tmp_path, layout("様式_v2.docx"))
    assert look is None
    assert fault is not None
    assert fault.fields["reference"] == "様式_v2.docx"


def test_a_document_is_saved_in_the_office_look_and_without_the_file_in_ours_with_a_warning(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    memo = next(one for one in builtin_templates() if one.id == "memo")
    source = memo.source.replace('[layout]\nkind = "memo"', f'[layout]\nkind = "memo"\nreference = "{NAME}"')
    shelf = tmp_path / "templates"
    shelf.mkdir()
    (shelf / "memo.toml").write_text(source, encoding="utf-8")
    (shelf / NAME).write_bytes(letterhead_file())
    desk = make_desk()
    offered = tuple(Offered(template, Origin()) for template in load_folder(shelf).templates)
    desk.library._shelf = Shelf(Library(offered))
    number = desk.create("memo", Inputs(dict(memo.examples), {})).result(WAIT)

    done = desk.export(number, tmp_path / "a.docx").result(WAIT)
    assert done.warning is None
    assert Document(str(done.path)).sections[0].header.paragraphs[0].text == "あおぞら市　様式第1号"

    (shelf / NAME).unlink()
    done = desk.export(number, tmp_path / "b.docx").result(WAIT)
    assert done.warning is not None
    assert done.warning.fields["reason"] == "not_found"
    assert "庁内メモ" in [one.text for one in Document(str(done.path)).paragraphs]
    assert desk.export(number, tmp_path / "b.txt").result(WAIT).warning is None
