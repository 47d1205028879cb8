"""Departments out of printed names alone, for whoever sits at the command line; an administrator completes them."""

import re
from collections.abc import Iterable
from itertools import count

from django.db import transaction
from django.db.models import Max

from departments.models import Department

STEP = 10  # in the order of lists
KINDS = [
    (re.compile(r"(?:公司|集团|厂)$"), Department.Kind.ENTERPRISE),
    (re.compile(r"(?:协会|学会|商会|联盟|联合会)$"), Department.Kind.ASSOCIATION),
    (re.compile(r"(?:院|所|中心|实验室|机构|站)$"), Department.Kind.INSTITUTE),
    (re.compile(r"(?:[区县市].*局|政府)$"), Department.Kind.DISTRICT),
]
MANY = re.compile(r"^(?:各|有关|相关)|[市县区]各")


@transaction.atomic
def found(names: Iterable[str]) -> list[Department]:
    """One for each name, in the order given. Raises ValidationError where a name cannot be one."""
    last = Department.objects.aggregate(last=Max("order"))["last"] or 0
    made = []
    for place, name in enumerate(names, start=1):
        row = Department(
            code=_free_code(), name=name, short_name=name, kind=_kind(name), is_collective=bool(MANY.search(name))
        )
        row.order = last + STEP * place
        row.full_clean()
        row.save()
        made.append(row)
    return made


def _free_code() -> str:
    taken = set(Department.objects.filter(code__startswith="unit-").values_list("code", flat=True))
    return next(code for code in (f"unit-{number}" for number in count(1)) if code not in taken)


def _kind(name: str) -> str:
    """As names end; what ends otherwise is taken for a division."""
    return next((kind for pattern, kind in KINDS if pattern.search(name)), Department.Kind.DIVISION)
