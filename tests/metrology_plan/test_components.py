"""Components that pages include: what they show in each state."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def component(name: str, **context) -> str:
    return render_to_string(f"components/{name}.html", context)


class Entry(forms.Form):
    title = forms.CharField(label="任务标题", required=False)
    due = forms.DateField(label="新的时限", help_text="写成 2023-06-22。")
    assessment = forms.ChoiceField(label="自评", widget=forms.RadioSelect, choices=[("a", "达序时"), ("b", "欠序时")])
    ask = forms.BooleanField(label="要求报送", required=False)
    number = forms.IntegerField(label="序号", disabled=True, initial=5)
    version = forms.IntegerField(widget=forms.HiddenInput)


# ---- light, verdict, progress ----


def test_light_is_shape_colour_and_word():
    html = component("light", light="red")
    assert 'class="light red"' in html
    assert "#i-red" in html
    assert "红灯" in html


def test_verdict_says_why_and_escapes_it():
    html = component("verdict", light="yellow", why="<b>20%", also="")
    assert "黄灯" in html
    assert "<p>&lt;b&gt;20%</p>" in html
    assert "also" not in html


def test_progress_without_milestones_is_no_figure():
    assert component("progress", progress=None, expected=36).strip() == '<span class="soft">—</span>'


def test_progress_of_zero_is_zero_and_has_a_mark():
    html = component("progress", progress=0, expected=0)
    assert "<b>0%</b>" in html
    assert 'aria-label="进度 0%，序时应为 0%"' in html
    assert 'd="M0 0v12"' in html
    assert "<small>序时 0%</small>" in html


def test_progress_without_an_expectation_has_no_mark():
    html = component("progress", progress=40, expected=None)
    assert 'aria-label="进度 40%"' in html
    assert "mark" not in html


def test_bare_progress_leaves_the_expectation_to_the_page():
    assert "<small>" not in component("progress", progress=40, expected=36, bare=True)


# ---- forms ----


def test_a_form_shows_each_error_beside_its_field_and_links_to_it():
    html = str(Entry({"due": "6月底"}))
    assert "有 3 处需要改正" in html
    assert '<a href="#id_due">新的时限：' in html
    assert '<a href="#id_assessment_0">自评：' in html
    assert 'aria-describedby="id_due_helptext id_due_error"' in html
    assert 'id="id_due_error"' in html
    assert 'value="6月底"' in html
    assert html.count('aria-invalid="true"') == 3  # the date and both radio buttons


def test_a_clean_form_names_what_must_be_filled_in():
    html = str(Entry())
    assert "改正" not in html
    assert html.count('<span class="must">必填</span>') == 2  # not the disabled number, not what is optional
    assert '<label class="check"><input type="checkbox"' in html
    assert '<input type="hidden" name="version"' in html
    assert '<div class="choices">' in html


def test_an_error_of_the_whole_form_stands_alone():
    form = Entry({"due": "2023-06-22", "assessment": "a", "version": "1"})
    form.add_error(None, "<不能这样填>")
    html = component("form_errors", form=form)
    assert "<p>&lt;不能这样填&gt;</p>" in html
    assert "处需要改正" not in html


# ---- conflict ----


def test_conflict_keeps_both_texts_and_asks_only_where_they_differ():
    rows = [
        {"label": "进展情况", "name": "progress_text", "current": "抽查 12 家", "typed": "抽查 14 家\n已处置"},
        {"label": "下一步", "name": "next_steps", "current": "", "typed": "7 月完成"},
        {"label": "自评", "name": "assessment", "current": "a", "typed": "a"},
        {"label": "状态", "name": "state", "current": "a", "typed": "b", "current_label": "旧", "typed_label": "新"},
    ]
    at = datetime(2023, 6, 15, 1, 48, tzinfo=UTC)
    html = component("conflict", conflict={"by": "<甲>", "at": at, "version": 7, "rows": rows})
    assert "&lt;甲&gt;已在 " in html
    assert "2023-06-15 09:48" in html
    assert '<input type="hidden" name="version" value="7">' in html
    assert '<input type="radio" name="progress_text" value="抽查 12 家">' in html
    assert '<input type="radio" name="progress_text" value="抽查 14 家\n已处置" checked>' in html
    assert '<input type="radio" name="next_steps" value=""><span>（空）</span>' in html
    assert '<input type="hidden" name="assessment" value="a">' in html
    assert 'value="b" checked><span>新</span>' in html
    assert html.count('type="radio"') == 6


def test_confirm_is_a_post_that_asks_once():
    html = component(
        "confirm", title="取消任务？", text="可以恢复。", label="取消任务", action="/x/", cancel="/y/", version=0
    )
    assert '<form class="note warn" method="post" action="/x/">' in html
    assert 'name="version" value="0"' in html
    assert '<a class="btn" href="/y/">返回</a>' in html


# ---- lists ----


def test_pagination_keeps_the_other_parameters():
    page = Paginator(range(128), 50).page(2)
    html = component("pagination", page=page, query=QueryDict("light=red&page=2"))
    assert "第 51–100 条，共 128 条" in html
    assert 'rel="prev" href="?light=red&amp;page=1"' in html
    assert 'rel="next" href="?light=red&amp;page=3"' in html
    assert 'href="?light=red&amp;page=2" aria-current="page"' in html


def test_one_page_has_no_pagination():
    assert component("pagination", page=Paginator(range(3), 50).page(1), query=QueryDict()).strip() == ""


def test_department_has_its_full_name_at_hand():
    department = SimpleNamespace(name="浦东新区市场监管局", short_name="浦东新区", code="pudong")
    assert component("department", department=department) == '<abbr title="浦东新区市场监管局">浦东新区</abbr>\n'
    assert 'href="/departments/pudong/" title="浦东新区市场监管局"' in component(
        "department", department=department, link=True
    )


def test_empty_says_what_to_do():
    html = component("empty", title="没有符合条件的任务", text="去掉条件再试。", url="/tasks/", action="清除")
    assert '<b>没有符合条件的任务</b>去掉条件再试。 <a href="/tasks/">清除</a>' in html


@pytest.mark.parametrize(
    ("level", "classes"), [("success", "note ok"), ("warning", "note warn"), ("error", "note err"), ("info", "note")]
)
def test_messages(level, classes):
    html = component("messages", messages=[SimpleNamespace(level_tag=level)])
    assert f'<p class="{classes}">' in html


def test_components_hold_their_own_words_only():
    """An include with `only` gives a component nothing but its parameters; it still shows its words."""
    template = Template('{% include "components/light.html" with light="grey" only %}')
    assert "灰灯" in template.render(Context({}))


# ---- pages for what went wrong ----


def test_the_page_of_a_failure_needs_neither_context_nor_database():
    html = render_to_string("500.html")
    assert "系统出错" in html
    assert 'href="/"' in html


def test_a_kept_form_holds_what_was_typed_and_shows_the_long_of_it():
    fields = [("assessment", "a"), ("progress_text", "完成法定计量技术机构抽查 14 家次，\n<已督促整改>。")]
    html = component("resume", path="/tasks/2023-08/report/", fields=fields, label="提交", autosubmit=True)
    assert 'action="/tasks/2023-08/report/" data-autosubmit' in html
    assert '<input type="hidden" name="assessment" value="a">' in html
    assert html.count("&lt;已督促整改&gt;") == 2
    assert html.count('class="before typed"') == 1
