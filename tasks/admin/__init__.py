"""Django admin for planners: plans, groups, tasks with their units and milestones; the reporting loop to be read."""

from tasks.admin import audit, plans, reporting, reports, tasks  # noqa: F401  (registers)
