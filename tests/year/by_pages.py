"""The story told by pages: every form is opened, filled in and sent, as a browser without JavaScript does."""

import csv
import io
import re
from datetime import date
from typing import Any

from tests import cast
from tests.departments.admin_pages import add_row, change_url
from tests.departments.admin_pages import form_at as admin_form
from tests.year.forms import complaints, form_at, send
from tests.year.world import World, text

STATES = {
    "待报": "due",
    "草稿": "draft",
    "已报": "submitted",
    "退回": "returned",
    "已审": "accepted",
    "逾期": "overdue",
}
LIGHTS = {"红灯": "red", "黄灯": "yellow", "绿灯": "green", "蓝灯": "blue", "灰灯": "grey"}
LINE = re.compile(r'<tr class="member[^"]*"><th[^>]*><abbr title="([^"]+)">.*?</tr>', re.DOTALL)
CELL = re.compile(r'<td class="([^"]*)"[^>]*>(.*?)</td>', re.DOTALL)


class ByPages(World):
    # ---- periods ----

    def open(self, who: str, number: int) -> None:
        send(self.at(who), f"/plans/2023/periods/{self.period(number).pk}/open/")

    def close_period(self, who: str, number: int) -> None:
        send(self.at(who), f"/plans/2023/periods/{self.period(number).pk}/close/")

    # ---- reporting ----

    def file_all(self, who: str, number: int, unit: str, tasks: dict[int, str]) -> None:
        """Everything on one page with one button; what is not in `tasks` stays blank."""
        page = "/mine/report/?plan=2023"
        form = form_at(self.at(who), page, "row")
        for task, reason in tasks.items():
            pk = self.report(number, task, unit).pk
            assert str(pk) in form["row"]
            filled = {"no_news": "on", "reason": reason} if reason else text(number, task, unit)
            form |= {f"r{pk}-{name}": value for name, value in filled.items()}
        response = self.at(who).post(page, form)
        assert response.status_code == 302, (who, [(row.told, row.form.errors) for row in response.context["rows"]])

    def send(self, who: str, number: int, task: int, unit: str, more: str = "") -> None:
        pk = self.report(number, task, unit).pk
        send(self.at(who), f"/reports/{pk}/edit/", "progress_text", **text(number, task, unit, more))

    def draft(self, who: str, number: int, task: int, unit: str) -> None:
        pk = self.report(number, task, unit).pk
        send(self.at(who), f"/reports/{pk}/edit/", "progress_text", save="", **text(number, task, unit))

    def send_nothing_new(self, who: str, number: int, task: int, unit: str, reason: str) -> None:
        send(self.at(who), f"/reports/{self.report(number, task, unit).pk}/nothing-new/", "reason", reason=reason)

    def withdraw(self, who: str, number: int, task: int, unit: str) -> None:
        send(self.at(who), f"/reports/{self.report(number, task, unit).pk}/withdraw/")

    # ---- review ----

    def accept(self, who: str, number: int, task: int, unit: str) -> None:
        send(self.at(who), f"/reports/{self.report(number, task, unit).pk}/accept/")

    def send_back(self, who: str, number: int, task: int, unit: str, note: str) -> None:
        send(self.at(who), f"/reports/{self.report(number, task, unit).pk}/return/", "note", note=note)

    def accept_many(self, who: str, number: int, pairs: list[tuple[int, str]]) -> None:
        """From the queue, page by page until none of them waits."""
        wanted = {str(self.report(number, task, unit).pk) for task, unit in pairs}
        page = 1
        while wanted:
            form = form_at(self.at(who), f"/review/?page={page}", "note")
            picked = [name[1:] for name in form if name[1:] in wanted]
            if not picked:
                page += 1
                continue
            response = self.at(who).post("/review/", form | {"pick": picked, "accept": ""})
            assert response.status_code == 302, complaints(response)
            wanted -= set(picked)

    # ---- what changes during the year ----

    def tick(self, who: str, task: int, position: int) -> None:
        pk = self.milestone(task, position).pk
        send(self.at(who), f"/tasks/2023-{task:02d}/milestones/{pk}/complete/")

    def ask(self, who: str, task: int, unit: str, owes: bool) -> None:
        page, box = f"/tasks/2023-{task:02d}/asked/", f"a{self.support(task, unit).pk}"
        form = form_at(self.at(who), page)
        form.pop(box, None)
        response = self.at(who).post(page, form | ({box: "on"} if owes else {}))
        assert response.status_code == 302, complaints(response)

    def move(self, who: str, task: int, name: str, note: str) -> None:
        send(self.at(who), f"/tasks/2023-{task:02d}/moves/{name}/", "note", note=note)

    def close(self, who: str, task: int, position: int, done_on: date) -> None:
        """With the one milestone that is still open."""
        line = f"m{self.milestone(task, position).pk}"
        fate = {f"{line}-state": "done", f"{line}-done_on": done_on.isoformat()}
        send(self.at(who), f"/tasks/2023-{task:02d}/moves/close/", **fate)

    def extend(self, who: str, task: int, until: date) -> None:
        words = {"reason": "项目评审延后。", "progress": "已完成征集。"}
        page = f"/tasks/2023-{task:02d}/extension/"
        send(self.at(who), page, "new_due_on", new_due_on=until.isoformat(), **words)

    def grant(self, who: str, task: int) -> None:
        page = f"/extensions/{self.extension(task).pk}/decide/"
        send(self.at(who), page, "note", decision="grant", note="同意。")

    def join(self, who: str, collective: str, member: str) -> None:
        page = change_url(cast.unit(collective))
        row = {"member": cast.unit(member).pk, "id": "", "seen": ""}
        response = self.at(who).post(page, add_row(admin_form(self.at(who), page), "memberships", **row))
        assert response.status_code == 302, response.content.decode()

    def leave(self, who: str, collective: str, member: str) -> None:
        page = change_url(cast.unit(collective))
        form, key = admin_form(self.at(who), page), str(cast.unit(member).pk)
        row = next(name.removesuffix("-member") for name, value in form.items() if _is_member(name) and value == key)
        response = self.at(who).post(page, form | {f"{row}-DELETE": "on"})
        assert response.status_code == 302, response.content.decode()

    def remind(self, who: str, unit: str) -> None:
        period = self.period(1)
        response = self.at(who).post("/matrix/remind/", {"period": period.pk, "unit": unit})
        assert response.status_code == 302

    # ---- what is seen ----

    def cells(self, who: str, number: int) -> dict[tuple[int, str], str]:
        """The matrix as CSV, and the page with the very same cells."""
        address = f"period={self.period(number).pk}&plan=2023"
        found = self._csv(who, address)[1]
        page = self.at(who).get(f"/matrix/?{address}").content.decode()
        assert self._page(page, found) == found
        return found

    def lights(self, who: str, number: int) -> dict[int, str]:
        """Those over the columns: of a closed period as they were then."""
        return self._csv(who, f"period={self.period(number).pk}&plan=2023")[0]

    def _csv(self, who: str, address: str) -> tuple[dict[int, str], dict[tuple[int, str], str]]:
        response = self.at(who).get(f"/matrix/matrix.csv?{address}")
        assert response.status_code == 200
        head, lights, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        tasks = [int(title.split(" ")[0]) for title in head[5:]]
        names = {cast.unit(code).name: code for code in self.codes.values()}
        cells = {
            (task, names[row[1]]): STATES[word]
            for row in rows
            if row[1] in names
            for task, word in zip(tasks, row[5:], strict=True)
            if word
        }
        return {task: LIGHTS[word] for task, word in zip(tasks, lights[5:], strict=True) if word}, cells

    def _page(self, page: str, known: dict[tuple[int, str], str]) -> dict[tuple[int, str], str]:
        head = page.partition("<thead>")[2].partition("</thead>")[0]
        tasks = [int(number) for number in re.findall(r"(\d+)</b>[^<]", head)]
        names = {cast.unit(code).name: code for code in self.codes.values()}
        found = {}
        for line in LINE.finditer(page):
            for task, (classes, cell) in zip(tasks, CELL.findall(line[0]), strict=False):
                if "none" not in classes.split():
                    found[task, names[line[1]]] = re.findall(r'class="rs (\w+)"', cell)[0]
        return found

    def reads(self, who: str, number: int, task: int, unit: str) -> bool:
        """Whether the report's page opens."""
        response = self.at(who).get(f"/reports/{self.report(number, task, unit).pk}/")
        assert response.status_code in {200, 404}
        return response.status_code == 200


def _is_member(name: Any) -> bool:
    return bool(re.fullmatch(r"memberships-\d+-member", name))
