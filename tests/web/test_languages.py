"""Languages: the closed list, the two catalogues, and dates as their readers write them."""

import re
from datetime import datetime

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from tracker import i18n
from tracker.i18n import formats
from tracker.paths import resource

HOLES = re.compile(r"%\((\w+)\)[sd]")


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
    [("ko", "ko"), ("ko-KR,ko;q=0.9,en;q=0.1", "ko"), ("en;q=0.2,ko;q=0.8", "ko"), ("fr,de", "en"), ("ko;q=0,en", "en"),
     ("*", "en"), (";;;,,,q=", "en"), ("ko;q=nan", "en"), ("ko;q=abc,en", "en")],
)  # fmt: skip
def test_the_readers_order_of_languages_is_followed(accept: str, locale: str) -> None:
    assert i18n.choose(accept=accept) == locale


def test_the_link_goes_before_the_browser_and_the_browser_before_the_shop() -> None:
    assert i18n.choose("en", accept="ko", otherwise="ko") == "en"
    assert i18n.choose("", accept="en", otherwise="ko") == "en"
    assert i18n.choose("", accept="fr", otherwise="ko") == "ko"


@pytest.mark.parametrize("locale", [name for name in i18n.locales() if name != "en"])
def test_every_message_is_translated_with_the_same_holes(locale: str) -> None:
    with (resource("translations") / locale / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        catalogue = read_po(stream)
    missing, wrong = [], []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.fuzzy or not all(strings):
            missing.append(ids[0])
        elif any(set(HOLES.findall(text)) != set(HOLES.findall(ids[-1])) for text in strings):
            wrong.append(ids[0])
    assert missing == []
    assert wrong == []


@pytest.mark.parametrize(
    ("earliest", "latest", "english", "korean"),
    [
        ((26, 14, 0), (26, 18, 0), "Thursday 26 November, 14:00–18:00", "11월 26일 목요일 오후 2:00–오후 6:00"),
        ((26, 0, 0), (26, 23, 59), "Thursday 26 November", "11월 26일 목요일"),
        ((26, 0, 0), (26, 18, 0), "Thursday 26 November, by 18:00", "11월 26일 목요일 오후 6:00까지"),
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
    with i18n.speak("ko"):
        assert i18n.gettext("Delivered") == "배달 완료"
        with i18n.speak("en"):
            assert i18n.gettext("Delivered") == "Delivered"
        assert i18n.current_locale() == "ko"
    assert i18n.current_locale() == "en"
    assert i18n.direction("ar") == "rtl"
