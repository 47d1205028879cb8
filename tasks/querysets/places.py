"""Places in the published text."""

from django.db import models


class PlaceQuerySet(models.QuerySet):
    """Of the plan's text, which every signed-in reader of the plan sees whole."""
