"""Letters: what a notice says, as subject, HTML and plain text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.domain.states import Moment
from tracker.i18n import choose, gettext, mark, speak
from tracker.sdk import Milestone, plain
from tracker.store.shops import Shop

from . import slots, texts, wording
from .parcels import Parcel, read_parcel
from .portal import Portal

MOST_ITEMS = 12
MOST_PARCELS = 12
ACCENT = "#0b6b5d"
BRIEF = 300
SUBJECTS: Mapping[Moment, str] = {
    Moment.SHIPPED: mark("%(shop)s: order %(number)s is on its way"),
    Moment.DELAYED: mark("%(shop)s: order %(number)s takes longer"),
    Moment.OUT_FOR_DELIVERY: mark("%(shop)s: order %(number)s comes today"),
    Moment.DELIVERED: mark("%(shop)s: order %(number)s was delivered"),
    Moment.RETURNING: mark("%(shop)s: order %(number)s is on its way back"),
}
"""For one parcel, or several of which the same is told."""
DIGEST = mark("%(shop)s: news of order %(number)s")
TROUBLE = frozenset({Moment.DELAYED, Moment.RETURNING})


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about one order. `view` is the order's projection, `told` maps shipments to the moment told of each.

    `draft` is an offer that is not saved (block, content, surfaces), shown in place of the one that is.
    """

    shop: Shop
    number: str
    locale: str
    address: str
    view: Mapping[str, Any]
    told: Mapping[int, Moment] = field(default_factory=dict)
    draft: tuple[str, Mapping[str, Any], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One parcel of a letter: the moment that is told, and the parcel as its customer reads it."""

    moment: str
    parcel: Parcel
    items: Sequence[tuple[int, str]]
    more: int


def render(portal: Portal, letter: Letter) -> tuple[str, str, str]:
    """Subject, HTML and plain text of a letter, in its locale."""
    with speak(letter.locale) as locale:
        pieces = _pieces(letter)
        moments = {piece.moment for piece in pieces}
        moment = next(iter(moments)) if len(moments) == 1 else "digest"
        values = {
            **frame(portal, letter.shop, letter.number, letter.address), "pieces": pieces, "moment": moment,
            "parcels": sum(1 for one in letter.view.get("parcels", ()) if not one["cancelled"]),
            "subject": _subject(letter, moment),
        }  # fmt: skip
        silent = any(Moment(piece.moment) in TROUBLE or piece.parcel.tone == "trouble" for piece in pieces)
        html, text = (
            texts.render(f"notices/{moment}.{kind}", {**values, "offer": _offer(portal, letter, locale, kind, silent)})
            for kind in ("html", "txt")
        )
        return str(values["subject"]), html, tidy(text)


def frame(portal: Portal, shop: Shop, number: str, address: str) -> dict[str, Any]:
    """What every mail's template needs, about an order whose page is at `address`."""
    return {
        "shop": shop, "number": number, "address": address, "preferences": f"{address}/preferences",
        "logo": f"{portal.config.url}/assets/{shop.logo}" if shop.logo else "", "accent": _accent(shop),
        "pieces": (), "parcels": 0, "offer": None,
    }  # fmt: skip


def shorten(sentence: str, address: str) -> str:
    """A message for channels that carry a few words: one sentence, and where to read on; `BRIEF` characters at most."""
    return f"{plain(sentence, max(BRIEF - len(address) - 1, 0))}\n{address}"


def tidy(text: str) -> str:
    """Plain text without the gaps that templates leave."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def preview(
    portal: Portal,
    shop: Shop,
    moment: str,
    locale: str,
    draft: tuple[str, Mapping[str, Any], Sequence[str]] | None = None,
) -> tuple[str, str, str]:
    """Subject, HTML and plain text of a shop's mail about a made-up order. Raises `ValueError` for no moment."""
    told = Moment(moment)
    locale = choose(locale, otherwise=shop.locale)
    with speak(locale):
        view = _sample(told)
    return render(portal, Letter(shop, "1001", locale, f"{portal.config.url}/t/{'0' * 32}", view, {1: told}, draft))


def _pieces(letter: Letter) -> list[Piece]:
    shown = [one for one in letter.view.get("parcels", ()) if one["id"] in letter.told]
    customs = wording.find_custom(letter.shop.id, letter.view) if shown else wording.NONE
    pieces = []
    for told in shown[:MOST_PARCELS]:
        parcel = read_parcel(told, customs=customs)
        items = parcel.contents or _all_items(letter.view, len(letter.view["parcels"]))
        pieces.append(Piece(letter.told[parcel.id], parcel, items[:MOST_ITEMS], max(len(items) - MOST_ITEMS, 0)))
    return pieces


def _all_items(view: Mapping[str, Any], parcels: int) -> Sequence[tuple[int, str]]:
    """An only parcel that names no pieces holds the whole order; of several nobody knows which holds what."""
    if parcels != 1:
        return []
    counts = [(line["quantity"] - line["cancelled"], line["title"]) for line in view["lines"] if line["shippable"]]
    return [(count, title) for count, title in counts if count > 0]


def _subject(letter: Letter, moment: str) -> str:
    sentence = DIGEST if moment == "digest" else SUBJECTS[Moment(moment)]
    values = {"shop": plain(letter.shop.name, 60), "number": plain(letter.number, 64)}
    return plain(gettext(sentence) % values, 200)


def _offer(portal: Portal, letter: Letter, locale: str, kind: str, silent: bool) -> Any:
    if silent:
        return None
    if letter.draft is not None:
        block, content, surfaces = letter.draft
        if "mail" not in surfaces:
            return None
        return slots.render(portal, letter.shop.id, block, content, surface="mail", locale=locale, plain=kind == "txt")
    return slots.fill(portal, letter.shop, "mail", letter.view, locale, plain=kind == "txt")


def _accent(shop: Shop) -> str:
    chosen = str(shop.theme.get("accent", ""))
    return chosen if re.fullmatch(r"#[0-9a-fA-F]{6}", chosen) else ACCENT


def _sample(moment: Moment) -> dict[str, Any]:
    """An order's projection as it would be at a moment."""
    stands = {
        Moment.SHIPPED: Milestone.IN_TRANSIT, Moment.DELAYED: Milestone.IN_TRANSIT,
        Moment.OUT_FOR_DELIVERY: Milestone.OUT_FOR_DELIVERY, Moment.DELIVERED: Milestone.DELIVERED,
        Moment.RETURNING: Milestone.RETURNING,
    }[moment]  # fmt: skip
    at = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    event = {
        "source": "carrier", "local": at.replace(tzinfo=None).isoformat(), "offset": 540, "milestone": str(stands),
        "reason": "", "delayed": moment is Moment.DELAYED, "code": "", "text": "", "place": "",
    }  # fmt: skip
    late = at.replace(tzinfo=None) + timedelta(days=1)
    window = {
        "earliest": late.replace(hour=14, minute=0).isoformat(),
        "latest": late.replace(hour=18, minute=0).isoformat(),
    }
    title = gettext("A sample article")
    parcel = {
        "id": 1, "carrier": "demo", "names": {"en": gettext("A carrier")}, "number": "SAMPLE1234567", "url": "",
        "cancelled": False, "contents": [{"title": title, "quantity": 2}], "milestone": str(stands), "reason": "",
        "delayed": moment is Moment.DELAYED, "action_required": False, "trouble": moment in TROUBLE,
        "source": "carrier", "since": event, "events": [event], "undated": [],
        "window": None if moment in (Moment.DELIVERED, Moment.RETURNING) else window,
    }  # fmt: skip
    line = {"ref": "1", "title": title, "quantity": 2, "cancelled": 0, "shippable": True, "open": 0, "image": ""}
    return {
        "number": "1001", "placed_at": (at - timedelta(days=2)).isoformat(), "milestone": "completed", "word": "",
        "state": "shipped" if moment is Moment.DELIVERED else "not_shipped", "trouble": moment in TROUBLE,
        "lines": [line], "parcels": [parcel],
    }  # fmt: skip
