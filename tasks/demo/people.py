"""The demonstration accounts. Their password is published, so they belong in no portal that does real work."""

from django.contrib.auth.hashers import make_password

from departments.models import Department, User
from metrology_plan.run.accounts import DEMO_PASSWORD

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


# units whose reporter only makes up the numbers; the account is called as the unit's code
COLLEAGUES = {
    "huangpu": "黄浦",
    "jingan": "静安",
    "changning": "长宁",
    "putuo": "普陀",
    "hongkou": "虹口",
    "yangpu": "杨浦",
    "minhang": "闵行",
    "jiading": "嘉定",
    "jinshan": "金山",
    "songjiang": "松江",
    "qingpu": "青浦",
    "fengxian": "奉贤",
    "chongming": "崇明",
    "jichangfenju": "机场分局",
}  # 宝山, 临港, 执法总队 and the enterprises have none: others fill in for them
ACCOUNTS = PEOPLE | {code: (f"填报演示（{name}）", "reporter", code) for code, name in COLLEAGUES.items()}


def make_accounts() -> None:
    """Those that are missing; the others stay as they are, password included."""
    there = set(User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True))
    units = {unit.code: unit for unit in Department.objects.all()}
    password = make_password(DEMO_PASSWORD)  # once: hashing is slow on purpose
    for username, (name, role, code) in ACCOUNTS.items():
        if username not in there:
            unit, email = units[code] if code else None, f"{username}@demo.invalid"
            User.objects.create(
                username=username, name=name, role=role, department=unit, email=email, password=password
            )
