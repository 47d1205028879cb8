"""`manage.py make_account`: an account at the shell, above all the first administrator's."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.models import Department, User


class Command(BaseCommand):
    help = "Makes an account and prints its first password, which must be changed at the first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--role", choices=User.Role.values, default=User.Role.ADMIN)
        parser.add_argument("--department", help="its code; planners and reporters need one")

    def handle(self, *args: Any, username: str, name: str, role: str, department: str | None, **options: Any) -> None:
        unit = Department.objects.filter(code=department).first()
        if department and unit is None:
            raise CommandError(f"There is no department with the code {department}.")
        user = User(username=username, name=name, role=role, department=unit, must_change_password=True)
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        user.save()
        self.stdout.write(f"{username}  {password}")
