from tasks.filters.tasks import TaskFilter

__all__ = ["TaskFilter"]
