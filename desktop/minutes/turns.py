"""The record of a meeting as turns: who says what, whichever way the record marks its speakers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# How records mark a speaker, each with a name and what follows it on the line. Which one a record uses is decided by
# counting, because any of them can occur by chance in another.
_MARKS = (
    re.compile(r"(?P<name>[^：:「」。、\s][^：:「」。、\n]{0,24})[：:]\s*(?P<text>.*)"),  # 課長：本文
    re.compile(r"(?P<name>[^「」。、：:\s]{1,24})「(?P<text>.*)"),  # 課長「本文」
    re.compile(r"[【\[［](?P<name>[^】\]］]{1,24})[】\]］]\s*(?P<text>.*)"),  # 【課長】本文
    re.compile(r"[○◯◎●〇■◆](?P<name>[^。、\n　 ]{1,24})(?:[　 ]+(?P<text>.*))?"),  # ○課長、本文は次の行
    re.compile(r"(?P<name>[^\s「」。、：:・○●]{1,12})[　\t]+(?P<text>\S.*)"),  # 課長　本文
)
_FEWEST_TURNS = 3
_SENTENCE = re.compile(r"[^。？！?!]+[。？！?!]*[」）)]*")
_FULL_STOP = "。"
_SPACE = " 　\t"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says in one go; `speaker` is the record's own label, empty where it marks none."""

    speaker: str
    text: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """The text cut after each full stop, question and exclamation mark."""
        return _cut(self.text)

    def written(self) -> str:
        """Return the turn as one line."""
        return f"{self.speaker}：{self.text}" if self.speaker else self.text


@lru_cache(maxsize=512)  # asked for again and again while a record is looked through
def _cut(text: str) -> tuple[str, ...]:
    return tuple(found.strip() for found in _SENTENCE.findall(text) if found.strip())


@dataclass(frozen=True, slots=True)
class Record:
    """A record: the lines before anybody speaks, and the turns."""

    head: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everybody who speaks, in the order of their first words."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))


def read_record(text: str) -> Record:
    """Cut a record into turns; where it marks no speakers, every line is a turn without one."""
    lines = [line.strip(_SPACE) for line in text.splitlines() if line.strip(_SPACE)]
    mark = max(_MARKS, key=lambda candidate: _returning(candidate, lines))
    if _returning(mark, lines) < _FEWEST_TURNS:
        return Record((), tuple(Turn("", line) for line in lines))
    names = Counter(match["name"].strip(_SPACE) for line in lines if (match := mark.fullmatch(line)))
    head: list[str] = []
    turns: list[tuple[str, list[str]]] = []
    for line in lines:
        match = mark.fullmatch(line)
        name = match["name"].strip(_SPACE) if match else ""
        # Before the first speaker who speaks again, or in a sentence, stand the date, the place and who is present.
        if match and (turns or names[name] > 1 or _FULL_STOP in line):
            turns.append((name, [match["text"] or ""]))
        elif turns:
            turns[-1][1].append(line)
        else:
            head.append(line)
    return Record(tuple(head), tuple(Turn(name, _joined(parts)) for name, parts in turns))


def _returning(mark: re.Pattern[str], lines: Sequence[str]) -> int:
    """Return how many lines are marked with a name that comes back."""
    names = Counter(match["name"] for line in lines if (match := mark.fullmatch(line)))
    return sum(count for count in names.values() if count > 1)


def _joined(parts: Sequence[str]) -> str:
    """Return the lines of a speech as one, without the bracket that closes the speech itself."""
    kept, depth = "", 0
    for sign in "".join(part.strip(_SPACE) for part in parts):
        if sign == "」" and depth == 0:
            continue
        depth += (sign == "「") - (sign == "」")
        kept += sign
    return kept


def passages(record: Record, size: int) -> tuple[tuple[Turn, ...], ...]:
    """Group the turns into passages of about `size` characters; only a turn longer than that is cut, by sentences."""
    groups: list[list[Turn]] = []
    length = 0
    for turn in (piece for whole in record.turns for piece in _pieces(whole, size)):
        if not groups or length + len(turn.text) > size:
            groups.append([])
            length = 0
        groups[-1].append(turn)
        length += len(turn.text) + len(turn.speaker)
    return tuple(tuple(group) for group in groups)


def _pieces(turn: Turn, size: int) -> list[Turn]:
    if len(turn.text) <= size:
        return [turn]
    texts = [""]
    for sentence in turn.sentences:
        if texts[-1] and len(texts[-1]) + len(sentence) > size:
            texts.append("")
        texts[-1] += sentence
    return [Turn(turn.speaker, text) for text in texts]
