"""The page on deploying and the files of `deploy/`: at one with the settings and with each other."""

import json
import os
import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

from metrology_plan.api.problems import body
from tasks.actions.evidence import FILES_AT_MOST, SIZE_AT_MOST

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "deploy.md").read_text()
NGINX = (DEPLOY / "nginx.conf").read_text()
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.socket"), *DEPLOY.glob("*.timer")])
CURRENT = "/opt/metrology-plan/current/"
BACKUPS = "/var/backups/metrology-plan"


def unit(name):
    """[(name of the setting, value)] of a unit file; a setting may stand there several times."""
    lines = (DEPLOY / name).read_text().splitlines()
    return [tuple(line.split("=", 1)) for line in lines if re.match(r"\w+=", line)]


def values(name, setting):
    return [value for key, value in unit(name) if key == setting]


# ---- settings ----


def variables_of_the_settings():
    """The names in `env.str("NAME")` and its like, and in `switch("NAME")`."""
    text = (ROOT / "metrology_plan" / "settings.py").read_text()
    assert "os.environ" not in text
    return set(re.findall(r'(?:\benv\.\w+|\bswitch)\(\s*"(\w+)"', text))


def test_every_variable_is_on_the_page_and_no_other():
    listed = re.findall(r"^\| `([A-Z_]+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(listed) == sorted(variables_of_the_settings())


def test_the_example_sets_what_the_page_does_not_leave_out():
    left_out = set(re.findall(r"^\| `([A-Z_]+)` \| leave out", PAGE, flags=re.MULTILINE))
    example = re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(), flags=re.MULTILINE)
    assert set(example) == variables_of_the_settings() - left_out
    assert len(example) == len(set(example))


READ = """
import json, metrology_plan.settings as s
names = "ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS TRUSTED_PROXIES SECURE_PROXY_SSL_HEADER SECURE_SSL_REDIRECT".split()
database = {key: s.DATABASES["default"][key] for key in ("HOST", "NAME", "USER")}
print(json.dumps([*(getattr(s, name) for name in names), database]))
"""


@pytest.fixture
def as_deployed(tmp_path):
    """`as_deployed(*arguments)`: what Python prints with nothing set but the example, its secret filled in."""
    (tmp_path / "static").mkdir()
    example = (DEPLOY / "env.example").read_text()
    (tmp_path / "env").write_text(example.replace("SECRET_KEY=", "SECRET_KEY=" + "0123456789abcdef" * 4))
    environ = {
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "metrology_plan.settings",
        "PATH": os.environ["PATH"],
    }

    def run(*arguments):
        command = [sys.executable, "-W", "error", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=True)

    return run


def test_the_example_is_what_the_settings_read(as_deployed):
    assert json.loads(as_deployed("-c", READ).stdout) == [
        ["jiliang.example.gov.cn"],
        ["https://jiliang.example.gov.cn"],
        1,
        ["HTTP_X_FORWARDED_PROTO", "https"],
        True,
        {"HOST": "/var/run/postgresql", "NAME": "portal", "USER": ""},
    ]


