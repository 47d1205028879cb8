"""Words and marks of the templates."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

TODAY = date(2023, 6, 15)


def render(text: str, language: str = "zh-hans", **context) -> str:
    with translation.override(language):
        return Template(text).render(Context(context))


def test_icon_points_into_the_sprite_and_is_not_read_aloud():
    assert render('{% icon "red" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/portal/icons.svg#i-red"></use></svg>'
    )


def test_icon_takes_a_class():
    assert 'class="icon done"' in render('{% icon "accepted" "done" %}')


@pytest.mark.parametrize(
    ("light", "chinese", "english"),
    [
        ("red", "红灯", "Red"),
        ("yellow", "黄灯", "Yellow"),
        ("green", "绿灯", "Green"),
        ("blue", "蓝灯", "Blue"),
        ("grey", "灰灯", "Grey"),
    ],
)
def test_light_word(light, chinese, english):
    assert render("{{ light|light_word }}", light=light) == chinese
    assert render("{{ light|light_word }}", "en", light=light) == english


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2023, 6, 22), '<time datetime="2023-06-22">2023-06-22</time>'),
        (datetime(2023, 6, 22, 17, tzinfo=UTC), '<time datetime="2023-06-23">2023-06-23</time>'),
        (None, "—"),
    ],
)
def test_day(value, text):
    assert render("{{ value|day }}", value=value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            datetime(2023, 6, 14, 7, 5, 59, tzinfo=UTC),
            '<time datetime="2023-06-14T15:05+08:00">2023-06-14 15:05</time>',
        ),
        (None, "—"),
    ],
)
def test_minute(value, text):
    assert render("{{ value|minute }}", value=value) == text


@pytest.mark.parametrize(
    ("due", "chinese", "english"),
    [
        (date(2023, 6, 22), "还有 7 天", "7 days left"),
        (date(2023, 6, 16), "还有 1 天", "1 day left"),
        (date(2023, 6, 15), "今天到期", "due today"),
        (date(2023, 6, 14), "逾期 1 天", "1 day overdue"),
        (date(2023, 5, 31), "逾期 15 天", "15 days overdue"),
        (None, "—", "—"),
    ],
)
def test_days_left(due, chinese, english):
    assert render("{{ due|days_left:today }}", due=due, today=TODAY) == chinese
    assert render("{{ due|days_left:today }}", "en", due=due, today=TODAY) == english


@pytest.mark.parametrize(("value", "text"), [(None, "—"), (0, "0%"), (99, "99%"), (100, "100%")])
def test_percent_tells_nothing_from_zero(value, text):
    assert render("{{ value|percent }}", value=value) == text


@pytest.mark.parametrize(("progress", "text"), [(0, "0%"), (None, "—"), (1, "1%"), (100, "100%")])
def test_component_is_that_of_its_values(progress, text):
    """Each is rendered once: true, 1 and "1" are not the same, nor are 0 and nothing."""
    for _again in range(2):
        drawn = render('{% component "progress" progress=progress expected=36 %}', progress=progress)
        assert text in drawn
        assert ("序时 36%" in drawn) == (progress is not None)
        shown = render('{% component "progress" progress=progress expected=36 bare=True %}', progress=1)
        assert "<small>" not in shown


def test_component_speaks_the_readers_language():
    for language, word in [("zh-hans", "红灯"), ("en", "Red"), ("zh-hans", "红灯")]:
        drawn = render('{% component "light" light="red" %}', language)
        assert word in drawn
        assert 'class="light red"' in drawn


def test_component_escapes():
    assert "<script>" not in render('{% component "light" light=evil %}', evil='"><script>')
