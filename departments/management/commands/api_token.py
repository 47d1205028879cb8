"""`manage.py api_token`: personal tokens at the shell, for programs whose owner has no browser at hand."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localtime

from departments.models import User
from departments.models.token import LONGEST, USUAL, issue


class Command(BaseCommand):
    help = "Makes, lists and revokes the access tokens of an account."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="print a new token; it is shown only now")
        listing = actions.add_parser("list", help="name, what it may, until when, last used")
        revoke = actions.add_parser("revoke", help="end a token at once")
        for each in (create, listing, revoke):
            each.add_argument("username")
        for each in (create, revoke):
            each.add_argument("name")
        create.add_argument("--write", action="store_true", help="it may write too")
        create.add_argument("--days", type=int, default=USUAL, help=f"1 to {LONGEST}, {USUAL} unless given")

    def handle(self, *args: Any, action: str, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        getattr(self, action)(user, **options)

    def create(self, user: User, name: str, write: bool, days: int, **options: Any) -> None:
        if not 1 <= days <= LONGEST:
            raise CommandError(f"A token is valid for 1 to {LONGEST} days.")
        try:
            _token, text = issue(user, name, read_only=not write, days=days)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(text)

    def list(self, user: User, **options: Any) -> None:
        for token in user.auth_token_set.all():
            may = "read" if token.read_only else "read and write"
            used = f"{localtime(token.last_used_at):%Y-%m-%d %H:%M}" if token.last_used_at else "never"
            until = f"until {localtime(token.expiry):%Y-%m-%d %H:%M}"
            self.stdout.write("\t".join([token.name, may, until, f"used {used}"]))

    def revoke(self, user: User, name: str, **options: Any) -> None:
        deleted, _rows = user.auth_token_set.filter(name=name).delete()
        if not deleted:
            raise CommandError(f"{user.username} has no token {name}.")
        self.stdout.write(f"{name} has been revoked.")
