"""`manage.py pg start|stop|status`: the embedded PostgreSQL by hand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from metrology_plan.embedded_postgres.programs import ServerError
from metrology_plan.embedded_postgres.server import Server

NOT_RUNNING = 3  # as pg_ctl and init scripts answer


class Command(BaseCommand):
    help = "Start, stop or look at the portal's own PostgreSQL server."
    requires_system_checks: list[str] = []  # it must also work where the models are broken

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *, action: str, **options: Any) -> None:
        if settings.DATABASE_URL:
            raise CommandError("DATABASE_URL is set: that server is not the portal's to start, stop or look at.")
        server = Server(Path(settings.DATABASES["default"]["HOST"]))
        try:
            getattr(self, action)(server)
        except ServerError as error:
            raise CommandError(str(error)) from error

    def start(self, server: Server) -> None:
        started = server.start()
        self.stdout.write(f"PostgreSQL {'started' if started else 'is already running'} in {server.folder}.")

    def stop(self, server: Server) -> None:
        stopped = server.stop()
        self.stdout.write(f"PostgreSQL {'stopped' if stopped else 'was not running'} in {server.folder}.")

    def status(self, server: Server) -> None:
        pid = server.pid()
        if pid is None:
            raise CommandError(f"PostgreSQL is not running in {server.folder}.", returncode=NOT_RUNNING)
        self.stdout.write(f"PostgreSQL is running in {server.folder} (process {pid}).")
