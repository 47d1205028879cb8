"""`manage.py export_ledger 2023 --as planner ledger.xlsx`: the ledger as a user sees it, into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from departments.models import User
from tasks.exports.file import File
from tasks.exports.ledger import TYPES
from tasks.management.exporting import ExportCommand
from tasks.models import ExportKind, Plan

KINDS = {"xlsx": ExportKind.LEDGER_XLSX, "csv": ExportKind.LEDGER_CSV}


class Command(ExportCommand):
    help = "Writes the ledger of a plan into a file: what the ledger's page exports for the same user and filters."
    name = "export_ledger"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="code of the plan: 2023")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as", dest="user", required=True, metavar="USER", help="whose ledger; what he sees is in it"
        )
        parser.add_argument("--format", choices=TYPES, help="xlsx or csv; by the file's ending unless given")
        parser.add_argument(
            "--filter", default="", metavar="QUERY", help='as in the address: "light=red&ordering=-due_on"'
        )

    def asked(self, options: dict[str, Any]) -> File:
        try:
            return super().asked(options)
        except ValidationError as error:
            told = error.message_dict.items()
            raise CommandError("\n".join(f"{name}: {line}" for name, lines in told for line in lines)) from error

    def kind_and_query(self, plan: Plan, user: User, options: dict[str, Any]) -> tuple[str, str]:
        kind = options["format"] or options["file"].suffix.lstrip(".").lower()
        if kind not in KINDS:
            raise CommandError("Say --format xlsx or --format csv.")
        return KINDS[kind], options["filter"]
