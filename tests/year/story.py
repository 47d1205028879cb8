"""The year 2023 as one literal table: who does what when, and what everybody must see in the end.

Pages and API replay it alike. Whatever a table does not name is sent on the filing day and accepted.
"""

from datetime import date
from typing import Any, NamedTuple

# What a unit does with a report, and how that report stands when its period is closed.
WAYS = {
    "sent": "accepted",
    "nothing_new": "accepted",
    "mended": "accepted",  # sent, returned, sent again
    "again": "accepted",  # sent, withdrawn, sent again
    "late": "accepted",  # sent after the due date
    "unread": "submitted",  # nobody reviews it
    "returned": "returned",  # and never sent again
    "withdrawn": "draft",  # and never sent again
    "draft": "draft",
    "never": "due",
}

NO_ACCOUNT = {"chongming", "zhifazongdui"}
FILLED_IN = {  # who writes for them: the co-ordinator, or a planner
    ("chongming", 6): "jlc",
    ("chongming", 7): "jlc",
    ("chongming", 8): "planner2",
    ("chongming", 16): "jlc",
    ("chongming", 17): "jlc",
    ("zhifazongdui", 6): "planner2",
    ("zhifazongdui", 7): "jlc",
    ("zhifazongdui", 8): "jlc",
}
ONE_BY_ONE = {"xuhui", "simt", "sqi", "faguichu", "jichangfenju", "chongming", "zhifazongdui"}
NEW = "hongqiao"  # a district bureau that is set up during the year

SAID = {
    1: "完成年度动员部署，印发实施方案，落实责任科室和人员。",
    2: "开展专项监督检查四十二家次，发现问题七个，均已责令改正。",
    3: "联合行业协会走进园区和社区，组织培训三场，解答企业咨询近百件。",
    4: "全年目标基本达成，正在汇总台账、提炼典型案例并谋划来年工作。",
}


def day(text: str) -> date:
    return date.fromisoformat(text if text.startswith("20") else f"2023-{text}")


class Step(NamedTuple):
    """`who` does `verb`, which is a method of both ways to replay the year."""

    on: date
    verb: str
    who: str
    about: tuple[Any, ...]


def step(on: str, verb: str, who: str, *about: Any) -> Step:
    return Step(day(on), verb, who, about)


class Quarter(NamedTuple):
    """`owed`, `states`, `seen` and `lights` must come out; `lights`: reason and progress of each task at the close."""

    number: int
    opens: date
    files: date
    late: date
    accepts: date
    closes: date
    reminds: list[date]  # three days before, on the due date, every week after
    ways: dict[str, dict[int, str]]
    before: list[Step]
    during: list[Step]
    owed: int
    states: dict[str, int]
    seen: dict[str, int]  # cells of the matrix
    lights: dict[int, tuple[str, int]]


DISTRICT = (6, 7, 8, 17)
ALL_NEVER = dict.fromkeys(DISTRICT, "never")

FIRST = Quarter(
    number=1,
    opens=day("03-10"),
    files=day("03-20"),
    late=day("03-30"),
    accepts=day("03-31"),
    closes=day("04-10"),
    reminds=[day("03-24"), day("03-27"), day("04-03"), day("04-10")],
    ways={
        "jlc": {5: "never", 10: "returned", 16: "never"},
        "pudong": {17: "nothing_new"},
        "huangpu": ALL_NEVER,
        "jingan": {6: "draft"},
        "xuhui": {6: "mended", 7: "again"},
        "changning": {8: "withdrawn"},
        "putuo": {17: "returned"},
        "hongkou": dict.fromkeys(DISTRICT, "late"),
        "yangpu": dict.fromkeys(DISTRICT, "unread"),
        "jichangfenju": dict.fromkeys(DISTRICT, "nothing_new"),
        "zhifazongdui": {8: "never"},
    },
    before=[],
    during=[
        step("03-21", "tick", "jlc", 1, 1),
        step("03-21", "tick", "jlc", 4, 1),
        step("03-21", "tick", "planner", 10, 1),
        step("03-21", "tick", "jlc", 16, 1),
        step("03-21", "tick", "jlc", 16, 2),
        step("03-28", "remind", "planner", "huangpu"),
    ],
    owed=93,
    states={"accepted": 78, "submitted": 4, "returned": 2, "draft": 2, "due": 7},
    seen={
        "planner": 93,
        "leader": 93,
        "jlc": 91,
        "simt": 2,
        "sqi": 1,
        "pudong": 4,
        "xuhui": 4,
        "songjiang": 4,
        NEW: 0,
    },
    lights={
        1: ("on_track", 33),
        2: ("behind", 0),
        3: ("behind", 0),
        4: ("on_track", 50),
        5: ("behind", 0),
        6: ("on_track", 0),  # half of it has dates to come
        7: ("behind", 0),
        8: ("behind", 0),
        9: ("behind", 0),
        10: ("report_returned", 16),
        11: ("behind", 0),
        12: ("behind", 0),
        13: ("behind", 0),
        14: ("behind", 0),
        15: ("behind", 0),
        16: ("report_overdue", 33),
        17: ("behind", 0),
    },
)

