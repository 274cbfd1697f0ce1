"""What carriers commonly write is said again in the reader's language, and nothing that they did not say."""

import pytest

from tracker.i18n import speak
from tracker.services import phrases, scans


@pytest.mark.parametrize(
    ("text", "milestone", "sentence", "lang"),
    [
        ("Arrived at FedEx location", "in_transit", "It came to a depot.", "en"),
        ("DEPARTED FROM FACILITY  ", "in_transit", "It left a depot.", "en"),
        ("Delivered, In/At Mailbox", "delivered", "It was put in the letter box.", "en"),
        ("Delivered to neighbour at 3A", "delivered", "A neighbour took it.", "en"),
        ("배송출발", "in_transit", "It is on the way to the door.", "ko"),
        ("배송출발", "out_for_delivery", "", "ko"),
        ("Die Sendung ist im Ziel-Paketzentrum", "in_transit", "It came to the depot that delivers it.", "de"),
        ("Delivered to agent", "in_transit", "", "en"),
        ("Zork blorb 17", "in_transit", "", ""),
        ("荷物を受け取りました", "in_transit", "", "ja"),
        ("وصلت الشحنة", "in_transit", "", ""),
        ("", "in_transit", "", ""),
    ],
)
def test_a_common_phrase_is_said_anew_and_an_unknown_one_is_left_alone(
    text: str, milestone: str, sentence: str, lang: str
) -> None:
    assert (phrases.say(text, milestone), phrases.find_language(text)) == (sentence, lang)


def test_every_sentence_can_be_reached_and_no_hostile_text_costs_time() -> None:
    assert {phrase.key for phrase in phrases._TABLE.values()} == set(phrases.SENTENCES)
    for text in ("a " * 200_000, "\u202e" * 5000, "\0", "arrived " * 9000):
        assert isinstance(phrases.find_language(text), str)


def test_a_line_is_called_by_its_reason_and_keeps_the_carriers_own_words() -> None:
    event = {
        "source": "carrier", "local": "2026-03-02T12:00:00", "offset": None, "milestone": "in_transit",
        "reason": "arrived_hub", "code": "", "text": "Arrived at facility", "place": "",
    }  # fmt: skip
    line = scans.read_scan(event)
    assert (line.label, line.meaning, line.said, line.lang) == ("Arrived at a depot", "", "Arrived at facility", "en")
    plain = scans.read_scan({**event, "reason": ""})
    assert (plain.label, plain.meaning) == ("On its way", "It came to a depot.")
    assert scans.read_scan({**event, "milestone": "attempt_failed", "reason": "absent"}).meaning
    with speak("ko"):
        assert scans.read_scan({**event, "reason": ""}).said == "Arrived at facility"
