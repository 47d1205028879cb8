"""How the actions on plans and tasks refuse: as those on departments do."""

from departments.refusals import IllegalNow, NotAllowed, Stale, malformed, require, require_text, require_version

__all__ = ["IllegalNow", "NotAllowed", "Stale", "malformed", "require", "require_text", "require_version"]
