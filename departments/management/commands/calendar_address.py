"""`manage.py calendar_address`: the calendar address of an account at the shell."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.timezone import localtime

from departments.actions import feeds
from departments.models import CalendarFeed, User
from departments.refusals import NotAllowed


class Command(BaseCommand):
    help = "Makes, shows and revokes the calendar address of an account."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="print a new address; it is shown only now")
        show = actions.add_parser("show", help="when it was made and last read")
        revoke = actions.add_parser("revoke", help="end it at once")
        for each in (create, show, revoke):
            each.add_argument("username")
        create.add_argument("--replace", action="store_true", help="the present one is dead at once")

    def handle(self, *args: Any, action: str, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        getattr(self, action)(user, CalendarFeed.objects.filter(user=user).first(), **options)

    def create(self, user: User, feed: CalendarFeed | None, replace: bool, **options: Any) -> None:
        if feed and not replace:
            raise CommandError(f"{user.username} has an address already; --replace makes another one.")
        try:
            _feed, secret = feeds.issue(user, by=user, version=feed.version if feed else 0)
        except NotAllowed as error:
            raise CommandError(f"{user.username} sees no tasks and so has no calendar.") from error
        self.stdout.write(settings.PORTAL_URL.rstrip("/") + reverse("calendar", args=[secret]))

    def show(self, user: User, feed: CalendarFeed | None, **options: Any) -> None:
        if feed:
            read = f"{localtime(feed.last_read_at):%Y-%m-%d %H:%M}" if feed.last_read_at else "never"
            self.stdout.write(f"made {localtime(feed.created_at):%Y-%m-%d %H:%M}\tread {read}")

    def revoke(self, user: User, feed: CalendarFeed | None, **options: Any) -> None:
        if not feeds.revoke(user, by=user):
            raise CommandError(f"{user.username} has no calendar address.")
        self.stdout.write(f"The calendar address of {user.username} has been revoked.")