SECOND = Quarter(
    number=2,
    opens=day("06-05"),
    files=day("06-12"),
    late=day("06-28"),
    accepts=day("06-30"),
    closes=day("07-10"),
    reminds=[day("06-22"), day("06-25"), day("07-02"), day("07-09")],
    ways={
        "jlc": {3: "never", 5: "never"},
        "pudong": {6: "late"},
        "xuhui": {8: "mended"},
        "baoshan": ALL_NEVER,
        "jiading": {7: "nothing_new"},
        "songjiang": {6: "returned"},
        "fengxian": {17: "unread"},
    },
    before=[step("06-01", "ask", "jlc", 5, "faguichu", True)],
    during=[
        step("06-12", "tick", "jlc", 1, 2),
        step("06-12", "tick", "jlc", 10, 2),
        step("06-12", "tick", "jlc", 16, 3),
        step("06-12", "tick", "jlc", 17, 1),
        step("06-20", "extend", "jlc", 10, day("2024-03-31")),
        step("06-21", "grant", "planner", 10),
    ],
    owed=94,
    states={"accepted": 86, "submitted": 1, "returned": 1, "due": 6},
    seen={
        "planner": 94,
        "leader": 94,
        "jlc": 92,
        "simt": 2,
        "sqi": 1,
        "pudong": 4,
        "xuhui": 4,
        "songjiang": 4,
        NEW: 0,
    },
    lights={
        1: ("on_track", 66),
        2: ("behind", 0),
        3: ("behind", 0),
        4: ("on_track", 50),
        5: ("reports_missed", 0),
        6: ("milestone_overdue", 0),  # 端午 was 18 days ago
        7: ("behind", 0),
        8: ("behind", 0),
        9: ("behind", 0),
        10: ("on_track", 33),
        11: ("behind", 0),
        12: ("behind", 0),
        13: ("behind", 0),
        14: ("behind", 0),
        15: ("behind", 0),
        16: ("on_track", 50),
        17: ("behind", 25),
    },
)

THIRD = Quarter(
    number=3,
    opens=day("09-05"),
    files=day("09-18"),
    late=day("09-28"),
    accepts=day("09-29"),
    closes=day("10-10"),
    reminds=[day("09-22"), day("09-25"), day("10-02"), day("10-09")],
    ways={
        "jlc": {3: "never", 12: "never", 14: "never"},
        "simt": {2: "returned"},
        "minhang": {6: "draft"},
        "lingang": {16: "never"},
        NEW: {16: "nothing_new"},
    },
    before=[
        step("07-20", "join", "planner", "districts", NEW),
        step("07-20", "join", "planner", "districts", "lingang"),  # which is named beside them, too
        step("07-20", "leave", "planner", "districts", "songjiang"),
        step("08-01", "move", "planner", 13, "cancel", "并入第 12 项一并推进。"),
        step("08-10", "move", "jlc", 4, "request_closing", "联席会议全体会议已召开。"),
        step("08-15", "close", "planner", 4, 2, day("08-09")),
        step("08-20", "ask", "jlc", 16, "districts", True),
    ],
    during=[
        step("09-12", "tick", "jlc", 10, 3),
        step("09-15", "move", "planner", 12, "suspend", "等待上级方案。"),
    ],
    owed=109,
    states={"accepted": 103, "returned": 1, "draft": 1, "due": 3},  # without task 12
    seen={
        "planner": 108,
        "leader": 108,
        "jlc": 106,
        "simt": 2,
        "sqi": 1,
        "pudong": 5,
        "xuhui": 5,
        "songjiang": 0,
        NEW: 5,
    },
    lights={
        1: ("on_track", 66),
        2: ("behind", 0),
        3: ("reports_missed", 0),
        4: ("closed", 100),
        5: ("behind", 0),
        6: ("milestone_long_overdue", 0),
        7: ("behind", 0),
        8: ("behind", 0),
        9: ("behind", 0),
        10: ("on_track", 50),
        11: ("behind", 0),
        12: ("suspended", 0),
        13: ("cancelled", 0),
        14: ("behind", 0),
        15: ("behind", 0),
        16: ("behind", 50),
        17: ("behind", 25),
    },
)

