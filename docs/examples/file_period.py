#!/usr/bin/env python3
"""Files what a unit owes in the open reporting period. Needs nothing but Python 3.

    PORTAL=https://jiliang.example.gov.cn TOKEN=… python3 file_period.py pudong reports.json

reports.json holds what there is to say, by the number of the task; for a task without news only the reason:

    {"6": {"assessment": "on_schedule", "progress_text": "…"}, "7": {"reason": "设备检修，下期开展"}}
"""

import json
import sys

from file_update import Refused, call


def owed(unit):
    """What the unit still has to send, the earliest due first."""
    found, _ = call("GET", f"reports/?department={unit}&owed=true&limit=1000")
    return sorted(found["results"], key=lambda report: (report["period"]["due_on"], report["task"]["number"]))


def send(report, text):
    """The version makes sure that nothing is overwritten that somebody has written meanwhile."""
    step = "nothing_new" if "reason" in text else "submit"
    return call("POST", f"reports/{report['id']}/{step}/", text | {"version": report["version"]})[0]


def main(unit, file):
    with open(file, encoding="utf-8") as given:
        texts = json.load(given)
    for report in owed(unit):
        text = texts.get(str(report["task"]["number"]))
        now = send(report, text) if text else report
        returned = f" ({now['review_note']})" if now["state"]["value"] == "returned" else ""
        print(f"{now['period']['due_on']} {now['task']['display']}: {now['state']['label']}{returned}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as refused:
        sys.exit(str(refused))
