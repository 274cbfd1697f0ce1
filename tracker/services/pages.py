"""Pages: what a customer's page says, made from an order's projection and from nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.instructions import is_before_dispatch
from tracker.domain.polling import page_pace
from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import formats, gettext, ngettext
from tracker.sdk import Milestone
from tracker.services.errors import StoreError
from tracker.store.links import load_view

from . import heartbeat, hearts_words, wording, words
from .answers import Answer
from .clocks import zone_of
from .hearts import Heart, Link, choose_heart, read_order_heart
from .links import Opened
from .parcels import Around, Parcel, Picture, read_parcel, read_pictures
from .portal import Portal
from .steps import Step, read_steps
from .wording import NONE, CustomWord, CustomWords, custom_of

ORDER_PACE = 120
"""Seconds between questions while an order has no parcel yet, or waits for one more."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A concern as its customer's page lists it: what was reported, and how it stands. `path` is below the page."""

    number: int
    label: str
    sentence: str
    state: str
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page shows of an order. `pace` is the seconds until it asks again, `None` for never.

    `headline` and `summary` say in words what the rest shows; `summary` is the sentence read out when it changes.
    `custom` is there where the headline is a status of the shop's own making. `open_lines` are pieces that are in no
    parcel yet, `open_pictures` what they look like. `heart` stands first; `heart_of` is the id of the parcel that it is
    about, where there are several. `also` is read out with the summary. `ways` are quiet links for the end of the page.
    `view` is what it was made from.
    """

    number: str
    headline: str
    summary: str
    tone: str
    order: Answer
    steps: Sequence[Step]
    answers: Sequence[Answer]
    parcels: Sequence[Parcel]
    open_lines: Sequence[tuple[int, str]]
    trouble: bool
    pace: int | None
    view: Mapping[str, Any]
    custom: CustomWord | None = None
    heart: Heart | None = None
    heart_of: int | None = None
    also: str = ""
    concerns: Sequence[Reported] = ()
    ways: Sequence[Link] = ()
    open_pictures: Sequence[Picture] = ()


def load_page(opened: Opened) -> Page | None:
    """The page that a link leads to, in the locale in force; `None` when its order has just gone."""
    view = load_view(opened.shop.id, opened.order)
    if view is None:
        return None
    return read_page(view, opened.shop.zone, opened.sight, wording.find_custom(opened.shop.id, view))


def read_page(view: Mapping[str, Any], zone: str = "UTC", sight: Sight = ALL, customs: CustomWords = NONE) -> Page:
    """An order's view as a page, in the locale in force. `zone` is that of the shop's own wall clock.

    `sight` is what its reader may see. `customs` are the shop's own statuses that the view speaks of.
    """
    told = [one for one in view["parcels"] if not one["cancelled"]]
    if len(told) == 1 and not told[0]["contents"]:
        told = [{**told[0], "contents": _whole(view)}]
    around = _look_around(view, zone)
    parcels = [read_parcel(one, sight, customs, around) for one in told]
    concerns = _read_concerns(view) if Grant.CONCERN in sight else []
    heart, heart_of = _choose_heart(view, parcels, sight, zone)
    left = _read_open(view) if Grant.PIECES in sight else []
    custom = _find_headline(view, parcels, bool(left), customs) if Grant.WORDS in sight else None
    headline, summary = _summarize(view, parcels, bool(left))
    trouble = is_in_trouble(view)
    done = bool(parcels) and not left and all(parcel.tone == "good" for parcel in parcels)
    return Page(
        number=str(view["number"]) if Grant.NUMBERS in sight else "",
        headline=custom.label if custom else headline,
        summary=summary,
        tone="trouble" if trouble else "good" if done else "calm",
        order=_answer_order(view, zone),
        steps=[] if parcels else read_steps("pending", ()),
        answers=[] if parcels else _answer_without_parcels(view),
        parcels=parcels,
        open_lines=left,
        trouble=trouble,
        pace=_pace(view, parcels, bool(left)),
        view=view,
        custom=custom,
        heart=heart,
        heart_of=heart_of,
        also=_tell_also(heart, concerns),
        concerns=concerns,
        ways=_list_ways(sight),
        open_pictures=_picture_open(view, around) if Grant.PIECES in sight else [],
    )


def _look_around(view: Mapping[str, Any], zone: str) -> Around:
    live = [str(one.get("milestone", "pending")) for one in view["parcels"] if not one["cancelled"]]
    return Around(
        zone=zone,
        changeable=is_before_dispatch(str(view["milestone"]), live),
        concerns=[one for one in view.get("concerns") or () if one["state"] != "closed"],
        images={str(line["ref"]): str(line.get("image") or "") for line in view["lines"]},
    )


def _choose_heart(
    view: Mapping[str, Any], parcels: Sequence[Parcel], sight: Sight, zone: str
) -> tuple[Heart | None, int | None]:
    """What stands first: the only parcel's heart, the one that presses most of several, or that of an order."""
    if not parcels:
        return read_order_heart(view, sight, zone), None
    hearts = [parcel.heart for parcel in parcels]
    if len(parcels) == 1:
        return hearts[0], None
    index = choose_heart(hearts)
    return (hearts[index], parcels[index].id) if index is not None else (None, None)


