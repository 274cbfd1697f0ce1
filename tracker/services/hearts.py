"""Hearts: what a page says first about a parcel, or about an order without any, and the one step that it offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.domain.actions import REPORTS, Action, Case, Deed, Facts, Urgency, choose
from tracker.domain.instructions import count_attempts, find_stage, is_before_dispatch
from tracker.domain.tiers import Grant, Sight
from tracker.i18n import formats, gettext

from . import hearts_words, instructions_words
from .answers import missed, read_reason
from .instructions_words import Told

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A way on. `path` is below the order's page; where it is `outside`, it is a whole address. `name` makes its id."""

    name: str
    label: str
    path: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to know: what it is, and what is to be known. `lines` are foreign text where `foreign` says so."""

    label: str
    lines: tuple[str, ...]
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Heart:
    """What stands first. `over` is a small line above the `title`, `foreign` says that the title is foreign text.

    `tone` is `calm`, `good`, `trouble` or `act`, the last where the customer is asked for something. `told` is what
    they have asked of the carrier, and `also` what became of that; `step` is the one next step.
    """

    case: str
    tone: str
    title: str
    over: str = ""
    text: str = ""
    foreign: bool = False
    rows: tuple[Row, ...] = ()
    told: Told | None = None
    step: Link | None = None
    more: tuple[Link, ...] = ()
    urgency: int = 0
    also: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a heart is made of beside the parcel: who reads it, the carrier's name and page, the order, its zone.

    `when` is the window in words, `unknown` why there is none, `promise` how it differs from the first; `passed` says
    that it has passed. `concerns` are those that touch the parcel and are not closed, newest first; `changeable` says
    that the order can still be changed.
    """

    sight: Sight
    carrier: str = ""
    page: str = ""
    zone: str = "UTC"
    when: str = ""
    unknown: str = ""
    promise: str = ""
    passed: bool = False
    changeable: bool = False
    concerns: Sequence[Json] = ()


def read_heart(told: Json, known: Known) -> Heart | None:
    """The heart of one parcel of an order's view; `None` where there is nothing to say."""
    facts = _find_facts(told, known)
    action = choose(facts, known.sight)
    answer = _newest_answer(told, facts, known)
    say = hearts_words.say(action.case, _values(told, known))
    if not say.title or (action.case in _QUIET and not action.step and not answer):
        return None
    heart = Heart(
        case=str(action.case),
        tone=_tone(action),
        title=say.title,
        over=say.over,
        text=_thank(told, known) or say.text if action.case is Case.ARRIVED else say.text,
        rows=tuple(_read_rows(action.case, told, known)),
        told=answer,
        step=_link(action.step, told, known, action) if action.step else None,
        more=tuple(_link(deed, told, known, action) for deed in action.more),
        urgency=int(action.urgency),
        also=answer.sentence if answer else "",
    )
    place = _name_place(told, known) if action.case is Case.COLLECT else ""
    if answer and action.answered and action.case in _ASKS:
        # Their answer is the news now, and the question is none any more.
        until = hearts_words.until(answer.until)
        text = answer.sentence + until
        return replace(heart, over=gettext("Your answer"), title=answer.label, text=text, rows=(), told=None)
    return replace(heart, title=place, foreign=True) if place else heart


def read_order_heart(view: Json, sight: Sight, zone: str) -> Heart | None:
    """The heart of an order that has no parcel; `None` where there is nothing to say."""
    milestone = str(view["milestone"])
    case = {"cancelled": Case.STOPPED, "completed": Case.HANDED_OVER}.get(milestone, Case.ORDER)
    concern = next((one["state"] for one in _open(view.get("concerns") or ())), "")
    changeable = is_before_dispatch(milestone, ())
    known = Known(sight, zone=zone, changeable=changeable, concerns=_open(view.get("concerns") or ()))
    action = choose(Facts(_ORDERS[case], changeable=changeable, concern=concern), sight)
    newest = next(iter(view.get("instructions") or ()), None) if Grant.ACT in sight else None
    answer = instructions_words.tell(newest, zone) if newest else None
    say = hearts_words.say(case, {"carrier": gettext("the carrier")})
    if case in _QUIET and not action.step and not answer:
        return None
    return Heart(
        case=str(case), tone="calm", title=say.title, over=say.over, text=say.text,
        told=answer, also=answer.sentence if answer else "",
        step=_link(action.step, view, known, action) if action.step else None,
        more=tuple(_link(deed, view, known, action) for deed in action.more),
    )  # fmt: skip


def choose_heart(hearts: Sequence[Heart | None]) -> int | None:
    """Of several parcels' hearts the place of the one that presses most, where any of them does."""
    urgencies = [heart.urgency if heart else 0 for heart in hearts]
    most = max(urgencies, default=0)
    return urgencies.index(most) if most >= Urgency.WRONG else None


_QUIET = frozenset({Case.ORDER, Case.STOPPED})
"""What these say stands in the headline already."""
_ASKS = frozenset({Case.TRIED, Case.ADDRESS, Case.APPOINTMENT})
_ORDERS = {Case.STOPPED: "cancelled", Case.HANDED_OVER: "unknown", Case.ORDER: "pending"}


