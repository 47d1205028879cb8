from departments.models.access import AccessEvent
from departments.models.calendar import CalendarDay
from departments.models.department import Department, DepartmentAlias, Membership
from departments.models.feed import CalendarFeed
from departments.models.row import Row, audited
from departments.models.token import ApiToken
from departments.models.user import User

__all__ = [
    "AccessEvent",
    "ApiToken",
    "CalendarDay",
    "CalendarFeed",
    "Department",
    "DepartmentAlias",
    "Membership",
    "Row",
    "User",
    "audited",
]
