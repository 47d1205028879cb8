"""Plans that are older than places in the text get theirs."""

from collections import defaultdict

from django.db import migrations

from tasks.documents.places import Named, Quoted, Words, places

COLUMNS = ("task_id", "milestone_id", "assignment_id", "starts_at", "ends_at")


def locate(apps, schema_editor):
    place = apps.get_model("tasks", "Place")
    for plan in apps.get_model("tasks", "Plan").objects.filter(places__isnull=True).exclude(text=""):
        found = places(plan.text, words(apps, plan))
        columns = ((*key, span.start, span.end) for key, span in found.items())
        place.objects.bulk_create(place(plan=plan, **dict(zip(COLUMNS, each, strict=True))) for each in columns)


def words(apps, plan):
    quotes, units = defaultdict(list), defaultdict(list)
    for one in apps.get_model("tasks", "Milestone").objects.filter(task__plan=plan).order_by("position"):
        quotes[one.task_id].append(Quoted((None, one.pk, None), one.quote))
    for one in apps.get_model("tasks", "Assignment").objects.filter(task__plan=plan).order_by("role", "position"):
        units[one.task_id].append(Named((None, None, one.pk), one.role, one.printed_as))
    return [
        Words((task.pk, None, None), task.number, task.title, task.text, units[task.pk], quotes[task.pk])
        for task in plan.tasks.order_by("number")
    ]


def forget(apps, schema_editor):
    apps.get_model("tasks", "Place").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_documents")]
    operations = [migrations.RunPython(locate, forget, elidable=True)]
