"""The worker, in the process of a test."""

from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


def work() -> None:
    """Everything that waits, one after the other, in the test's own transaction: between jobs a worker looks whether
    its connection is still good, and takes one with a transaction for bad."""
    while job := DBTaskResult.objects.ready().get_locked():
        job.claim("of-a-test")
        worker().run_task(job)


def worker() -> Worker:
    """Ends when nothing waits any more."""
    which = {"queue_names": ["default"], "excluded_queue_names": [], "backend_name": "default"}
    how = {"interval": 0, "batch": True, "startup_delay": False, "max_tasks": None, "worker_id": "of-a-test"}
    return Worker(**which | how)
