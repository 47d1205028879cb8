"""One portal for one DATA_DIR, and nothing left over from a killed one."""

import fcntl
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from . import Refused

PATIENCE = 15  # seconds for the processes of a killed run to go


class OnlyOne:
    """A lock file. Web server and worker inherit the lock, so it is free only when the last of them has gone.

    Its content: the process id of the supervisor, those of its children, the web server's first; the address."""

    file: IO[str]

    def __init__(self, folder: Path) -> None:
        self.path = folder / "run.lock"

    def take(self, address: str) -> None:
        """Raises Refused while another supervisor lives; ends the workers of a dead one."""
        try:
            self.path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
            self.file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise Refused(f"不能写入 · Cannot write {self.path}: {error.strerror}. Set DATA_DIR.") from error
        deadline = time.monotonic() + PATIENCE
        while not self._try():
            self._refuse_or_clean(late=time.monotonic() > deadline)
            time.sleep(0.1)
        self.address = address
        self.note()

    def note(self, *children: int) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.file.write(" ".join(map(str, [os.getpid(), *children, self.address])))
        self.file.flush()

    def _try(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _refuse_or_clean(self, *, late: bool) -> None:
        self.file.seek(0)
        supervisor, *children, address = self.file.read().split() or ("0", "")  # empty: taken this very moment
        if alive(int(supervisor)):
            raise Refused(
                f"门户已在运行：{address}（进程 {supervisor}）\n"
                f"The portal is already running at {address}. Stop it with Ctrl-C there, or: kill {supervisor}"
            )
        if late:
            raise Refused(f"{self.path} is held by a process left over from process {supervisor}: end that first.")
        # Whoever holds the lock descends from the dead supervisor, so these groups are still its children's.
        for child in (int(number) for number in children if int(number) > 1):
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)


def alive(number: int) -> bool:
    """A killed process may take a moment to go, and then wait as a zombie for somebody to notice."""
    for _ in range(10):
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
        time.sleep(0.05)
    return True


def require_free_port(host: str, port: int) -> None:
    """Before any work: nobody likes to wait a minute for "address in use"."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"端口 {port} 不能使用，换一个：PORT={port % 65535 + 1} make run\n"
                f"Port {port} cannot be used ({error.strerror}). Choose another: PORT={port % 65535 + 1} make run"
            ) from error
