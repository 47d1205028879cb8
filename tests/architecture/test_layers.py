"""The house rules that a reviewer would otherwise check by hand, read from the syntax trees of every file."""

import ast
import importlib.util
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("departments", "tasks", "metrology_plan")

# From the bottom up; a module imports from its own layer and those above it in this list, never from one below.
LAYERS = [
    {"rules", "workflow", "rhythm", "reasons", "documents", "clock", "refusals"},
    {"querysets"},
    {"models"},
    {"actions"},
    {"changes", "forms", "filters", "exports", "demo"},
    {"views", "admin", "api", "management", "signin", "backends"},
    {"urls", "apps"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def files(*folders: str) -> list[Path]:
    """The Python files of these folders without migrations, which are generated."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs, in functions too; not what stands there for the type checker alone."""
    for child in ast.iter_child_nodes(node):
        if not for_types_only(child):
            yield child
            yield from walk(child)


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports."""
    package = module(path) if path.name == "__init__.py" else module(path).rpartition(".")[0]
    for node in walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            yield from (".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names)


def rank(name: str) -> int | None:
    """The layer of a dotted name of one of the two apps; packages of their own count by their first part."""
    parts = name.split(".")
    return RANK.get(parts[1]) if len(parts) > 1 else None


@pytest.mark.parametrize("app", ["departments", "tasks"])
def test_every_module_has_its_layer(app):
    unknown = {module(path) for path in files(app) if module(path) != app and rank(module(path)) is None}
    assert unknown == set()


@pytest.mark.parametrize("app", ["departments", "tasks"])
def test_imports_point_down(app):
    upward = [
        f"{module(path)} imports {name}"
        for path in files(app)
        for name in imports(path)
        if name.startswith(f"{app}.") and (rank(name) or 0) > (rank(module(path)) or 0)
    ]
    assert upward == []


def importing(wanted: str, *folders: str) -> set[str]:
    return {
        module(path)
        for path in files(*folders)
        if any(name == wanted or name.startswith(f"{wanted}.") for name in imports(path))
    }


def test_departments_know_nothing_of_tasks():
    """Their addresses do, since the page of a department shows its tasks, and the API's one description of bodies."""
    assert importing("tasks", "departments") <= {"departments.urls", "departments.api.views"}


def test_the_wiring_holds_no_domain():
    """The project package mounts pages and the API; what is in them it does not know."""
    assert {name for name in importing("tasks", "metrology_plan") if not name.endswith("urls")} == set()


def test_documents_are_read_without_django():
    assert importing("django", "tasks/documents") == set()
    assert importing("tasks.models", "tasks/documents") == set()


def test_the_clock_is_read_at_the_edge_only():
    """`today` is an argument of every rule."""
    allowed = {"views", "api", "admin", "filters", "management"}
    inside = [
        name for name in importing("departments.clock", "tasks", "departments") if name.split(".")[1] not in allowed
    ]
    assert inside == []


def test_all_models_come_from_the_models_package():
    outside = [
        module(path)
        for path in files(*APPS)
        for node in walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) in {"models.Model", "Row"} for base in node.bases)
        and ".models" not in module(path)
    ]
    assert outside == []


FORBIDDEN = {"utils", "helpers", "common", "services", "misc", "tools", "signals"}


def test_files_are_named_after_what_they_hold():
    assert [module(path) for path in files(*APPS) if FORBIDDEN & set(module(path).split("."))] == []


def test_nothing_is_imported_by_a_star():
    """But the settings of the bench, which are the portal's with a few of its own."""
    stars = {module(path) for path in files(*APPS, "tests") if any(name.endswith(".*") for name in imports(path))}
    assert stars <= {"tests.bench.settings"}


def test_the_driver_is_psycopg2():
    """Django takes psycopg 3 whenever it can be imported."""
    assert importlib.util.find_spec("psycopg") is None
    assert importing("psycopg", *APPS) == set()


def test_no_generic_foreign_keys():
    assert importing("django.contrib.contenttypes", *APPS) == set()


# ---- sizes ----

FILE, FUNCTION = 300, 25
TABLES = {"metrology_plan.logs.logging_config"}  # one literal, nothing to follow


def test_files_are_short():
    sizes = {module(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*APPS)}
    assert {name: size for name, size in sizes.items() if size > FILE} == {}


