"""Plans that are older than reporting periods get theirs, as new plans do."""

from datetime import date, timedelta

from django.db import migrations

from departments.querysets.calendar import is_worked
from tasks.rhythm import spans


def lay_out(apps, schema_editor):
    plans = apps.get_model("tasks", "Plan").objects.filter(periods__isnull=True)
    periods = apps.get_model("tasks", "ReportingPeriod")
    for plan in plans:
        for span in spans(plan.year, plan.report_every):
            due_on = first_worked(span.nominal_due_on)
            periods.objects.create(plan=plan, starts_on=span.starts_on, ends_on=span.ends_on, due_on=due_on)


def first_worked(day: date) -> date:
    while not is_worked(day):
        day += timedelta(days=1)
    return day


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_reporting_periods"), ("departments", "0002_calendar_day")]
    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop, elidable=True)]
