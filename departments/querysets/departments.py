"""Sets of departments, and the one way from a printed name to a department."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from departments.querysets.folding import folded

if TYPE_CHECKING:
    from departments.models import Department


def as_printed(name: str) -> str:
    """A printed unit name in the form in which names are compared: NFKC, trimmed, without a trailing 等."""
    return folded(name).strip().removesuffix("等")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def get_by_natural_key(self, code: str) -> "Department":
        return self.get(code=code)

    def active(self) -> "DepartmentQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, user: Any) -> "DepartmentQuerySet":
        """Names and office contacts of departments are open to everyone who is signed in."""
        return self if user.is_authenticated else self.none()

    def resolve(self, printed: str) -> "Department | None":
        """The one department that documents print under this name, or None."""
        wanted = as_printed(printed)
        by_alias = Exists(self._aliases().filter(name__nfkc=wanted))
        return self.filter(Q(name__nfkc=wanted) | Q(short_name__nfkc=wanted) | by_alias).first()

    def _aliases(self) -> models.QuerySet[Any]:
        aliases: Any = self.model._meta.get_field("aliases").related_model
        found: models.QuerySet[Any] = aliases._default_manager.filter(department=OuterRef("pk"))
        return found

    def named(self, text: str) -> "DepartmentQuerySet":
        """Departments one of whose names contains the text."""
        wanted = folded(text)
        by_alias = Exists(self._aliases().filter(name__nfkc__icontains=wanted))
        return self.filter(Q(name__nfkc__icontains=wanted) | Q(short_name__nfkc__icontains=wanted) | by_alias)
