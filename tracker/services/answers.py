"""Answers to what customers ask of a parcel: is it with the carrier, where is it, when will it come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.states import SCANNED
from tracker.domain.tiers import Grant, Sight
from tracker.i18n import formats, gettext
from tracker.sdk import Milestone

from .scans import read_scan

GOING_BACK = frozenset({"returning", "returned"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A customer's question and what is known. `place` and `said` are foreign text; `note` is ours."""

    question: str
    text: str
    place: str = ""
    note: str = ""
    said: str = ""


def answer_parcel(told: Json, milestone: str, carrier: str, events: Sequence[Json], sight: Sight) -> list[Answer]:
    """The answers about one parcel, in the order in which they are asked; `sight` is who asks."""
    name = carrier or gettext("the carrier")
    seen = [event for event in events if event["source"] == "carrier" and event["milestone"] in SCANNED]
    answers = [_answer_pick_up(told, milestone, name, seen, sight)]
    if Grant.PLACES in sight:
        answers.append(_answer_place(milestone, name, events, sight))
    answers.append(_answer_window(told, milestone, name, bool(seen), sight))
    return answers


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
        return Answer(question, gettext("Yes, %(carrier)s since %(time)s") % {"carrier": carrier, "time": day})
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
        return Answer(question, text, place, f"{scan.label}, {scan.when}" if place else scan.when, scan.said)
    if milestone in ("pending", "cancelled"):
        return Answer(question, gettext("With the shop."))
    return Answer(question, gettext("Not known yet: %(carrier)s has not scanned it.") % {"carrier": carrier})


def _answer_window(told: Json, milestone: str, carrier: str, scanned: bool, sight: Sight) -> Answer:
    question, ask = gettext("When will it come?"), gettext("Please ask the shop.")
    if milestone == Milestone.DELIVERED:
        day = _day_of(told.get("since"))
        return Answer(question, gettext("It came on %(day)s.") % {"day": day} if day else gettext("It has come."))
    if milestone in GOING_BACK:
        return Answer(question, gettext("It will not: it goes back to the shop."), note=ask)
    if milestone in ("cancelled", "expired"):
        return Answer(question, gettext("It will not, as far as we know."), note=ask)
    if milestone == Milestone.AVAILABLE_FOR_PICKUP:
        return Answer(question, gettext("It waits for you to collect it."))
    return Answer(question, *_expect(told, carrier, scanned, sight))


def _expect(told: Json, carrier: str, scanned: bool, sight: Sight) -> tuple[str, str, str]:
    """The window, or why there is none; no place; and a note."""
    window = told.get("window")
    if not window:
        why = gettext("%(carrier)s has not named a day.") if scanned else gettext("%(carrier)s has not scanned it.")
        return gettext("Not known yet: %(why)s") % {"why": why % {"carrier": carrier}}, "", ""
    earliest, latest = (datetime.fromisoformat(window[name]) for name in ("earliest", "latest"))
    when = formats.format_window(earliest, latest) if Grant.HOURS in sight else formats.format_short(latest)
    if _has_passed(told, earliest, latest):
        late = gettext("It is late, and %(carrier)s has not named a new day.") % {"carrier": carrier}
        return gettext("It was expected %(time)s.") % {"time": when}, "", late
    return when, "", gettext("Later than first planned.") if told.get("delayed") else ""


def _has_passed(told: Json, earliest: datetime, latest: datetime) -> bool:
    """Whether the portal itself noted that this very window passed; the page knows no time of its own."""
    code = f"{earliest:%Y%m%d%H%M}-{latest:%Y%m%d%H%M}"
    return any(one["source"] == "portal" and one["code"].endswith(code) for one in told.get("events") or ())


def _day_of(event: Json | None) -> str:
    return formats.format_day(datetime.fromisoformat(event["local"])) if event and event["local"] else ""
