"""Whether the numbers of tasks run on or restart per group, and where they do neither."""

from itertools import pairwise

from tasks.documents.document import ReadTask
from tasks.documents.doubts import Doubt, Why


def doubt_numbers(tasks: list[ReadTask]) -> None:
    """Marks every task whose number does not follow."""
    if tasks and tasks[0].number != 1:
        tasks[0].doubts.append(Doubt(Why.NUMBER_MISSING, f"首项编号为 {tasks[0].number}"))
    for before, after in pairwise(tasks):
        restarts = after.number == 1 and after.group != before.group
        if after.number == before.number + 1 or restarts:
            continue
        repeated = after.number <= before.number and after.group == before.group
        why = Why.NUMBER_REPEATED if repeated else Why.NUMBER_MISSING
        after.doubts.append(Doubt(why, f"{before.number} 之后为 {after.number}"))
