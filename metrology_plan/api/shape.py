"""How objects look in the API. Plain dicts, written once a request: the serializers only describe them.

Every object has `id, url, display_url, display, version, created_at, updated_at`; related objects come brief.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property

Body = dict[str, Any]


class Shape:
    """What bodies need of the request: where the portal stands and who asks."""

    def __init__(self, request: Any) -> None:
        self.user = request.user
        self.base = f"{request.scheme}://{request.get_host()}"
        self._labels: dict[Any, Mapping[str, Body]] = {}

    def api(self, resource: str, key: Any) -> str:
        return f"{self.base}/api/v1/{resource}/{key}/"

    def page(self, path: str) -> str:
        return f"{self.base}{path}"

    def choice(self, choices: Any, value: str) -> Body | None:
        """`{"value", "label"}` in the caller's language; None for an empty value."""
        if choices not in self._labels:
            self._labels[choices] = {one.value: {"value": one.value, "label": str(one.label)} for one in choices}
        return self._labels[choices].get(value)

    def common(self, row: Any, url: str, page: str) -> Body:
        return {
            "id": row.pk,
            "url": url,
            "display_url": self.page(page),
            "display": str(row),
            "version": row.version,
            "created_at": moment(row.created_at),
            "updated_at": moment(row.updated_at),
        }

    def person(self, user: Any) -> Body | None:
        """People have no address of their own in the API."""
        return {"id": user.pk, "url": None, "display": str(user)} if user else None

    @cached_property
    def zone(self) -> Any:
        return timezone.get_current_timezone()


def moment(value: datetime | None) -> str | None:
    return timezone.localtime(value).isoformat() if value else None
