"""What a run decides: its secret, port, demonstration and date.

Kept in `DATA_DIR/env`, which the settings read, so that `manage.py` works beside a running portal.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from . import Refused

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DEMO_DATE = "2023-06-15"  # the demonstration's figures are made for this day
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def data_dir(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()


def settle(environ: Mapping[str, str], secret: str) -> dict[str, str]:
    """The variables of this run. What the caller set stays as the caller set it."""
    demo = wants_demonstration(environ)
    return {
        "SECRET_KEY": secret,
        "PORTAL_TLS": environ.get("PORTAL_TLS", "0"),
        "PORTAL_DEMO": "1" if demo else "0",
        "PORTAL_TODAY": environ.get("PORTAL_TODAY", DEMO_DATE if demo else ""),
        "PORT": str(port(environ)),
    }


def wants_demonstration(environ: Mapping[str, str]) -> bool:
    """On a server of the operator's own, accounts with a published password must be asked for."""
    answer = environ.get("DEMO", "").lower()
    if answer and answer not in YES | NO:
        raise Refused("DEMO 只能是 1 或 0 · DEMO is either 1 or 0.")
    return answer in YES or (not answer and not environ.get("DATABASE_URL"))


def port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Refused("PORT 应为 1 至 65535 的整数 · PORT is a number from 1 to 65535, for example PORT=8001.")
    return int(text)


def keep(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Settle the variables and write them down, readable by us alone. The secret is made once."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    file = folder / "env"
    values = settle(environ, kept_secret(file) or secrets.token_urlsafe(50))
    written = file.with_name("env.new")
    written.unlink(missing_ok=True)
    with open(written, "w", encoding="utf-8", opener=_private) as new:
        new.writelines(f"{name}={value}\n" for name, value in values.items())
    written.replace(file)
    return values


def kept_secret(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return next((line.removeprefix("SECRET_KEY=") for line in lines if line.startswith("SECRET_KEY=")), "")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
