"""The words of hearts: calm, short, and never more than is known. A table; which row counts is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.actions import Case, Deed
from tracker.i18n import gettext, mark


@dataclass(frozen=True, slots=True)
class Say:
    """A small line above, the title, and a sentence below it; the first and the last may be empty."""

    over: str
    title: str
    text: str


_EXPECTED, _NEEDED = mark("Expected"), mark("Needed from you")
_WHICH = mark("The shop can tell what it does next.")
CASES: Mapping[Case, Say] = {
    Case.ORDER: Say(
        "", mark("Something to change?"), mark("Until it leaves you can correct the address or cancel the order.")
    ),
    Case.HANDED_OVER: Say("", mark("No tracking number"), mark("The shop has not given a number to follow it by.")),
    Case.STOPPED: Say("", mark("Nothing will be sent"), mark("If that surprises you, please ask the shop.")),
    Case.ANNOUNCED: Say("", mark("Not scanned yet"), mark("The first scan of %(carrier)s shows up here by itself.")),
    Case.MOVING: Say(_EXPECTED, "%(when)s", "%(unknown)s%(promise)s"),
    Case.COMING: Say(_EXPECTED, "%(when)s", mark("If you will not be there, say where it should be left.")),
    Case.LATE: Say(
        mark("It is late"), "%(when)s", mark("%(carrier)s has not named a new day. The shop can ask it for you.")
    ),
    Case.STALLED: Say(
        mark("No news"),
        mark("No new scan since %(day)s"),
        mark("It may turn up by itself. The shop can have it looked for."),
    ),
    Case.TRIED: Say(
        mark("You decide"),
        mark("What should happen now?"),
        mark("If you do not answer, %(carrier)s decides what happens."),
    ),
    Case.COLLECT: Say(mark("Collect it here"), mark("At the pick-up point"), ""),
    Case.CUSTOMS: Say(
        _NEEDED, mark("Customs have a question"), mark("%(carrier)s tells what is missing and where to send it.")
    ),
    Case.PAYMENT: Say(
        _NEEDED,
        mark("It waits until it is paid"),
        mark("Pay only on the page of %(carrier)s, never by a link in a message."),
    ),
    Case.PAPERS: Say(
        _NEEDED, mark("It waits for papers"), mark("%(carrier)s tells which ones, and who has to send them.")
    ),
    Case.ADDRESS: Say(_NEEDED, mark("What is the right address?"), mark("Until it is right, the parcel waits.")),
    Case.APPOINTMENT: Say(_NEEDED, mark("Which day suits you?"), mark("Until a day is agreed, the parcel waits.")),
    Case.CONTACT: Say(_NEEDED, mark("%(carrier)s has a question"), mark("Until it is answered, the parcel waits.")),
    Case.SEARCHING: Say(
        "",
        mark("We are looking for it"),
        mark("Tell the shop that it is missing: it can send another one, or refund you."),
    ),
    Case.DAMAGED: Say(
        "", mark("The shop can help"), mark("Tell it what you would like: another one, or your money back.")
    ),
    Case.HELD: Say(
        "", mark("We keep watching"), mark("What happens next shows up here. The shop can ask %(carrier)s about it.")
    ),
    Case.ARRIVED: Say(mark("It came on"), "%(hour)s", ""),
    Case.PRESUMED: Say(
        mark("Not certain"),
        mark("Is it with you?"),
        mark("Look where parcels are left, and ask your neighbours. If it is not there, tell the shop."),
    ),
    Case.RETURNING: Say("", mark("Another one, or your money back?"), _WHICH),
    Case.RETURNED: Say("", mark("Another one, or your money back?"), _WHICH),
    Case.SILENT: Say("", mark("It may be lost"), mark("%(carrier)s has said nothing for weeks. The shop can help.")),
}

STEPS: Mapping[Deed, str] = {
    Deed.ANSWER: mark("Tell the carrier"),
    Deed.CHANGE: mark("Correct or cancel"),
    Deed.CARRIER: mark("Go to %(carrier)s"),
    Deed.CALENDAR: mark("Add to calendar"),
    Deed.RATE: mark("How was the delivery?"),
    Deed.LATE: mark("Tell the shop"),
    Deed.DAMAGED: mark("Something is damaged"),
    Deed.NOT_HERE: mark("It is not here"),
    Deed.OTHER: mark("Ask the shop"),
    Deed.READ: mark("See what was answered"),
}

_STEPS_OF_CASES: Mapping[tuple[Case, Deed], str] = {
    (Case.MOVING, Deed.ANSWER): mark("Not at home then?"),
    (Case.COMING, Deed.ANSWER): mark("Say where to leave it"),
    (Case.TRIED, Deed.ANSWER): mark("Choose what happens"),
    (Case.ADDRESS, Deed.ANSWER): mark("Correct the address"),
    (Case.APPOINTMENT, Deed.ANSWER): mark("Choose a day"),
}

CONCERNS: Mapping[str, str] = {
    "late": mark("It is late"),
    "damaged": mark("Something is damaged"),
    "missing": mark("Something is missing"),
    "not_here": mark("It is not here"),
    "other": mark("Something else"),
}
STATES: Mapping[str, str] = {
    "open": mark("The shop is looking into it."),
    "answered": mark("The shop has answered."),
    "closed": mark("Closed"),
}


_NOTHING = dict.fromkeys(("carrier", "when", "unknown", "promise", "day", "hour"), "")


def say(case: Case, values: Mapping[str, str]) -> Say:
    """What is said in a case, with what is known filled in. The title is empty where there is nothing to say."""
    row, known = CASES[case], {**_NOTHING, **values}
    over, title, text = (gettext(one) % known if one else "" for one in (row.over, row.title, row.text))
    return Say(over if title else "", title, text)


def name_step(deed: Deed, values: Mapping[str, str], case: Case | None = None, again: bool = False) -> str:
    """What a step is called, in a case where that says more. `again` says that it changes an answer."""
    if again and deed is Deed.ANSWER:
        return gettext("Change your answer")
    found = _STEPS_OF_CASES.get((case, deed), STEPS[deed]) if case else STEPS[deed]
    return gettext(found) % values


def until(day: str) -> str:
    """By when an answer is settled, as a sentence to follow another; empty where nobody knows."""
    return " " + gettext("Until %(day)s at the latest.") % {"day": day} if day else ""


def name_concern(kind: str) -> str:
    """What a customer reported, in a few words."""
    return gettext(CONCERNS.get(kind, CONCERNS["other"]))


def tell_concern(state: str) -> str:
    """How a concern stands."""
    return gettext(STATES.get(state, STATES["open"]))
