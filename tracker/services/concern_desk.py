"""Concerns in the desk: who waits, for how long, who sees to it, and what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.concerns import MOST_ANSWER_HOURS, State
from tracker.domain.form_keys import is_key
from tracker.i18n import gettext as _
from tracker.store import concerns as rows
from tracker.store import shops
from tracker.store.audit import append_audit
from tracker.store.concerns import Concern
from tracker.store.database import writing

from . import concerns, projections, updates
from .branding import CHAIN
from .concerns import File
from .portal import Portal
from .refusals import Refused
from .staff import Me

PAGE = 50
LIVING = (str(State.OPEN), str(State.ANSWERED))
WHICH = ("all", "mine", "closed")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of concerns: those that wait first. `more` tells whether others follow."""

    rows: Sequence[Concern]
    which: str
    page: int
    more: bool
    waiting: int
    overdue: int


def list_concerns(portal: Portal, shop: int, which: str, me: Me, page: int = 1) -> Listed:
    """A shop's concerns: `all` that are not closed, `mine` of them, or the `closed`. Any other word means `all`."""
    which, page = which if which in WHICH else "all", max(1, min(page, 1000))
    states = (str(State.CLOSED),) if which == "closed" else LIVING
    found = rows.list_concerns(shop, states, me.id if which == "mine" else None, PAGE + 1, (page - 1) * PAGE)
    waiting, overdue = rows.count_waiting(shop, portal.now())
    return Listed(found[:PAGE], which, page, len(found) > PAGE, waiting, overdue)


def count_waiting(portal: Portal, shop: int) -> int:
    """How many concerns wait for the shop."""
    return rows.count_waiting(shop, portal.now())[0]


def list_of_order(shop: int, order: int) -> list[Concern]:
    """An order's concerns, newest first."""
    return rows.load_of_order(shop, order)


def take(portal: Portal, file: File, *, me: Me) -> None:
    """Makes whoever is signed in see to a concern, in place of anybody before."""
    shop = file.concern.shop_id
    with writing(shop):
        concern = rows.find_by_id(shop, file.concern.id)
        if concern is not None and concern.owner_id != me.id:
            rows.write_concern(shop, file.concern.id, {"owner": me.id})
            concerns.note(portal, file.concern, me.actor, "concern-taken", {})


def answer(portal: Portal, file: File, text: str, *, me: Me, key: str = "", done: bool = False) -> None:
    """Answers a concern, and closes it with `done`. The customer hears of it. Raises `Refused` about `text`."""
    tidied = concerns.tidy_text(text)
    if not tidied:
        raise Refused(_("Write your answer."), "text")
    shop = file.concern.shop_id
    with writing(shop):
        concern = rows.find_by_id(shop, file.concern.id)
        if concern is None or (is_key(key) and rows.find_by_key(shop, concern.order_id, key)):
            return
        facts = concerns.say(portal, concern, tidied, staff=me.id, key=key)
        state = State.CLOSED if done else State.ANSWERED
        owner = concern.owner_id or me.id
        closed = portal.now() if done else None
        rows.write_concern(shop, concern.id, {"state": str(state), "due_at": None, "closed_at": closed, "owner": owner})
        concerns.note(portal, concern, me.actor, "concern-answered", {**facts, "closed": done})
        projections.refresh_order(portal, shop, concern.order_id)
        updates.owe_update(portal, shop, file.order, "concern", concern.number)


def set_hours(portal: Portal, shop: int, typed: str, *, me: Me) -> None:
    """Sets within how many hours of working days an answer is promised. Raises `Refused` about `hours`."""
    hours = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 4 else 0
    if not 1 <= hours <= MOST_ANSWER_HOURS:
        raise Refused(_("Write a number of hours from 1 to %(most)s.") % {"most": MOST_ANSWER_HOURS}, "hours")
    with writing(shop):
        shops.write_shop(shop, {"answer_hours": hours})
        append_audit(shop, CHAIN, portal.now(), me.actor, "answer-hours", {"hours": hours})
