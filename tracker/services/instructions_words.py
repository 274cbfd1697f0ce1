"""Instructions in words: what can be asked for, what is wrong with a form, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.instructions import Stage
from tracker.i18n import formats, gettext, mark

from .clocks import zone_of

ASKED: Mapping[str, str] = {
    "another_day": mark("Bring it on another day"),
    "away": mark("I am away: bring it later"),
    "another_address": mark("Bring it to another address"),
    "correction": mark("My address was wrong: correct it"),
    "directions": mark("Help the driver find or reach me"),
    "safe_place": mark("Leave it in a safe place"),
    "neighbour": mark("Give it to a neighbour"),
    "pickup_point": mark("Take it to a pick-up point"),
    "send_back": mark("Send it back to the shop"),
    "cancel": mark("Cancel the order"),
}
"""What a customer chooses from, and what it is called afterwards."""
_BY_STAGE: Mapping[tuple[str, str], str] = {
    ("correction", Stage.BEFORE): mark("Correct the address"),
    ("another_address", Stage.WAY): mark("My address has changed"),
    ("directions", Stage.WAY): mark("My phone number has changed, or I am hard to find"),
}
NOTES: Mapping[str, str] = {
    "directions": mark("A landmark, a door code, a phone number"),
    "safe_place": mark("It counts as delivered once it lies there"),
    "send_back": mark("You do not want it any more"),
}
_FAULTS: Mapping[str, str] = {
    "choose": mark("Choose what should happen."),
    "long": mark("This is too long. Write less."),
    "day": mark("Choose a day."),
    "past": mark("Choose a day that has not passed."),
    "far": mark("Choose a day within the next 30 days."),
    "street": mark("Write the street and the number."),
    "postcode": mark("Write the postcode as it is written in your country."),
    "city": mark("Write the town."),
    "region": mark("Write the state or province."),
    "phone": mark("Write a phone number with its area code."),
    "where": mark("Write where it should be left."),
    "who": mark("Write the neighbour’s name and where they live."),
    "either": mark("Write how to find you, or a phone number."),
}
_STATES: Mapping[str, str] = {
    "approval": mark("The shop has to agree first. We have asked it."),
    "task": mark("The shop takes care of it by hand."),
    "sending": mark("We are telling the carrier."),
    "sent": mark("The carrier has been told, and has not answered yet."),
    "accepted": mark("The carrier has agreed."),
    "refused": mark("It could not be done."),
    "done": mark("It is done."),
}
_BEFORE_DISPATCH: Mapping[str, str] = {
    "task": mark("The shop takes care of it in its own system."),
    "refused": mark("The shop could not do it."),
    "done": mark("The shop has done it."),
}
_ENDINGS: Mapping[str, str] = {
    "replaced": mark("You asked for something else since."),
    "overdue": mark("It was not settled in time."),
    "arrived": mark("The parcel arrived before it was settled."),
    "left": mark("The parcel had left before it was settled."),
    "overtaken": mark("The carrier has tried again since."),
    "returned": mark("The parcel is on its way back to the shop."),
    "withdrawn": mark("The shop has withdrawn this parcel."),
    "erased": mark("You had your data erased."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An instruction as its customer reads it. `said` is foreign text: the carrier's answer, or that of staff.

    `tone` is `calm`, `good` or `trouble`. `until` is when it is to be settled at the latest, while it is open.
    """

    id: int
    kind: str
    label: str
    state: str
    sentence: str
    said: str
    tone: str
    until: str


def label(kind: str, stage: str = "") -> str:
    """What can be asked for, as the customer says it."""
    return gettext(_BY_STAGE.get((kind, stage), ASKED.get(kind, kind)))


def note(kind: str) -> str:
    """What is good to know before choosing a kind, or an empty text."""
    return gettext(NOTES[kind]) if kind in NOTES else ""


def explain(fault: str) -> str:
    """A sentence for what is wrong with a field."""
    return gettext(_FAULTS[fault])


def tell(told: Mapping[str, Any], zone: str = "UTC") -> Told:
    """An instruction of an order's view in words. `zone` is the shop's, for its deadline."""
    kind, state, reply = str(told["kind"]), str(told["state"]), str(told.get("reply", ""))
    before = told.get("shipment") is None
    if state == "expired":
        sentence, said = gettext(_ENDINGS.get(reply, _ENDINGS["overdue"])), ""
    else:
        sentence, said = gettext((before and _BEFORE_DISPATCH.get(state)) or _STATES.get(state, state)), reply
    missed = state == "refused" or (state == "expired" and reply in ("overdue", "left"))
    tone = "trouble" if missed else "good" if state in ("accepted", "done") else "calm"
    name = label(kind, Stage.BEFORE if before else "")
    return Told(int(told["id"]), kind, name, state, sentence, said, tone, _until(told, state, zone))


def _until(told: Mapping[str, Any], state: str, zone: str) -> str:
    if state not in ("approval", "task", "sent") or not told.get("due_at"):
        return ""
    try:
        return formats.format_day(datetime.fromisoformat(told["due_at"]).astimezone(zone_of(zone)))
    except ValueError:
        return ""
