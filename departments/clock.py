"""The portal's date: what happened in the work carries it; the audit carries the real time."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def portal_today() -> date:
    """`PORTAL_TODAY` where it is set, otherwise today in Asia/Shanghai."""
    return settings.PORTAL_TODAY or timezone.localdate()
