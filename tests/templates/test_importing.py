"""Collections that offices keep in Excel and in notes become drafts that work, and the report hides nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import is_plain_file_name
from desktop.templates.import_draft import Imported, Remark
from desktop.templates.importing import MAX_ENTRIES, Collection, read_collection
from desktop.templates.model import FieldType, Template
from desktop.templates.parse import check_template, parse_template
from desktop.templates.render import render_prompt

TABLE = """名称,用途,プロンプト,作成者
お礼メール,協力者へのお礼,"{相手}へのお礼のメールを書いてください。
会った日：＿＿＿
次の内容を入れること：
{内容}",田中
要約,,次の文章を【文字数】字以内で要約してください。[ここに文章を貼り付けてください],
"""
NOTES = """# プロンプト集

みんなで育てる。

## 議事録

会議のメモから議事録を作る。

```
次のメモから議事録を作ってください。
【条件】
・です・ます調にしない
【メモ】
```

## 言い換え

> {文章}をやさしい日本語に
> してください。

> もっと短く：{文章}

## あとで書く

まだ考え中。
"""


def only(collection: Collection) -> Imported:
    [entry] = collection.entries
    return entry


def template_of(entry: Imported) -> Template:
    assert check_template(entry.text, "x") == []
    return parse_template(entry.text, "x")


def one_prompt(prompt: str) -> tuple[Template, list[tuple[Remark, str]]]:
    quoted = prompt.replace('"', '""')
    entry = only(read_collection(f'プロンプト\n"{quoted}"\n', "a.csv"))
    return template_of(entry), [(note.remark, note.what) for note in entry.notes]


def fault(text: str, file: str, **columns: str) -> UserFault:
    with pytest.raises(UserFault) as caught:
        read_collection(text, file, columns)
    return caught.value


def test_a_table_becomes_templates_with_their_fields() -> None:
    collection = read_collection(TABLE, "プロンプト集.csv")
    assert collection.files == ("お礼メール.toml", "要約.toml")
    thanks, summary = map(template_of, collection.entries)
    assert (thanks.name, thanks.description, thanks.category) == ("お礼メール", "協力者へのお礼", "letter")
    assert [(one.key, one.type) for one in thanks.fields] == [
        ("相手", FieldType.TEXT),
        ("会った日", FieldType.TEXT),
        ("内容", FieldType.DOCUMENT),
    ]
    assert all(one.required for one in thanks.fields)
    assert [one.key for one in summary.fields] == ["文字数", "文章"]
    assert (Remark.COLUMN_LEFT, "作成者") in [(one.remark, one.what) for one in collection.entries[0].notes]
    assert [entry.line for entry in collection.entries] == [2, 6]


def test_a_draft_asks_the_model_what_the_prompt_asked() -> None:
    thanks = template_of(read_collection(TABLE, "a.csv").entries[0])
    _, asked = render_prompt(thanks, {"相手": "{会長}", "会った日": "令和8年11月2日", "内容": "ありがとう"})
    assert "{会長}へのお礼のメールを書いてください。\n会った日：令和8年11月2日\n" in asked
    assert "次の内容を入れること：\nありがとう" in asked


def test_notes_become_templates_named_after_their_headings() -> None:
    collection = read_collection(NOTES, "notes.md")
    assert [entry.name for entry in collection.entries] == ["議事録", "言い換え", "言い換え（2）", "あとで書く"]
    assert collection.files == ("議事録.toml", "言い換え.toml", "言い換え（2）.toml", "")
    minutes = template_of(collection.entries[0])
    assert (minutes.description, minutes.category) == ("会議のメモから議事録を作る。", "minutes")
    assert "【条件】\n・です・ます調にしない" in minutes.prompt.user
    assert (Remark.HEADING_KEPT, "条件") in [(one.remark, one.what) for one in collection.entries[0].notes]
    assert [one.remark for one in collection.entries[3].notes] == [Remark.NO_PROMPT]


def test_a_source_in_the_middle_comes_last_so_that_the_model_reads_it_whole() -> None:
    template, notes = one_prompt("{文章}をやさしい日本語にしてください。")
    assert template.prompt.user == "「文章」をやさしい日本語にしてください。\n\n文章：\n{文章}\n"
    assert (Remark.SOURCE_MOVED, "文章") in notes


def test_a_prompt_without_a_source_gets_a_field_that_may_stay_empty() -> None:
    template, notes = one_prompt("{テーマ}の企画を考えて。")
    assert [(one.key, one.type, one.required) for one in template.fields] == [
        ("テーマ", FieldType.TEXT, True),
        ("資料", FieldType.DOCUMENT, False),
    ]
    assert (Remark.SOURCE_ADDED, "資料") in notes
    assert "企画を考えて。" in render_prompt(template, {"テーマ": "祭り"})[1]


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("{{宛先}}へ", ["宛先"]),
        ("｛宛先｝へ", ["宛先"]),
        ("[ここに議事録を貼り付けてください]", ["議事録"]),
        ("［ここに入力］", ["入力内容"]),
        ("日時：＿＿＿＿ 場所：____", ["日時", "場所"]),
        ("＿＿", ["項目"]),
        ("{宛先}と{宛先}", ["宛先"]),
        ("{1}番 [x] [ ] [1] [資料](http://example.jp)", []),
        ('{"a": "b"} と {} と } と {', []),
        ("{2026年の目標}", ["2026年の目標"]),
        ("{会議 名} {会議　名} {会議_名}", ["会議 名", "会議_名"]),
    ],
)
def test_what_is_a_blank_and_what_is_text(prompt: str, labels: list[str]) -> None:
    template, _ = one_prompt(prompt)
    assert [one.label for one in template.fields if one.label != "資料"] == labels


def test_braces_that_are_text_reach_the_model_as_they_are() -> None:
    template, _ = one_prompt('次の形で：{"a": 1}')
    assert 'の形で：{"a": 1}' in render_prompt(template, {})[1]


def test_a_prompt_that_is_too_long_is_refused_and_not_cut() -> None:
    entry = only(read_collection("名称,プロンプト\n長い," + "長" * 6_001 + "\n", "a.csv"))
    assert (entry.text, entry.notes[-1].remark) == ("", Remark.PROMPT_TOO_LONG)


def test_a_name_that_is_too_long_is_shortened_and_said() -> None:
    entry = only(read_collection("名称,プロンプト\n" + "長" * 61 + ",書いて\n", "a.csv"))
    assert len(template_of(entry).name) == 60
    assert entry.notes[0].remark is Remark.NAME_SHORTENED


def test_more_blanks_than_a_form_can_have_are_refused() -> None:
    entry = only(
        read_collection(
            "プロンプト\n" + "".join(f"{{欄{'一' * n}}}" for n in range(1, 38)) + "あ{い}{う}{え}{お}", "a.csv"
        )
    )
    assert entry.notes[-1].remark is Remark.TOO_MANY_FIELDS


def test_names_that_are_paths_become_plain_file_names() -> None:
    text = "名称,プロンプト\n../../外,書いて\nNUL,書いて\nnul,書く\n,書いて\n"
    collection = read_collection(text, "a.csv")
    assert all(is_plain_file_name(file) for file in collection.files)
    assert len({file.casefold() for file in collection.files}) == 4
    assert collection.entries[3].notes[0].remark is Remark.NAME_MADE


def test_what_goes_beyond_the_most_is_said() -> None:
    collection = read_collection("プロンプト\n" + "書いて\n" * (MAX_ENTRIES + 3), "a.csv")
    assert len(collection.entries) == MAX_ENTRIES
    assert [(one.remark, one.what) for one in collection.notes] == [(Remark.TOO_MANY_ENTRIES, "3")]


def test_columns_are_found_whatever_their_width_and_order_or_as_a_person_says() -> None:
    tabs = "Ｐｒｏｍｐｔ（本文）\t Title \n書いて\tお願い\n"
    assert template_of(only(read_collection(tabs, "a.tsv"))).name == "お願い"
    chosen = read_collection("A;B\n書いて;お願い\n", "a.csv", {"prompt": "A", "name": "b"})
    assert template_of(only(chosen)).name == "お願い"


def test_what_cannot_be_read_is_told() -> None:
    assert fault("A,B\n1,2\n", "a.csv").code is ErrorCode.IMPORT_NO_COLUMN
    assert fault("A,B\n1,2\n", "a.csv", prompt="C").fields["columns"] == "A、B"
    broken = fault('名称,プロンプト\nよい,書いて\nわるい,"書いて\n', "a.csv")
    assert (broken.code, broken.fields["line"]) == (ErrorCode.IMPORT_BROKEN, 3)
    assert fault("名称,プロンプト\n", "a.csv").code is ErrorCode.IMPORT_NOTHING
    assert fault("", "a.csv").code is ErrorCode.IMPORT_NOTHING
    assert fault("ただの文章", "a.md").code is ErrorCode.IMPORT_NOTHING
    assert fault("x", "a.xlsx").code is ErrorCode.IMPORT_UNKNOWN_KIND
    assert fault("プロンプト\n" + "長" * 200_000, "a.csv").code is ErrorCode.IMPORT_BROKEN


def sound(text: str, file: str) -> None:
    """Check that a text gives drafts that work, refusals with a reason, or a fault of importing."""
    try:
        collection = read_collection(text, file)
    except UserFault as error:
        assert error.code.value.startswith("import_")  # noqa: PT017 -- either end is right
        return
    for entry, name in zip(collection.entries, collection.files, strict=True):
        assert entry.faults == ()
        assert bool(entry.text) == bool(name)
        if not entry.text:
            assert entry.notes
            continue
        template = template_of(entry)
        assert len(template.document_fields) == 1
        assert len(template.sections) == 1


BITS = st.sampled_from(
    [
        *"{}[]【】＿_\"\\\n,#>`{｝ '$=",
        "{内容}",
        "【名前】",
        "```",
        "# 題",
        "[ここに入力]",
        "{{a}}",
        "資料",
        "\u3000",
        "9",
        "あ",
    ]
)
PROMPTS = st.lists(BITS, max_size=50).map("".join)


@settings(max_examples=300)
@given(st.one_of(PROMPTS, st.text(max_size=200)))
@example("0\n{00")
@example("【{{内容}】{")
def test_any_table_gives_drafts_or_a_clear_fault(text: str) -> None:
    sound("名称,用途,プロンプト\n" + text, "a.csv")
    sound(text, "a.csv")
    quoted = text.replace('"', '""')
    sound(f'プロンプト,名称\n"{quoted}","{quoted}"\n', "a.csv")


@settings(max_examples=300)
@given(st.one_of(PROMPTS, st.text(max_size=200)))
def test_any_notes_give_drafts_or_a_clear_fault(text: str) -> None:
    sound(text, "a.md")
    sound(f"# {text}\n```\n{text}\n```\n> {text}", "a.md")
