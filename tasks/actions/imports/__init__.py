"""A published document on its way to becoming a plan: read, corrected, compared with what is stored, stored.

`Draft(imported)` tells a page all at once; the actions are `begin`, `revise` (and `set_head`, `set_task`, `add_task`,
`set_names`, each one kind of correction), `store` and `drop`.
"""

from tasks.actions.imports.comparing import Change, Compared, Comparison, Kind
from tasks.actions.imports.correcting import errors_of_head, errors_of_task
from tasks.actions.imports.draft import Draft, Problem, Warning, comparison, problems, unknown, warnings
from tasks.actions.imports.keeping import add_task, begin, drop, revise, set_head, set_names, set_task
from tasks.actions.imports.names import Names, Unknown
from tasks.actions.imports.storing import store

__all__ = [
    "Change",
    "Compared",
    "Comparison",
    "Draft",
    "Kind",
    "Names",
    "Problem",
    "Unknown",
    "Warning",
    "add_task",
    "begin",
    "comparison",
    "drop",
    "errors_of_head",
    "errors_of_task",
    "problems",
    "revise",
    "set_head",
    "set_names",
    "set_task",
    "store",
    "unknown",
    "warnings",
]
