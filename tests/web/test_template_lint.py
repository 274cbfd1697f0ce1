"""The template rules: each is broken once, and our own templates break none."""

from pathlib import Path

import pytest

from tests.conftest import resource
from tools.template_lint import check, find_templates, main


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<p hx-on:click='x()'>", "hx-on"),
        ("<p data-hx-get='/x'>", "data-hx"),
        ("<p onclick='x()'>", "inline script"),
        ("<script>x()</script>", "file of its own"),
        ("<style>p{}</style>", "style sheet"),
        ("<p style='color:red'>", "unsafe-inline"),
        ("<p hx-get='/x' hx-trigger='click[ctrlKey]'>", "filter"),
        ("<p hx-vals='js:{a: 1}'>", "js: needs eval"),
        ("<a href='javascript:x()'>", "script address"),
        ("<p>{{ x | safe }}</p>", "escaping"),
        ("{% autoescape false %}", "escaping"),
        ("<a href={{ x }}>", "quotes"),
        ("<a target='_blank' href='{{ x }}'>", "noopener"),
        ("<bdi dir='auto'>{{ place }}</bdi>", "hx-ignore"),
        ("<div hx-ignore></div><bdi dir='auto'>{{ place }}</bdi>", "hx-ignore"),
        ("<base href='/'>", "not for our pages"),
        ("<p hx-disable>{{ said }}</p>", "hx-ignore"),
    ],
)
def test_each_rule_finds_its_breach(text: str, rule: str) -> None:
    ((line, problem),) = check("\n\n" + text)
    assert line == 3
    assert rule in problem


@pytest.mark.parametrize(
    "text",
    ["<div hx-ignore><p><bdi dir='auto'>{{ place }}</bdi></p></div>", "<a href='?a={{ x }}'>x</a>",
     "{{ f(extra=' min=\"0\"' | safe) }}", "<p {% if x %}hidden{% endif %}>x</p>",
     "<a target='_blank' rel='noopener' href='{{ x }}'>x</a>"],
)  # fmt: skip
def test_what_is_right_passes(text: str) -> None:
    assert check(text) == []


def test_our_own_templates_break_no_rule(capsys: pytest.CaptureFixture[str]) -> None:
    roots = [str(resource("templates")), str(resource("plugins"))]
    assert len(list(find_templates([Path(root) for root in roots]))) > 10
    assert main(roots) == 0, capsys.readouterr().out