def functions() -> dict[str, int]:
    return {
        f"{module(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in files(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_functions_are_short():
    assert {name: size for name, size in functions().items() if size > FUNCTION and name not in TABLES} == {}


def test_nine_of_ten_functions_are_very_short():
    sizes = sorted(functions().values())
    assert sizes[len(sizes) * 9 // 10] <= 12


def test_methods_of_views_are_shorter_still():
    long = {
        f"{module(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in files("tasks/views", "departments/views")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg in {"self", "request"}
    }
    assert {name: size for name, size in long.items() if size > 20} == {}


# ---- docstrings ----


def test_public_modules_say_what_they_are_for():
    silent = [
        module(path)
        for path in files(*APPS)
        if path.read_text(encoding="utf-8").strip()
        and path.name != "__init__.py"
        and not ast.get_docstring(tree(path))
    ]
    assert [name for name in silent if not name.endswith((".apps", ".formats.en.formats", "models.row"))] == []


# ---- templates ----

TEMPLATES = ROOT / "templates"
EXTENDS = re.compile(r"{%\s*extends\s+[\"']([^\"']+)[\"']")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def chain(path: Path) -> list[str]:
    """The templates that a template stands on, as far as they are ours."""
    found = EXTENDS.search(path.read_text(encoding="utf-8"))
    if not found:
        return []
    base = TEMPLATES / found[1]
    return [found[1], *(chain(base) if base.is_file() and base != path else [])]


def test_templates_extend_at_most_two_deep():
    assert {str(path.relative_to(TEMPLATES)): chain(path) for path in templates() if len(chain(path)) > 2} == {}


def test_templates_carry_no_inline_style_or_script():
    """The policy of the pages forbids both, so they would be dead."""
    found = {
        str(path.relative_to(TEMPLATES)): INLINE.findall(path.read_text(encoding="utf-8")) for path in templates()
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def templates_with(pattern: str) -> set[str]:
    return {
        str(path.relative_to(TEMPLATES))
        for path in templates()
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }


def test_templates_mark_nothing_as_safe():
    """But a field's help text, which is the programmer's own and may hold a list, as in Django."""
    assert templates_with(r"\|\s*safe\b|{%\s*autoescape\s+off") == {"components/field.html"}


def test_templates_decide_nothing_by_role():
    """Buttons follow from permissions. Only the frame and the refusal speak to administrators as such."""
    assert templates_with(r"user\.(is_planner|is_reporter|is_leader|role)\b") <= {"base.html", "403.html"}


# ---- permissions ----


def named_permissions() -> set[str]:
    """Every permission of the plan that a string in the code or a template names."""
    inside = [path for path in files("tasks", "departments", "metrology_plan") if path.name != "rules.py"]
    words = {
        node.value
        for path in inside
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for path in templates():
        words |= {f"tasks.{name}" for name in re.findall(r"perms\.tasks\.([a-z_]+)", path.read_text(encoding="utf-8"))}
    return {word for word in words if re.fullmatch(r"tasks\.[a-z]+(_[a-z]+)+", word)}


def derived_permissions() -> set[str]:
    """Of moves, and of the rows that planners keep: `actions.planning` and the admin put these names together."""
    from tasks.workflow import MOVES

    kept = ("plan", "taskgroup", "task", "assignment", "milestone")
    read = ("report", "standing", "evidence", "reminder", "letter", "extensionrequest", "directive")
    rows = {f"tasks.{verb}_{row}" for verb in ("add", "change", "view") for row in (*kept, "reportingperiod")}
    rows |= {f"tasks.view_{row}" for row in read} | {f"tasks.{verb}_report" for verb in ("accept", "return")}
    return {move.permission for move in MOVES.values()} | rows | {"tasks.remind"}


def test_every_permission_is_used():
    from tasks.rules import PERMISSIONS

    assert set(PERMISSIONS) - named_permissions() - derived_permissions() == set()


UNKNOWN_MOVE = "tasks.move_task"  # granted to nobody: who may make no move at all learns nothing of their names


def test_every_permission_that_is_asked_for_exists():
    from tasks.rules import PERMISSIONS

    assert named_permissions() - set(PERMISSIONS) == {UNKNOWN_MOVE}


# ---- the repository ----


def test_what_is_generated_or_secret_is_not_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.splitlines()
    assert [
        name for name in names if re.search(r"(^|/)(\.env|\.data|\.venv|__pycache__|db\.sqlite3)(/|$)", name)
    ] == []
