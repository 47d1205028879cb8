import pytest


@pytest.fixture(autouse=True)
def writing_locks_row_by_row(settings):
    """Many reports sent or reviewed at once are locked one after the other, and the admin's form of a collective looks
    every member up; reading per row stays an error."""
    locked = ("tasks.Task", "tasks.ReportingPeriod", "tasks.Report", "tasks.Milestone", "departments.Department")
    settings.ZEAL_ALLOWLIST = [{"model": model, "field": "get()"} for model in locked]