FOURTH = Quarter(
    number=4,
    opens=day("12-05"),
    files=day("12-18"),
    late=day("12-28"),
    accepts=day("12-29"),
    closes=day("2024-01-10"),
    reminds=[day("12-22"), day("12-25"), day("2024-01-01"), day("2024-01-08")],
    ways={
        "jlc": {14: "never"},
        "pudong": dict.fromkeys(DISTRICT, "nothing_new"),
        "xuhui": {6: "never"},
        NEW: {8: "again"},
    },
    before=[
        step("11-20", "move", "planner", 12, "resume", "方案已下发。"),
        step("11-21", "ask", "jlc", 16, "districts", False),
    ],
    during=[step("12-20", "move", "jlc", 1, "request_closing", "专栏和任务分工已印发。")],
    owed=92,
    states={"accepted": 90, "due": 2},
    seen={
        "planner": 92,
        "leader": 92,
        "jlc": 90,
        "simt": 2,
        "sqi": 1,
        "pudong": 4,
        "xuhui": 4,
        "songjiang": 0,
        NEW: 4,
    },
    lights={
        1: ("closing_asked", 66),
        2: ("task_overdue", 0),
        3: ("task_overdue", 0),
        4: ("closed", 100),
        5: ("task_overdue", 0),
        6: ("task_overdue", 0),
        7: ("task_overdue", 0),
        8: ("task_overdue", 0),
        9: ("task_overdue", 0),
        10: ("behind", 50),  # due on 31 March by now
        11: ("task_overdue", 0),
        12: ("task_overdue", 0),
        13: ("cancelled", 0),
        14: ("task_overdue", 0),
        15: ("task_overdue", 0),
        16: ("task_overdue", 50),
        17: ("task_overdue", 25),
    },
)

YEAR = (FIRST, SECOND, THIRD, FOURTH)

# On 28 December, between the last due date and the end of the year: two silent quarters make 14 red, one leaves 3.
BETWEEN = day("12-28")
LIGHTS_BETWEEN = {"red": [6, 14], "yellow": [1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 15, 16, 17], "blue": [4], "grey": [13]}

# Task numbers of which each person is reminded, by the day. One letter a day each.
REMINDED = {
    "huangpu": {on: [*DISTRICT] for on in ("03-24", "03-27", "03-28", "04-03", "04-10")},
    "hongkou": {on: [*DISTRICT] for on in ("03-24", "03-27")},
    "jingan": {on: [6] for on in ("03-24", "03-27", "04-03", "04-10")},
    "changning": {on: [8] for on in ("03-24", "03-27", "04-03", "04-10")},
    "putuo": {on: [17] for on in ("03-24", "03-27", "04-03", "04-10")},
    "baoshan": {on: [*DISTRICT] for on in ("06-22", "06-25", "07-02", "07-09")},
    "songjiang": {on: [6] for on in ("06-22", "06-25", "07-02", "07-09")},
    "pudong": {on: [6] for on in ("06-22", "06-25")},
    "lingang": {on: [16] for on in ("09-22", "09-25", "10-02", "10-09")},
    "minhang": {on: [6] for on in ("09-22", "09-25", "10-02", "10-09")},
    "simt": {on: [2] for on in ("09-22", "09-25", "10-02", "10-09")},
    "xuhui": {on: [6] for on in ("12-22", "12-25", "2024-01-01", "2024-01-08")},
    "jlc": {
        **{on: [5, 8, 10, 16] for on in ("03-24", "03-27", "04-03", "04-10")},  # 8: for 执法总队, which has no account
        **{on: [3, 5] for on in ("06-22", "06-25", "07-02", "07-09")},
        **{on: [3, 14] for on in ("09-22", "09-25", "10-02", "10-09")},
        **{on: [14] for on in ("12-22", "12-25", "2024-01-01", "2024-01-08")},
    },
}
LETTERS = 61  # none to the planners, whose unit has a reporter
