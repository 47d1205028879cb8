"""What follows in the database when printed words change."""

import pgtrigger


def forgets_places(of: str, *columns: str) -> pgtrigger.Trigger:
    """The places `of` this row in the published text are gone as soon as its words are others."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return pgtrigger.Trigger(
        name="forgets_places",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*columns),
        condition=pgtrigger.Condition(changed),
        func=f"DELETE FROM tasks_place WHERE {of}_id = NEW.id; RETURN NULL;",  # noqa: S608 - names of ours
    )
