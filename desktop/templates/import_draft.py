"""Turning one prompt of a collection into the draft of a template: blanks become fields, the text the instruction."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.errors import UserFault
from desktop.templates.model import Category, FieldType
from desktop.templates.parse import check_template
from desktop.templates.shape import MAX_CHARS, TEMPLATE, Key, Part, Parts, Strings, Text
from desktop.templates.toml_text import one_line, several_lines


class Remark(StrEnum):
    """What was done with a part of an entry, or why it was left out."""

    FIELD = "field"  # a blank became a field
    SOURCE_ADDED = "source_added"  # nothing asked for a source, so a field for one was added at the end
    SOURCE_MOVED = "source_moved"  # the source stood in the middle, and comes last now
    HEADING_KEPT = "heading_kept"  # 【…】 that heads a paragraph is no blank
    NAME_MADE = "name_made"
    NAME_SHORTENED = "name_shortened"
    PURPOSE_SHORTENED = "purpose_shortened"
    COLUMN_LEFT = "column_left"
    NO_PROMPT = "no_prompt"
    PROMPT_TOO_LONG = "prompt_too_long"
    TOO_MANY_FIELDS = "too_many_fields"
    REFUSED = "refused"
    TOO_MANY_ENTRIES = "too_many_entries"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a report; `what` are words of the entry, or a number."""

    remark: Remark
    what: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A prompt as it stands in a collection, from `line` on."""

    line: int
    name: str
    prompt: str
    purpose: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    left: tuple[str, ...] = ()  # headings of columns that no template has a place for


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an entry: the text of a template that passes `check_template`, empty where none could be made."""

    line: int
    name: str
    text: str
    notes: tuple[Note, ...]
    faults: tuple[UserFault, ...] = ()


def _limit(path: str) -> int:
    """Return how long the value of a key may be."""
    keys, found = TEMPLATE, 0
    for part in path.split("."):
        kind = keys[part].kind
        if isinstance(kind, Part | Parts):
            keys = kind.keys
        elif isinstance(kind, Text | Strings):
            found = kind.limit
    return found


def _most(key: Key) -> int:
    assert isinstance(key.kind, Parts | Strings)
    return key.kind.most


_NAME, _PURPOSE, _USER, _LABEL = (_limit(path) for path in ("name", "description", "prompt.user", "field.label"))
_MOST_FIELDS, _MOST_WORDS, _WORD = _most(TEMPLATE["field"]), _most(TEMPLATE["keywords"]), _limit("keywords")

_BLANK = re.compile(
    r"\{\{[ \t]*(?P<double>[^{}\n]{1,40}?)[ \t]*\}\}|[{｛](?P<brace>[^{}｛｝\n]{1,40})[}｝]"
    r"|【(?P<lens>[^【】{}｛｝\n]{1,40})】|[\[［](?P<square>[^\[\]［］{}｛｝\n]{1,40})[\]］](?!\()|(?P<line>[_＿]{2,})"
)
_ASKING = re.compile(
    r"^(?:ここに|こちらに|以下に)|(?:を|は)?(?:ここに|こちらに)?"
    r"(?:入力|記入|挿入|記載|入れ|貼り付け|貼付け?|ペースト|書い)(?:する|して|て)?(?:ください|下さい)?。?$"
)
_WORDS = re.compile(r"[A-Za-z]{2}|[ぁ-んァ-ヴ一-龥]")
_NO_WORDS = re.compile(r"[\"'“”=;<>\\]")
_SOURCE = re.compile(
    r"貼り付け|貼付|ペースト|文章|本文|原文|原稿|資料|議事|記録|文字起こし|内容|メール文|テキスト|下書き|データ"
)
_LONG = re.compile(r"条件|要点|背景|経緯|概要|詳細|箇条|一覧|メモ|ポイント")
_BEFORE_LINE = re.compile(r"([^\s:：、。，,・（）()「」]{1,20})[ \t　]*[:：は]?[ \t　]*$")
_CATEGORIES = (
    (Category.MINUTES, r"議事|会議|打合"),
    (Category.ASSEMBLY, r"議会|答弁|想定問答"),
    (Category.RESIDENTS, r"住民|市民|お知らせ"),
    (Category.NOTICE, r"通知|依頼|照会|回答"),
    (Category.LETTER, r"挨拶|あいさつ|メール|手紙|礼状"),
    (Category.PUBLICITY, r"広報|プレス|報道|SNS"),
    (Category.PLANNING, r"企画|計画|調査|アンケート|研修"),
    (Category.WRITING, r"要約|校正|推敲|翻訳|書き換え|言い換え|やさしい日本語"),
    (Category.MEMO, r"庁内|メモ|報告|引継"),
)
_SYSTEM = """あなたは日本の市役所の職員の文書づくりを手伝います。
・指示のとおりに、日本語で書く。
・資料にないことは書かない。日付、数、金額、名前を作らない。分からないことは【要確認】と書く。
"""


