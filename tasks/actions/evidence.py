"""Evidence files: looked at, stored beside a report while it is written, taken away again."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.refusals import IllegalNow, malformed
from tasks.actions.reports import require_author
from tasks.documents.files import clean_name, kind_of
from tasks.models import Evidence, Report
from tasks.models.evidence import random_name

SIZE_AT_MOST = 10 * 1024 * 1024  # bytes a file
FILES_AT_MOST = 5  # a report
MEGABYTES = SIZE_AT_MOST // (1024 * 1024)


class Looked(NamedTuple):
    """A file that may be stored."""

    name: str
    kind: str
    size: int
    sha256: str
    file: Any

    def told(self) -> dict[str, Any]:
        """What is kept of it beside the file."""
        return {"name": self.name, "kind": self.kind, "size": self.size, "sha256": self.sha256}


def look_at(files: Iterable[Any]) -> list[Looked]:
    """The files with their kinds; raises ValidationError with all that is wrong with any of them."""
    looked, errors = [], []
    for file in files:
        kind = kind_of(file) if file.size <= SIZE_AT_MOST else None
        if kind:
            looked.append(Looked(clean_name(file.name, kind), kind, file.size, _sha256(file), file))
        else:
            errors.append(_refused(file))
    if errors:
        raise ValidationError({"files": errors})
    return looked


def _refused(file: Any) -> ValidationError:
    words = {"name": clean_name(file.name, "").rstrip("."), "megabytes": MEGABYTES}
    if file.size > SIZE_AT_MOST:
        return ValidationError(_("“%(name)s” is larger than %(megabytes)s MB.") % words, code="too_large")
    told = _("“%(name)s” is no PDF, PNG, JPEG, Word (.docx), Excel (.xlsx) or OFD file, or it contains macros.")
    return ValidationError(told % words, code="kind")


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def with_files(report: Report, files: Iterable[Any], *, by: Any, without: Evidence | None = None) -> Iterator[None]:
    """What is written within and the files are stored together or not at all; `without` is taken away with it.

    The files are looked at first. What is written within locks the report and asks whether it may be written.
    """
    require_author(report, by)
    looked, stored = look_at(files), []
    try:
        with transaction.atomic():
            yield
            if without:
                _take_away(report, without)
            for each in _missing(report, looked):
                stored.append(default_storage.save(random_name(None, each.name), each.file))
                Evidence.objects.create(report=report, file=stored[-1], sender=by, **each.told())
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _take_away(report: Report, evidence: Evidence) -> None:
    """Its bytes go with the commit; that it was there stays on record."""
    row = report.evidence.kept().select_for_update().filter(pk=evidence.pk).first()
    if row is None:
        raise IllegalNow(_("The file has been taken away already."))
    row.is_removed = True
    row.save()
    name = str(row.file.name)
    transaction.on_commit(lambda: default_storage.delete(name))


def _missing(report: Report, looked: list[Looked]) -> list[Looked]:
    """Those that the report has not got already, each once; raises ValidationError where they are too many."""
    known = set(report.evidence.kept().values_list("sha256", flat=True))
    new: dict[str, Looked] = {}
    for each in looked:
        if each.sha256 not in known:
            new.setdefault(each.sha256, each)
    if len(known) + len(new) > FILES_AT_MOST:
        told = _("A report has at most %(most)s files.") % {"most": FILES_AT_MOST}
        raise malformed("files", told, "too_many")
    return list(new.values())