def _read_concerns(view: Mapping[str, Any]) -> list[Reported]:
    return [
        Reported(
            int(one["number"]),
            hearts_words.name_concern(str(one["kind"])),
            hearts_words.tell_concern(str(one["state"])),
            str(one["state"]),
            f"/concerns/{one['number']}",
        )
        for one in view.get("concerns") or ()
    ]


def _tell_also(heart: Heart | None, concerns: Sequence[Reported]) -> str:
    """What became of the customer's own answer and report: news that change no status."""
    answered = [one.sentence for one in concerns if one.state == "answered"][:1]
    return " ".join([*([heart.also] if heart and heart.also else []), *answered])


def _list_ways(sight: Sight) -> list[Link]:
    ways = (
        (Grant.CONCERN, Link("problem", gettext("Report a problem"), "/concerns/new")),
        (Grant.PREFERENCES, Link("preferences", gettext("Notices and language"), "/preferences")),
        (Grant.SHARE, Link("share", gettext("Share"), "/share")),
    )
    return [way for grant, way in ways if grant in sight]


def _picture_open(view: Mapping[str, Any], around: Around) -> list[Picture]:
    return read_pictures([one for one in view["lines"] if one["open"] > 0], around)


def _read_open(view: Mapping[str, Any]) -> list[tuple[int, str]]:
    return [(int(one["open"]), str(one["title"])) for one in view["lines"] if one["open"] > 0]


def is_in_trouble(view: Mapping[str, Any]) -> bool:
    """Whether anything is wrong with any parcel that is still meant to come."""
    return bool(view["trouble"]) or any(one.get("trouble") for one in view["parcels"] if not one["cancelled"])


def main_milestone(view: Mapping[str, Any]) -> str:
    """Of an order's parcels the milestone that is least far; `pending` before there is any."""
    found = [Milestone(one.get("milestone", "pending")) for one in view["parcels"] if not one["cancelled"]]
    return str(min(found, key=list(Milestone).index, default=Milestone.PENDING))


def check_readiness(portal: Portal) -> dict[str, str]:
    """For each thing the portal needs: `ok`, or what is wrong in a few words."""
    try:
        portal.database.check()
        alive = heartbeat.is_alive(portal)
    except StoreError as error:
        return {"database": str(error)}
    return {"database": "ok", "worker": "ok" if alive else "No worker has been heard of in the last minute."}


