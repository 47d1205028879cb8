"""The catalogue tool, and the catalogue that is committed."""

import gettext
import io
import re

import pytest
from django.core.management import CommandError, call_command

from metrology_plan import catalogues

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
a = _("Sign in")
b = ngettext("%(n)d day", "%(n)d days", 2) % {"n": 2}
c = pgettext_lazy("light", "red")
"""
TEMPLATE = """
  <p title="{% translate 'Sign in' %}">
{% blocktranslate with name=x trimmed %}
  Go to
  {{ name }}
{% endblocktranslate %}
      {% firstof x _("(empty)") %} it's <b>
</p>
"""
CHINESE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "登录"

#, python-format
msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "%(n)d 天"

msgctxt "light"
msgid "red"
msgstr "红灯"

#, python-format
msgid "Go to %(name)s"
msgstr "去%(name)s"

msgid "(empty)"
msgstr "（空）"
"""


@pytest.fixture
def tree(tmp_path):
    for folder in catalogues.FOLDERS:
        (tmp_path / folder).mkdir()
    (tmp_path / "tasks" / "models.py").write_text(PYTHON, "utf-8")
    (tmp_path / "tasks" / "migrations").mkdir()
    (tmp_path / "tasks" / "migrations" / "0001.py").write_text('_("Not this")', "utf-8")
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    return tmp_path


@pytest.fixture
def source(tree):
    return catalogues.extracted(tree)


def ids(catalogue) -> list:
    return [(message.id, message.context) for message in catalogues.messages(catalogue)]


def tidy(source, chinese: str = CHINESE) -> tuple[str, bytes]:
    catalogue = catalogues.merged(source, catalogues.read(chinese))
    return catalogues.po(catalogue), catalogues.mo(catalogue)


def test_messages_come_from_python_and_templates_but_not_from_migrations(source):
    assert ids(source) == [
        (("%(n)d day", "%(n)d days"), None),
        ("(empty)", None),
        ("Go to %(name)s", None),
        ("Sign in", None),
        ("red", "light"),
    ]


def test_a_complete_catalogue_has_no_problems(source):
    assert catalogues.problems(*tidy(source), source) == []


def test_po_is_stable(source):
    po, mo = tidy(source)
    assert tidy(source, po) == (po, mo)


def test_an_appended_translation_wins_over_an_earlier_one(source):
    po, _mo = tidy(source, CHINESE + '\nmsgid "Sign in"\nmsgstr "请登录"\n')
    assert 'msgid "Sign in"\nmsgstr "请登录"' in po
    assert po.count('msgid "Sign in"') == 1


def test_gettext_reads_the_compiled_catalogue(source):
    translations = gettext.GNUTranslations(io.BytesIO(tidy(source)[1]))
    assert translations.gettext("Sign in") == "登录"
    assert translations.pgettext("light", "red") == "红灯"
    assert translations.ngettext("%(n)d day", "%(n)d days", 1) == "%(n)d 天"
    assert translations.gettext("Unknown") == "Unknown"


@pytest.mark.parametrize(
    ("chinese", "problem"),
    [
        (CHINESE.replace('"登录"', '""'), "no Chinese: “Sign in”, tasks/models.py:3"),
        (CHINESE.replace('"红灯"', '""'), "no Chinese: “red” (light), tasks/models.py:5"),
        (CHINESE.replace('"%(n)d 天"', '""'), "no Chinese: “%(n)d day”, tasks/models.py:4"),
        (CHINESE + '\nmsgid "Old"\nmsgstr "旧"\n', "unused: “Old”"),
        (CHINESE.replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"'), "fuzzy: “Sign in”"),
    ],
)
def test_problems_name_the_message(source, chinese, problem):
    assert problem in catalogues.problems(chinese, catalogues.mo(catalogues.read(chinese)), source)


def test_a_placeholder_must_survive_translation(source):
    chinese = CHINESE.replace("去%(name)s", "去%(nmae)s")
    [problem] = [p for p in catalogues.problems(chinese, b"", source) if "placeholders" in p]
    assert problem.startswith("wrong placeholders: “Go to %(name)s”")


def test_a_stale_mo_is_a_problem(source):
    po, mo = tidy(source)
    assert catalogues.problems(po, mo[:-1], source) == ["the .mo is not what the .po compiles to"]


def test_an_untidy_po_is_a_problem(source):
    assert catalogues.problems(CHINESE, tidy(source)[1], source) == ["the .po is not in its sorted form"]


# ---- the command ----


@pytest.fixture
def po(tree, monkeypatch):
    """The command, working on a small tree with a .po of its own."""
    path = tree / "django.po"
    whole = catalogues.extracted
    monkeypatch.setattr(catalogues, "PO", path)
    monkeypatch.setattr(catalogues, "extracted", lambda: whole(tree))
    return path


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("catalogues", *options, stdout=out)
    return out.getvalue()


def test_command_writes_both_files_and_names_what_lacks_chinese(po):
    assert run().splitlines() == [
        "5 messages, 5 without Chinese",
        "“%(n)d day”",
        "“(empty)”",
        "“Go to %(name)s”",
        "“Sign in”",
        "“red” (light)",
    ]
    po.write_text(CHINESE, "utf-8")
    assert run() == "5 messages, 0 without Chinese\n"
    run("--check")


def test_command_check_fails_and_changes_nothing(po):
    po.write_text(CHINESE.replace('"登录"', '""'), "utf-8")
    before = po.read_bytes()
    with pytest.raises(CommandError, match="no Chinese: “Sign in”"):
        run("--check")
    assert po.read_bytes() == before
    assert not po.with_suffix(".mo").exists()


def test_command_compile_leaves_the_po_alone(po):
    po.write_text(CHINESE + '\nmsgid "Old"\nmsgstr "旧"\n', "utf-8")
    before = po.read_bytes()
    run("--compile")
    assert po.read_bytes() == before
    assert gettext.GNUTranslations(io.BytesIO(po.with_suffix(".mo").read_bytes())).gettext("Old") == "旧"


# ---- what is committed ----


@pytest.fixture(scope="module")
def committed() -> str:
    return catalogues.PO.read_text("utf-8")


def test_the_committed_catalogue_is_complete(committed):
    mo = catalogues.PO.with_suffix(".mo").read_bytes()
    assert catalogues.problems(committed, mo, catalogues.extracted()) == []


def test_our_own_chinese_uses_full_width_marks(committed):
    strings = [text for m in catalogues.messages(catalogues.read(committed)) for text in catalogues.texts(m.string)]
    assert [s for s in strings if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", s)] == []
