"""What a person should not have to type again stands in a new form; what is not theirs does not."""

from __future__ import annotations

from desktop.session.profile import values_again, with_profile
from desktop.settings.settings import Settings
from desktop.templates.library import builtin_templates

NOTICE = next(one for one in builtin_templates() if one.id == "notice")
MINE = Settings(section="総務課　庶務係", person="小林", telephone="0123-45-6789")


def test_section_name_and_telephone_stand_in_a_new_form() -> None:
    values = with_profile(NOTICE, MINE)
    assert (values["担当課"], values["担当者"], values["電話"]) == ("総務課　庶務係", "小林", "0123-45-6789")
    assert values["発信者"] == ""
    assert values["種類"] == "通知"


def test_without_a_profile_the_form_is_as_the_template_wants_it() -> None:
    assert with_profile(NOTICE, Settings()) == {field.key: field.default for field in NOTICE.fields}


def test_the_last_values_come_back_where_nothing_stands_but_no_source_and_no_date() -> None:
    before = {"宛先": "各自治会長　様", "日付": "令和8年1月5日", "要点": "古い資料", "担当者": "前任者"}
    again = values_again(NOTICE, before, with_profile(NOTICE, MINE))
    assert again["宛先"] == "各自治会長　様"
    assert again["担当者"] == "小林"
    assert (again["日付"], again["要点"]) == ("", "")
