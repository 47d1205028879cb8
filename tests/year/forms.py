"""A form as a browser sends it: its fields with what stands in them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

Fields = dict[str, Any]


class Forms(HTMLParser):
    """Every form that is posted, in the order of the page. A name that stands more than once has a list."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Fields] = []
        self.inside = False
        self.select = self.area = ""
        self.feed(page)

    def put(self, name: str, value: str) -> None:
        here = self.found[-1]
        here[name] = [*here.get(name, []), value]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name = has.get("name", "")
        if tag == "form" and has.get("method") == "post":
            self.found.append({})
            self.inside = True
        elif not self.inside:
            return
        elif tag == "input" and has.get("type") not in {"submit", "file"}:
            ticked = has.get("type") in {"checkbox", "radio"}
            if not ticked or "checked" in has:
                self.put(name, has.get("value", "on" if ticked else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in has:
            self.put(self.select, has.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.put(name, "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[-1][self.area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def form_at(client: Client, url: str, having: str = "version") -> Fields:
    """The first form of the page that has such a field."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code, response.get("Location"))
    forms = [form for form in Forms(response.content.decode()).found if having in form]
    assert forms, f"{url} has no form with {having}"
    return forms[0]


def send(client: Client, url: str, having: str = "version", **values: Any) -> str:
    """Fill the form in and press its button; it must go through. Returns where that leads."""
    response = client.post(url, form_at(client, url, having) | values)
    assert response.status_code == 302, (url, response.status_code, complaints(response))
    return str(response["Location"])


def complaints(response: Any) -> Any:
    """What a refused form says."""
    form = response.context and response.context.get("form")
    return form.errors if form is not None else response.content.decode()[:2000]
