"""Which static files the portal serves: what its pages ask for, not everything that packages ship."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

SERVED = (
    "portal/",
    "admin/",
    "django_htmx/htmx-2.min.js",
    "drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-standalone-preset.js",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
)


class ServedFinder(AppDirectoriesFinder):
    """Hashing and compressing all that packages ship takes minutes; the allow-list takes seconds."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        return (found for found in super().list(ignore_patterns) if found[0].startswith(SERVED))

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().find(path, *args, **kwargs) if path.startswith(SERVED) else []
