"""Where a record says that something is decided, that somebody will do something, or when to meet again.

The words looked for are those with which Japanese meetings decide, take on and ask for work. They are meant to find
too much rather than too little: what is found is shown to a person, who can delete a line more easily than miss one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.core.figures import dates
from desktop.minutes.turns import Record, Turn

CONTEXT_TURNS = 4
CONTEXT_CHARS = 400
READING_SENTENCES = 4


class Kind(StrEnum):
    """What a place in a record is about."""

    DECISION = "decisions"
    TASK = "tasks"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a record: `reading` is where it is said, `said` the very words, `before` the turns that lead to it."""

    kind: Kind
    before: tuple[Turn, ...]
    reading: tuple[Turn, ...]
    said: str
    taken_on: bool = False  # of a task: the last turn of `reading` takes it on

    @property
    def words(self) -> str:
        """What is said there, without the names."""
        return "".join(turn.text for turn in self.reading)


_QUESTION = re.compile(
    r"(ですか|ますか|でしょうか|ませんか|たいんです|でいいのか|どうしましょう|いつまで)[。？?]?$|[？?]$|かな[。]?$"
)
_DECIDED = re.compile(
    r"決定(し|と|で|いた)|決め(ます|た|まし|させ|る。)|決まり|確定|ことに(し|なり|いた|決)|ということで|(に|と|で)(し|いたし)ます|とする(?!と)|"
    r"しましょう|いきましょう|おきましょう|認め(ます|る|まし|られ|ざる)|査定(し|で)|見送|見合わせ|据え?置(?!け)|異議(が|は|も)?(な|ござ)|了承|"
    r"承認|可決|否決|採択|採用|やめ(ます|ておき|ましょう|る)|(なし|無し)(に|で|と|、|です)|って?ことで[。、]?|中止(し|と|です|、)|禁止(し|と|に|で)|"
    r"で(いきます|行きます|進めます|進めて|お願いします)|が妥当|(という|その)(形|よう)で|に統一|を優先|で結構です|で固め"
)
# A speaker who asks for consent has just said what is to be decided, or says it in the same breath.
_CONSENT = re.compile(
    r"(よろしい|よい|いい)(です|でしょう)(か|ね)|よろしゅう|いい(よ)?ね[。]?$|文句(は)?な|反対(の|は|が|する)|ご?賛成|"
    r"ご?異議.{0,8}(ありません|ございません|ない|ある)"
)
# A summing up in plain words: じゃあ、切るのは2本だけ、1本は残す。
_SUMMED_UP = re.compile(
    r"^(?!.*(議題|案です|移ります|いう(案|やり方|話)))(はい、?|うん、?|ええ、?)?(じゃあ?|では|それでは|それなら|なら)、?"
    r".{2,}(る|う|(?<![まで])す|く|ない|だけ|まで|と|で|なし|(?<![すまかよ])ね)[。]?$"
)
# A sentence too short to say what is decided (認められません。) is read with the one before it.
_SHORT = 14
_SHORTEST = 8
# A proposal counts when the next speaker agrees to it.
_PROPOSED = re.compile(
    r"(いかが|どう)(です|でしょう)か?[。？?]?$|で(いい|よい|よろしい)(です|でしょう)?か[。？?]?$|"
    r"(打ち|し|やり|行い|決め|まとめ|進め|残し|延ばし|増やし|減らし|分け)ませんか|たいと(思い|考え)ます(が|けど)?[。]?$"
)
_APPROVED = re.compile(
    r"^(はい、?)?(結構|いいです|いいね|いいよ|いいんじゃ|それで(いい|お願い|結構|いき|行き|決)|それがいい|賛成|異議な|問題(は)?な|"
    r"分かりました|わかりました|承知|了解|そうしましょう|そうしよう|よろしい|（異議なし|（拍手|意義なし|もっとも)"
)
_DUE = re.compile(r"までに|まで(?=[。、でのがはに])|締め?切|限度|期限|以内に|必着|には(お|出|終|用意|でき)|中に")
_LIMIT_ALONE = re.compile(r"^[^はがをも]{1,20}まで(に|で)?(は)?(ね|です)?[。]?$")
# Somebody takes something on: the present tense of a verb of doing, said of oneself or of one's section.
_TAKEN_ON = re.compile(
    r"(私|僕|うち|当課|弊社|こちら|我々|私ども|係)(が|の方で|から|で|共が|も)[^、。]{0,24}(ます|ですね|ですよ|るよ|よ)|持ち帰|(課|係|室|局)(で|が|から)[^、。]{0,16}ます|"
    r"(調べ|確認し|確認を取り|確かめ|検討し|用意し|手配し|提出し|連絡し|相談し|作成し|修正し|整理し|共有し|配布し|準備し|調整し|試算し|依頼し|作り|作って|直し|まとめ|送り|届け|配り|伝え|知らせ|[にへ]頼み|取り|もらい|当たり|聞いて|出し|お持ちし|話し|入れ|やり|貼り|掛け合い|回し)"
    r"(て)?(おき|み|いき|き|直し)?(ます|るよ|るね)"
)
# With a deadline, any sentence that ends in a verb in the present tense takes work on; of notes, any line.
_WILL_DO = re.compile(
    r"(ます|る|う|く|(?<!で)す|つ|む|ぶ)(よ|ね|わ|から|けど|が)*[。]?$|^[^。、]{2,40}[：:、　 ].*[^。]$"
)
_ASKED = re.compile(
    r"(?<![にへ])頼みます|頼む(よ|ね)|まで(に|で)[。]?$|お願い(します|いたします|できますか|できますでしょうか|できませんか|しておきます|したい)|"
    r"て(ください|下さい|もらえ|いただけ|頂け|くれ(ます|ません|る)|ほしい|欲しい|おいて)|紙でください"
)
# What sounds like a request but only passes the word, or points at a paper.
_FLOOR = re.compile(
    r"(ご覧|お聞き|お待ち|ご説明|説明して|説明を|報告して|発言して|意見を|ご意見|お気軽|始めて|待って|進めさせて)(を|に|いただ|くだ|下さ|ください|もらえ|お願い)?|"
    r"見て(いただ|くだ|下さ|もらえ)|させて(ください|下さい|いただ)|移ります|ということで確認|^[^はをが]{1,10}、?お願いします[。]?$|^(では|まず|それでは|続いて|次に|はい).{0,16}(から|さん|委員|課長|係長|部長|局)(、|から|に)?お願い|時間を(くだ|下さ|いただ)"
)
# What is over or goes on already; and what is only proposed or refused.
_OVER = re.compile(r"(ました|でした|たんです|たんですが|ています|ているところです|てしまっています|てきました)[。]?$")
_ONLY_PROPOSED = re.compile(r"案です[。]?$")
_NOT_AHEAD = re.compile(rf"{_OVER.pattern}|(案です|そうです|ません)[。]?$")
_ACCEPTED = re.compile(
    r"^(はい|ええ|うん|分かり|わかり|承知|了解|かしこまり|お任せ|お引き受け|いいです|いいよ|もちろん|やり)"
)
_NEXT = re.compile(
    r"次回|次の(会議|打ち?合わせ|打合せ|説明会|集まり|会合|会|審議会|委員会|回)|"
    r"[2-9２-９二三四五]回目の|^((では|じゃあ?|それでは|はい)、?)*次は"
)
_DAY = re.compile(r"日|曜|週|月末")


