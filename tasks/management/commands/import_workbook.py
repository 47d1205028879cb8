"""`manage.py import_workbook FILE --as USER`: a unit's filled-in ledger back into the portal, from the shell."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.clock import portal_today
from departments.models import User
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.actions.workbook import told
from tasks.actions.workbook_whole import DECISIONS, Preview, look, store_whole
from tasks.documents.workbook import Line
from tasks.forms.workbook import lines_of
from tasks.management.told_workbook import preview_told, problems_told

UNREADABLE = 2  # the exit status where the file is no workbook


class Command(BaseCommand):
    help = (
        "Shows what a unit's filled-in ledger (.xlsx) would change and everything that is wrong with it; with --store "
        "or --send that is done, all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the workbook")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="reporter of the unit")
        parser.add_argument("--store", action="store_true", help="keep what has changed as drafts")
        parser.add_argument("--send", action="store_true", help="send the reports that have changed")
        parser.add_argument("--decide", choices=DECISIONS, default="", help="whose words stay where both have changed")

    def handle(self, *args: Any, file: str, user: str, store: bool, send: bool, decide: str, **options: Any) -> None:
        by = reporter(user)
        with translation.override(settings.LANGUAGE_CODE), pghistory.context(user=by.pk, command="import_workbook"):
            preview = look(lines(file), by=by)
            self.stdout.write(preview_told(preview))
            if preview.problems:
                raise CommandError(problems_told(preview.problems))
            unstored = "" if store or send else _("This was a preview: nothing has been stored.")
            self.stdout.write(unstored or self.stored(preview, by, send, decide))

    def stored(self, preview: Preview, by: User, send: bool, decide: str) -> str:
        try:
            return told(store_whole(preview, by=by, today=portal_today(), send=send, decide=decide), send)
        except ValidationError as error:
            raise CommandError(problems_told(preview.lacks) or "\n".join(error.messages)) from error
        except Stale as error:
            raise CommandError(_undecided(preview, decide)) from error
        except (IllegalNow, NotAllowed) as error:
            raise CommandError(str(error)) from error


def lines(file: str) -> list[Line]:
    try:
        with Path(file).open("rb") as opened:
            return lines_of(File(opened))
    except OSError as error:
        raise CommandError(f"无法读取文件 {file}：{error.strerror}", returncode=UNREADABLE) from error
    except ValidationError as error:
        raise CommandError("\n".join(error.messages), returncode=UNREADABLE) from error


def reporter(username: str) -> User:
    """Whose name stands in the audit."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not user.has_perm("tasks.report_task"):
        raise CommandError(f"No account {username} that reports.")
    return user


def _undecided(preview: Preview, decide: str) -> str:
    n = 0 if decide else len(preview.conflicts)
    if not n:  # between looking and locking
        return _("Somebody changed it meanwhile")
    told = ngettext(
        "%(counter)s row is still to be decided. Nothing has been stored.",
        "%(counter)s rows are still to be decided. Nothing has been stored.",
        n,
    )
    return told % {"counter": n} + " --decide portal | workbook"
