"""The demonstration accounts. Their password is published, so they belong in no portal that does real work."""

from django.contrib.auth.hashers import make_password

from departments.models import Department, User
from metrology_plan.run.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

# account: (name, role, code of the unit)
PEOPLE: dict[str, tuple[str, str, str | None]] = {
    "admin": ("系统管理演示", "admin", None),
    "planner": ("计划管理演示", "planner", "jlc"),
    "planner2": ("计划管理演示（二）", "planner", "jlc"),
    "jlc": ("填报演示（计量处）", "reporter", "jlc"),
    "leader": ("局领导演示", "leader", None),
    "pudong": ("填报演示（浦东）", "reporter", "pudong"),
    "xuhui": ("填报演示（徐汇）", "reporter", "xuhui"),
    "simt": ("填报演示（市计量院）", "reporter", "simt"),
    "sqi": ("填报演示（市质检院）", "reporter", "sqi"),
}


def make_accounts() -> None:
    """Those that are missing; the others stay as they are, password included."""
    there = set(User.objects.filter(username__in=DEMO_ACCOUNTS).values_list("username", flat=True))
    units = {unit.code: unit for unit in Department.objects.all()}
    password = make_password(DEMO_PASSWORD)  # once: hashing is slow on purpose
    for username in DEMO_ACCOUNTS:
        if username not in there:
            name, role, code = PEOPLE[username]
            unit = units[code] if code else None
            User.objects.create(username=username, name=name, role=role, department=unit, password=password)
