"""A history with documents of several days, as an office would have them, for tests and pictures of its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.templates.library import builtin_templates

RUN = RunFacts("qwen2.5-7b-instruct", "", "{}")
DECIDED = TableContent(
    (
        ("受付時間", "窓口の受付時間を午後7時まで延ばす", "市民課", "令和8年12月14日"),
        ("案内板", "案内板を二枚増やす", "管財課", "令和9年1月15日"),
    )
)
MEETING: dict[str, Content] = {
    "議題": ListContent(("窓口の混雑について", "受付時間の延長について")),
    "主な意見": ListContent(
        (
            "昼休みの窓口が混雑しており、待ち時間が40分を超える日がある。",
            "受付時間を延ばすだけでなく、案内の職員を置くことで待ち時間を短くできるのではないか。",
        )
    ),
    "次回": TextContent("令和8年12月21日　午後2時から　第2会議室"),
}
NOTICE_BODY = (
    "日頃から本市の行政に御協力をいただき、ありがとうございます。\n"
    "このたび、窓口の受付時間を下記のとおり変更しますので、お知らせします。"
)


class Past:
    """Writes documents into a history file with a clock of its own."""

    def __init__(self, file: Path) -> None:
        """Open the file."""
        self.clock = dt.datetime(2026, 11, 24, 5, 30, tzinfo=dt.UTC)
        self.store = HistoryStore.open(file, now=lambda: self.clock)
        self._templates = {template.id: template for template in builtin_templates()}

    def add(
        self, template_id: str, title: str, days_ago: float, sections: Mapping[str, Content], source: str = ""
    ) -> int:
        """Write a finished document of so many days ago and return its number."""
        template = self._templates[template_id]
        self.clock = dt.datetime(2026, 11, 24, 5, 30, tzinfo=dt.UTC) - dt.timedelta(days=days_ago)
        first = template.fields[0].key
        values = {first: title} | ({template.document_fields[0].key: source} if source else {})
        stamp = TemplateStamp(template.id, template.name, template.version, template.source)
        number = self.store.create_document(stamp, title, Inputs(values))
        self.store.begin_run(number, RUN)
        finished = {key: (content, True) for key, content in sections.items()}
        self.store.end_run(number, DocumentState.COMPLETE, "{}", finished)
        return number

    def edit(self, number: int, key: str, content: Content, minutes: float = 30) -> None:
        """Write an edit of a section, so long after what was written last."""
        self.clock += dt.timedelta(minutes=minutes)
        self.store.save_edit(number, key, content)

    def close(self) -> None:
        """Close the file."""
        self.store.close()


def an_office_year(file: Path) -> int:
    """Write the documents of a year and return the number of the meeting, which has several versions."""
    past = Past(file)
    for month in range(1, 9):
        past.add("memo", f"{month}月分の時間外勤務について", 30 * month + 3, {})
    past.add("notice", "防災訓練の実施について", 61, {})
    past.add("minutes", "第1回　庁舎管理委員会", 47, {"主な意見": ListContent(("空調の更新は来年度に予算化する。",))})
    past.add("residents", "窓口の受付時間の変更", 12, {"本文": TextContent(NOTICE_BODY)})
    past.add("minutes", "第2回　窓口サービス改善検討会", 28, {"主な意見": ListContent(("番号札の機械を新しくする。",))})
    meeting = past.add("minutes", "第3回　窓口サービス改善検討会", 1, MEETING | {"決定事項": DECIDED}, "田中 窓口は。")
    past.edit(meeting, "主な意見", ListContent(tuple(AFTER_FIRST.split("\n"))))
    past.edit(meeting, "主な意見", ListContent(tuple(AFTER_SECOND.split("\n"))), 95)
    past.store.tags.set_tags(meeting, ["窓口", "予算"])
    past.store.trash.put(past.add("memo", "下書きの練習", 3, {}))
    past.store.trash.put(past.add("notice", "（取消）説明会の開催について", 5, {}))
    past.close()
    return meeting


AFTER_FIRST = (
    "昼休みの窓口が混雑しており、待ち時間が40分を超える日がある。\n"
    "受付時間を延ばすだけでなく、案内の職員を一人置くことで待ち時間を短くできる。"
)
AFTER_SECOND = (
    "昼休みの窓口が混雑し、待ち時間が50分を超える日が月に6日ある。\n"
    "番号札の機械を更新する予算がない。\n"
    "受付時間を午後7時まで延ばし、案内の職員を一人置くことで待ち時間を短くできる。"
)
