"""Which static files the portal serves: what its pages ask for, not everything that packages ship."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

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


class Hashed(CompressedManifestStaticFilesStorage):
    """Names with a hash in them, each looked up once: a page has twenty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]
