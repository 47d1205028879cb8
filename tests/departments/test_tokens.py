"""Access tokens of one's own account: on the page and at the shell."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from departments.models import ApiToken, User
from departments.models.token import issue
from tests import cast
from tests.api.calls import ask

pytestmark = pytest.mark.django_db

NEW = {"name": "浦东业务系统", "days": "90"}


def make(client, **fields):
    return client.post("/account/tokens/", NEW | fields)


def shown(page) -> str:
    return re.search(r'<input id="token" value="([0-9a-f]{64})" readonly', page.text)[1]


def reads(text: str, path: str = "/api/v1/departments/") -> int:
    from django.test import Client

    return ask(Client(), "GET", path, Authorization=f"Bearer {text}").status_code


def run(*words: str) -> str:
    out = StringIO()
    call_command("api_token", *words, stdout=out)
    return out.getvalue()


# ---- the page ----


def test_a_token_is_shown_once(client_for, pudong):
    client = client_for(pudong)
    page = make(client)
    text = shown(page)
    assert (page.status_code, page.headers["Cache-Control"]) == (
        200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert reads(text) == 200
    later = client.get("/account/").text
    assert ("浦东业务系统" in later, text in later, text[:15] in later) == (True, False, False)
    assert text not in str(dict(client.session))


def test_it_reads_for_90_days_unless_said_otherwise(client_for, pudong):
    make(client_for(pudong))
    token = ApiToken.objects.get()
    assert (token.read_only, token.user, token.last_used_at) == (True, pudong, None)
    assert timedelta(days=89, hours=23) < token.expiry - timezone.now() < timedelta(days=90, seconds=1)
    page = client_for(pudong).get("/account/").text
    assert 'name="days" value="90"' in page
    assert 'type="checkbox" name="write"' in page
    assert "checked" not in page


def test_what_was_asked_for(client_for, pudong):
    make(client_for(pudong), write="on", days="365")
    assert ApiToken.objects.get().read_only is False
    assert "读取和写入" in client_for(pudong).get("/account/").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"days": "0"}, "days"),
        ({"days": "366"}, "days"),
        ({"days": "-1"}, "days"),
        ({"days": ""}, "days"),
        ({"days": "1.5"}, "days"),
        ({"days": "9" * 400}, "days"),
        ({"days": "soon"}, "days"),
    ],
)
def test_bad_input_stands_beside_its_field(fields, field, client_for, pudong):
    page = make(client_for(pudong), **fields)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert ApiToken.objects.count() == 0


def test_a_name_once(client_for, pudong, xuhui):
    make(client_for(pudong))
    page = make(client_for(pudong), name=" 浦东业务系统 ")
    assert (page.status_code, page.context["form"].errors["name"]) == (422, ["你已有同名令牌。"])
    assert make(client_for(xuhui)).status_code == 200
    assert "浦东业务系统" in page.text


def test_names_are_shown_as_text(client_for, pudong):
    make(client_for(pudong), name="<script>alert(1)</script>")
    page = client_for(pudong).get("/account/").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_list_says_what_when_and_whether_it_is_over(client_for, pudong, xuhui):
    text = shown(make(client_for(pudong)))
    issue(xuhui, "别人的", read_only=True, days=1)
    client = client_for(pudong)
    assert "从未使用" in client.get("/account/").text
    reads(text)
    page = client.get("/account/").text
    assert ("从未使用" in page, "别人的" in page, "已过期" in page) == (False, False, False)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=1))
    assert "已过期" in client.get("/account/").text


def test_revoking_asks_once(client_for, pudong):
    client = client_for(pudong)
    text = shown(make(client))
    path = f"/account/tokens/{ApiToken.objects.get().pk}/revoke/"
    page = client.get(path)
    assert (page.status_code, "浦东业务系统" in page.text, reads(text)) == (200, True, 200)
    answer = client.post(path, follow=True)
    assert "令牌“浦东业务系统”已吊销。" in answer.text
    assert (ApiToken.objects.count(), reads(text)) == (0, 401)
    assert client.post(path).status_code == 404


def test_nobody_revokes_anothers(client_for, pudong, admin, root):
    token, _text = issue(pudong, "x", read_only=True, days=1)
    for user in (admin, root):
        for method in ("get", "post"):
            assert getattr(client_for(user), method)(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("username", ["admin", "planner", "leader", "jlc"])
def test_every_role_has_them(username, client_for):
    page = make(client_for(cast.person(username)))
    assert reads(shown(page)) == 200


def test_making_is_no_reading(client_for, pudong):
    assert client_for(pudong).get("/account/tokens/").status_code == 405


def test_a_foreign_page_makes_none(client_for, pudong):
    client = cast.signed_in(pudong, enforce_csrf_checks=True)
    assert make(client).status_code == 403
    assert ApiToken.objects.count() == 0


def test_both_are_in_the_audit(client_for, pudong):
    client = client_for(pudong)
    make(client)
    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    events = ApiToken.pgh_event_model.objects.order_by("pgh_id")
    assert [(event.pgh_label, event.name, event.user_id) for event in events] == [
        ("insert", "浦东业务系统", pudong.pk),
        ("delete", "浦东业务系统", pudong.pk),
    ]
    assert {event.pgh_context.metadata["user"] for event in events} == {pudong.pk}
    assert {"digest", "token_key"} & {field.name for field in ApiToken.pgh_event_model._meta.fields} == set()


def test_queries_do_not_grow(client_for, pudong):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(pudong)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/account/")
        return len(captured)

    issue(pudong, "1", read_only=True, days=1)
    one = cost()
    for name in "23":
        issue(pudong, name, read_only=True, days=1)
    assert cost() == one <= 12


# ---- the shell ----


def test_made_listed_and_revoked_at_the_shell(pudong):
    text = run("create", "pudong", "台账").strip()
    assert reads(text) == 200
    token = ApiToken.objects.get()
    [line] = run("list", "pudong").splitlines()
    assert line.startswith(f"台账\tread\tuntil {timezone.localtime(token.expiry):%Y-%m-%d %H:%M}\tused 2")
    assert run("revoke", "pudong", "台账") == "台账 has been revoked.\n"
    assert (reads(text), run("list", "pudong")) == (401, "")


def test_a_writing_token_for_some_days(pudong):
    run("create", "pudong", "写", "--write", "--days", "3")
    token = ApiToken.objects.get()
    assert (token.read_only, round((token.expiry - timezone.now()) / timedelta(days=1))) == (False, 3)
    assert run("list", "pudong").startswith("写\tread and write\t")
    assert run("list", "pudong").endswith("\tused never\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "nobody", "x"), "There is no account nobody."),
        (("list", "nobody"), "There is no account nobody."),
        (("revoke", "pudong", "x"), "pudong has no token x."),
        (("create", "pudong", "x", "--days", "0"), "A token is valid for 1 to 365 days."),
        (("create", "pudong", "x", "--days", "366"), "A token is valid for 1 to 365 days."),
        (("create", "pudong", "there"), "你已有同名令牌。"),
        (("create", "pudong", "x" * 61), None),
        (("create", "pudong", ""), None),
        (("create", "pudong"), None),
        (("dance", "pudong"), None),
    ],
)
def test_refusals_in_words(words, message, pudong):
    issue(pudong, "there", read_only=True, days=1)
    with pytest.raises(CommandError) as refusal:
        run(*words)
    assert message in (None, str(refusal.value))
    assert ApiToken.objects.count() == 1


def test_two_at_once_of_one_name(pudong):
    """The form has looked, the database decides."""
    from departments.forms import TokenForm

    forms = [TokenForm(NEW, user=pudong) for _ in range(2)]
    assert [form.is_valid() for form in forms] == [True, True]
    assert User.objects.filter(pk=pudong.pk).exists()
    assert forms[0].save()[0].name == "浦东业务系统"
