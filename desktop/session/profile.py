"""What a person should not have to type again: their section, name, telephone and mail, put where a template asks."""

from __future__ import annotations

from desktop.settings.settings import Settings
from desktop.templates.model import FieldType, Template, TemplateField

# Keys and labels of fields, as the offices' templates call them. Only whole names count: 担当課長 is somebody else.
_SECTION = frozenset(
    {"担当課", "課名", "所属", "所属課", "担当部署", "担当の課・係", "作成課", "起案課", "部署", "部署名"}
)
_PERSON = frozenset({"担当者", "担当", "氏名", "作成者", "記録者", "起案者", "報告者", "担当者名", "作成した人"})
_TELEPHONE = frozenset({"電話", "電話番号", "連絡先電話", "内線"})
_MAIL = frozenset({"メール", "メールアドレス", "電子メール", "Eメール"})


def with_profile(template: Template, settings: Settings) -> dict[str, str]:
    """Return the values an empty form begins with: the template's defaults, and the person's own where they belong."""
    return {field.key: field.default or _own(field, settings) for field in template.fields}


def is_own(field: TemplateField) -> bool:
    """Tell whether a field holds who writes, and so says nothing of what a document is about."""
    return bool({field.key, field.label} & (_SECTION | _PERSON | _TELEPHONE | _MAIL))


def _own(field: TemplateField, settings: Settings) -> str:
    if field.type is not FieldType.TEXT:
        return ""
    names = {field.key, field.label}
    for known, value in (
        (_SECTION, settings.section),
        (_PERSON, settings.person),
        (_TELEPHONE, settings.telephone),
        (_MAIL, settings.mail),
    ):
        if names & known:
            return value
    return ""


def values_again(template: Template, before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Return the form with the values of an earlier document of the template in what is still empty.

    Sources and dates belong to the earlier document alone and stay out.
    """
    once = (FieldType.DOCUMENT, FieldType.DATE)
    kept = {field.key: before.get(field.key, "") for field in template.fields if field.type not in once}
    return {key: value or kept.get(key, "") for key, value in now.items()}
