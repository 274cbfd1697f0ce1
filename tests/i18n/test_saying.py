"""Holes of messages: Korean particles by sound, and foreign words between Arabic ones."""

import pytest
from markupsafe import Markup

from tracker import i18n
from tracker.i18n import saying
from tracker.i18n.saying import Said

NUMBER = "주문 %(number)s{이/가} 오늘 도착합니다"


@pytest.mark.parametrize(
    ("word", "topic", "way"),
    [
        ("우체국", "은", "으로"), ("한진택배", "는", "로"), ("서울", "은", "로"), ("CJ대한통운", "은", "으로"),
        ("1024", "는", "로"), ("1023", "은", "으로"), ("1007", "은", "로"), ("TR-1020", "은", "으로"),
        ("DHL", "은", "로"), ("UPS", "는", "로"), ("FedEx", "는", "로"), ("Royal Mail", "은", "로"),
        ("Amazon", "은", "으로"), ("Hong Kong", "은", "으로"), ("“우체국”", "은", "으로"), ("TNT", "는", "로"),
        ("\u2068DHL\u2069", "은", "로"),
        ("Shop", "은(는)", "(으)로"), ("شركة", "은(는)", "(으)로"), ("", "은(는)", "(으)로"),
    ],
)  # fmt: skip
def test_a_particle_follows_the_sound_before_it(word: str, topic: str, way: str) -> None:
    assert Said("%(a)s{은/는}") % {"a": word} == word + topic
    assert Said("%(a)s{으로/로} 인계됨") % {"a": word} == f"{word}{way} 인계됨"


def test_every_particle_has_its_pair() -> None:
    text = Said(
        "%(a)s{은/는} %(a)s{이/가} %(a)s{을/를} %(a)s{과/와} %(b)s{은/는} %(b)s{이/가} %(b)s{을/를} %(b)s{과/와} 100%%"
    )
    assert text % {"a": "집", "b": "차"} == "집은 집이 집을 집과 차는 차가 차를 차와 100%"


def test_s12_a_word_that_looks_like_a_particle_stays_what_it_is() -> None:
    assert Said(NUMBER) % {"number": "{은/는}%(x)s"} == "주문 {은/는}%(x)s가 오늘 도착합니다"


def test_s08_what_fills_a_page_is_escaped_and_heard_without_its_markup() -> None:
    said = Said("<b>%(number)s</b>{을/를}").mark_up({"number": "<i>&집"})
    assert said == "<b>&lt;i&gt;&amp;집</b>을"
    assert Said("%(a)s{을/를}").mark_up({"a": Markup("<bdi>차</bdi>")}) == "<bdi>차</bdi>를"


def test_a_korean_mail_and_page_say_the_right_particle() -> None:
    with i18n.speak("ko"):
        assert i18n.gettext("Handed over to %(carrier)s") % {"carrier": "우체국"} == "우체국으로 인계됨"
        assert i18n.gettext("Your order %(number)s comes today") % {"number": "1004"} == "주문 1004가 오늘 도착합니다"
        assert type(i18n.gettext("Delivered")) is str


@pytest.mark.parametrize(
    ("word", "wrapped"),
    [("DHL", True), ("#1001-B", True), ("+49 30 123", True), ("شركة", False), ("1001", False), ("14:00", False)],
)
def test_a_foreign_word_keeps_its_own_direction_between_arabic_ones(word: str, wrapped: bool) -> None:
    assert saying.isolate(word) == (f"\u2068{word}\u2069" if wrapped else word)
    assert saying.isolate(saying.isolate(word)) == saying.isolate(word)
    with i18n.speak("ar"):
        assert saying.isolate(word) in i18n.gettext("%(carrier)s says") % {"carrier": word}
    with i18n.speak("de"):
        assert i18n.gettext("%(carrier)s says") % {"carrier": word} == f"{word} meldet"


def test_numbers_are_no_words() -> None:
    with i18n.speak("ar"):
        assert i18n.ngettext("%(num)d more", "%(num)d more", 11) % {"num": 11} == "11 منتجًا آخر"
