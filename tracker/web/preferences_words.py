"""What the page of preferences calls the kinds of news, and how long a pause may be."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracker.domain.preferences import ANSWER, KINDS
from tracker.domain.states import Moment
from tracker.i18n import gettext, mark, ngettext
from tracker.services.preferences import NOT_AT_ALL, PAUSES, Mine

LABELS: Mapping[str, str] = {
    Moment.SHIPPED: mark("It is on its way"),
    Moment.DELAYED: mark("It takes longer"),
    Moment.OUT_FOR_DELIVERY: mark("It comes today"),
    Moment.ATTEMPT_FAILED: mark("It could not be delivered"),
    Moment.AVAILABLE_FOR_PICKUP: mark("It waits to be collected"),
    Moment.DELIVERED: mark("It was delivered"),
    Moment.RETURNING: mark("It goes back"),
    ANSWER: mark("Answers to what I asked or reported"),
}


class Kind(NamedTuple):
    """One kind of news: the name of its field, what it is called, and the way that is chosen."""

    field: str
    label: str
    chosen: str


def explain_kinds(mine: Mine, form: Mapping[str, str] | None) -> list[Kind]:
    """All kinds, with the way that was typed, else the one that is kept, else the usual one."""
    usual = mine.channels[0][0] if mine.channels else NOT_AT_ALL
    kinds = []
    for kind in KINDS:
        kept = mine.wishes.channels.get(kind, usual) or NOT_AT_ALL
        known = kept if kept in (NOT_AT_ALL, *(name for name, _label in mine.channels)) else usual
        name = f"channel-{kind}"
        kinds.append(Kind(name, gettext(LABELS[kind]), form.get(name, known) if form else known))
    return kinds


def explain_pause(paused: bool) -> Sequence[tuple[str, str]]:
    """The pauses to choose from, by value and text."""
    days = [(name, _count_days(count)) for name, count in PAUSES.items()]
    always = ("always", gettext("Until I end it"))
    if paused:
        return [("keep", gettext("Leave it as it is")), ("off", gettext("End the pause now")), *days, always]
    return [("keep", gettext("No pause")), *days, always]


def _count_days(count: int) -> str:
    return ngettext("For %(num)s day", "For %(num)s days", count) % {"num": count}
