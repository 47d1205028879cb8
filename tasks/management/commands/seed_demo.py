"""`manage.py seed_demo`: accounts and progress for a demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tasks import demo
from tasks.models import Plan


class Command(BaseCommand):
    help = "Add the demonstration accounts and their progress on the 2023 plan. What was entered stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="even where PORTAL_DEMO is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.PORTAL_DEMO or options["force"]):
            raise CommandError(
                "The demonstration is off, since its password is published. PORTAL_DEMO=1 switches it on."
            )
        if not Plan.objects.filter(code="2023").exists():
            raise CommandError("The 2023 plan is not loaded: manage.py loaddata departments plan_2023")
        told = demo.seed()
        if options["verbosity"]:
            self.stdout.write("Demonstration added." if told else "The plan is being worked on: nothing changed.")
