"""The portal as `make run` serves it, once for each database, and the memory its processes take."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from metrology_plan.run import Refused, serve

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Portal:
    database: str
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Megabytes (PSS) of the web server and its workers; what they share counts once."""
        server = psutil.Process(self.process.pid)
        return sum(map(_pss, [server, *server.children(recursive=True)])) / 1024


def _pss(process: psutil.Process) -> int:
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.findall(r"^Pss: +(\d+) kB", text, re.MULTILINE)[0])


@contextmanager
def serving(databases: list[str], folder: Path) -> Iterator[list[Portal]]:
    """Every database behind a web server of its own, with the settings and the command of `make run`."""
    with ExitStack() as stack:
        yield [stack.enter_context(_serving(name, stack.enter_context(_log(folder, name)))) for name in databases]


@contextmanager
def _log(folder: Path, name: str) -> Iterator[int]:
    with (folder / f"{name}.log").open("wb") as log:
        yield log.fileno()


@contextmanager
def _serving(database: str, log: int) -> Iterator[Portal]:
    port = _free_port()
    process = subprocess.Popen(
        serve.production_command(HOST, port),
        env=os.environ | {"BENCH_DATABASE": database},
        stdout=log,
        stderr=log,
        preexec_fn=serve.die_with_parent,  # noqa: PLW1509 - only a call to the kernel
    )
    try:
        if not serve.wait_until_answering(process, f"http://{HOST}:{port}"):
            raise Refused(f"The web server for {database} does not answer; its log is beside the database.")
        yield Portal(database, port, process)
    finally:
        serve.end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number
