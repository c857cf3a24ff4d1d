"""Drafts the test meetings on both models and prints how many facts each draft keeps: `make facts`."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.core.sections import to_json_value
from desktop.engine.model_hash import model_sha256
from desktop.session.desk import Desk
from desktop.session.events import DraftEvent
from desktop.session.model_holder import ChosenModel
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import DocumentState, Inputs
from tests.facts import FactCount, count_facts

ROOT = Path(__file__).resolve().parent.parent
MEETINGS = ROOT / "tests" / "data" / "meetings"
SAMPLE = ROOT / "desktop" / "resources" / "samples" / "kaigi.txt"
MODELS = ("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
KINDS = ("decision", "who", "due", "amount", "next")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One meeting drafted by one model: its JSON, how it ended, and how long it took in seconds."""

    text: str
    state: DocumentState
    seconds: float


def meetings() -> Iterator[tuple[str, Path, Path]]:
    """Yield name, record and facts file of each meeting."""
    for facts in sorted(MEETINGS.glob("*.facts.toml")):
        name = facts.name.removesuffix(".facts.toml")
        record = MEETINGS / f"{name}.txt"
        yield name, record if record.exists() else SAMPLE, facts


def draft_minutes(model: Path, record: Path, home: Path, *, name: str = "定例会議") -> Drafted:
    """Draft minutes of a record with the program itself, on a history of its own."""

    def ignore(event: DraftEvent) -> None:
        """Nobody watches."""

    chosen = ChosenModel(model.stem, model, model_sha256(model))
    desk = Desk(Folders.discover({"FUMIZUKUE_HOME": str(home)}), Settings(), model=chosen)
    began = time.monotonic()
    try:
        desk.open().result()
        values = {"会議名": name, "会議の記録": record.read_text(encoding="utf-8")}
        document_id = desk.create("minutes", Inputs(values)).result()
        ended = desk.draft(document_id, ignore).result()
        if ended.error is not None:
            raise ended.error
        opened = desk.load(document_id).result()
        contents = {
            spec.key: to_json_value(spec, opened.record.sections[spec.key].content)
            for spec in opened.template.sections
            if spec.key in opened.record.sections
        }
    finally:
        desk.close().result()
    return Drafted(json.dumps(contents, ensure_ascii=False, indent=1), ended.state, time.monotonic() - began)


def _line(model: str, meeting: str, count: FactCount, drafted: Drafted) -> str:
    kinds = "  ".join("{} {}/{}".format(kind, *count.of_kind(kind)) for kind in KINDS)
    return f"{model[:28]:<28} {meeting:<12} {len(count.kept):>3}/{count.total:<3} {drafted.seconds:6.0f} s   {kinds}"


def main() -> int:
    """Print one line for each model and meeting, and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="append", default=[], help="only this GGUF file (may be repeated)")
    parser.add_argument("--meeting", action="append", default=[], help="only this meeting (may be repeated)")
    parser.add_argument("--out", type=Path, help="folder for the drafts as JSON")
    arguments = parser.parse_args()
    models = [Path(name) for name in arguments.model] or [ROOT / "models" / name for name in MODELS]
    for model in models:
        kept = total = 0
        for name, record, facts in meetings():
            if arguments.meeting and name not in arguments.meeting:
                continue
            with tempfile.TemporaryDirectory() as home:
                drafted = draft_minutes(model, record, Path(home))
            count = count_facts(drafted.text, facts)
            kept, total = kept + len(count.kept), total + count.total
            print(_line(model.stem, name, count, drafted))
            print("    missing:", "、".join(fact.id for fact in count.missing) or "-")
            if arguments.out:
                arguments.out.mkdir(parents=True, exist_ok=True)
                (arguments.out / f"{model.stem}-{name}.json").write_text(drafted.text, encoding="utf-8")
        print(f"{model.stem}: {kept} of {total} facts kept\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
