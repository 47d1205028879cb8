"""A report as its reviewer reads it: what he may do with it, and whether it says what was said last time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.actions.review import available_reviews
from tasks.documents.likeness import is_like
from tasks.models import Evidence, Report

FOLDED = 140  # characters of a text that unfold


@dataclass(frozen=True)
class Line:
    """One report of the queue. `refusal`: why it was not reviewed just now. `is_own`: its reader sent it himself."""

    report: Any
    files: list[Evidence]
    offers: list[str]
    is_own: bool
    is_ticked: bool
    refusal: str

    @property
    def may_be_picked(self) -> bool:
        return bool(self.offers) and not self.is_own

    @property
    def is_long(self) -> bool:
        report = self.report
        return max(map(len, (report.progress_text, report.problems, report.next_steps))) > FOLDED

    @property
    def says_the_same(self) -> bool:
        return says_the_same(self.report)


def lines(reports: Iterable[Report], user: Any, ticked: Collection[int], refusals: Mapping[int, str]) -> list[Line]:
    """Of the reports of a page, their files with them; one query."""
    reports = list(reports)
    files: dict[int, list[Evidence]] = {report.pk: [] for report in reports}
    for one in Evidence.objects.kept().filter(report__in=files):
        files[one.report_id].append(one)
    return [
        Line(
            report,
            files[report.pk],
            available_reviews(report, user),
            report.author_id == user.pk,
            report.pk in ticked,
            refusals.get(report.pk, ""),
        )
        for report in reports
    ]


def says_the_same(report: Any) -> bool:
    """Word for word, or nearly, what the unit sent in the period before; 本期无新进展 says so itself."""
    return bool(report.said_before and not report.no_news and is_like(report.said_before, report.progress_text))