def _whole(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All that travels of an order, for the one parcel that names no pieces."""
    lines = [line for line in view["lines"] if line["shippable"]]
    counts = [(line["ref"], line["quantity"] - line["cancelled"], line["title"]) for line in lines]
    return [{"ref": ref, "quantity": count, "title": title} for ref, count, title in counts if count > 0]


def _summarize(view: Mapping[str, Any], parcels: Sequence[Parcel], more: bool) -> tuple[str, str]:
    if not parcels:
        return words.order_words(view["milestone"])
    if len(parcels) == 1 and not more:
        one = parcels[0]
        late = gettext("It takes longer than planned.") if one.delayed and one.milestone != "delivered" else ""
        return one.label, " ".join(part for part in (one.sentence, late) if part)
    arrived = sum(parcel.milestone == Milestone.DELIVERED for parcel in parcels)
    return _count_arrived(arrived, len(parcels), more), _tell_others(parcels, more)


def _find_headline(
    view: Mapping[str, Any], parcels: Sequence[Parcel], more: bool, customs: CustomWords
) -> CustomWord | None:
    """The shop's own status where the headline is one: of the only parcel, or of the order before it has any."""
    if not parcels:
        return custom_of(str(view["word"]), customs)
    return parcels[0].custom if len(parcels) == 1 and not more else None


def _count_arrived(arrived: int, count: int, more: bool) -> str:
    if arrived == count and not more:
        return ngettext("%(count)s parcel, delivered", "All %(count)s parcels delivered", count) % {"count": count}
    if arrived:
        told = ngettext(
            "%(arrived)s of %(count)s parcel delivered", "%(arrived)s of %(count)s parcels delivered", count
        )
        return told % {"arrived": arrived, "count": count}
    return ngettext("Your order comes in parts", "Your order comes in %(count)s parcels", count) % {"count": count}


def _tell_others(parcels: Sequence[Parcel], more: bool) -> str:
    labels = Counter(parcel.label for parcel in parcels if parcel.milestone != Milestone.DELIVERED)
    parts = [
        ngettext("%(label)s: %(count)s parcel.", "%(label)s: %(count)s parcels.", count)
        % {"label": label, "count": count}
        for label, count in labels.items()
    ]
    if any(parcel.delayed for parcel in parcels):
        parts.append(gettext("It takes longer than planned."))
    if more:
        parts.append(gettext("Some of it is still to be sent."))
    return " ".join(parts) or gettext("Everything has arrived.")


def _answer_order(view: Mapping[str, Any], zone: str) -> Answer:
    question = gettext("Has the shop got my order?")
    placed = datetime.fromisoformat(view["placed_at"]).astimezone(zone_of(zone))
    text = gettext("Yes, on %(day)s") % {"day": formats.format_date(placed)}
    if view["milestone"] == "cancelled":
        return Answer(question, text, note=gettext("It was cancelled later."))
    return Answer(question, text)


def _answer_without_parcels(view: Mapping[str, Any]) -> list[Answer]:
    picked_up, place, window = (
        gettext("Has the carrier picked it up?"),
        gettext("Where is it?"),
        gettext("When will it come?"),
    )
    if view["milestone"] == "cancelled":
        no = gettext("It will not: the order was cancelled.")
        return [Answer(picked_up, gettext("No. The order was cancelled.")), Answer(window, no)]
    if view["milestone"] == "completed":
        unknown = gettext("Not known yet: there is no tracking number.")
        said = gettext("The shop says so. It has not given a tracking number.")
        return [Answer(picked_up, said), Answer(place, unknown), Answer(window, unknown)]
    later = gettext("Not known yet: the carrier has not got it.")
    not_yet = gettext("Not yet. The shop is getting it ready.")
    return [Answer(picked_up, not_yet), Answer(place, gettext("With the shop.")), Answer(window, later)]


def _pace(view: Mapping[str, Any], parcels: Sequence[Parcel], more: bool) -> int | None:
    if view["milestone"] == "cancelled" and not parcels:
        return None
    paces = [page_pace(Milestone(parcel.milestone), parcel.near) for parcel in parcels]
    known = [pace for pace in paces if pace is not None]
    if not parcels or (more and not known):
        return ORDER_PACE
    return min(known) if known else None
