#!/usr/bin/env python3
"""Files a unit's progress on a task, from the unit's own system. Needs nothing but Python 3.

    PORTAL=https://jiliang.example.gov.cn TOKEN=… python3 file_update.py 2023-06 update.json

update.json holds what the unit has to say; `assessment` is one of not_started, behind, on_schedule, done:

    {"assessment": "on_schedule", "progress_text": "…", "problems": "", "next_steps": "…"}
"""

import json
import os
import sys
import urllib.error
import urllib.request


class Refused(Exception):
    """The portal's answer to what it does not do: an RFC 9457 problem."""

    def __init__(self, problem):
        told = [problem["detail"], *(f"{error['field']}: {error['message']}" for error in problem["errors"])]
        super().__init__(f"{problem['status']} {problem['title']}: {' '.join(told)}")
        self.status = problem["status"]


def call(method, path, body=None, etag=None):
    """The answer and its ETag. Raises Refused."""
    request = urllib.request.Request(f"{os.environ['PORTAL']}/api/v1/{path}", method=method)
    request.add_header("Authorization", f"Bearer {os.environ['TOKEN']}")
    if etag:
        request.add_header("If-Match", etag)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response), response.headers["ETag"]
    except urllib.error.HTTPError as error:
        raise Refused(json.load(error)) from None


def kept_draft(task, text):
    """A new draft with this text; where the unit has begun one already, that one with this text."""
    try:
        return call("POST", "reports/", {"task": task["id"]} | text)
    except Refused as refused:
        if refused.status != 412:  # 412: there is a draft that this program has not read
            raise
    drafts, _ = call("GET", f"reports/?task={task['id']}&state=draft")
    draft = next(each for each in drafts["results"] if not each["filled_in"])
    return call("PATCH", f"reports/{draft['id']}/", text | {"version": draft["version"]})


def main(code, file):
    with open(file, encoding="utf-8") as update:
        text = json.load(update)
    task, _ = call("GET", f"tasks/{code}/")
    draft, etag = kept_draft(task, text)
    # The ETag makes sure that just this text is sent, and not what somebody has made of the draft meanwhile.
    report, _ = call("POST", f"reports/{draft['id']}/submit/", {}, etag)
    light = call("GET", f"tasks/{code}/")[0]["light"]
    print(f"{report['display']}: {report['state']['label']}, {report['reported_on']}")
    print(f"{light['label']}: {light['reason']}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as refused:
        sys.exit(str(refused))