def find(record: Record) -> tuple[Finding, ...]:
    """Return what the record says, kind by kind, each in the order of the record; the next meeting at most once."""
    return (*_decisions(record.turns), *_tasks(record.turns), *_next_meeting(record.turns))


def _before(turns: Sequence[Turn], index: int, sentence: int) -> tuple[Turn, ...]:
    """Return the nearest turns before a sentence, with what the same speaker said before it."""
    near = [(turn, turn.sentences) for turn in turns[max(0, index - CONTEXT_TURNS) : index]]
    near.append((turns[index], turns[index].sentences[:sentence]))
    kept: list[Turn] = []
    room = CONTEXT_CHARS
    for turn, sentences in reversed(near):
        text = _end_of(sentences, room)
        if text:
            kept.append(replace(turn, text=text))
        room -= len(text)
        if room <= 0:
            break
    return tuple(reversed(kept))


def _end_of(sentences: Sequence[str], room: int) -> str:
    """Return the last sentences that fit, one at least where there is one."""
    kept = ""
    for sentence in reversed(sentences):
        if kept and len(kept) + len(sentence) > room:
            break
        kept = sentence + kept
    return kept


def _decisions(turns: Sequence[Turn]) -> Iterator[Finding]:
    for index, turn in enumerate(turns):
        sentences = turn.sentences
        for number, sentence in enumerate(sentences):
            last = number == len(sentences) - 1
            agreed = turns[index + 1 : index + 2] if last and _is_proposal(sentence) else ()
            approved = [answer for answer in agreed if _APPROVED.match(answer.text) and answer.speaker != turn.speaker]
            if not (_decides(sentences, number) or approved):
                continue
            most = min(len(sentences), number + READING_SENTENCES)
            end = next((later for later in range(number + 1, most) if _ends(sentences, later)), most)
            start = number - (number > 0 and len(sentence) < _SHORT)
            reading = replace(turn, text="".join(sentences[start:end]))
            said = "".join(sentences[start : number + 1])
            if len(said) < _SHORTEST:
                continue
            yield Finding(Kind.DECISION, _before(turns, index, start), (reading, *_first_sentences(approved)), said)


def _is_proposal(sentence: str) -> bool:
    return _PROPOSED.search(sentence) is not None and not _next_day(sentence)


