"""What concerns and ratings are called, for customers and in the desk."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracker.i18n import formats, gettext, mark
from tracker.services import hearts_words
from tracker.services.clocks import zone_of

NOTES: Mapping[str, str] = {
    "late": mark("It should be here by now, or nothing has happened for days."),
    "damaged": mark("The parcel or what is in it is broken."),
    "missing": mark("The parcel came, but not everything was in it."),
    "not_here": mark("It is marked as delivered, but I do not have it."),
    "other": mark("Tell us in your own words."),
}
"""What is meant by a kind of concern."""
CHECKS: Mapping[str, str] = {
    "proof": mark("I looked at the photo that the carrier took"),
    "neighbour": mark("I asked the neighbours"),
    "safe_place": mark("I looked where a parcel could be left: porch, garage, garden, behind the bins"),
    "letter_box": mark("I looked in the letter box and in the lobby, also for a note"),
    "household": mark("I asked everybody who lives or works here"),
    "evening": mark("I waited until the evening: some parcels are marked as delivered before they are"),
}
STATES: Mapping[str, str] = {
    "open": mark("Waiting for the shop"),
    "answered": mark("Answered"),
    "closed": mark("Closed"),
}
STARS: Mapping[int, str] = {
    1: mark("Very bad"),
    2: mark("Bad"),
    3: mark("All right"),
    4: mark("Good"),
    5: mark("Very good"),
}


def kind_word(kind: str) -> str:
    """What a kind of concern is called."""
    return hearts_words.name_concern(kind)


def kind_note(kind: str) -> str:
    """What a kind of concern means, in a sentence."""
    return gettext(NOTES.get(kind, NOTES["other"]))


def check_word(check: str) -> str:
    """A place that was looked at, as whoever looked says it."""
    return gettext(CHECKS[check]) if check in CHECKS else check


def state_word(state: str) -> str:
    """How a concern stands."""
    return gettext(STATES[state]) if state in STATES else state


def star_word(stars: int) -> str:
    """What so many stars mean."""
    return gettext(STARS[stars])


def told_at(at: datetime, zone: str) -> str:
    """When something was said, by the shop's clock."""
    return formats.format_scan(at.astimezone(zone_of(zone)))


def last_day(due: datetime, zone: str) -> date:
    """The day, by the shop's clock, by whose end an answer is due; twelve at night belongs to the day before it."""
    return (due - timedelta(minutes=1)).astimezone(zone_of(zone)).date()


def day_of(at: datetime, zone: str) -> str:
    """The day of an instant, by the shop's clock."""
    return formats.format_day(at.astimezone(zone_of(zone)))