@dataclass(slots=True)
class _Blanks:
    """The fields that the blanks of a prompt become, one for each label."""

    fields: dict[str, tuple[str, FieldType]] = field(default_factory=dict)  # key: label, type
    notes: list[Note] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The key of the source, empty while there is none."""
        return next((key for key, (_, kind) in self.fields.items() if kind is FieldType.DOCUMENT), "")

    def key(self, label: str, *, source: bool) -> str:
        """Return the key of the field with this label, made at its first blank."""
        if label not in self._keys:
            kind = FieldType.LONGTEXT if _LONG.search(label) or source else FieldType.TEXT
            key = self._keys[label] = self._free(label)
            self.fields[key] = (label[:_LABEL], FieldType.DOCUMENT if source and not self.source else kind)
            self.notes.append(Note(Remark.FIELD, label))
        return self._keys[label]

    def _free(self, label: str) -> str:
        key = re.sub(r"\W+", "_", label).strip("_")[:30] or "欄"
        if key[0].isdigit() or not re.fullmatch(r"[^\W\d]\w*", key):
            key = f"欄_{key}"
        number = 1
        while (free := key if number == 1 else f"{key}_{number}") in self.fields:
            number += 1
        return free


def draft_of(entry: Entry) -> Imported:
    """Return an entry as the draft of a template, with a note on everything that was taken, changed or left."""
    name, notes = _named(entry)
    if not entry.prompt.strip():
        return Imported(entry.line, name, "", (*notes, Note(Remark.NO_PROMPT)))
    blanks = _Blanks()
    user = _instruction(entry.prompt.strip("\n"), blanks)
    notes += blanks.notes
    if len(user) > _USER:
        return Imported(entry.line, name, "", (*notes, Note(Remark.PROMPT_TOO_LONG, str(len(user)))))
    if len(blanks.fields) > _MOST_FIELDS:
        return Imported(entry.line, name, "", (*notes, Note(Remark.TOO_MANY_FIELDS, str(len(blanks.fields)))))
    text = _written(entry, name, user, blanks)
    faults = tuple(check_template(text, name))
    notes += [Note(Remark.REFUSED)] if faults else []
    return Imported(entry.line, name, "" if faults else text, tuple(notes), faults)


def _named(entry: Entry) -> tuple[str, list[Note]]:
    name = " ".join(unicodedata.normalize("NFC", entry.name).split())
    notes = [Note(Remark.COLUMN_LEFT, heading) for heading in entry.left]
    if not name:
        name = f"取り込み {entry.line}"
        notes.append(Note(Remark.NAME_MADE, name))
    if len(name) > _NAME:
        notes.append(Note(Remark.NAME_SHORTENED, name))
        name = name[:_NAME]
    if len(entry.purpose.strip()) > _PURPOSE:
        notes.append(Note(Remark.PURPOSE_SHORTENED))
    return name, notes


def _instruction(prompt: str, blanks: _Blanks) -> str:
    """Return the prompt with `{field}` in the place of its blanks, and the source last."""
    parts: list[str] = []
    position = 0
    for match in _BLANK.finditer(prompt):
        said = next((match[name] for name in ("double", "brace", "lens", "square") if match[name] is not None), "")
        if not _is_blank(match, said, prompt, blanks):
            continue
        label = _label(said) or _before(prompt[: match.start()])
        key = blanks.key(label, source=bool(_SOURCE.search(said or label)))
        parts += [_doubled(prompt[position : match.start()]), f"{{{key}}}"]
        position = match.end()
    parts.append(_doubled(prompt[position:]))
    return _with_source_last(parts, blanks)


def _is_blank(match: re.Match[str], said: str, prompt: str, blanks: _Blanks) -> bool:
    if match["line"] is not None:
        return True
    if not _WORDS.search(said) or _NO_WORDS.search(said):
        return False
    if match["lens"] is not None and _heads_a_paragraph(match, prompt):
        blanks.notes.append(Note(Remark.HEADING_KEPT, said))
        return False
    return True


def _heads_a_paragraph(match: re.Match[str], prompt: str) -> bool:
    """Tell whether 【…】 stands alone on its line with text below it, which is how headings are written."""
    before = prompt.rfind("\n", 0, match.start()) + 1
    after = prompt.find("\n", match.end())
    if after < 0 or prompt[before : match.start()].strip() or prompt[match.end() : after].strip():
        return False
    below = prompt[after:].lstrip().partition("\n")[0].strip()
    return bool(below) and not re.fullmatch(r"【[^【】]*】", below)


def _label(said: str) -> str:
    """Return what a blank asks for: 「ここに議事録を貼り付けてください」 asks for 議事録."""
    label = _ASKING.sub("", _ASKING.sub("", " ".join(unicodedata.normalize("NFKC", said).split()))).strip("　 ・:：")
    return label or ("入力内容" if said else "")


def _before(text: str) -> str:
    found = _BEFORE_LINE.search(text.rpartition("\n")[2])
    return found[1] if found and _WORDS.search(found[1]) else "項目"


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _with_source_last(parts: list[str], blanks: _Blanks) -> str:
    key = blanks.source
    if not key:
        key = blanks.key("資料", source=True)
        blanks.notes[-1] = Note(Remark.SOURCE_ADDED, "資料")
        # A prompt that needs no source works without one: the line is left out while the field is empty.
        return f"{''.join(parts).rstrip()}\n\n資料：\n{{{key}}}\n"
    token = f"{{{key}}}"
    last = len(parts) - 1 - parts[::-1].index(token)
    if parts.count(token) == 1 and not "".join(parts[last + 1 :]).strip('\n 　。」』"”`'):
        return "".join(parts) + "\n"
    label = blanks.fields[key][0]
    blanks.notes.append(Note(Remark.SOURCE_MOVED, label))
    told = "".join(f"「{_doubled(label)}」" if part == token else part for part in parts)
    return f"{told.rstrip()}\n\n{_doubled(label)}：\n{token}\n"


def _written(entry: Entry, name: str, user: str, blanks: _Blanks) -> str:
    words = ", ".join(one_line(word) for word in _keywords(entry.keywords))
    category = _category(f"{entry.category} {name}")
    identity = "i-" + hashlib.sha256(f"{name}\n{entry.prompt}".encode("utf-8", "replace")).hexdigest()[:10]
    lines = [
        "# 取り込んだひな形の案です。ためしに下書きを作り、指示文と項目を直してから使ってください。",
        "format = 1",
        f"id = {one_line(identity)}",
        f"name = {one_line(name)}",
        f"category = {one_line(category.value)}",
        'version = "0.1"',
        f"description = {several_lines(entry.purpose.strip()[:_PURPOSE])}",
        *([f"keywords = [{words}]"] if words else []),
    ]
    for key, (label, kind) in blanks.fields.items():
        required = Note(Remark.SOURCE_ADDED, label) not in blanks.notes
        lines += ["", "[[field]]", f"key = {one_line(key)}", f"label = {one_line(label)}", f'type = "{kind.value}"']
        lines += ["required = true"] if required else []
    lines += ["", "[[section]]", 'key = "本文"', 'title = "本文"', 'kind = "text"', 'role = "body"']
    lines += [f"max_chars = {MAX_CHARS}", 'instruction = "指示のとおりに書く。"']
    lines += ["", "[layout]", 'kind = "memo"', f"title = {one_line(_doubled(name))}"]
    lines += ["", "[prompt]", f"system = {several_lines(_SYSTEM)}", f"user = {several_lines(user)}"]
    return "\n".join(lines) + "\n"


def _keywords(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(word.strip() for word in words) if word and len(word) <= _WORD][:_MOST_WORDS]


def _category(text: str) -> Category:
    return next((category for category, pattern in _CATEGORIES if re.search(pattern, text)), Category.OTHER)
