"""What a person is told of a newer version of a template: everything that changes for them, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from desktop.templates.differences import Change, Kind, Part, differences
from desktop.templates.library import builtin_templates

MEMO = next(one for one in builtin_templates() if one.id == "memo")


def test_nothing_is_told_where_only_the_version_number_changed() -> None:
    assert differences(MEMO, replace(MEMO, version="9.9")) == []


def test_new_gone_and_changed_fields_and_sections_are_named_as_a_person_sees_them() -> None:
    extra = replace(MEMO.fields[0], key="新しい欄", label="新しい欄")
    changed = replace(MEMO.fields[1], help="別の説明")
    after = replace(MEMO, fields=(MEMO.fields[0], changed, *MEMO.fields[3:], extra), sections=MEMO.sections[1:])
    assert set(differences(MEMO, after)) == {
        Change(Part.FIELD, Kind.CHANGED, MEMO.fields[1].label),
        Change(Part.FIELD, Kind.REMOVED, MEMO.fields[2].label),
        Change(Part.FIELD, Kind.ADDED, "新しい欄"),
        Change(Part.SECTION, Kind.REMOVED, MEMO.sections[0].title),
    }


def test_another_instruction_to_the_model_counts_as_the_prompt_and_not_as_the_form() -> None:
    section = replace(MEMO.sections[0], instruction="短く書く。")
    assert differences(MEMO, replace(MEMO, sections=(section, *MEMO.sections[1:]))) == [
        Change(Part.PROMPT, Kind.CHANGED)
    ]


def test_name_and_printed_form_are_told() -> None:
    after = replace(MEMO, name="連絡メモ", layout=replace(MEMO.layout, title="連絡"))
    assert differences(MEMO, after) == [Change(Part.ABOUT, Kind.CHANGED), Change(Part.LAYOUT, Kind.CHANGED)]
