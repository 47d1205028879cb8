"""What the audit says of one row."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model


def last_change(row: Any) -> tuple[str, datetime | None]:
    """Who changed the row last, and when; an empty name where it was no user of the portal."""
    event = row.events.select_related("pgh_context").order_by("-pgh_id").first()
    if event is None:
        return "", None
    key = (event.pgh_context.metadata if event.pgh_context else {}).get("user")
    user = get_user_model().objects.filter(pk=key).first() if key else None
    return str(user or ""), event.pgh_created_at
