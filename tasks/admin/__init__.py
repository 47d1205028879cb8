"""Django admin for planners: plans, groups, tasks with their units and milestones; reports to be read."""

from tasks.admin import audit, plans, reports, tasks  # noqa: F401  (registers)
