"""Sets of reports: whose words a user may read, what is owed, and who writes it."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from departments.models import User
from tasks.querysets.rows import of_seen_tasks, rows
from tasks.workflow import BEFORE_CLOSED, SENT, STANDING, TO_WRITE

if TYPE_CHECKING:
    from tasks.models import Report  # noqa: F401 - named in the base class

UNREAD = ("due", "draft")  # words that nobody but the unit, and who writes for it, has read
OWED = Q(state__in=TO_WRITE, period__state="open", task__state__in=BEFORE_CLOSED)


class ReportQuerySet(models.QuerySet["Report"]):
    def submitted(self) -> "ReportQuerySet":
        """What others have read: sent, and perhaps returned or accepted since."""
        return self.filter(state__in=SENT)

    def standing(self) -> "ReportQuerySet":
        """What counts as the unit's word: sent and not returned."""
        return self.filter(state__in=STANDING)

    def drafts(self) -> "ReportQuerySet":
        return self.filter(state="draft")

    def between_periods(self) -> "ReportQuerySet":
        """Updates that nobody asked for."""
        return self.filter(period__isnull=True)

    def owed(self) -> "ReportQuerySet":
        """Due, begun or returned in an open period, of tasks on which there is still something to report."""
        return self.filter(OWED)

    def to_review(self) -> "ReportQuerySet":
        """The planner's queue, the oldest first; what was sent on a task that ended since may still be accepted."""
        return self.filter(state="submitted", period__state="open").order_by("submitted_at", "id")

    def with_said_before(self) -> "ReportQuerySet":
        """`said_before`: what the unit reported on the task in the period before, the progress made; or None."""
        same = rows("report").standing().filter(task=OuterRef("task"), department=OuterRef("department"))
        before = same.filter(period__ends_on__lt=OuterRef("period__starts_on")).order_by("-period__starts_on")
        return self.annotate(said_before=Subquery(before.values("progress_text")[:1]))

    def to_go_on_with(self, user: Any) -> "ReportQuerySet":
        """The updates between periods a writer would go on with: the own unit's, and those he fills in for others."""
        own = Q(department=user.department_id, filled_in=False)
        for_others = Q(filled_in=True) & ~Q(department=user.department_id)
        return self.between_periods().drafts().filter(own | for_others)

    def with_coordinator(self) -> "ReportQuerySet":
        """`coordinator`: the unit that speaks for the task, or None."""
        speaks = rows("task").with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id")
        return self.annotate(coordinator=Subquery(speaks))

    def with_accounts(self) -> "ReportQuerySet":
        """`has_accounts`: whether somebody of the unit can sign in and write."""
        return self.annotate(has_accounts=Exists(writers().filter(department=OuterRef("department"))))

    def written_by(self, user: Any) -> "ReportQuerySet":
        """Those of periods that this user writes: the own unit's; for units without accounts its task's
        co-ordinator; a planner for both, and for any co-ordinator."""
        asked = self.with_coordinator().with_accounts().filter(period__isnull=False)
        if user.is_superuser:
            return asked
        own, unmanned = Q(department=user.department_id), Q(has_accounts=False)
        if user.is_planner:
            return asked.filter(own | unmanned | Q(department=F("coordinator")))
        return asked.filter(own | (unmanned & Q(coordinator=user.department_id))) if user.is_reporter else asked.none()

    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Of the visible tasks what `readable_by` allows; the own unit's past also where it has left the task."""
        if not user.is_authenticated or not user.does_business:
            return self.none()
        past = Q(department=user.department_id, period__isnull=False, task__plan__is_active=True)
        seen: ReportQuerySet = of_seen_tasks(self, user, past if user.department_id else None)
        reads_all = user.is_superuser or user.is_planner or user.is_leader  # whoever co-ordinates
        return (seen if reads_all else seen.with_coordinator()).filter(readable_by(user))


def writers() -> Any:
    """Accounts that can write reports."""
    return User.objects.filter(is_active=True, role__in=[User.Role.REPORTER, User.Role.PLANNER])


def readable_by(user: Any) -> Q:
    """Whose words a user reads, among the reports of a task he sees and among the events that copy them.

    Rows carry `coordinator`, the unit that speaks for the task. What is due has no words yet; that it is due is
    known to its unit, the co-ordinator, planners and leaders."""
    if user.is_superuser:
        return Q()
    if user.is_leader:
        return ~Q(state="draft")
    if user.department_id is None:
        return Q(pk__in=[])
    own = Q(department=user.department_id)
    if user.is_planner:
        return ~Q(state="draft") | own | Q(filled_in=True)
    of_my_task = Q(coordinator=user.department_id) & (~Q(state="draft") | Q(filled_in=True))
    return own | of_my_task | Q(department=F("coordinator"), state__in=STANDING)
