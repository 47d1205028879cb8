"""What earlier imports and the plan itself say about a document: which plan it is, what was decided about it."""

from dataclasses import replace
from itertools import count

from tasks.documents.likeness import same_words
from tasks.documents.reading import Reading, from_json
from tasks.models import ImportState, Plan, PlanImport


def with_what_is_known(reading: Reading, text: str) -> Reading:
    """The code of the plan this is, or a free one. The same document again comes with all that was corrected in it;
    another edition with the names that were decided and the parts of the head that it does not print."""
    plan = _plan_of(reading)
    if plan is None:
        return replace(reading, code=_free_code(reading.year))
    before = PlanImport.objects.filter(plan=plan, state=ImportState.STORED).first()
    if before and same_words(before.text, text):
        return _placed(from_json(before.reading), reading)
    return replace(
        reading,
        code=plan.code,
        issuer=reading.issuer or plan.issuer,
        document_number=reading.document_number or plan.document_number,
        issued_on=reading.issued_on or plan.issued_on,
        ends_on=plan.ends_on,
        names=_decided(before, reading),
    )


def _placed(corrected: Reading, read: Reading) -> Reading:
    """White space may have moved the places; tasks that a planner added have none and stand last."""
    for item, fresh in zip(corrected.tasks, read.tasks, strict=False):
        item.place = fresh.place
    return replace(corrected, loose=read.loose)


def _plan_of(reading: Reading) -> Plan | None:
    """Of the same year, with the same title or number."""
    of_year = Plan.objects.filter(year=reading.year) if reading.year else Plan.objects.none()
    for plan in of_year.defer("text"):
        has_number = reading.document_number and reading.document_number == plan.document_number
        if has_number or same_words(plan.title, reading.title):
            return plan
    return None


def _free_code(year: int | None) -> str:
    """The year, or where another document of the year has it, 2023-2."""
    if not year:
        return ""
    taken = set(Plan.objects.filter(code__startswith=str(year)).values_list("code", flat=True))
    codes = (str(year) if number == 1 else f"{year}-{number}" for number in count(1))
    return next(code for code in codes if code not in taken)


def _decided(before: PlanImport | None, reading: Reading) -> dict[str, str]:
    names = from_json(before.reading).names if before else {}
    return {name: code for name, code in names.items() if name in reading.printed}
