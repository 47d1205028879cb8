"""`manage.py remind`: the reminders of the calendar, and letters that have not been sent yet. For a timer."""

from argparse import ArgumentParser
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from departments.clock import portal_today
from tasks.actions import chasing, letters
from tasks.actions.chasing import Reminded


class Command(BaseCommand):
    help = (
        "Reminds everyone who owes a report three days before it is due, on the due date and every seven days after, "
        "each of one thing once; then sends all letters that wait or failed. Run it as often as you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would be reminded of what; change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Mail that fails is no failure of the run: the next one tries again."""
        try:
            self.preview() if dry_run else self.remind()
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error

    def preview(self) -> None:
        told = chasing.outlook_by_clock(today=portal_today())
        for errand in told.errands:
            self.stdout.write(f"{errand.person.username} <{errand.person.email or 'no address'}>")
            for report in errand.reports:
                self.stdout.write(f"    {report.task.code} {report.department.code}, due {report.period.due_on}")
        self.summarise(told, "Would remind")

    def remind(self) -> None:
        with pghistory.context(command="remind"):
            told = chasing.remind_by_clock(today=portal_today())
            delivery = letters.deliver()
        self.summarise(told, "Reminded")
        self.stdout.write(f"Letters: {delivery.sent} sent, {delivery.failed} failed.")

    def summarise(self, told: Reminded, verb: str) -> None:
        self.stdout.write(f"{verb} {told.persons} persons of {told.reports} reports of {told.units} units.")
        if told.unreached:
            self.stdout.write("Nobody to remind: " + ", ".join(unit.code for unit in told.unreached))
