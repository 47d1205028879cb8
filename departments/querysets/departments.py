"""Sets of departments, and the one way from a printed name to a department."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from departments.models import Department


def as_printed(name: str) -> str:
    """A printed unit name in the form in which names are compared: NFKC, trimmed, without a trailing 等."""
    return unicodedata.normalize("NFKC", name).strip().removesuffix("等")


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
        found = self.annotate(
            name_nfkc=Nfkc("name"), short_nfkc=Nfkc("short_name"), has_alias=Exists(self._aliases(wanted))
        )
        return found.filter(Q(name_nfkc=wanted) | Q(short_nfkc=wanted) | Q(has_alias=True)).first()

    def _aliases(self, wanted: str) -> models.QuerySet[Any]:
        aliases: Any = self.model._meta.get_field("aliases").related_model
        return aliases._default_manager.annotate(nfkc=Nfkc("name")).filter(department=OuterRef("pk"), nfkc=wanted)

    def named(self, text: str) -> "DepartmentQuerySet":
        """Departments one of whose names contains the text."""
        aliases: Any = self.model._meta.get_field("aliases").related_model
        by_alias = Exists(aliases._default_manager.filter(department=OuterRef("pk"), name__icontains=text))
        return self.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(by_alias))


class Nfkc(models.Func):
    function = "normalize"
    template = "%(function)s(%(expressions)s, NFKC)"
    output_field = models.CharField()
