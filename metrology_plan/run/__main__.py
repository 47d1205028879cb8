"""python -m metrology_plan.run [run|dev|reset], behind the Makefile's targets of these names."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from metrology_plan.embedded_postgres.programs import ServerError
from metrology_plan.embedded_postgres.server import Server

from . import Refused, environment, serve
from .only_one import OnlyOne, require_free_port

HOST = "127.0.0.1"


def main() -> int:
    """One way out for Ctrl-C, TERM and a closed terminal: KeyboardInterrupt, whatever is going on."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Chinese
    action = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        reset() if action == "reset" else run(development=action == "dev")
    except (Refused, ServerError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass  # asked to stop, and stopped
    return 0


def run(*, development: bool) -> None:
    port = environment.port(os.environ)
    address = f"http://{HOST}:{port}"
    folder = environment.data_dir(os.environ)
    serve.die_with_parent()  # `make` may be killed too
    only_one = OnlyOne(folder)
    only_one.take(address)
    require_free_port(HOST, port)
    set_environment(folder, development=development)
    try:
        prepare_and_serve(only_one, port, address, development=development)
    finally:
        stop_database(folder)


def set_environment(folder: Path, *, development: bool) -> None:
    kept = environment.keep(folder, os.environ)
    secret = os.environ.get("SECRET_KEY") or kept["SECRET_KEY"]
    os.environ |= kept | {"SECRET_KEY": secret, "DATA_DIR": str(folder)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "metrology_plan.settings"
    if development:
        os.environ["DEBUG"] = "1"  # pages and styles straight from their sources, errors in full; on 127.0.0.1 only


def prepare_and_serve(only_one: OnlyOne, port: int, address: str, *, development: bool) -> None:
    import django

    django.setup()  # only now: the settings read what this run has decided
    from django.db import connections

    from . import accounts, prepare

    prepare.prepare()
    greeting = accounts.welcome(address)
    connections.close_all()
    command = serve.development_command if development else serve.production_command
    with serve.children(only_one.file.fileno()) as start:
        web = start(command(HOST, port))
        only_one.note(web.pid)
        if serve.wait_until_answering(web, address):
            keep_both(web, start, only_one, greeting)
        raise Refused("网页服务已停止，原因见上 · The web server has stopped; the reason is above.")


def keep_both(web: serve.Child, start: Callable[[list[str]], serve.Child], only_one: OnlyOne, greeting: str) -> None:
    def worker() -> serve.Child:
        child = start(serve.worker_command())
        only_one.note(web.pid, child.pid)
        return child

    first = worker()
    print(greeting, flush=True)
    serve.watch(web, first, worker)


def stop_database(folder: Path) -> None:
    """In order, so a second Ctrl-C is not listened to."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    if not os.environ.get("DATABASE_URL") and Server(folder / "postgres").stop():
        print("\n已停止 · Stopped.", flush=True)


def reset() -> None:
    """Remove the embedded database and nothing else."""
    if os.environ.get("DATABASE_URL"):
        raise Refused("DATABASE_URL is set: the portal does not delete a database that is not its own.")
    folder = environment.data_dir(os.environ)
    OnlyOne(folder).take("(reset)")
    Server(folder / "postgres").stop()
    if (folder / "postgres").exists():
        shutil.rmtree(folder / "postgres")
    print("数据库已删除 · The database is removed. `make run` makes a new one.")


if __name__ == "__main__":
    sys.exit(main())
