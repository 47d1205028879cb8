"""What every domain row has: a version kept by the database, and an audit written by the database."""

from collections.abc import Callable, Iterable

import pghistory
import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def version_trigger(condition: pgtrigger.Condition) -> pgtrigger.Trigger:
    """Count up where the row changes in what the condition names."""
    return pgtrigger.Trigger(
        name="version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=condition,
        func="NEW.version = OLD.version + 1; NEW.updated_at = now(); RETURN NEW;",
    )


class Row(models.Model):
    """A row whose `version` and `updated_at` are bumped by a trigger whenever it really changes.

    Because the database does it, the admin, `update()` and raw SQL cannot cause a lost update.
    """

    version = models.PositiveIntegerField(_("version"), db_default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
        triggers = [version_trigger(pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"))]


def audited(exclude: Iterable[str] = ()) -> Callable[[type[models.Model]], type[models.Model]]:
    """Record every insert, update and delete of the model in an append-only event table, by triggers."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )
