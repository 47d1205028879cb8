"""The count from the document, so that the year has something to be compared with that is not the portal."""

from collections import Counter

from tests.year import document


def test_seventeen_items_with_thirty_five_leads():
    assert list(document.leads()) == list(range(1, 18))
    assert sum(map(len, document.leads().values())) == 35
    assert document.leads()[2] == ["simt", "sqi", "national-industry-centers", "municipal-industry-centers"]
    assert document.leads()[8] == ["jlc", "districts", "lingang", "zhifazongdui", "jichangfenju"]


def test_ninety_three_reports_a_quarter_four_of_them_of_pudong():
    owed = document.owed(members=document.members())
    by_unit = Counter(unit for _number, unit in owed)
    assert len(owed) == 93
    assert sorted(number for number, unit in owed if unit == "pudong") == [6, 7, 8, 17]
    assert {by_unit[unit] for unit in document.members()["districts"]} == {4}
    others = {unit: n for unit, n in by_unit.items() if unit not in document.members()["districts"]}
    assert others == {"jlc": 16, "simt": 1, "sqi": 1, "lingang": 4, "zhifazongdui": 3, "jichangfenju": 4}
