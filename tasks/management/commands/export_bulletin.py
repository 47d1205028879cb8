"""`manage.py export_bulletin 2023 第二季度 --as planner bulletin.docx`: 通报 or 专报 of a period, into a file."""

from argparse import ArgumentParser
from math import inf
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from departments.clock import portal_today
from departments.models import User
from tasks.actions.refusals import NotAllowed
from tasks.exports.asking import ask
from tasks.models import ExportKind, Plan, ReportingPeriod


class Command(BaseCommand):
    help = "Writes the bulletin of a period, or the brief for leaders, into a file, as the portal's page does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="code of the plan: 2023")
        parser.add_argument("period", help="what it is called, its first day or its id: 第二季度, 2023-04-01, 2")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a planner or a leader")
        parser.add_argument("--brief", action="store_true", help="the brief for leaders, on one page")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = ExportKind.BRIEF if options["brief"] else ExportKind.BULLETIN
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():  # on record if it is written
            file = self.document(kind, options["plan"], options["period"], options["user"])
            try:
                options["file"].write_bytes(file.content)
            except OSError as error:
                raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}: {len(file.content)} bytes.")

    def document(self, kind: str, code: str, period: str, username: str) -> Any:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None or not user.does_business:
            raise CommandError(f"No account {username} that reads plans.")
        plan = Plan.objects.visible_to(user).filter(code=code).first()
        if plan is None:
            raise CommandError(f"No plan {code} that {username} sees.")
        query = f"period={self.period(plan, period, user).pk}"
        wanted: Any = {"by": user, "today": portal_today(), "language": settings.LANGUAGE_CODE, "at_once": inf}
        try:
            with pghistory.context(user=user.pk, command="export_bulletin"):
                return ask(kind, plan, query, **wanted).file
        except NotAllowed as refusal:
            raise CommandError(f"{username} is neither a planner nor a leader.") from refusal

    def period(self, plan: Plan, named: str, user: User) -> ReportingPeriod:
        begun = ReportingPeriod.objects.visible_to(user).begun().filter(plan=plan)
        for one in begun:
            if named in (str(one.pk), one.label, one.starts_on.isoformat()):
                return one
        known = "、".join(one.label for one in begun) or "none"
        raise CommandError(f"No period {named} of {plan.code} that has been opened. There are: {known}.")
