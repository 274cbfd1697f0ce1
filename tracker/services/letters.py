"""Letters: what a notice says, as subject, HTML and plain text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.moments import read_moment
from tracker.domain.notices import TROUBLE
from tracker.domain.states import Moment
from tracker.i18n import choose, gettext, mark, speak
from tracker.sdk import plain
from tracker.store.shops import Shop

from . import evidence, slots, texts
from .letter_parts import Piece, read_pieces
from .letter_samples import make_sample
from .portal import Portal

ACCENT = "#0b6b5d"
BRIEF = 300
SAMPLE_HEAD = "0" * 64
SUBJECTS: Mapping[Moment, str] = {
    Moment.SHIPPED: mark("%(shop)s: order %(number)s is on its way"),
    Moment.DELAYED: mark("%(shop)s: order %(number)s takes longer"),
    Moment.OUT_FOR_DELIVERY: mark("%(shop)s: order %(number)s comes today"),
    Moment.ATTEMPT_FAILED: mark("%(shop)s: order %(number)s could not be delivered"),
    Moment.AVAILABLE_FOR_PICKUP: mark("%(shop)s: order %(number)s can be collected"),
    Moment.DELIVERED: mark("%(shop)s: order %(number)s was delivered"),
    Moment.RETURNING: mark("%(shop)s: order %(number)s is on its way back"),
}
"""For one parcel, or several of which the same is told."""
DIGEST = mark("%(shop)s: news of order %(number)s")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about one order. `view` is the order's projection, `told` maps shipments to the name of the moment told
    of each. A `sample` is of no order.

    `drafts` are fillings of slots that are not saved, shown in place of those that are.
    """

    shop: Shop
    number: str
    locale: str
    address: str
    view: Mapping[str, Any]
    told: Mapping[int, str] = field(default_factory=dict)
    drafts: slots.Drafts = None
    sample: bool = False


def render(portal: Portal, letter: Letter) -> tuple[str, str, str]:
    """Subject, HTML and plain text of a letter, in its locale."""
    with speak(letter.locale) as locale:
        pieces = _pieces(portal, letter)
        moment = _moment_of(pieces)
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


def abridge(letter: Letter) -> tuple[str, str]:
    """A letter in a few words: what is told as one sentence, and that with the address of what can be done about it."""
    with speak(letter.locale):
        pieces = read_pieces(letter.shop, letter.view, letter.address, letter.told, {})
        subject = _subject(letter, _moment_of(pieces))
        return subject, shorten(subject, pieces[0].answer or letter.address if len(pieces) == 1 else letter.address)


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
    drafts: slots.Drafts = None,
) -> tuple[str, str, str]:
    """Subject, HTML and plain text of a shop's mail about a made-up order. Raises `ValueError` for no moment."""
    told = Moment(moment)
    locale = choose(locale, otherwise=shop.locale)
    with speak(locale):
        view = make_sample(told)
    return render(
        portal, Letter(shop, "1001", locale, f"{portal.config.url}/t/{'0' * 32}", view, {1: told}, drafts, True)
    )


def _pieces(portal: Portal, letter: Letter) -> list[Piece]:
    done = [one for one, name in letter.told.items() if read_moment(name) is Moment.DELIVERED]
    heads = {one: SAMPLE_HEAD if letter.sample else evidence.head(portal, letter.shop.id, one) for one in done}
    return read_pieces(letter.shop, letter.view, letter.address, letter.told, heads)


def _moment_of(pieces: Sequence[Piece]) -> str:
    moments = {piece.moment for piece in pieces}
    return next(iter(moments)) if len(moments) == 1 else "digest"


def _subject(letter: Letter, moment: str) -> str:
    sentence = DIGEST if moment == "digest" else SUBJECTS[Moment(moment)]
    values = {"shop": plain(letter.shop.name, 60), "number": plain(letter.number, 64)}
    return plain(gettext(sentence) % values, 200)


def _offer(portal: Portal, letter: Letter, locale: str, kind: str, silent: bool) -> Any:
    if silent:
        return None
    plain_text = kind == "txt"
    filled = slots.fill_all(portal, letter.shop, "mail", letter.view, locale, plain=plain_text, drafts=letter.drafts)
    return filled.get("mail")


def _accent(shop: Shop) -> str:
    chosen = str(shop.theme.get("accent", ""))
    return chosen if re.fullmatch(r"#[0-9a-fA-F]{6}", chosen) else ACCENT
