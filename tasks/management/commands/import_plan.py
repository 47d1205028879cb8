"""`manage.py import_plan FILE`: a published document into a plan; with --dry-run only what would be read."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from departments.actions.founding import found
from departments.clock import portal_today
from departments.models import User
from tasks.actions import imports
from tasks.documents.contract import as_json, as_text
from tasks.documents.encoding import NotADocument
from tasks.documents.reader import read
from tasks.documents.sources import text_of
from tasks.management.told import nearest_told, stored_told
from tasks.models import PlanImport

UNREADABLE = 2  # the exit status where the file is no document
HEAD: dict[str, Callable[[str], Any]] = {
    "title": str,
    "year": int,
    "issuer": str,
    "document_number": str,
    "issued_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
}
NOBODY = "No account keeps plans yet: make_account --role planner, or createsuperuser before there are departments."


class Command(BaseCommand):
    help = (
        "Reads a plan from a document (.docx, or text in UTF-8 or GB18030; - for standard input) and stores it, all "
        "or nothing. A plan that has the code already is brought up to date."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the document, or - for standard input")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what was read and what is unsure; store nothing"
        )
        parser.add_argument("--format", choices=["json", "text"], default="text", help="of the dry run")
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="planner who stores it; not needed where there is only one"
        )
        parser.add_argument(
            "--preview", action="store_true", help="do all that storing does, print what changes, and take it back"
        )
        self.add_corrections(parser)

    def add_corrections(self, parser: ArgumentParser) -> None:
        """What a planner would settle on the page."""
        parser.add_argument("--code", help="of the plan, as it stands in addresses; the year unless given")
        parser.add_argument(
            "--set",
            dest="head",
            action="append",
            default=[],
            metavar="FIELD=VALUE",
            help=f"what the document does not say: {', '.join(HEAD)}; dates as 2023-02-21; repeatable",
        )
        parser.add_argument(
            "--name",
            dest="names",
            action="append",
            default=[],
            metavar="NAME=CODE",
            help="whom a printed name means: a department's code, or nothing to leave the unit out; repeatable",
        )
        parser.add_argument(
            "--create-departments", action="store_true", help="make a department of every name that none has"
        )

    def handle(self, *args: Any, file: str, dry_run: bool, format: str, **options: Any) -> None:
        """Unsure is no failure; no document is."""
        text = self.text(file)
        with translation.override(settings.LANGUAGE_CODE):
            told = self.dry_run(text, format) if dry_run else self.store(text, file, **options)
        self.stdout.write(told)

    def text(self, file: str) -> str:
        try:
            if file == "-":
                return text_of(sys.stdin.buffer)
            with Path(file).open("rb") as opened:
                return text_of(opened)
        except OSError as error:
            raise CommandError(f"无法读取文件 {file}：{error.strerror}", returncode=UNREADABLE) from error
        except NotADocument as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error

    def dry_run(self, text: str, format: str) -> str:
        try:
            document = read(text)
        except NotADocument as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        return json.dumps(as_json(document), ensure_ascii=False, indent=2) if format == "json" else as_text(document)

    @transaction.atomic
    def store(self, text: str, file: str, *, user: str | None, preview: bool, **options: Any) -> str:
        """Where it cannot be stored, not even the attempt is kept."""
        by = planner(user)
        try:
            row = imports.begin(text, by=by, name="" if file == "-" else file)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=UNREADABLE) from error
        draft = imports.Draft(self.corrected(row, by, **options))
        if draft.problems:
            raise CommandError("\n".join([*_lines(draft), *nearest_told(draft)]))
        comparison = draft.comparison
        plan = imports.store(draft.imported, by=by, today=portal_today())
        told = stored_told(plan, draft, comparison, preview)
        transaction.set_rollback(preview)
        return told

    def corrected(
        self,
        row: PlanImport,
        by: User,
        *,
        code: str | None,
        head: list[str],
        names: list[str],
        create_departments: bool,
        **rest: Any,
    ) -> PlanImport:
        """With what was said on the command line."""
        said = dict(map(_value, head)) | ({"code": code} if code else {})
        try:
            row = imports.revise(row, by=by, head=said, names=dict(map(_decision, names)))
            if create_departments:
                found(name.printed for name in imports.unknown(row) if name.decided is None)
            return row
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error


def planner(username: str | None) -> User:
    """Whose name stands in the audit."""
    allowed = [user for user in User.objects.filter(is_active=True) if user.has_perm("tasks.store_planimport")]
    if username:
        named = [user for user in allowed if user.username == username]
        if not named:
            raise CommandError(f"No account {username} that keeps plans.")
        return named[0]
    planners = [user for user in allowed if user.is_planner] or allowed
    if len(planners) == 1:
        return planners[0]
    known = ", ".join(user.username for user in planners)
    raise CommandError(f"Say --as USER, one of: {known}." if known else NOBODY)


def _value(said: str) -> tuple[str, Any]:
    name, equals, text = said.partition("=")
    if name not in HEAD or not equals:
        raise CommandError(f"--set {said}: write FIELD=VALUE with one of {', '.join(HEAD)}.")
    try:
        return name, HEAD[name](text.strip())
    except ValueError as error:
        raise CommandError(f"--set {said}: {error}.") from error


def _decision(said: str) -> tuple[str, str]:
    name, equals, code = said.rpartition("=")
    if not equals:
        raise CommandError(f"--name {said}: write NAME=CODE.")
    return name.strip(), code.strip()


def _lines(draft: imports.Draft) -> Iterator[str]:
    """Problems with the task they are about."""
    for problem in draft.problems:
        item = draft.reading.tasks[problem.place] if problem.place is not None else None
        of = f"{item.number} {item.title}：" if item else ""
        yield f"{of}{problem.label}：{problem.message}"
