"""How an action refuses, and the checks that raise it. In this order: not allowed, malformed, stale, illegal now."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _


class NotAllowed(PermissionDenied):
    """The user sees the thing but may not do this with it. The permission's name is for logs, not for the reader."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission


class Stale(Exception):
    """Somebody changed the row since the caller read it. `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"stale: version is {current.version if current else None} now")
        self.current = current


class IllegalNow(Exception):
    """Right person, right form, wrong moment. `reason` is a sentence for the reader."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


def malformed(field: str, message: Any, code: str) -> ValidationError:
    """What is wrong with one field. Django drops the code of a message that stands bare in a dict."""
    return ValidationError({field: ValidationError(message, code=code)})


def require(by: Any, permission: str, thing: Any = None) -> None:
    if not by.has_perm(permission, thing):
        raise NotAllowed(permission)


def require_text(field: str, text: str) -> str:
    if not text.strip():
        raise malformed(field, _("Please write something here."), "required")
    return text.strip()


def require_version(current: Any, version: int | None) -> None:
    """Compare with what the caller saw; None means that the caller does not mind."""
    if version is not None and version != current.version:
        raise Stale(current)
