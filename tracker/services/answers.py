"""Answers to what customers ask of a parcel: is it with the carrier, where is it, when will it come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.states import PRESUMED, SCANNED
from tracker.domain.tiers import Grant, Sight
from tracker.i18n import formats, gettext, mark
from tracker.sdk import Milestone

from . import words
from .scans import read_scan

_NEVER: Mapping[str, str] = {
    "returning": mark("It will not come: it is going back to the shop."),
    "returned": mark("It will not come: it is back at the shop."),
    "cancelled": mark("It will not, as far as we know."),
    "expired": mark("It will not, as far as we know."),
}
_GONE = frozenset({"lost", "investigation", "damaged", "disposed"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A customer's question and what is known. `place` and `said` are foreign text; `note` is ours."""

    question: str
    text: str
    place: str = ""
    note: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """When a parcel is expected: the window in words, or why there is none. `was` is the first one, where it differs.

    `passed` says that the window has passed and no other one was told.
    """

    when: str = ""
    unknown: str = ""
    passed: bool = False
    was: str = ""


def answer_parcel(told: Json, milestone: str, carrier: str, events: Sequence[Json], sight: Sight) -> list[Answer]:
    """The answers about one parcel, in the order in which they are asked; `sight` is who asks."""
    name = name_of(carrier)
    seen = seen_by_carrier(events)
    answers = [_answer_pick_up(told, milestone, name, seen, sight)]
    if Grant.PLACES in sight:
        answers.append(_answer_place(milestone, name, events, sight))
    answers.append(_answer_window(told, milestone, name, bool(seen), sight))
    return answers


def seen_by_carrier(events: Sequence[Json]) -> list[Json]:
    """The events that prove the carrier to have the parcel."""
    return [event for event in events if event["source"] == "carrier" and event["milestone"] in SCANNED]


def _answer_pick_up(told: Json, milestone: str, carrier: str, seen: Sequence[Json], sight: Sight) -> Answer:
    question = gettext("Has the carrier picked it up?")
    if milestone == "cancelled":
        return Answer(question, gettext("No. This parcel was cancelled."))
    if seen:
        when = next((event["local"] for event in seen if event["local"]), None)
        if when is None:
            return Answer(question, gettext("Yes, %(carrier)s has it.") % {"carrier": carrier})
        local = datetime.fromisoformat(when)
        day = formats.format_scan(local) if Grant.HOURS in sight else formats.format_short(local)
        return Answer(question, gettext("Yes, %(carrier)s got it on %(time)s") % {"carrier": carrier, "time": day})
    if milestone == "info_received":
        return Answer(question, gettext("Not yet. %(carrier)s knows of it and waits for it.") % {"carrier": carrier})
    if told.get("since") and milestone != "pending":
        day = _day_of(told["since"])
        said = gettext("The shop says it was handed over on %(day)s.") if day else gettext("The shop says it was.")
        note = gettext("%(carrier)s has not scanned it yet.") % {"carrier": carrier}
        return Answer(question, said % {"day": day} if day else said, note=note)
    return Answer(question, gettext("Not yet. The shop is getting it ready."))


def _answer_place(milestone: str, carrier: str, events: Sequence[Json], sight: Sight) -> Answer:
    question = gettext("Where is it?")
    dated = [event for event in events if event["local"] and event["source"] == "carrier"]
    if dated:
        last = dated[-1]
        place = next((event["place"] for event in reversed(dated) if event["place"]), "")
        scan = read_scan(last, sight)
        text = "" if place else scan.label
        return Answer(question, text, place, formats.format_list((scan.label, scan.when)) if place else scan.when)
    if milestone in ("pending", "cancelled"):
        return Answer(question, gettext("With the shop."))
    return Answer(question, gettext("Not known yet: %(carrier)s has not scanned it.") % {"carrier": carrier})


def _answer_window(told: Json, milestone: str, carrier: str, scanned: bool, sight: Sight) -> Answer:
    question = gettext("When will it come?")
    if end := _tell_end(told, milestone):
        return Answer(question, *end)
    if milestone == Milestone.EXCEPTION and told.get("reason") in _GONE:
        # The window was told of a parcel that was there. Who may not know why still has to know that.
        why = words.why(read_reason(told, sight))
        return Answer(question, gettext("Not known yet"), note=why)
    found = expect(told, name_of(carrier), scanned, sight)
    if not found.when:
        return Answer(question, gettext("Not known yet: %(why)s") % {"why": found.unknown})
    if found.passed:
        late = gettext("It is late, and %(carrier)s has not named a new day.") % {"carrier": carrier}
        return Answer(question, gettext("It was expected %(time)s.") % {"time": found.when}, note=late)
    if milestone == Milestone.EXCEPTION:
        return Answer(question, found.when, note=gettext("This may change: it is held up."))
    return Answer(question, found.when, note=compare(told, milestone, found, sight))


