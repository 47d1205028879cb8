"""Moves and ticks of the demonstration, from the day the plan was issued to 2023-06-15."""

from datetime import date

from tasks.demo.steps import Drop, Move, Owing, Tick


def on(month: int, day: int) -> date:
    return date(2023, month, day)


# supporting units that were asked after the first quarter
OWES = [Owing(on(5, 31), 14, unit) for unit in ("simt", "sgcc-shanghai", "baosteel")]

STEPS: list[Move | Tick | Drop] = [
    # 1 closed: asked, returned, asked again, accepted
    Move(on(3, 1), 1, "start", "planner"),
    Tick(on(4, 26), 1, 1),
    Tick(on(5, 30), 1, 2),
    Tick(on(6, 1), 1, 3),
    Move(on(6, 2), 1, "request_closing", "jlc", "【演示】专栏和任务分工已印发，宣贯已完成。"),
    Move(on(6, 5), 1, "return", "planner", "【演示】请补充各区贯彻落实措施的汇总情况。"),
    Move(
        on(6, 8),
        1,
        "request_closing",
        "jlc",
        "【演示】专栏和任务分工已印发，宣贯实现各区全覆盖；16个区市场监管局和临港新片区市场监管局均已制定贯彻落实措施，汇总表随文报送。",
    ),
    Move(on(6, 9), 1, "close", "planner", "【演示】材料齐全，同意办结。"),
    # 2 yellow: one milestone overdue by 15 days
    Tick(on(5, 24), 2, 4, by="simt"),
    # 3 green
    Move(on(3, 6), 3, "start", "jlc"),
    Tick(on(3, 29), 3, 8),
    Tick(on(4, 20), 3, 3),
    Tick(on(5, 30), 3, 5),
    Drop(on(6, 6), 3, 7, "【演示】大区政策研究课题已调整由其他省市承担，本任务不再考核。"),
    Tick(on(6, 8), 3, 6),
    # 4 red: begun, nothing done, overdue by 46 days
    Move(on(3, 8), 4, "start", "jlc"),
    # 5 waiting for the planner
    Tick(on(3, 24), 5, 4),
    Tick(on(4, 14), 5, 1),
    Tick(on(5, 19), 5, 2),
    Tick(on(6, 12), 5, 3),
    Move(
        on(6, 13),
        5,
        "request_closing",
        "jlc",
        "【演示】型式批准告知承诺审批和进口计量器具型式批准审批权改革已复制推广至全市，电子证照全面应用，停征收费政策继续执行。",
    ),
    # 6 yellow: 端午 is near
    Move(on(3, 10), 6, "start", "planner"),
    Tick(on(5, 30), 6, 5),
    # 7 and 8 green, 8 by one point
    Tick(on(5, 15), 7, 2),
    Tick(on(5, 25), 8, 4),
    Tick(on(6, 8), 8, 2),
    # 9 suspended
    Tick(on(5, 12), 9, 2),
    Move(
        on(6, 5),
        9,
        "suspend",
        "planner",
        "【演示】计量技术机构深化改革创新发展指导意见正在修订，待新意见印发后恢复推进。",
    ),
    # 10 yellow: behind; 11 and 12 green
    Tick(on(4, 27), 10, 3),
    Tick(on(4, 18), 11, 2),
    Tick(on(6, 2), 11, 5),
    Tick(on(5, 26), 12, 2),
    Tick(on(6, 6), 12, 3),
    # 13 cancelled
    Tick(on(4, 28), 13, 2),
    Move(on(5, 22), 13, "cancel", "planner", "【演示】并入任务12“深入推进产业计量工作”统筹推进，不再单列。"),
    # 14 red: overdue by 36 days
    Move(on(3, 2), 14, "start", "planner"),
    Tick(on(4, 26), 14, 1, by="planner"),
    # 15 yellow by its own assessment; 16 not begun; 17 green
    Tick(on(4, 12), 15, 1),
    Tick(on(5, 20), 17, 1),
    Tick(on(6, 1), 17, 3),
]
