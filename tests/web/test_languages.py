"""Languages: the closed list, the two catalogues, and dates as their readers write them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from tools.pseudo import extract
from tracker import i18n
from tracker.i18n import formats, saying
from tracker.paths import resource

HOLES = re.compile(r"%\((\w+)\)([sd])")


@given(st.text(max_size=60), st.text(max_size=400))
def test_s31_whatever_is_asked_for_a_language_of_the_list_comes(wanted: str, accept: str) -> None:
    assert i18n.choose(wanted, accept=accept) in i18n.locales()


NOISE = ["../../etc/passwd", "en\0", "ko/..", "x" * 100_000, "en_US.UTF-8@x", "한국어", "ＫＯ", "-", "_"]


@pytest.mark.parametrize("wanted", NOISE)
def test_s31_paths_and_noise_select_the_default(wanted: str) -> None:
    assert i18n.choose(wanted) == "en"
    assert i18n.choose(accept=wanted) == "en"
    assert i18n.catalogue(wanted).gettext("Delivered") == "Delivered"


def test_s31_a_hundred_kilobytes_of_languages_cost_nothing() -> None:
    assert i18n.choose(accept="xx;q=0.1," * 12_000 + "ko") == "en"


@pytest.mark.parametrize(
    ("accept", "locale"),
    [("ko", "ko"), ("ko-KR,ko;q=0.9,en;q=0.1", "ko"), ("en;q=0.2,ko;q=0.8", "ko"), ("fr,it", "en"), ("ko;q=0,en", "en"),
     ("fr,de-AT", "de"), ("ar-EG", "ar"),
     ("*", "en"), (";;;,,,q=", "en"), ("ko;q=nan", "en"), ("ko;q=abc,en", "en")],
)  # fmt: skip
def test_the_readers_order_of_languages_is_followed(accept: str, locale: str) -> None:
    assert i18n.choose(accept=accept) == locale


def test_the_link_goes_before_the_browser_and_the_browser_before_the_shop() -> None:
    assert i18n.choose("en", accept="ko", otherwise="ko") == "en"
    assert i18n.choose("", accept="en", otherwise="ko") == "en"
    assert i18n.choose("", accept="fr", otherwise="ko") == "ko"


def fill(ids: Sequence[str]) -> dict[str, Any]:
    """Something for each hole of a message."""
    return {name: 3 if kind == "d" else "x" for text in ids for name, kind in HOLES.findall(text)}


def find_faults(message: Message, plurals: int) -> Iterator[str]:
    """What is wrong with a translation, in a word each."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if message.fuzzy or not all(strings):
        yield "missing"
    if isinstance(message.id, tuple) and len(strings) != plurals:
        yield "plural forms"
    for text in strings:
        said, meant = {name for name, _ in HOLES.findall(text)}, {name for name, _ in HOLES.findall(ids[-1])}
        # A form that stands for one number alone, as Arabic's for two, may say it in a word.
        if not said <= meant or (text == strings[-1] and said != meant):
            yield "holes"
        if re.search(r"\{\S+/\S+\}", text) and saying.dress(text, False) is text:
            yield "particle"
        assert not text or text % fill(ids)


def read_catalogue(locale: str) -> Catalog:
    with (resource("translations") / locale / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        return read_po(stream, locale=locale)


@pytest.mark.parametrize("locale", [name for name in i18n.locales() if name != "en"])
def test_every_message_of_a_catalogue_is_translated_with_the_same_holes(locale: str) -> None:
    catalogue = read_catalogue(locale)
    plurals = len(Locale(locale).plural_form.rules) + 1
    assert catalogue.num_plurals == plurals
    faults = {str(one.id): list(find_faults(one, plurals)) for one in catalogue if one.id}
    assert {text: found for text, found in faults.items() if found} == {}


def test_every_text_that_customers_read_is_in_every_catalogue() -> None:
    texts = extract()
    assert len(texts) > 190
    for locale in i18n.locales():
        if locale != "en":
            known = {(one.context, one.id) for one in read_catalogue(locale) if one.id}
            assert texts - known == set(), locale


@pytest.mark.parametrize("locale", i18n.locales())
def test_plural_forms_are_those_of_cldr(locale: str) -> None:
    order = [
        form
        for form in ("zero", "one", "two", "few", "many", "other")
        if form in (*Locale(locale).plural_form.tags, "other")
    ]
    catalogue, rule = i18n.catalogue(locale), Locale(locale).plural_form
    for count in (*range(300), 1000, 1_000_000):
        assert order[catalogue.plural(count) if locale != "en" else int(count != 1)] == rule(count), count


@pytest.mark.parametrize(
    ("earliest", "latest", "english", "korean"),
    [
        ((26, 14, 0), (26, 18, 0), "Thursday 26 November, 14–18 h", "11월 26일 목요일 오후 2시~6시"),
        ((26, 0, 0), (26, 23, 59), "Thursday 26 November", "11월 26일 목요일"),
        ((26, 0, 0), (26, 18, 0), "Thursday 26 November, by 18:00", "11월 26일 목요일 오후 6:00까지"),
        ((26, 20, 0), (27, 0, 0), "Thursday 26 November, from 20:00", "11월 26일 목요일 오후 8:00부터"),
        ((26, 9, 0), (26, 23, 59), "Thursday 26 November, from 09:00", "11월 26일 목요일 오전 9:00부터"),
        (
            (26, 0, 0),
            (28, 23, 59),
            "Thursday 26 November – Saturday 28 November",
            "11월 26일 목요일 – 11월 28일 토요일",
        ),
    ],
)  # fmt: skip
def test_windows_are_written_as_people_say_them(earliest: tuple, latest: tuple, english: str, korean: str) -> None:
    window = (datetime(2026, 11, *earliest), datetime(2026, 11, *latest))
    with i18n.speak("en"):
        assert formats.format_window(*window) == english
    with i18n.speak("ko"):
        assert formats.format_window(*window) == korean


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["en", "ko"]))
def test_any_wall_clock_can_be_written_and_no_latin_half_days_stand_in_korean(moment: datetime, locale: str) -> None:
    with i18n.speak(locale):
        text = formats.format_scan(moment) + formats.format_window(moment, moment)
    assert not re.search(r"\b(AM|PM)\b", text)
    assert str(moment.day) in text


def test_a_locale_in_force_ends_with_its_block() -> None:
    i18n.begin("en")
    with i18n.speak("ko"):
        assert i18n.gettext("Delivered") == "배달 완료"
        with i18n.speak("en"):
            assert i18n.gettext("Delivered") == "Delivered"
        assert i18n.current_locale() == "ko"
    assert i18n.current_locale() == "en"
    assert i18n.direction("ar") == "rtl"


def test_every_family_of_files_that_customers_read_names_its_first() -> None:
    listed = (resource("translations") / "customers.cfg").read_text(encoding="utf-8")
    root = resource("translations").parent
    firsts = [f"{stem}.py" for stem in re.findall(r"\[python: (.*\w)\*\.py\]", listed)]
    forgotten = [file for file in firsts if (root / file).exists() and f"[python: {file}]" not in listed]
    assert firsts
    assert not forgotten, "a star stands for one letter at least"