def _tell_end(told: Json, milestone: str) -> tuple[str, str, str] | None:
    """That it has come or will not; no place; and a note. `None` where it is still expected."""
    ask = gettext("Please ask the shop.")
    if milestone == Milestone.DELIVERED:
        if told.get("reason") == PRESUMED:
            return words.sentence(milestone, PRESUMED), "", ""
        day = _day_of(told.get("since"))
        return (gettext("It came on %(day)s.") % {"day": day} if day else gettext("It has come.")), "", ""
    if milestone in _NEVER:
        return gettext(_NEVER[milestone]), "", ask
    if milestone == Milestone.AVAILABLE_FOR_PICKUP:
        return gettext("It waits for you to collect it."), "", ""
    return None


def read_reason(told: Json, sight: Sight) -> str:
    """Why a parcel stands where it does, as far as `sight` goes: milestones are for all. A guess is called one."""
    reason = str(told.get("reason", ""))
    return reason if Grant.WORDS in sight or reason == PRESUMED else ""


def name_of(carrier: str) -> str:
    """The carrier for use in a sentence, also where nobody told its name."""
    return carrier or gettext("the carrier")


def expect(told: Json, carrier: str, scanned: bool, sight: Sight) -> Expected:
    """When a parcel is expected, or why nobody knows. `scanned` says that its carrier has seen it."""
    window = told.get("window")
    if window and missed(told):
        return Expected(unknown=gettext("%(carrier)s has not named a new day.") % {"carrier": carrier})
    if not window:
        why = gettext("%(carrier)s has not named a day.") if scanned else gettext("%(carrier)s has not scanned it.")
        return Expected(unknown=why % {"carrier": carrier})
    earliest, latest = _clocks(window)
    promised = told.get("promised") or window
    was = _write(promised, sight) if _differs(_clocks(promised), (earliest, latest), sight) else ""
    return Expected(_write(window, sight), passed=_has_passed(told, earliest, latest), was=was)


def missed(told: Json) -> bool:
    """Whether a delivery failed and the window told is that of the failed try: of the next one nobody knows then."""
    if told.get("milestone") != Milestone.ATTEMPT_FAILED or not told.get("window"):
        return False
    tries = [one["local"] for one in told.get("events") or () if one["milestone"] == Milestone.ATTEMPT_FAILED]
    newest = max(filter(None, tries), default=None)
    return newest is not None and _clocks(told["window"])[0] <= datetime.fromisoformat(newest)


def compare(told: Json, milestone: str, found: Expected, sight: Sight) -> str:
    """The promise beside the estimate, and why they differ as far as anybody said."""
    if not found.was:
        return gettext("Later than first planned.") if told.get("delayed") else ""
    first = gettext("First expected: %(time)s.") % {"time": found.was}
    why = words.why(read_reason(told, sight)) if milestone != Milestone.ATTEMPT_FAILED else ""
    return f"{first} {why}".strip()


def _write(window: Json, sight: Sight) -> str:
    earliest, latest = _clocks(window)
    return formats.format_window(earliest, latest) if Grant.HOURS in sight else formats.format_short(latest)


def _clocks(window: Json) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(window["earliest"]), datetime.fromisoformat(window["latest"])


def _differs(was: tuple[datetime, datetime], now: tuple[datetime, datetime], sight: Sight) -> bool:
    """Whether a window is another one than was told first, and not the same one told more exactly."""
    if Grant.HOURS not in sight:
        return was[1].date() != now[1].date()
    return not (was[0] <= now[0] and now[1] <= was[1])


def _has_passed(told: Json, earliest: datetime, latest: datetime) -> bool:
    """Whether the portal itself noted that this very window passed; the page knows no time of its own."""
    code = f"{earliest:%Y%m%d%H%M}-{latest:%Y%m%d%H%M}"
    return any(one["source"] == "portal" and one["code"].endswith(code) for one in told.get("events") or ())


def _day_of(event: Json | None) -> str:
    return formats.format_day(datetime.fromisoformat(event["local"])) if event and event["local"] else ""
