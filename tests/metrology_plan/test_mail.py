"""Where letters go: what EMAIL_URL means, and what holds without it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READ = """
import json, metrology_plan.settings as s
names = "EMAIL_BACKEND EMAIL_HOST EMAIL_PORT EMAIL_HOST_USER EMAIL_HOST_PASSWORD EMAIL_USE_TLS EMAIL_USE_SSL".split()
print(json.dumps({name: getattr(s, name) for name in names if hasattr(s, name)} | {
    "folder": str(getattr(s, "EMAIL_FILE_PATH", "")), "timeout": s.EMAIL_TIMEOUT, "at_once": s.MAIL_AT_ONCE,
    "sender": s.DEFAULT_FROM_EMAIL, "portal": s.PORTAL_URL}))
"""


def settings_with(folder, **environ):
    given = {"DATA_DIR": str(folder), "SECRET_KEY": "x", "PATH": os.environ["PATH"]} | environ
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=ROOT, env=given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


SMTP = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example.cn",
    "timeout": 10,
    "at_once": True,
    "folder": "",
    "sender": "metrology-plan@localhost",
    "portal": "http://127.0.0.1:8000",
}


def test_without_a_mail_server_letters_are_files(tmp_path):
    folder = {"EMAIL_BACKEND": "metrology_plan.mail.FolderBackend", "folder": str(tmp_path / "mail")}
    assert settings_with(tmp_path) == {key: value for key, value in SMTP.items() if key != "EMAIL_HOST"} | folder


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.cn:25", {"EMAIL_PORT": 25}),
        (
            "smtp+tls://plan:p%40ss@mail.example.cn:587",
            {"EMAIL_PORT": 587, "EMAIL_HOST_USER": "plan", "EMAIL_HOST_PASSWORD": "p@ss", "EMAIL_USE_TLS": True},
        ),
        (
            "smtp+ssl://plan:secret@mail.example.cn:465",
            {"EMAIL_PORT": 465, "EMAIL_HOST_USER": "plan", "EMAIL_HOST_PASSWORD": "secret", "EMAIL_USE_SSL": True},
        ),
    ],
)
def test_a_mail_server(tmp_path, url, expected):
    assert settings_with(tmp_path, EMAIL_URL=url) == SMTP | expected


def test_links_lead_to_the_port_of_the_run(tmp_path):
    assert settings_with(tmp_path, PORT="8123", PORTAL_URL="")["portal"] == "http://127.0.0.1:8123"


def test_who_sends_and_where_links_lead(tmp_path):
    told = settings_with(
        tmp_path, DEFAULT_FROM_EMAIL="a@b.cn", PORTAL_URL="https://jiliang.example.cn", MAIL_AT_ONCE="0"
    )
    assert (told["sender"], told["portal"], told["at_once"]) == ("a@b.cn", "https://jiliang.example.cn", False)
