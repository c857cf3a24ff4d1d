"""`fumizukue-cli templates` and `history`: looking things up, exporting."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli import importing, sharing
from desktop.cli.console import Console, ExitCode, Json
from desktop.cli.draft import as_json, tell_warning, wait
from desktop.core.files import write_atomically
from desktop.core.sections import Section, plain_text
from desktop.core.wareki import format_date
from desktop.session.desk import Desk
from desktop.session.template_check import check_templates
from desktop.session.wording import describe
from desktop.store.records import DocumentSummary
from desktop.templates.model import Template
from desktop.templates.schema import schema_text


def templates(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """List, show or check templates, or do what concerns the shared ones."""
    if arguments.action in sharing.ACTIONS:
        return sharing.run(arguments, desk, console)
    if arguments.action == "import":
        return importing.run(arguments, desk, console)
    if arguments.action == "check":
        return _check(arguments.files, console)
    if arguments.action == "schema":
        return _schema(arguments, console)
    if arguments.action == "show":
        _show_template(desk.template(arguments.template), console)
        return ExitCode.DONE
    for template in desk.templates:
        name, description = _names(template, console)
        console.result(f"{template.id:<12} {name}  v{template.version}\n{'':<12} {description}")
    console.data([_template_json(template) for template in desk.templates])
    return ExitCode.DONE


def _names(template: Template, console: Console) -> tuple[str, str]:
    if console.language == "en":
        return template.name_en or template.name, template.description_en or template.description
    return template.name, template.description


def _template_json(template: Template) -> Json:
    return {
        "id": template.id,
        "name": template.name,
        "name_en": template.name_en,
        "version": template.version,
        "category": str(template.category),
        "fields": [
            {"key": field.key, "type": field.type.value, "required": field.required, "choices": list(field.choices)}
            for field in template.fields
        ],
        "sections": [{"key": spec.key, "title": spec.title, "kind": spec.kind.value} for spec in template.sections],
    }


def _show_template(template: Template, console: Console) -> None:
    name, description = _names(template, console)
    console.result(f"{name}（{template.id} v{template.version}）\n{description}\n\n{console.say('fields_heading')}")
    for field in template.fields:
        required = f" [{console.say('required')}]" if field.required else ""
        label = field.label_en if console.language == "en" and field.label_en else field.label
        explanation = field.help_en if console.language == "en" and field.help_en else field.help
        console.result(f"  {field.key}（{field.type.value}）{required} {label if label != field.key else ''}".rstrip())
        if explanation:
            console.result(f"      {explanation}")
    console.result(f"\n{console.say('sections_heading')}")
    for spec in template.sections:
        console.result(f"  {spec.title}（{spec.kind.value}）")
    console.data(_template_json(template))


def _check(paths: list[Path], console: Console) -> ExitCode:
    """Print every fault with file, line and what to do, and what is in order."""
    checked = check_templates(paths)
    report: list[Json] = []
    for one in checked:
        for fault in one.faults:
            message = describe(fault, console.language)
            console.result(f"{one.path}:{fault.fields.get('line', 0)}: {message.title} {message.action}")
            words = {"title": message.title, "action": message.action}
            report.append({**fault.fields, "file": str(one.path), "code": fault.code.value, **words})
        if not one.faults:
            console.result(console.say("template_good", file=str(one.path)))
    if checked:
        console.result(console.say("templates_checked", files=len(checked), faults=len(report)))
    else:
        console.note(console.say("no_templates"))
    console.data(report)
    return ExitCode.DONE if checked and not report else ExitCode.USER


def _schema(arguments: argparse.Namespace, console: Console) -> ExitCode:
    """Print the schema, or write it as UTF-8, which a shell's redirection does not always do."""
    text = schema_text()
    if arguments.out is None:
        print(text, end="")
        return ExitCode.DONE
    write_atomically(arguments.out, lambda stream: stream.write(text.encode("utf-8")), overwrite=arguments.overwrite)
    console.note(console.say("saved", path=str(arguments.out)))
    return ExitCode.DONE


def history(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Show or export a document; works while a window has the history open."""
    if not desk.folders.history_file.exists():
        console.result(console.say("no_history"))
        console.data([])
        return ExitCode.DONE
    wait(desk.open(read_only=True))
    if arguments.action == "export":
        exported = wait(desk.export(arguments.document, arguments.out, overwrite=arguments.overwrite))
        tell_warning(exported, console)
        console.result(console.say("saved", path=str(exported.path)))
        console.data({"out": str(exported.path)})
    else:
        _show_document(arguments.document, desk, console)
    return ExitCode.DONE


def summary_line(summary: DocumentSummary, console: Console) -> str:
    """Return a document as a line of a list."""
    local = summary.updated_at.astimezone()
    date = format_date(local.date()) if console.language == "ja" else f"{local:%Y-%m-%d}"
    state = console.say(f"state_{summary.state.value}")
    return f"{summary.id:>5}  {date} {local:%H:%M}  {state}  {summary.title}（{summary.template_name}）"


def summary_json(summary: DocumentSummary) -> dict[str, Json]:
    """Return a document's line for machines."""
    return {
        "id": summary.id,
        "template": summary.template_id,
        "title": summary.title,
        "state": summary.state.value,
        "created_at": summary.created_at.isoformat(),
        "updated_at": summary.updated_at.isoformat(),
    }


def _show_document(document_id: int, desk: Desk, console: Console) -> None:
    opened = wait(desk.load(document_id))
    record = opened.record
    console.result(summary_line(record.summary, console))
    sections: dict[str, Json] = {}
    for spec in opened.template.sections:
        version = record.sections.get(spec.key)
        text = plain_text(Section(spec, version.content)) if version else ""
        console.result(f"\n【{spec.title}】\n{text or console.say('empty_section')}")
        if version is not None:
            sections[spec.key] = as_json(version.content)
    console.data({**summary_json(record.summary), "inputs": dict(record.inputs.values), "sections": sections})
