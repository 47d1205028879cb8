"""Where tasks, milestones and units stand in the published text of their plan."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tasks.models.milestone import Milestone
from tasks.models.plan import Plan
from tasks.models.task import Assignment, Task
from tasks.querysets.places import PlaceQuerySet

# White space and the width of signs do not count: a name may break across lines.
HOLDS_ITS_WORDS = r"""
SELECT regexp_replace(normalize(substr(text, NEW.starts_at + 1, NEW.ends_at - NEW.starts_at), NFKC), '\s', '', 'g')
INTO there FROM tasks_plan WHERE id = NEW.plan_id AND NEW.ends_at <= length(text) FOR SHARE;
SELECT t.plan_id, regexp_replace(normalize(coalesce(m.quote, a.printed_as, t.text), NFKC), '\s', '', 'g'),
    regexp_replace(normalize(t.title, NFKC), '\s', '', 'g')
INTO of_plan, words, title FROM tasks_task t
LEFT JOIN tasks_milestone m ON m.id = NEW.milestone_id AND m.task_id = t.id
LEFT JOIN tasks_assignment a ON a.id = NEW.assignment_id AND a.task_id = t.id
WHERE t.id = coalesce(
    NEW.task_id,
    (SELECT task_id FROM tasks_milestone WHERE id = NEW.milestone_id),
    (SELECT task_id FROM tasks_assignment WHERE id = NEW.assignment_id)
);
IF of_plan <> NEW.plan_id OR words = '' OR there IS NULL
   OR there <> words AND (NEW.task_id IS NULL OR title = '' OR position(title IN there) = 0) THEN
    RAISE check_violation USING
        MESSAGE = 'the published text has other words at this place', CONSTRAINT = 'place_holds_its_words';
END IF;
RETURN NEW;
"""


class Place(models.Model):
    """Offsets into `plan.text` in characters, the end excluded. Of one thing: a task (its text, or a passage
    in which its title stands), a milestone (its quote) or a unit's mention (its printed name).

    Derived from the text and written anew with it, hence without version and audit. A place is gone as soon as the
    text or the words are others (triggers `forgets_places`).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="places", verbose_name=_("plan"))
    task = models.OneToOneField(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="place")
    milestone = models.OneToOneField(Milestone, on_delete=models.CASCADE, null=True, blank=True, related_name="place")
    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="place"
    )
    starts_at = models.PositiveIntegerField(_("starts at"))
    ends_at = models.PositiveIntegerField(_("ends at"))

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in the text")
        verbose_name_plural = _("places in the text")
        ordering = ("plan", "starts_at", "-ends_at")
        constraints = [
            models.CheckConstraint(
                name="place_of_one_thing",
                condition=Q(task__isnull=False, milestone__isnull=True, assignment__isnull=True)
                | Q(task__isnull=True, milestone__isnull=False, assignment__isnull=True)
                | Q(task__isnull=True, milestone__isnull=True, assignment__isnull=False),
                violation_error_message=_("A place is that of one task, one milestone or one unit."),
            ),
            models.CheckConstraint(
                name="place_not_empty",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A place ends after it starts."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="holds_its_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("there", "text"), ("of_plan", "bigint"), ("words", "text"), ("title", "text")],
                func=HOLDS_ITS_WORDS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}–{self.ends_at}"

    def natural_key(self) -> tuple[int | None, int | None, int | None]:
        """A thing has one place: loading a fixture again brings no second."""
        return (self.task_id, self.milestone_id, self.assignment_id)
