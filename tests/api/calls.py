"""A program that talks to the API."""

import json
from typing import Any

from django.test import Client

from departments.models.token import issue
from tests.cast import signed_in

BASE = "/api/v1"


def token_of(user: Any, name: str = "程序", *, write: bool = True, days: int = 90) -> str:
    return issue(user, name, read_only=not write, days=days)[1]


def call(user: Any, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """`user` is signed in by a session, None is nobody; the body is sent as JSON. English unless said otherwise."""
    client = signed_in(user) if user is not None else Client()
    return ask(client, method, path, body, **headers)


def ask(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    named = {"Accept-Language": "en"} | {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    where = path if path.startswith("/api/") else f"{BASE}/{path}"
    return client.generic(method, where, headers=named, **sent)


def get(user: Any, path: str, **headers: str) -> Any:
    """The body of an answer that must be fine."""
    response = call(user, "GET", path, **headers)
    assert response.status_code == 200, response.content
    return response.json()


def numbers(body: dict[str, Any]) -> list[int]:
    return [task["number"] for task in body["results"]]


def errors(response: Any) -> list[tuple[str, str]]:
    """(field, code) of each error of a problem."""
    return [(error["field"], error["code"]) for error in response.json()["errors"]]
