"""What the commands that write an export have in common: for whom, of which plan, on record if it is written."""

from math import inf
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from departments.clock import portal_today
from departments.models import User
from tasks.exports.asking import ask
from tasks.exports.file import File
from tasks.models import Plan


class ExportCommand(BaseCommand):
    """Takes `plan`, `file` and `user`; what is in the file is the subclass's `kind_and_query`."""

    name: str  # in the audit

    def kind_and_query(self, plan: Plan, user: User, options: dict[str, Any]) -> tuple[str, str]:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():  # on record if it is written
            file = self.asked(options)
            try:
                options["file"].write_bytes(file.content)
            except OSError as error:
                raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}: {len(file.content)} bytes.")

    def asked(self, options: dict[str, Any]) -> File:
        """A process of its own may take its time, so it writes a large one itself."""
        user = reader(options["user"])
        plan = Plan.objects.visible_to(user).filter(code=options["plan"]).first()
        if plan is None:
            raise CommandError(f"No plan {options['plan']} that {user.username} sees.")
        kind, query = self.kind_and_query(plan, user, options)
        wanted: Any = {"by": user, "today": portal_today(), "language": settings.LANGUAGE_CODE, "at_once": inf}
        with pghistory.context(user=user.pk, command=self.name):
            file = ask(kind, plan, query, **wanted).file
        assert file is not None  # noqa: S101 - nothing is too large to be written at once
        return file


def reader(username: str) -> User:
    """Raises CommandError where nobody of this name reads plans."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not user.does_business:
        raise CommandError(f"No account {username} that reads plans.")
    return user