def test_django_has_nothing_to_say_of_the_example(as_deployed):
    done = as_deployed("manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert done.stdout.strip() == "System check identified no issues (0 silenced)."


# ---- files, commands, paths ----


def test_the_page_names_every_file_and_only_files_there_are():
    named = {part for pattern in re.findall(r"deploy/([\w*.-]+\w)", PAGE) for part in DEPLOY.glob(pattern)}
    assert all(list(DEPLOY.glob(pattern)) for pattern in re.findall(r"deploy/([\w*.-]+\w)", PAGE))
    started_by_a_unit = {DEPLOY / "backup"}
    assert named | started_by_a_unit == set(DEPLOY.iterdir())


def test_commands_of_the_page_and_the_units_exist():
    texts = [PAGE, *(path.read_text() for path in UNITS)]
    named = {name for text in texts for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    assert {"migrate", "loaddata", "make_account", "clearsessions"} <= named
    assert named <= set(get_commands())


def test_fixtures_of_the_page_exist():
    (named,) = re.findall(r"loaddata (.+)", PAGE)
    assert sorted(named.split()) == sorted(path.stem for path in (ROOT / "fixtures").glob("*.json"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_names_what_there_is(path):
    assert RawConfigParser(strict=False, allow_no_value=False).read(path) == [str(path)]
    for command in values(path.name, "ExecStart"):
        program, *arguments = command.split()
        assert program.startswith(CURRENT)
        inside = program.removeprefix(CURRENT)
        assert inside in {".venv/bin/gunicorn", ".venv/bin/python"} or os.access(ROOT / inside, os.X_OK)
        assert all((ROOT / argument).exists() for argument in arguments if argument.endswith(".py"))
    assert values(path.name, "WorkingDirectory") in ([], [CURRENT.rstrip("/")])


def test_gunicorn_is_started_with_the_portals_own_configuration():
    (command,) = values("metrology-plan.service", "ExecStart")
    assert command.split()[1:] == ["--config", "python:metrology_plan.gunicorn_conf", "metrology_plan.wsgi"]
    assert (ROOT / "metrology_plan" / "gunicorn_conf.py").exists()
    assert (ROOT / "metrology_plan" / "wsgi.py").exists()


def test_units_run_as_the_roles_of_the_database_and_may_write_nothing_but_backups():
    (roles,) = re.findall(r"unnest\(ARRAY\['(\w+)', '(\w+)'\]\)", (DEPLOY / "roles.sql").read_text())
    assert roles == ("portal_owner", "portal")
    assert values("metrology-plan.service", "User") == ["portal"]
    assert values("metrology-plan.service", "ReadWritePaths") == []
    assert values("metrology-plan-nightly.service", "User") == ["portal_owner"]
    assert values("metrology-plan-nightly.service", "ReadWritePaths") == [BACKUPS]
    assert values("metrology-plan-remind.service", "User") == ["portal"]
    assert values("metrology-plan-remind.service", "ReadWritePaths") == []
    for name in ("metrology-plan.service", "metrology-plan-nightly.service"):
        told = dict(unit(name))
        hard = (
            "ProtectSystem",
            "NoNewPrivileges",
            "PrivateTmp",
            "ProtectHome",
            "PrivateNetwork",
            "CapabilityBoundingSet",
        )
        assert [told[key] for key in hard] == ["strict", "yes", "yes", "yes", "yes", ""]


def test_the_worker_is_the_portal_without_a_socket():
    """The same user, folder and fences, and time to finish what it is writing."""
    its_own = {"Type", "NotifyAccess", "ExecStart", "ExecReload", "TimeoutStopSec", "RestartSec", "Requires", "After"}
    its_own |= {"Description", "Nice"}
    portal, worker = (unit(f"metrology-plan{name}.service") for name in ("", "-worker"))
    assert [each for each in worker if each[0] not in its_own] == [each for each in portal if each[0] not in its_own]
    told = dict(worker)
    assert told["ExecStart"] == f"{CURRENT}.venv/bin/python manage.py db_worker --no-startup-delay"
    assert (told["Restart"], told["TimeoutStopSec"]) == ("always", "60")


def test_exports_that_are_over_are_removed_by_the_hour():
    told = dict(unit("metrology-plan-sweep.service"))
    assert told["ExecStart"] == f"{CURRENT}.venv/bin/python manage.py sweep_exports"
    assert (told["User"], told["StateDirectory"], told["ProtectSystem"]) == ("portal", "metrology-plan", "strict")
    assert values("metrology-plan-sweep.timer", "OnCalendar") == ["hourly"]


def test_the_timers_process_alone_has_a_network():
    """The portal leaves its letters to it."""
    told = dict(unit("metrology-plan-remind.service"))
    assert "PrivateNetwork" not in told
    hard = ("ProtectSystem", "NoNewPrivileges", "PrivateTmp", "ProtectHome", "CapabilityBoundingSet")
    assert [told[key] for key in hard] == ["strict", "yes", "yes", "yes", ""]
    assert told["ExecStart"] == f"{CURRENT}.venv/bin/python manage.py remind"
    assert "\nMAIL_AT_ONCE=0\n" in (DEPLOY / "env.example").read_text()
    assert values("metrology-plan-remind.timer", "OnCalendar") == ["*-*-* 08..20:00/5:00 Asia/Shanghai"]


def test_files_beside_reports_are_the_portals_and_in_the_backup():
    files = "/var/lib/metrology-plan"
    assert values("metrology-plan.service", "StateDirectory") == [Path(files).name]
    assert values("metrology-plan.service", "StateDirectoryMode") == ["0750"]
    assert values("metrology-plan.service", "UMask") == ["0027"]  # the backup reads them as a member of the group
    assert f"\nfiles={files}\n" in (DEPLOY / "backup").read_text()
    assert f"ln -s {files} .data/files\n" in PAGE
    assert f"cp -R {BACKUPS}/files/. {files}\n" in PAGE


def test_the_backup_copies_new_files_whole_and_keeps_old_ones(tmp_path):
    """The script with other paths, and programs of PostgreSQL that only write their file."""
    backups, files, programs = (tmp_path / name for name in ("backups", "files", "bin"))
    for folder in (backups, files / "evidence", files / "exports", programs):
        folder.mkdir(parents=True)
    dump = programs / "pg_dump"
    dump.write_text('#!/bin/sh\nfor each; do case $each in --file=*) echo dump > "${each#--file=}";; esac; done\n')
    (programs / "pg_restore").write_text("#!/bin/sh\n")
    script = (DEPLOY / "backup").read_text().replace(BACKUPS, str(backups))
    (programs / "backup").write_text(script.replace("/var/lib/metrology-plan", str(files)))
    for program in programs.iterdir():
        program.chmod(0o755)
    environ = {"PATH": f"{programs}:{os.environ['PATH']}"}
    for name, content in (("one", "1"), ("two", "22")):
        (files / "evidence" / name).write_text(content)
        (files / "exports" / name).write_text("over in a day")
        subprocess.run([programs / "backup"], env=environ, check=True, capture_output=True)
    (files / "evidence" / "one").unlink()
    (backups / "files" / "evidence" / "two").write_text("2")  # copied while it was being written
    subprocess.run([programs / "backup"], env=environ, check=True, capture_output=True)
    kept = {file.name: file.read_text() for file in (backups / "files" / "evidence").iterdir()}
    assert kept == {"one": "1", "two": "22"}
    assert [folder.name for folder in (backups / "files").iterdir()] == ["evidence"]
    assert list(backups.glob("*.part")) == []


def test_units_of_the_page_are_those_of_the_folder():
    named = set(re.findall(r"\bmetrology-plan[\w-]*\.(?:service|socket|timer)\b", PAGE))
    assert named == {path.name for path in UNITS}


def test_the_backup_lies_where_the_page_says():
    assert f"\nfolder={BACKUPS}\n" in (DEPLOY / "backup").read_text()
    assert f"dump=$(ls {BACKUPS}/portal-*.dump | tail -n 1)" in PAGE


# ---- nginx ----


def test_the_socket_is_the_one_nginx_asks():
    (socket,) = values("metrology-plan.socket", "ListenStream")
    assert re.findall(r"server unix:(\S+)", NGINX) == [socket]
    assert set(re.findall(r"--unix-socket (\S+)", PAGE)) == {socket}
    assert set(re.findall(r"proxy_pass (\S+);", NGINX)) == {"http://metrology_plan"}
    assert values("metrology-plan.socket", "SocketUser") == ["www-data"]


def test_nginx_says_what_one_trusted_proxy_says():
    """Once, on the server: a location with a proxy_set_header of its own would inherit none."""
    headers = re.findall(r"^( *)proxy_set_header (\S+) (\S+);", NGINX, flags=re.MULTILINE)
    assert headers == [
        ("    ", "Host", "$host"),
        ("    ", "X-Forwarded-For", "$remote_addr"),
        ("    ", "X-Forwarded-Proto", "$scheme"),
    ]


def test_places_of_nginx_are_places_of_the_portal():
    assert re.findall(r"location (.+) \{", NGINX) == [
        "/",
        "= /login/",
        "/api/",
        "/calendar/",
        "~ ^/reports/[0-9]+/edit/$",
        "= /api/v1/evidence/",
        "~ ^/(healthz|readyz)$",
        "@down",
        "@page_later",
        "@api_later",
    ]
    assert resolve("/login/").url_name == "login"
    assert resolve("/api/v1/tasks/").url_name == "task-list"
    assert resolve("/api/v1/evidence/").url_name == "evidence-list"
    assert resolve("/reports/12/edit/").url_name == "report_edit"
    assert resolve("/calendar/x.ics").url_name == "calendar"


def test_nginx_keeps_no_address_of_a_calendar():
    """Both servers: somebody may type it without the s."""
    assert re.findall(r"access_log (.+);", NGINX) == ["/var/log/nginx/access.log combined if=$may_be_logged"] * 2
    assert "    default 1;\n    ~^/calendar/ 0;\n" in NGINX
    assert "    location /calendar/ {\n        error_log /dev/null;\n" in NGINX


def test_what_the_portal_takes_gets_through(settings):
    """Forms everywhere; files at the two addresses that take them."""
    forms, *files = [int(size) * 1024 * 1024 for size in re.findall(r"client_max_body_size (\d+)m;", NGINX)]
    assert forms > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert [size > settings.UPLOAD_MAX_SIZE > FILES_AT_MOST * SIZE_AT_MOST for size in files] == [True, True]


def test_nginx_refuses_programs_in_the_portals_own_form():
    (problem,) = re.findall(r"return 429 '(.+)\\n';", NGINX)
    own = body(429, "操作过于频繁，请稍后再试。", "/api/", [], title="Too Many Requests")
    assert json.loads(problem) == own
