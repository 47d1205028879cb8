"""Who owes, read from the document itself: a few lines that know nothing of the portal's own reading of it."""

import json
import re
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ITEM = re.compile(r"^(\d+)\.(?:.*)牵头部门:(.+?)(?:,配合部门:(.+?))?等?[)\]]$", re.MULTILINE)
DISTRICTS = "各区市场监管局"

Pairs = set[tuple[int, str]]


def _rows(file: str, model: str) -> list[dict]:
    return [row["fields"] for row in json.loads((FIXTURES / file).read_text()) if row["model"] == model]


def codes() -> dict[str, str]:
    """Every printed name, with the code of its unit."""
    units = _rows("departments.json", "departments.department")
    others = _rows("departments.json", "departments.departmentalias")
    return {row["short_name"]: row["code"] for row in units} | {row["name"]: row["department"][0] for row in others}


def members() -> dict[str, set[str]]:
    """Of every collective, also of those that have none."""
    found = {row["code"]: set() for row in _rows("departments.json", "departments.department") if row["is_collective"]}
    for row in _rows("departments.json", "departments.membership"):
        found[row["collective"][0]].add(row["member"][0])
    return found


def leads() -> dict[int, list[str]]:
    """The codes of the leading units of each item, in printed order."""
    text = _rows("plan_2023.json", "tasks.plan")[0]["text"]
    known = codes()
    return {int(number): [known[name] for name in names.split("、")] for number, names, _support in ITEM.findall(text)}


def owed(*, members: dict[str, set[str]], asked: Pairs = frozenset(), ended: set[int] = frozenset()) -> Pairs:
    """Each unit once a task: leads and those that were `asked`, a collective as its members, of tasks not `ended`."""
    named = {(number, unit) for number, units in leads().items() for unit in units} | set(asked)
    return {(number, one) for number, unit in named if number not in ended for one in members.get(unit, {unit})}
