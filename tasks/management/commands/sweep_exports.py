"""`manage.py sweep_exports`: removes exported files whose day is over. What was exported stays on record."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tasks.actions.exporting import sweep


class Command(BaseCommand):
    help = "Removes the files of exports whose day is over, and notes those that will never be finished."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Files removed: {sweep(timezone.now())}.")
