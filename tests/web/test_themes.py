"""Themes: tokens in, a safe and readable style sheet out."""

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tracker.services import themes
from tracker.web.rendering import theme_file

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
EVIL = ["red;}body{background:url(//evil)", "#fff", "url(x)", "expression(1)", "}", "#0b6b5d/*", "\\", "</style>"]
NAMES = ["", "x", "1-0b6b5d-ffffff-99-system-auto", "1-0b6b5d-ffffff-1-evil-auto", "2-0b6b5d-ffffff-1-system-auto"]


@given(accent=COLOURS, text=COLOURS)
def test_a_proposal_can_always_be_read_and_is_accepted(accent: str, text: str) -> None:
    tokens = {"accent": accent, "accent_text": text}
    for _ in range(3):
        problems = themes.check(tokens)
        tokens |= {problem.field: problem.proposal for problem in problems}
    assert themes.check(tokens) == []


@given(accent=COLOURS)
def test_in_the_dark_the_accent_is_lightened_until_it_can_be_read(accent: str) -> None:
    _, sheet = themes.render({"accent": accent})
    found = re.search(r"--accent:light-dark\((#\w+),(#\w+)\)", sheet)
    assert found
    assert found[1] == accent
    assert themes.contrast(themes._parse(found[2]), themes.DARK) >= themes.READABLE


def test_unreadable_colours_are_refused_with_a_proposal() -> None:
    (problem,) = themes.check({"accent": "#ffd400", "accent_text": "#000000"})
    assert problem.field == "accent"
    assert problem.proposal in problem.message
    (problem,) = themes.check({"accent": "#0b6b5d", "accent_text": "#333333"})
    assert (problem.field, problem.proposal) == ("accent_text", "#ffffff")
    assert themes.check({}) == []


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("name", list(themes.DEFAULTS))
def test_s22_a_token_that_is_more_than_a_token_is_refused_and_never_printed(name: str, evil: str) -> None:
    assert [problem.field for problem in themes.check({name: evil})] == [name]
    assert themes.render({name: evil}) == themes.render({})


@given(COLOURS, st.integers(0, 24), st.sampled_from(list(themes.FONTS)), st.sampled_from(themes.SCHEMES))
def test_a_name_spells_its_theme(accent: str, radius: int, font: str, scheme: str) -> None:
    tokens = {"accent": accent, "accent_text": "#ffffff", "radius": str(radius), "font": font, "scheme": scheme}
    assert themes.read_name(themes.render(tokens)[0]) == tokens


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_nobody_gave_is_not_found(client: FlaskClient, name: str) -> None:
    assert themes.read_name(name) is None
    assert client.get(f"/theme/abc-{name}.css").status_code == 404


def test_a_theme_is_one_file_with_the_portals_own_styles_and_stays_for_good(client: FlaskClient) -> None:
    name, sheet = themes.render({"accent": "#7a1fa2"})
    response = client.get(theme_file(name))
    assert response.mimetype == "text/css"
    assert response.text.startswith(sheet)
    assert ".headline" in response.text
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get(theme_file(name), headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert client.get(f"/theme/0000-{name}.css").headers["Cache-Control"] == "public, no-cache"
