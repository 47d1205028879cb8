"""Templates carry no inline style or script; colours can be read; marks and files exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PORTAL = ROOT / "metrology_plan" / "static" / "portal"
TOKENS = (PORTAL / "css" / "tokens.css").read_text("utf-8")

FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an inline handler": r"<[^>]*\son[a-z]+\s*=",
    "a style element": r"<style\b",
    "a script without a source": r"<script\b(?![^>]*\bsrc=)",
    "a script link": r"javascript:",
    "code for htmx to evaluate": r"\shx-on|hx-vals=[\"']js:|\shx-vars",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_the_policy_forbids(path):
    text = path.read_text("utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">',
        "<b onclick='x'>",
        "<style>",
        "<script>x</script>",
        '<a href="javascript:x">',
        "<p hx-on:click>",
    ],
)
def test_the_patterns_see_what_they_look_for(text):
    assert any(re.search(pattern, text) for pattern in FORBIDDEN.values())


def test_every_icon_is_in_the_sprite():
    sprite = set(re.findall(r'id="i-(\w+)"', (PORTAL / "icons.svg").read_text("utf-8")))
    used = {icon for path in TEMPLATES for icon in re.findall(r'{% icon "(\w+)"', path.read_text("utf-8"))}
    assert used - sprite == set()


def test_every_file_of_a_static_tag_exists():
    files = {file for path in TEMPLATES for file in re.findall(r"{% static ['\"]([^'\"]+)", path.read_text("utf-8"))}
    assert [file for file in sorted(files) if finders.find(file) is None] == []


def test_every_stylesheet_is_linked():
    base = (ROOT / "templates" / "base.html").read_text("utf-8")
    assert sorted(re.findall(r"portal/css/(\w+\.css)", base)) == sorted(f.name for f in (PORTAL / "css").iterdir())


def test_the_lockout_of_the_sign_in_page_is_the_one_of_the_settings():
    assert (settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME) == (5, 0.25)  # five times, 15 minutes
    assert settings.IDLE_SECONDS == 30 * 60


# ---- colours ----


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", dark))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dim, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dim + 0.05)


LIGHTS = ("red", "yellow", "green", "blue", "grey")
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "action") for ground in ("ground", "ground-soft")],
    *[(f"{light}-ink", ground) for light in LIGHTS for ground in ("ground", "ground-soft", f"{light}-soft")],
    *[(ink, f"{light}-soft") for light in LIGHTS for ink in ("ink", "ink-soft")],
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("action-strong", "action-soft"),
    ("ink", "action-soft"),
]
SHAPES = [
    ("line-control", "ground"),
    ("yellow-edge", "ground"),
    *[(s, "ground") for s in ("red", "green", "blue", "grey")],
]


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_colours_can_be_told_from_their_ground(scheme, pairs, least):
    found = colours(scheme)
    ratios = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}
