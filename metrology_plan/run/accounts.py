"""The welcome: where the portal is and, in a demonstration, who can sign in."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import override

DEMO_ACCOUNTS = ("admin", "planner", "planner2", "jlc", "leader", "pudong", "xuhui", "simt", "sqi")
DEMO_PASSWORD = "metrology-demo"  # noqa: S105 - published on purpose, see the README
HEADINGS = ("账号", "角色", "单位")


def welcome(address: str) -> str:
    lines = ["", f"  门户地址 · the portal is at  {address}/", "  停止 · stop it with          Ctrl-C", ""]
    if settings.PORTAL_TODAY:
        lines.insert(2, f"  门户日期 · its date is       {settings.PORTAL_TODAY}")
    if settings.PORTAL_DEMO:
        lines += [f"  演示账号，密码 · demonstration accounts, password: {DEMO_PASSWORD}", "", *table(accounts())]
    return "\n".join(lines)


def accounts() -> list[tuple[str, ...]]:
    """Read from the database: an account the administrator has closed is not offered."""
    users = get_user_model().objects.select_related("department").in_bulk(DEMO_ACCOUNTS, field_name="username")
    with override("zh-hans"):
        return [
            (name, str(user.get_role_display()), user.department.short_name if user.department else "—")
            for name in DEMO_ACCOUNTS
            if (user := users.get(name)) and user.is_active
        ]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned for a terminal, where a Chinese character takes two columns."""
    everything = [HEADINGS, *rows]
    widths = [max(width(row[column]) for row in everything) for column in range(len(HEADINGS))]
    return ["  " + "  ".join(map(padded, row, widths)).rstrip() for row in everything] + [""]


def padded(text: str, to: int) -> str:
    return text + " " * (to - width(text))


def width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
