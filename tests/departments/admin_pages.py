"""Pages of the admin as a browser sees them: the fields of a form with what stands in them."""

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse


class FormReader(HTMLParser):
    """The fields of the form whose id ends in `_form`, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.inside = False
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("id", "").endswith("_form")
        name = found.get("name", "")
        if not self.inside or "__prefix__" in name:
            return
        if (
            tag == "input"
            and found.get("type") != "submit"
            and (found.get("type") != "checkbox" or "checked" in found)
        ):
            self.fields[name] = found.get("value", "on" if found.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in found or self.select not in self.fields):
            self.fields[self.select] = found.get("value", "")
        elif tag == "textarea":
            self.area, self.fields[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            text = self.fields[self.area].removeprefix("\r\n").removeprefix("\n")
            self.fields[self.area], self.area = text.replace("\n", "\r\n"), ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False


def change_url(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_at(client: Client, url: str) -> dict[str, str]:
    """What the form at this address would send, were it sent unchanged."""
    response = client.get(url)
    assert response.status_code == 200, response
    return fields_of(response)


def fields_of(response) -> dict[str, str]:
    reader = FormReader()
    reader.feed(response.content.decode())
    return reader.fields


def errors_of(response) -> dict[str, list[str]]:
    """The messages beside the fields of the main form and of its rows."""
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for number, errors in enumerate(inline.formset.errors):
            found |= {f"{inline.formset.prefix}-{number}-{name}": words for name, words in errors.items()}
    return {name: list(words) for name, words in found.items()}


def add_row(form: dict[str, str], prefix: str, **values: object) -> dict[str, str]:
    """The form with one more row, as its script adds it."""
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": str(value) for name, value in values.items()}
    return form | row | {f"{prefix}-TOTAL_FORMS": str(number + 1)}
