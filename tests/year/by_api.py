"""The same story told by the API, by programs with tokens or in a browser's session."""

from datetime import date
from typing import Any

from tests.api.calls import ask
from tests.year.world import World, text


class ByApi(World):
    def post(self, who: str, path: str, body: Any = None, status: int = 200) -> Any:
        return self._ask(who, "POST", path, body or {}, status)

    def get(self, who: str, path: str) -> Any:
        return self._ask(who, "GET", path, None, 200)

    def _ask(self, who: str, method: str, path: str, body: Any, status: int) -> Any:
        response = ask(self.at(who), method, path, body)
        assert response.status_code == status, (who, method, path, response.content.decode())
        return response.json()

    def version(self, who: str, path: str) -> int:
        """As the caller reads it before he writes."""
        return int(self.get(who, path)["version"])

    def act(self, who: str, row: str, verb: str, **body: Any) -> Any:
        return self.post(who, f"{row}{verb}/", body | {"version": self.version(who, row)})

    def path(self, number: int, task: int, unit: str) -> str:
        return f"reports/{self.report(number, task, unit).pk}/"

    # ---- periods ----

    def open(self, who: str, number: int) -> None:
        self.act(who, f"periods/{self.period(number).pk}/", "open")

    def close_period(self, who: str, number: int) -> None:
        self.act(who, f"periods/{self.period(number).pk}/", "close")

    # ---- reporting ----

    def file_all(self, who: str, number: int, unit: str, tasks: dict[int, str]) -> None:
        where = f"reports/?period={self.period(number).pk}&department={unit}&owed=true&limit=100"
        mine = {row["task"]["number"]: row for row in self.get(who, where)["results"]}
        for task, reason in tasks.items():
            row = mine[task]
            words = {"reason": reason} if reason else text(number, task, unit)
            verb = "nothing_new" if reason else "submit"
            self.post(who, f"reports/{row['id']}/{verb}/", words | {"version": row["version"]})

    def send(self, who: str, number: int, task: int, unit: str, more: str = "") -> None:
        self.act(who, self.path(number, task, unit), "submit", **text(number, task, unit, more))

    def draft(self, who: str, number: int, task: int, unit: str) -> None:
        row = self.path(number, task, unit)
        self._ask(who, "PATCH", row, text(number, task, unit) | {"version": self.version(who, row)}, 200)

    def send_nothing_new(self, who: str, number: int, task: int, unit: str, reason: str) -> None:
        self.act(who, self.path(number, task, unit), "nothing_new", reason=reason)

    def withdraw(self, who: str, number: int, task: int, unit: str) -> None:
        self.act(who, self.path(number, task, unit), "withdraw")

    # ---- review ----

    def accept(self, who: str, number: int, task: int, unit: str) -> None:
        self.act(who, self.path(number, task, unit), "accept")

    def send_back(self, who: str, number: int, task: int, unit: str, note: str) -> None:
        self.act(who, self.path(number, task, unit), "return", note=note)

    def accept_many(self, who: str, number: int, pairs: list[tuple[int, str]]) -> None:
        where = f"reports/?period={self.period(number).pk}&state=submitted&limit=200"
        for row in self.get(who, where)["results"]:
            if (row["task"]["number"], row["department"]["code"]) in pairs:
                self.post(who, f"reports/{row['id']}/accept/", {"version": row["version"]})

    # ---- what changes during the year ----

    def tick(self, who: str, task: int, position: int) -> None:
        self.act(who, f"milestones/{self.milestone(task, position).pk}/", "complete")

    def ask(self, who: str, task: int, unit: str, owes: bool) -> None:
        row = f"assignments/{self.support(task, unit).pk}/"
        self._ask(who, "PATCH", row, {"owes_report": owes, "version": self.version(who, row)}, 200)

    def move(self, who: str, task: int, name: str, note: str) -> None:
        self.act(who, f"tasks/2023-{task:02d}/", "moves", move=name, note=note)

    def close(self, who: str, task: int, position: int, done_on: date) -> None:
        fates = {str(self.milestone(task, position).pk): {"state": "done", "done_on": done_on.isoformat()}}
        self.act(who, f"tasks/2023-{task:02d}/", "moves", move="close", milestones=fates)

    def extend(self, who: str, task: int, until: date) -> None:
        words = {"reason": "项目评审延后。", "progress": "已完成征集。", "new_due_on": until.isoformat()}
        self.post(who, "extensions/", words | {"task": self.key(task)}, 201)

    def grant(self, who: str, task: int) -> None:
        self.act(who, f"extensions/{self.extension(task).pk}/", "grant", note="同意。")

    def key(self, task: int) -> int:
        return next(pk for pk, number in self.tasks.items() if number == task)

    def join(self, who: str, collective: str, member: str) -> None:
        self._members(who, collective, lambda codes: [*codes, member])

    def leave(self, who: str, collective: str, member: str) -> None:
        self._members(who, collective, lambda codes: [code for code in codes if code != member])

    def _members(self, who: str, collective: str, changed: Any) -> None:
        now = self.get(who, f"departments/{collective}/")
        codes = changed([one["code"] for one in now["members"]])
        self._ask(who, "PATCH", f"departments/{collective}/", {"members": codes, "version": now["version"]}, 200)

    def remind(self, who: str, unit: str) -> None:
        self.post(who, "reminders/", {"period": self.period(1).pk, "department": self.unit(unit)}, 201)

    def unit(self, code: str) -> int:
        return next(pk for pk, known in self.codes.items() if known == code)

    # ---- what is seen ----

    def cells(self, who: str, number: int) -> dict[tuple[int, str], str]:
        """The word the matrix shows: that it is overdue outweighs how far it is."""
        body = self.get(who, f"periods/{self.period(number).pk}/matrix/")
        found = {
            (self.tasks[cell["task"]], self.codes[cell["department"]]): "overdue"
            if cell["overdue"]
            else cell["state"]["value"]
            for cell in body["cells"]
        }
        assert len(found) == len(body["cells"])
        assert {task["number"] for task in body["tasks"]} == {task for task, _unit in found}
        assert {unit["code"] for unit in body["units"]} == {unit for _task, unit in found}
        return found

    def lights(self, who: str, number: int) -> dict[int, str]:
        """Of a closed period as they were then."""
        period = self.period(number)
        if period.state == "closed":
            rows = self.get(who, f"standings/?period={period.pk}&limit=100")["results"]
            return {row["task"]["number"]: row["light"]["value"] for row in rows}
        rows = self.get(who, "tasks/?plan=2023&limit=100")["results"]
        return {row["number"]: row["light"]["value"] for row in rows}

    def reads(self, who: str, number: int, task: int, unit: str) -> bool:
        response = ask(self.at(who), "GET", f"reports/{self.report(number, task, unit).pk}/")
        assert response.status_code in {200, 404}
        return response.status_code == 200
