"""Beginning an import, correcting what was read, dropping it."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from tasks.actions.imports.correcting import correct_head, correct_task, decide_names, new_task
from tasks.actions.imports.known import with_what_is_known
from tasks.actions.refusals import IllegalNow, malformed, require, require_version
from tasks.actions.saving import saved
from tasks.documents.encoding import NotADocument
from tasks.documents.reader import read
from tasks.documents.reading import Reading, from_json, reading_of, to_json
from tasks.models import ImportState, PlanImport

LONGEST_NAME = 150
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@transaction.atomic
def begin(text: str, *, by: Any, name: str = "") -> PlanImport:
    """Read a document and keep what was found, to be corrected. Raises ValidationError on `text` where there is
    nothing to read, in the reader's own words."""
    require(by, "tasks.add_planimport")
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    try:
        document = read(text)
    except NotADocument as error:
        raise malformed("text", str(error), "unreadable") from error
    reading = with_what_is_known(reading_of(document), document.text)
    return saved(PlanImport(name=_file_name(name), text=document.text, reading=to_json(reading), sender=by))


def _file_name(name: str) -> str:
    """No path, nothing invisible; of a long one its end, with what kind of file it was."""
    return UNSEEN.sub("", re.split(r"[/\\]", name)[-1]).strip()[-LONGEST_NAME:]


def set_head(imported: PlanImport, *, by: Any, version: int | None = None, **values: Any) -> PlanImport:
    """Correct title, year, issuer, document_number, issued_on, code, ends_on, groups."""
    return _corrected(imported, by, version, lambda reading: correct_head(reading, values))


def set_task(imported: PlanImport, place: int, *, by: Any, version: int | None = None, **values: Any) -> PlanImport:
    """Correct the task at this place of the reading: number, title, text, group, units, milestones, left_out."""
    return _corrected(imported, by, version, lambda reading: correct_task(reading, place, values))


def add_task(imported: PlanImport, *, by: Any, version: int | None = None, **values: Any) -> PlanImport:
    """A task that the reader missed; it stands last in the reading and has the next number unless one is given."""
    return _corrected(imported, by, version, lambda reading: new_task(reading, values))


def set_names(
    imported: PlanImport, names: Mapping[str, str | None], *, by: Any, version: int | None = None
) -> PlanImport:
    """Whom printed names mean: the code of an active department, "" to leave the unit out, None to say later."""
    return _corrected(imported, by, version, lambda reading: decide_names(reading, names, _codes()))


def revise(
    imported: PlanImport,
    *,
    by: Any,
    version: int | None = None,
    head: Mapping[str, Any] | None = None,
    names: Mapping[str, str | None] | None = None,
    tasks: Mapping[int, Mapping[str, Any]] | None = None,
    added: Iterable[Mapping[str, Any]] = (),
) -> PlanImport:
    """Several corrections at once, all or none; what is wrong with a task stands under `tasks.<place>.<field>`."""

    def correct(reading: Reading) -> None:
        wrong: dict[str, Any] = {}
        _try(wrong, "", partial(correct_head, reading, head or {}))
        for place, values in (tasks or {}).items():
            _try(wrong, f"tasks.{place}.", partial(correct_task, reading, place, values))
        for number, values in enumerate(added):
            _try(wrong, f"added.{number}.", partial(new_task, reading, values))
        _try(wrong, "", partial(decide_names, reading, names or {}, _codes()))
        if wrong:
            raise ValidationError(wrong)

    return _corrected(imported, by, version, correct)


def _try(wrong: dict[str, Any], prefix: str, correct: Callable[[], Any]) -> None:
    try:
        correct()
    except ValidationError as error:
        wrong |= {prefix + name: found for name, found in error.error_dict.items()}


def _codes() -> Iterable[str]:
    return Department.objects.active().values_list("code", flat=True)


@transaction.atomic
def drop(imported: PlanImport, *, by: Any, version: int | None = None) -> PlanImport:
    """It will not be stored."""
    require(by, "tasks.change_planimport", imported)
    row = locked(imported)
    require_version(row, version)
    require_open(row)
    row.state = ImportState.DROPPED
    return saved(row)


def locked(imported: PlanImport) -> PlanImport:
    """As it stands now, until the transaction ends."""
    return PlanImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)


def require_open(row: PlanImport) -> None:
    if row.state == ImportState.STORED:
        raise IllegalNow(_("This document has been stored already."))
    if row.state == ImportState.DROPPED:
        raise IllegalNow(_("This import has been dropped."))


@transaction.atomic
def _corrected(imported: PlanImport, by: Any, version: int | None, correct: Callable[[Reading], Any]) -> PlanImport:
    require(by, "tasks.change_planimport", imported)
    row = locked(imported)
    reading = from_json(row.reading)
    correct(reading)
    require_version(row, version)
    require_open(row)
    row.reading = to_json(reading)
    return saved(row)
