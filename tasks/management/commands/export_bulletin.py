"""`manage.py export_bulletin 2023 第二季度 --as planner bulletin.docx`: 通报 or 专报 of a period, into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from departments.models import User
from tasks.actions.refusals import NotAllowed
from tasks.exports.file import File
from tasks.management.exporting import ExportCommand
from tasks.models import ExportKind, Plan, ReportingPeriod


class Command(ExportCommand):
    help = "Writes the bulletin of a period, or the brief for leaders, into a file, as the portal's page does."
    name = "export_bulletin"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="code of the plan: 2023")
        parser.add_argument("period", help="what it is called, its first day or its id: 第二季度, 2023-04-01, 2")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a planner or a leader")
        parser.add_argument("--brief", action="store_true", help="the brief for leaders, on one page")

    def asked(self, options: dict[str, Any]) -> File:
        try:
            return super().asked(options)
        except NotAllowed as refusal:
            raise CommandError(f"{options['user']} is neither a planner nor a leader.") from refusal

    def kind_and_query(self, plan: Plan, user: User, options: dict[str, Any]) -> tuple[str, str]:
        kind = ExportKind.BRIEF if options["brief"] else ExportKind.BULLETIN
        return kind, f"period={self.period(plan, options['period'], user).pk}"

    def period(self, plan: Plan, named: str, user: User) -> ReportingPeriod:
        begun = ReportingPeriod.objects.visible_to(user).begun().filter(plan=plan)
        for one in begun:
            if named in (str(one.pk), one.label, one.starts_on.isoformat()):
                return one
        known = "、".join(one.label for one in begun) or "none"
        raise CommandError(f"No period {named} of {plan.code} that has been opened. There are: {known}.")
