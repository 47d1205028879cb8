"""What is asked about a task: extensions, how often its dates were moved, directives; and what the reader may do."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from tasks.actions import asking, extensions
from tasks.querysets.of_task import Asked, requests


@dataclass(frozen=True)
class Requests:
    """`moved`: how many times a date was put off, by the milestone's position; 0 is the task itself."""

    waiting: list[Asked]
    decided: list[Asked]
    directives: list[Asked]
    moved: Counter[int]

    def is_waiting_for(self, position: int) -> bool:
        return any(each.milestone == position for each in self.waiting)


def of_task(shown: Any, user: Any) -> Requests:
    """One query."""
    found = requests(shown.pk, user)
    asked = [each for each in found if each.kind == "extension"]
    return Requests(
        [each for each in asked if each.is_waiting],
        [each for each in asked if not each.is_waiting],
        [each for each in found if each.kind == "directive"],
        Counter(each.milestone for each in found if each.kind == "moved"),
    )


def offers(shown: Any, asked: Requests, user: Any, today: date) -> dict[str, bool]:
    """What the user may do now with extensions, directives and who is asked to report."""
    may_ask = extensions.may_request(shown, shown, user, today)
    return {
        "may_extend": may_ask and not asked.is_waiting_for(0),
        "may_decide": user.has_perm("tasks.decide_extensionrequest"),
        "may_direct": user.has_perm("tasks.give_directive", shown),
        "may_answer": user.has_perm("tasks.answer_directive", shown),
        "may_ask": asking.may_ask(shown, user),
    }


def may_extend(milestone: Any, shown: Any, asked: Requests, user: Any, today: date) -> bool:
    """A planner sets the date by hand, so the row of a milestone offers it to the co-ordinator alone."""
    if user.has_perm("tasks.change_milestone", shown) or asked.is_waiting_for(milestone.position):
        return False
    return extensions.may_request(shown, milestone, user, today)