def _find_facts(told: Json, known: Known) -> Facts:
    milestone = str(told.get("milestone", "pending"))
    attempts = count_attempts(told.get("events") or ())
    newest = next(iter(told.get("instructions") or ()), None)
    return Facts(
        milestone=milestone,
        reason=read_reason(told, known.sight),
        action_required=bool(told.get("action_required")),
        passed=known.passed,
        stalled=bool(told.get("stalled")),
        stage=find_stage(milestone, attempts) is not None,
        changeable=known.changeable,
        window=bool(told.get("window")),
        page=bool(known.page),
        rated=bool(told.get("rating")),
        instruction=str(newest["state"]) if newest and Grant.ACT in known.sight else "",
        concern=next((str(one["state"]) for one in known.concerns), "") if Grant.CONCERN in known.sight else "",
    )


def _newest_answer(told: Json, facts: Facts, known: Known) -> Told | None:
    """What became of the customer's newest answer. One that ended with the parcel's arrival is history."""
    newest = next(iter(told.get("instructions") or ()), None)
    if newest is None or Grant.ACT not in known.sight:
        return None
    shown = facts.stage or newest["state"] == "done" or facts.milestone == "available_for_pickup"
    return instructions_words.tell(newest, known.zone) if shown else None


def _values(told: Json, known: Known) -> dict[str, str]:
    return {
        "carrier": known.carrier or gettext("the carrier"),
        "when": known.when,
        "unknown": known.unknown,
        "promise": known.promise,
        "day": _day(told.get("stalled")),
        "hour": _hour(told, known),
    }


def _day(local: str | None) -> str:
    return formats.format_day(datetime.fromisoformat(local)) if local else ""


def _hour(told: Json, known: Known) -> str:
    """When a status came to be, as exactly as its reader may know."""
    since = told.get("since") or {}
    if not since.get("local"):
        return ""
    local = datetime.fromisoformat(since["local"])
    exact = Grant.HOURS in known.sight and since.get("source") == "carrier"
    return formats.format_window(local, local) if exact else formats.format_day(local)


def _tone(action: Action) -> str:
    if action.case is Case.ARRIVED:
        return "good"
    return {Urgency.ACT: "act", Urgency.WRONG: "trouble"}.get(action.urgency, "calm")


def _thank(told: Json, known: Known) -> str:
    """Nothing for those who may not rate: a link that was passed on is in other hands than those that gave stars."""
    if Grant.RATE not in known.sight:
        return ""
    stars = (told.get("rating") or {}).get("delivery") or (told.get("rating") or {}).get("carrier")
    return gettext("Thank you: you gave it %(stars)s of 5.") % {"stars": stars} if stars else ""


def _name_place(told: Json, known: Known) -> str:
    return str((told.get("pickup") or {}).get("name", "")) if Grant.PLACES in known.sight else ""


def _read_rows(case: Case, told: Json, known: Known) -> list[Row]:
    """What is known of where and when a parcel is had next, where its customer has to decide over it or to fetch it."""
    if case is Case.COLLECT:
        return _read_pickup(told, known)
    if case is not Case.TRIED:
        return []
    place = _name_place(told, known)
    again = [Row(gettext("Next try"), (known.when,))] if told.get("window") and not missed(told) else []
    return [*again, *([Row(gettext("Pick-up point"), (place,), True)] if place else []), *_read_pickup(told, known)]


def _read_pickup(told: Json, known: Known) -> list[Row]:
    """Where and until when a parcel can be collected, and by which code, as far as anybody told."""
    pickup = told.get("pickup") or {}
    rows = []
    if pickup.get("until"):
        until = datetime.fromisoformat(pickup["until"])
        rows.append(Row(gettext("Until"), (_write_end(until, known),)))
    if Grant.PLACES in known.sight:
        if pickup.get("address"):
            rows.append(Row(gettext("Where"), (str(pickup["address"]),), True))
        if pickup.get("hours"):
            rows.append(Row(gettext("Opening hours"), tuple(map(str, pickup["hours"])), True))
    if pickup.get("code") and Grant.NUMBERS in known.sight:
        rows.append(Row(gettext("Code"), (str(pickup["code"]),), True))
    return rows


def _write_end(until: datetime, known: Known) -> str:
    plain = (until.hour, until.minute) in ((0, 0), (23, 59)) or Grant.HOURS not in known.sight
    return formats.format_day(until) if plain else formats.format_window(until, until)


def _open(concerns: Sequence[Json]) -> list[Json]:
    return [one for one in concerns if one["state"] != "closed"]


def _link(deed: Deed, told: Json, known: Known, action: Action) -> Link:
    values = {"carrier": known.carrier or gettext("the carrier")}
    label = hearts_words.name_step(deed, values, action.case, action.answered)
    parcel = told.get("id")
    below = f"/parcels/{parcel}"
    paths = {
        Deed.ANSWER: f"{below}/answer",
        Deed.CHANGE: "/change",
        Deed.CALENDAR: f"{below}/window.ics",
        Deed.RATE: f"{below}/rating",
    }
    if deed is Deed.CARRIER:
        return Link(deed, label, known.page, outside=True)
    if deed is Deed.READ:
        return Link(deed, label, f"/concerns/{known.concerns[0]['number']}")
    if deed in REPORTS:
        about = f"parcel={parcel}&" if parcel is not None else ""
        return Link(deed, label, f"/concerns/new?{about}kind={deed}")
    return Link(deed, label, paths[deed])