def _first_sentences(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    return tuple(replace(turn, text=turn.sentences[0]) for turn in turns)


def _decides(sentences: Sequence[str], number: int) -> bool:
    sentence = sentences[number]
    if _next_day(sentence):
        return False
    decided = _DECIDED.search(sentence) is not None or _SUMMED_UP.search(sentence) is not None
    if _CONSENT.search(sentence):
        return decided and len(sentence) > _SHORT
    if _QUESTION.search(sentence):
        return False
    asks_consent = number + 1 < len(sentences) and _CONSENT.search(sentences[number + 1]) is not None
    return asks_consent or (decided and not _OVER.search(sentence) and not _ONLY_PROPOSED.search(sentence))


def _ends(sentences: Sequence[str], number: int) -> bool:
    """Tell whether a sentence no longer explains the decision before it."""
    sentence = sentences[number]
    asks = _QUESTION.search(sentence) or _CONSENT.search(sentence)
    return bool(asks) or _decides(sentences, number) or _next_day(sentence) or any(_work_cues(sentence))


def _next_day(sentence: str) -> bool:
    return _NEXT.search(sentence) is not None and any(_DAY.search(date) for date in dates(sentence))


@dataclass(frozen=True, slots=True)
class _Work:
    """Sentences of one turn that speak of one piece of work: from `start` up to, not including, `end`."""

    start: int
    end: int
    due: bool
    asked: bool


def _tasks(turns: Sequence[Turn]) -> Iterator[Finding]:
    works = [_works(turn.sentences) for turn in turns]
    answered: set[int] = set()
    for index, turn in enumerate(turns):
        for work in works[index][1 if index in answered else 0 :]:
            reading, taken_on = [_said(turn, work)], not work.asked
            said = reading[0].text
            if work.asked:
                answer = _answer(turns, works, index) if work is works[index][-1] else None
                # A request with a date is a task even when nobody answers.
                if answer is None and not work.due:
                    continue
                if answer is not None:
                    reading.append(answer)
                    answered.add(index + 1)
                    taken_on = True
                    # A mere yes says nothing of the work.
                    said = answer.text if works[index + 1] else said
            yield Finding(Kind.TASK, _before(turns, index, work.start), tuple(reading), said, taken_on)


def _answer(turns: Sequence[Turn], works: Sequence[Sequence[_Work]], index: int) -> Turn | None:
    """Return the next turn as far as it takes on what was asked for; the two are one task."""
    if index + 1 >= len(turns) or turns[index + 1].speaker == turns[index].speaker:
        return None
    answer = turns[index + 1]
    if works[index + 1]:
        return _said(answer, replace(works[index + 1][0], start=0))
    return answer if _ACCEPTED.match(answer.text) else None


def _said(turn: Turn, work: _Work) -> Turn:
    return replace(turn, text="".join(turn.sentences[work.start : work.end]))


def _works(sentences: Sequence[str]) -> list[_Work]:
    """Return the pieces of work in a turn: a deadline makes a new one, and so does asking after promising."""
    works: list[_Work] = []
    for number, sentence in enumerate(sentences):
        taken_on, asked, due = _work_cues(sentence)
        last = works[-1] if works else None
        if last is not None and last.end == number and not last.due and _LIMIT_ALONE.search(sentence):
            # 私が行ってきます。28日までには。
            works[-1] = replace(last, end=number + 1, due=True)
            continue
        if not (taken_on or asked):
            continue
        if last is not None and last.asked == asked and not (due and last.due):
            works[-1] = _Work(last.start, number + 1, last.due or due, asked)
        else:
            works.append(_Work(number, number + 1, due, asked))
    return works


def _work_cues(sentence: str) -> tuple[bool, bool, bool]:
    """Tell whether a sentence takes work on, asks for it, and names a deadline."""
    if _OVER.search(sentence) or _next_day(sentence):
        return False, False, False
    dated = _DUE.search(sentence) is not None and bool(dates(sentence))
    if _ASKED.search(sentence) and not _FLOOR.search(sentence):
        return False, True, dated
    if _QUESTION.search(sentence) or _FLOOR.search(sentence) or _NOT_AHEAD.search(sentence):
        return False, False, False
    # 4月1日まで休むことに決めます has a date but is no work.
    promised = dated and not _DECIDED.search(sentence) and _WILL_DO.search(sentence) is not None
    return promised or _TAKEN_ON.search(sentence) is not None, False, dated


def _next_meeting(turns: Sequence[Turn]) -> Iterator[Finding]:
    found: list[tuple[int, Turn]] = []
    for index, turn in enumerate(turns):
        sentences = turn.sentences
        for number, sentence in enumerate(sentences):
            said = replace(turn, text="".join(sentences[number : number + 2]))
            if _NEXT.search(sentence) and any(_DAY.search(date) for date in dates(said.text)):
                found.append((index, said))
                break
    if found:
        # The last word counts; what is agreed right after it may move the hour, and the turns before hold the place.
        first, last = found[-2:][0][0], found[-1][0]
        found = [*found[-2:], *_moved(turns[last + 1 : last + 3], last + 1)]
        reading = tuple(turn for _, turn in found)
        words = "".join(turn.sentences[0] for turn in reading)
        yield Finding(Kind.NEXT, _before(turns, first, 0), reading, words)


def _moved(turns: Sequence[Turn], index: int) -> Iterator[tuple[int, Turn]]:
    """Yield what is decided about the hour right after a date was named."""
    for number, turn in enumerate(turns, start=index):
        for sentence in turn.sentences:
            if "時" in sentence and _DECIDED.search(sentence):
                yield number, replace(turn, text=sentence)
