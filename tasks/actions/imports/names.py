"""Printed names to departments: by the planner's word, by the names they have, by what the plan has known them as."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from departments.models import Department
from departments.querysets.departments import as_printed
from tasks.documents.likeness import nearest
from tasks.models import Assignment, Plan

NEAREST_AT_MOST = 5


class Unknown(NamedTuple):
    """A printed name that no active department has. `decided`: the code of one, "" to leave it out, None while
    nobody has said; `inactive`: the department that has the name but is switched off."""

    printed: str
    places: list[int]  # of the tasks that name it
    decided: str | None
    nearest: list[Department]
    inactive: Department | None = None


class Names:
    """Two queries, and one more where there is a plan."""

    def __init__(self, decided: Mapping[str, str], plan: Plan | None = None) -> None:
        self.decided = decided
        self.plan = plan
        self.departments = list(Department.objects.prefetch_related("aliases"))

    @cached_property
    def by_code(self) -> dict[str, Department]:
        """Those that can be chosen."""
        return {unit.code: unit for unit in self.departments if unit.is_active}

    @cached_property
    def by_name(self) -> dict[str, Department]:
        """As documents may print them."""
        return {
            as_printed(name): unit
            for unit in self.departments
            for name in (unit.name, unit.short_name, *(alias.name for alias in unit.aliases.all()))
        }

    @cached_property
    def before(self) -> dict[str, Department]:
        """As the plan has them; also those that have been switched off since."""
        by_key = {unit.pk: unit for unit in self.departments}
        of_plan = Assignment.objects.filter(task__plan=self.plan) if self.plan else Assignment.objects.none()
        printed = of_plan.order_by("-pk").values_list("printed_as", "department_id")
        return {as_printed(name): by_key[unit] for name, unit in printed}

    def department(self, printed: str) -> Department | None:
        """None where nobody knows, or where the unit is left out."""
        if printed in self.decided:
            return self.by_code.get(self.decided[printed])
        found = self.by_name.get(as_printed(printed))
        if found and (found.is_active or found in self.before.values()):
            return found
        return self.before.get(as_printed(printed))

    def is_left_out(self, printed: str) -> bool:
        return self.decided.get(printed) == ""

    def is_settled(self, printed: str) -> bool:
        return self.is_left_out(printed) or self.department(printed) is not None

    def unknown(self, printed: str, places: list[int]) -> Unknown:
        """What a planner needs to decide."""
        found = self.by_name.get(as_printed(printed))
        inactive = found if found and not found.is_active else None
        decided = self.decided.get(printed)
        return Unknown(printed, places, decided, self.nearest(printed), inactive)

    def nearest(self, printed: str) -> list[Department]:
        """Active departments whose names look most like this one, the likeliest first."""
        active = {name: unit for name, unit in self.by_name.items() if unit.is_active}
        found = dict.fromkeys(active[name] for name in nearest(as_printed(printed), active))
        return list(found)[:NEAREST_AT_MOST]
