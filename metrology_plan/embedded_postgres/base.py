"""Django's PostgreSQL backend, whose server starts itself.

The server starts when a connection is wanted and not before, so `check` and `collectstatic` need none.
"""

from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base, client

from .programs import BINARIES, ServerError
from .server import PORT, Server


class DatabaseClient(client.DatabaseClient):
    executable_name = str(BINARIES / "psql")  # `manage.py dbshell` on a machine without PostgreSQL


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        # A PGPORT in somebody's shell must not send us to another server.
        return {**super().get_connection_params(), "port": PORT}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect first: a running server, the usual case, costs no check."""
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            self._start_server()
        return super().get_new_connection(conn_params)

    def _start_server(self) -> None:
        try:
            Server(Path(self.settings_dict["HOST"])).start()
        except ServerError as error:
            raise OperationalError(str(error)) from error
