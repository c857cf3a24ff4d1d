"""The commands and options of `fumizukue-cli`, with their help in Japanese or English."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.session.wording import LANGUAGES, phrase

HELP_WIDTH = 100

if TYPE_CHECKING:
    # argparse's class is generic for type checkers only.
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 -- it has no public name


def help_texts(language: str) -> str:
    """Return the help of every command, as the README shows it."""

    def walk(parser: argparse.ArgumentParser) -> list[str]:
        texts = [parser.format_help().rstrip()]
        for action in parser._actions:  # noqa: SLF001 -- argparse offers no list of subcommands
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 -- the same
                for name in action.choices:
                    texts += walk(action.choices[name])
        return texts

    rule = "\n\n" + "-" * HELP_WIDTH + "\n"
    return rule.join(walk(Builder(language).build()))


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Give the help a fixed width, so that the text in the README does not depend on a terminal."""
    return argparse.RawDescriptionHelpFormatter(prog, width=HELP_WIDTH, max_help_position=30)


class Builder:
    """Builds the parser in one language."""

    def __init__(self, language: str) -> None:
        """Use the words of this language, ja or en."""
        self._language = language

    def _say(self, key: str) -> str:
        return phrase(key, self._language)

    def build(self) -> argparse.ArgumentParser:
        """Return the parser of all commands."""
        parser = argparse.ArgumentParser(
            "fumizukue-cli",
            description=self._say("about"),
            epilog=self._say("exit_codes"),
            add_help=False,
            formatter_class=_formatter,
        )
        self._common(parser)
        version = f"fumizukue {__version__}"
        parser.add_argument("--version", action="version", version=version, help=self._say("version_help"))
        commands = self._commands(parser, "command")
        self._draft(self._command(commands, "draft"))
        self._templates(self._command(commands, "templates"))
        self._history(self._command(commands, "history"))
        self._models(self._command(commands, "models"))
        return parser

    def _common(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("-h", "--help", action="help", help=self._say("help_help"))
        # A command's own option must not undo the one given before the command.
        default = None if parser.prog == "fumizukue-cli" else argparse.SUPPRESS
        parser.add_argument("--language", choices=LANGUAGES, default=default, help=self._say("language_help"))
        parser._positionals.title = self._say("positionals_heading")  # noqa: SLF001 -- argparse has no other way
        parser._optionals.title = self._say("options_heading")  # noqa: SLF001 -- the same

    def _commands(self, parser: argparse.ArgumentParser, dest: str) -> _Commands:
        return parser.add_subparsers(
            title=self._say("commands_heading"), dest=dest, required=True, metavar=self._say("commands_heading")
        )

    def _command(self, commands: _Commands, name: str, *, key: str = "") -> argparse.ArgumentParser:
        said = self._say(f"{key or name}_help")
        parser = commands.add_parser(name, help=said, description=said, add_help=False, formatter_class=_formatter)
        self._common(parser)
        return parser

    def _json(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=self._say("json_help"))

    def _output(self, parser: argparse.ArgumentParser, *, required: bool) -> None:
        said = self._say("draft_out_help")
        parser.add_argument("--out", type=Path, metavar="FILE", required=required, help=said)
        parser.add_argument("--overwrite", action="store_true", help=self._say("draft_overwrite_help"))

    def _draft(self, parser: argparse.ArgumentParser) -> None:
        add = parser.add_argument
        add("template", nargs="?", default="", metavar="TEMPLATE", help=self._say("draft_template_help"))
        add("--source", action="append", default=[], metavar="FILE", help=self._say("draft_source_help"))
        add("--field", action="append", default=[], metavar="KEY=VALUE", help=self._say("draft_field_help"))
        add("--sample", action="store_true", help=self._say("draft_sample_help"))
        self._output(parser, required=False)
        add("--model", default="", metavar="NAME", help=self._say("draft_model_help"))
        add("--charset", default="", metavar="NAME", help=self._say("draft_charset_help"))
        add("--show", action="store_true", help=self._say("draft_show_help"))
        add("--vary", action="store_true", help=self._say("draft_vary_help"))
        add("--continue", type=int, default=0, dest="document", metavar="ID", help=self._say("draft_continue_help"))
        self._json(parser)

    def _templates(self, parser: argparse.ArgumentParser) -> None:
        commands = self._commands(parser, "action")
        self._json(self._command(commands, "list", key="templates_list"))
        show = self._command(commands, "show", key="templates_show")
        show.add_argument("template", metavar="TEMPLATE", help=self._say("template_id_help"))
        self._json(show)
        check = self._command(commands, "check", key="templates_check")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE", help=self._say("template_files_help"))
        self._json(check)
        schema = self._command(commands, "schema", key="templates_schema")
        schema.add_argument("--out", type=Path, metavar="FILE", help=self._say("schema_out_help"))
        schema.add_argument("--overwrite", action="store_true", help=self._say("draft_overwrite_help"))
        imported = self._command(commands, "import", key="templates_import")
        add = imported.add_argument
        add("file", type=Path, metavar="FILE", help=self._say("import_file_help"))
        add("--out", type=Path, metavar="FOLDER", required=True, help=self._say("import_out_help"))
        add("--column", action="append", default=[], metavar="KIND=HEADING", help=self._say("import_column_help"))
        add("--charset", default="", metavar="NAME", help=self._say("draft_charset_help"))
        add("--overwrite", action="store_true", help=self._say("draft_overwrite_help"))
        self._json(imported)
        self._shared_templates(commands)

    def _shared_templates(self, commands: _Commands) -> None:
        sync = self._command(commands, "sync", key="templates_sync")
        sync.add_argument("--office", default=None, metavar="FOLDER", help=self._say("sync_office_help"))
        publish = self._command(commands, "publish", key="templates_publish")
        add = publish.add_argument
        add("file", type=Path, metavar="FILE", help=self._say("publish_file_help"))
        add("--level", required=True, metavar="FOLDER", help=self._say("publish_level_help"))
        add("--author", required=True, metavar="NAME", help=self._say("publish_author_help"))
        add("--note", required=True, metavar="TEXT", help=self._say("publish_note_help"))
        add("--base", type=Path, metavar="FILE", help=self._say("publish_base_help"))
        add("--name", default="", metavar="NAME", help=self._say("publish_name_help"))
        add("--reference", type=Path, metavar="FILE", help=self._say("publish_reference_help"))
        add("--merged", type=Path, metavar="FILE", help=self._say("publish_merged_help"))
        add("--key", type=Path, metavar="FILE", help=self._say("sign_key_help"))
        for command in (sync, publish):
            command.add_argument("--share", default="", metavar="FOLDER", help=self._say("share_help"))
        keygen = self._command(commands, "keygen", key="templates_keygen")
        keygen.add_argument("--out", type=Path, required=True, metavar="FILE", help=self._say("keygen_out_help"))
        sign = self._command(commands, "sign", key="templates_sign")
        sign.add_argument("file", type=Path, metavar="FILE", help=self._say("sign_file_help"))
        sign.add_argument("--key", type=Path, required=True, metavar="FILE", help=self._say("sign_key_help"))
        for command in (sync, publish, keygen, sign):
            self._json(command)

    def _history(self, parser: argparse.ArgumentParser) -> None:
        commands = self._commands(parser, "action")
        listing = self._command(commands, "list", key="history_list")
        search = self._command(commands, "search", key="history_search")
        search.add_argument("words", nargs="+", metavar="TEXT", help=self._say("history_words_help"))
        search.add_argument("--section", action="append", default=[], metavar="KEY", help=self._say("section_help"))
        search.add_argument("--order", choices=("date", "relevance"), default="date", help=self._say("order_help"))
        for command in (listing, search):
            self._filters(command)
        trash = self._command(commands, "trash", key="history_trash")
        trash.add_argument("documents", nargs="*", type=int, metavar="ID", help=self._say("history_id_help"))
        restore = self._command(commands, "restore", key="history_restore")
        restore.add_argument("documents", nargs="+", type=int, metavar="ID", help=self._say("history_id_help"))
        for command in (trash, restore):
            self._json(command)
        show = self._command(commands, "show", key="history_show")
        export = self._command(commands, "export", key="history_export")
        for command in (show, export):
            command.add_argument("document", type=int, metavar="ID", help=self._say("history_id_help"))
        self._output(export, required=True)
        self._json(show)
        self._json(export)
        self._moving_history(commands)

    def _moving_history(self, commands: _Commands) -> None:
        export_all = self._command(commands, "export-all", key="history_export_all")
        export_all.add_argument("folder", type=Path, metavar="FOLDER", help=self._say("history_new_folder_help"))
        export_all.add_argument("--no-word", action="store_true", help=self._say("history_no_word_help"))
        imported = self._command(commands, "import", key="history_import")
        imported.add_argument("path", type=Path, metavar="PATH", help=self._say("history_import_path_help"))
        imported.add_argument("--check", action="store_true", help=self._say("history_check_help"))
        out = self._command(commands, "move-out", key="history_move_out")
        out.add_argument("folder", type=Path, metavar="FOLDER", help=self._say("history_new_folder_help"))
        into = self._command(commands, "move-in", key="history_move_in")
        into.add_argument("folder", type=Path, metavar="FOLDER", help=self._say("history_moved_folder_help"))
        for command in (export_all, imported, out, into):
            self._json(command)

    def _filters(self, parser: argparse.ArgumentParser) -> None:
        add = parser.add_argument
        add("--period", default="", metavar="PERIOD", help=self._say("period_help"))
        add("--template", action="append", default=[], metavar="TEMPLATE", help=self._say("template_filter_help"))
        states = ("preparing", "streaming", "complete", "cancelled", "interrupted")
        add("--state", action="append", default=[], choices=states, metavar="STATE", help=self._say("state_help"))
        add("--tag", action="append", default=[], metavar="TAG", help=self._say("tag_help"))
        add("--trashed", action="store_true", help=self._say("trashed_help"))
        add("--limit", type=int, default=50, metavar="N", help=self._say("history_limit_help"))
        self._json(parser)

    def _models(self, parser: argparse.ArgumentParser) -> None:
        commands = self._commands(parser, "action")
        listing = self._command(commands, "list", key="models_list")
        listing.add_argument("--all", action="store_true", help=self._say("models_all_help"))
        add = self._command(commands, "add", key="models_add")
        add.add_argument("path", type=Path, metavar="PATH", help=self._say("models_add_path_help"))
        also = self._say("models_also_help")
        add.add_argument("--also", nargs="+", action="extend", type=Path, default=[], metavar="FOLDER", help=also)
        add.add_argument("--shared", action="store_true", help=self._say("models_shared_help"))
        add.add_argument("--sha256", default="", metavar="HEX", help=self._say("models_sha256_help"))
        pack = self._command(commands, "pack", key="models_pack")
        pack.add_argument("file", type=Path, metavar="FILE", help=self._say("models_pack_file_help"))
        pack.add_argument("--out", type=Path, metavar="FOLDER", required=True, help=self._say("models_pack_out_help"))
        pack.add_argument("--part-size", default="2GB", metavar="SIZE", help=self._say("models_part_size_help"))
        verify = self._command(commands, "verify", key="models_verify")
        verify.add_argument("name", metavar="NAME", help=self._say("models_name_help"))
        for command in (listing, add, pack, verify):
            self._json(command)
