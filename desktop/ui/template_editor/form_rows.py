"""What the form view offers to edit: which keys of a template, in which groups, under which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from desktop.templates.lines import KeyPath
from desktop.templates.model import FieldType


class Shape(Enum):
    """What a person types a value into."""

    LINE = auto()
    LINES = auto()
    ITEMS = auto()  # an array of strings, one a line
    NUMBER = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One key with its label, and a word of help where the label does not say enough."""

    path: KeyPath
    shape: Shape
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together. `remark` stands beside the title.

    Those that are `folded` open on demand, below the heading of the `part` they belong to.
    """

    title: str
    rows: tuple[Row, ...]
    remark: str = ""
    part: str = ""
    folded: bool = False
    own_words: bool = False  # the title is the template's, not the program's


def groups(data: Mapping[str, object]) -> tuple[Group, ...]:
    """Return what can be edited in a template's data, which need not be a valid template."""
    return (_about(data), _prompt(), *_fields(data), *_sections(data), *_layout(data))


def _about(data: Mapping[str, object]) -> Group:
    translate = QCoreApplication.translate
    rows = [
        Row(("name",), Shape.LINE, translate("TemplateForm", "名前")),
        Row(("name_en",), Shape.LINE, translate("TemplateForm", "名前（英語）")),
        Row(("description",), Shape.LINES, translate("TemplateForm", "説明（何のためのひな形か）")),
        Row(("description_en",), Shape.LINES, translate("TemplateForm", "説明（英語）")),
        Row(("keywords",), Shape.ITEMS, translate("TemplateForm", "探すときの言葉（1行に1つ）")),
    ]
    # The English words are asked for only where a template has them.
    kept = tuple(row for row in rows if row.path[0] in data or not str(row.path[0]).endswith("_en"))
    return Group(translate("TemplateForm", "このひな形について"), kept)


def _prompt() -> Group:
    translate = QCoreApplication.translate
    system_help = translate("TemplateForm", "どの文書でも同じ指示です。入力欄の名前は使えません。")
    user_help = translate("TemplateForm", "波かっこで囲んだ入力欄の名前の所に、入力された内容が入ります。")
    rows = (
        Row(("prompt", "system"), Shape.LINES, translate("TemplateForm", "モデルへの指示"), system_help),
        Row(("prompt", "user"), Shape.LINES, translate("TemplateForm", "文書ごとに渡す内容"), user_help),
        Row(("prompt", "example"), Shape.LINES, translate("TemplateForm", "記入例（よい答えの見本）")),
    )
    return Group(translate("TemplateForm", "指示"), rows)


def _tables(data: Mapping[str, object], key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    found = data.get(key)
    for index, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield index, table


def _fields(data: Mapping[str, object]) -> Iterator[Group]:
    translate = QCoreApplication.translate
    for index, table in _tables(data, "field"):
        kind = str(table.get("type", ""))
        rows = [
            Row(("field", index, "label"), Shape.LINE, translate("TemplateForm", "表示する名前")),
            Row(("field", index, "help"), Shape.LINES, translate("TemplateForm", "入力の手引き（欄の下に出ます）")),
            Row(("field", index, "help_en"), Shape.LINES, translate("TemplateForm", "入力の手引き（英語）")),
            Row(("field", index, "default"), Shape.LINE, translate("TemplateForm", "はじめから入れておく値")),
            Row(("field", index, "choices"), Shape.ITEMS, translate("TemplateForm", "選べる値（1行に1つ）")),
            Row(("field", index, "required"), Shape.FLAG, translate("TemplateForm", "必ず入力してもらう")),
        ]
        wanted = {"choices": kind == FieldType.CHOICE, "help_en": "help_en" in table}
        kept = tuple(row for row in rows if wanted.get(str(row.path[-1]), True))
        title = str(table.get("label") or table.get("key") or index + 1)
        yield Group(title, kept, part=translate("TemplateForm", "入力欄"), folded=True, own_words=True)


def _sections(data: Mapping[str, object]) -> Iterator[Group]:
    translate = QCoreApplication.translate
    for index, table in _tables(data, "section"):
        rows = [
            Row(("section", index, "title"), Shape.LINE, translate("TemplateForm", "見出し")),
            Row(("section", index, "instruction"), Shape.LINES, translate("TemplateForm", "何をどう書くかの指示")),
            Row(("section", index, "max_chars"), Shape.NUMBER, translate("TemplateForm", "長さの上限（字）")),
            Row(("section", index, "max_items"), Shape.NUMBER, translate("TemplateForm", "項目や行の数の上限")),
            Row(("section", index, "optional"), Shape.FLAG, translate("TemplateForm", "書くことがなければ載せない")),
        ]
        kept = tuple(row for row in rows if row.path[-1] != "max_items" or table.get("kind") in ("list", "table"))
        title = str(table.get("title") or table.get("key") or index + 1)
        yield Group(title, kept, part=translate("TemplateForm", "書く項目"), folded=True, own_words=True)


def _layout(data: Mapping[str, object]) -> Iterator[Group]:
    translate = QCoreApplication.translate
    table = data.get("layout")
    rows = (
        Row(("layout", "title"), Shape.LINE, translate("TemplateForm", "標題")),
        Row(("layout", "number"), Shape.LINE, translate("TemplateForm", "文書番号")),
        Row(("layout", "addressee"), Shape.LINES, translate("TemplateForm", "宛先")),
        Row(("layout", "sender"), Shape.LINES, translate("TemplateForm", "発信者")),
        Row(("layout", "contact"), Shape.ITEMS, translate("TemplateForm", "担当と連絡先（1行に1つ）")),
        Row(("layout", "note"), Shape.LINES, translate("TemplateForm", "注記")),
    )
    kept = tuple(row for row in rows if isinstance(table, dict) and row.path[-1] in table)
    if kept:
        remark = translate("TemplateForm", "波かっこで囲んだ入力欄の名前が使えます")
        yield Group(translate("TemplateForm", "紙面"), kept, remark)
