"""The built-in templates and folders of template files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import SectionKind
from desktop.templates.library import builtin_templates, load_folder, read_template
from desktop.templates.model import Category, Template
from desktop.templates.parse import MAX_BYTES
from desktop.templates.render import draft_schema, render_prompt
from desktop.templates.samples import example_values


def by_id(identity: str) -> Template:
    return next(template for template in builtin_templates() if template.id == identity)


def test_the_builtin_templates_come_in_the_order_of_their_groups() -> None:
    ranks = [list(Category).index(Category(template.category)) for template in builtin_templates()]
    assert ranks == sorted(ranks)


def test_the_first_of_a_group_is_what_offices_make_most() -> None:
    first = {template.category: template.id for template in reversed(builtin_templates())}
    assert builtin_templates()[0].id == "minutes"
    assert {"notice", "memo", "assembly-qa", "greeting", "press", "project"} <= set(first.values())


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_a_builtin_template_speaks_english_too_and_can_be_tried_with_its_example(template: Template) -> None:
    values = example_values(template)
    system, user = render_prompt(template, values)

    assert template.name_en
    assert template.description_en
    assert all(field.label_en for field in template.fields)
    assert all(bool(field.help) == bool(field.help_en) for field in template.fields)
    assert "書かれていないことは書かない" in system
    for field in template.document_fields:
        assert values[field.key].strip() in user


def test_the_minutes_name_who_and_by_when_for_decisions_and_tasks() -> None:
    tables = [section for section in by_id("minutes").sections if section.kind is SectionKind.TABLE]

    assert len(tables) == 2
    assert all({"担当", "期限"} <= {column.title for column in section.columns} for section in tables)


def test_a_broken_file_is_reported_and_the_others_work(tmp_path: Path) -> None:
    for template in builtin_templates():
        (tmp_path / f"{template.id}.toml").write_text(template.source, encoding="utf-8-sig")
    (tmp_path / "broken.toml").write_text("format = ", encoding="utf-8")
    (tmp_path / "cp932.TOML").write_bytes('name = "議事録"'.encode("cp932"))
    (tmp_path / "large.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "readme.txt").write_text("no template", encoding="utf-8")
    found = load_folder(tmp_path)

    assert found.templates == builtin_templates()
    faults = {Path(str(fault.fields["file"])).name: fault for fault in found.faults}
    assert set(faults) == {"broken.toml", "cp932.TOML", "large.toml", "folder.toml"}
    assert faults["broken.toml"].code is ErrorCode.TEMPLATE_SYNTAX
    assert faults["cp932.TOML"].fields["reason"] == "not_utf8"
    assert faults["large.toml"].fields["reason"] == "too_long"
    assert faults["folder.toml"].code is ErrorCode.TEMPLATE_UNREADABLE


def test_the_second_file_with_one_identity_is_reported(tmp_path: Path) -> None:
    source = by_id("memo").source
    (tmp_path / "a.toml").write_text(source.replace('"庁内メモ"', '"先"', 1), encoding="utf-8")
    (tmp_path / "b.toml").write_text(source, encoding="utf-8")
    found = load_folder(tmp_path)

    assert [template.name for template in found.templates] == ["先"]
    assert [(fault.fields["file"], fault.fields["reason"]) for fault in found.faults] == [("b.toml", "duplicate")]


def test_a_folder_or_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserFault) as raised:
        load_folder(tmp_path / "away")
    assert raised.value.code is ErrorCode.TEMPLATE_UNREADABLE

    with pytest.raises(UserFault) as raised:
        read_template(tmp_path / "away.toml")
    assert raised.value.code is ErrorCode.TEMPLATE_NOT_FOUND
    assert raised.value.fields == {"file": os.fspath(tmp_path / "away.toml")}


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_everything_a_builtin_template_allows_fits_beside_a_source_of_four_thousand_characters(
    template: Template,
) -> None:
    # Two characters or more in three tokens is what the least thrifty tokenizers need for Japanese.
    system, _ = render_prompt(template, example_values(template))

    assert len(system) < 2000
    assert set(draft_schema(template)) == {"type", "properties", "required", "additionalProperties"}
