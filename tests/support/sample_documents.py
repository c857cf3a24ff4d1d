"""Three finished documents, one for each layout, as an office would write them."""

from __future__ import annotations

import datetime as dt

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import (
    Column,
    Content,
    ListContent,
    Section,
    SectionKind,
    SectionRole,
    SectionSpec,
    TableContent,
    TextContent,
)


def text(title: str, value: str, role: SectionRole = SectionRole.HEADING) -> Section:
    """Return a text section."""
    return _section(title, SectionKind.TEXT, TextContent(value), role)


def items(title: str, *values: str, role: SectionRole = SectionRole.HEADING) -> Section:
    """Return a list section."""
    return _section(title, SectionKind.LIST, ListContent(values), role)


def rows(
    title: str, columns: tuple[str, ...], *values: tuple[str, ...], role: SectionRole = SectionRole.HEADING
) -> Section:
    """Return a table section with these column titles."""
    return _section(title, SectionKind.TABLE, TableContent(values), role, columns)


def _section(
    title: str, kind: SectionKind, content: Content, role: SectionRole, columns: tuple[str, ...] = ()
) -> Section:
    specified = tuple(Column(name, name) for name in columns)
    return Section(SectionSpec(title or "x", title, kind, role=role, columns=specified), content)


def minutes() -> OfficialDocument:
    """Return minutes with facts, lists, two tables and an empty section."""
    return OfficialDocument(
        LayoutKind.MINUTES,
        "第3回　窓口サービス改善検討会　議事録",
        (
            items("議題", "窓口の受付時間の見直し", "番号札発券機の更新", "外国語案内の充実"),
            items(
                "主な意見",
                "市民課長：昼の時間帯は待ち時間が平均42分に達しており、受付体制を見直したい。",
                "窓口係長：正午から午後1時までの職員を2人から4人に増やせば、待ち時間は20分程度に収まる見込みである。",
                "情報政策課：発券機の更新には見積りで1,850,000円が必要であり、令和9年度当初予算で要求することが望ましい。",
            ),
            rows(
                "決定事項",
                ("決定の内容", "担当", "期限"),
                ("正午から午後1時までの窓口職員を4人とし、12月1日から試行する。", "佐藤係長", "令和8年12月1日"),
                (
                    "番号札発券機の更新費用1,850,000円を令和9年度当初予算で要求する。仕様は視覚障害のある方が使いやすい音声案内付きとする。",
                    "田中（情報政策課）",
                    "令和8年11月20日",
                ),
                ("外国語の案内板は、英語、中国語、ベトナム語及びやさしい日本語の四つとする。", "", ""),
            ),
            rows(
                "宿題・今後の対応",
                ("担当", "すること", "期限"),
                ("佐藤", "試行期間の勤務表案を作り、課内に示す。", "11月24日"),
                ("鈴木", "案内板の文案をやさしい日本語で作る。", "11月末"),
            ),
            items("その他"),
            text("次回", "令和8年12月8日（火）午後1時30分から、3階第2会議室で開く。"),
        ),
        facts=(
            ("日時", "令和8年11月10日（火）　午後1時30分から午後2時40分まで"),
            ("場所", "あおぞら市役所　3階　第2会議室"),
            ("出席者", "市民課長　森\n市民課窓口係長　佐藤\n情報政策課　田中\n福祉課　鈴木"),
            ("欠席者", "税務課　井上"),
            ("記録者", "市民課　高橋"),
        ),
    )


def notice() -> OfficialDocument:
    """Return a notice with number, date, addressee, sender, body, 記, 以上 and contact."""
    record = SectionRole.RECORD
    return OfficialDocument(
        LayoutKind.NOTICE,
        "",
        (
            text("件名", "令和8年度総合防災訓練の実施について（通知）", SectionRole.SUBJECT),
            text(
                "本文",
                "日頃から市政に御協力いただき、厚くお礼申し上げます。\n"
                "このことについて、地震による大規模な火災と建物の倒壊を想定し、下記のとおり総合防災訓練を実施します。つきましては、"
                "関係する職員の参加について御配慮くださるようお願いします。\n"
                "なお、雨天の場合の実施の可否は、当日の午前6時に市の公式ホームページでお知らせします。",
                SectionRole.BODY,
            ),
            text("日時", "令和8年11月29日（日）午前9時から正午まで", record),
            text("場所", "あおぞら市立中央小学校　校庭及び体育館", record),
            text(
                "参加者",
                "各町内会から5名以内。名簿を11月13日（金）までに危機管理課に電子メールで提出してください。",
                record,
            ),
            items("持ち物", "動きやすい服装と軍手", "飲料水（一人500ミリリットル以上）", "上履き", role=record),
            rows(
                "日程",
                ("時刻", "内容", "場所"),
                ("午前9時", "開会、避難誘導訓練", "校庭"),
                ("午前10時", "初期消火訓練、応急手当講習", "校庭・体育館"),
                ("午前11時30分", "炊き出し、閉会", "体育館"),
                role=record,
            ),
            text("備考", "", record),
        ),
        number="あ危第123号",
        date=dt.date(2026, 10, 26),
        addressee="各町内会長　様",
        sender="あおぞら市長　青空　太郎",
        contact=("総務部危機管理課防災係　山田", "電話　0123-45-6789（内線2345）", "電子メール　bosai@city.example.jp"),
    )


def memo() -> OfficialDocument:
    """Return an internal memo."""
    return OfficialDocument(
        LayoutKind.MEMO,
        "庁内メモ",
        (
            text("件名", "庁舎2階の会議室の利用方法の変更", SectionRole.SUBJECT),
            text("要旨", "12月1日から、庁舎2階の会議室は予約システムで申し込むこととする。"),
            items("変わること", "紙の予約簿は11月30日で廃止する。", "1回の利用は3時間までとする。"),
            text("お願い", "各課で操作担当者を一人決め、11月20日までに総務課に報告してください。"),
        ),
        date=dt.date(2026, 11, 10),
        addressee="各課　庶務担当者",
        sender="総務課　管財係",
        contact=("総務課管財係　木村（内線2210）",),
    )
