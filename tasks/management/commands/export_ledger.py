"""`manage.py export_ledger 2023 --as planner ledger.xlsx`: the ledger as a user sees it, into a file."""

from argparse import ArgumentParser
from math import inf
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from departments.clock import portal_today
from departments.models import User
from tasks.exports.asking import ask
from tasks.exports.ledger import TYPES
from tasks.models import ExportKind, Plan

KINDS = {"xlsx": ExportKind.LEDGER_XLSX, "csv": ExportKind.LEDGER_CSV}


class Command(BaseCommand):
    help = "Writes the ledger of a plan into a file: what the ledger's page exports for the same user and filters."

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

    def handle(self, *args: Any, **options: Any) -> None:
        kind = options["format"] or options["file"].suffix.lstrip(".").lower()
        if kind not in TYPES:
            raise CommandError("Say --format xlsx or --format csv.")
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():  # on record if it is written
            file = self.ledger(kind, options["plan"], options["user"], options["filter"])
            try:
                options["file"].write_bytes(file.content)
            except OSError as error:
                raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}: {len(file.content)} bytes.")

    def ledger(self, kind: str, code: str, username: str, query: str) -> Any:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None or not user.does_business:
            raise CommandError(f"No account {username} that reads plans.")
        plan = Plan.objects.visible_to(user).filter(code=code).first()
        if plan is None:
            raise CommandError(f"No plan {code} that {username} sees.")
        # A process of its own may take its time, so it writes a large one itself.
        wanted: Any = {"by": user, "today": portal_today(), "language": settings.LANGUAGE_CODE, "at_once": inf}
        try:
            with pghistory.context(user=user.pk, command="export_ledger"):
                return ask(KINDS[kind], plan, query, **wanted).file
        except ValidationError as error:
            told = error.message_dict.items()
            raise CommandError("\n".join(f"{name}: {line}" for name, lines in told for line in lines)) from error
