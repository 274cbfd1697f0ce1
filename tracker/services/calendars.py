"""Calendars: the window of a parcel as an entry of its customer's own calendar (RFC 5545)."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from tracker.domain.tiers import Grant
from tracker.i18n import gettext
from tracker.store.links import load_view

from .links import Opened
from .portal import Portal

LONGEST_LINE = 75
"""Octets of a line; what is longer goes on in the next one, behind a space."""
_END_OF_DAY = time(23, 59)
Json = Mapping[str, Any]


def write_window(portal: Portal, opened: Opened, shipment: int) -> str | None:
    """A calendar file with the window of one parcel of an order; `None` where the parcel is not there or has none.

    Its clocks float: they are those of the place where the parcel goes, whose zone nobody told. The entry of a parcel
    is the same one again when it is fetched anew. It does not hold the page's address, which opens the order to
    whoever shares the calendar.
    """
    view = load_view(opened.shop.id, opened.order)
    told = next(
        (one for one in (view or {}).get("parcels", ()) if one["id"] == shipment and not one["cancelled"]), None
    )
    if view is None or told is None or not told.get("window"):
        return None
    return "".join(f"{line}\r\n" for each in _list_lines(portal, opened, told) for line in _fold(each))


def _list_lines(portal: Portal, opened: Opened, told: Json) -> Iterator[str]:
    window, stamp = told["window"], f"{portal.now():%Y%m%dT%H%M%SZ}"
    name = hashlib.sha256(f"{opened.shop.slug}/{opened.order}/{told['id']}".encode()).hexdigest()[:32]
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Tracker//Tracker//EN"
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@{portal.config.host.partition(':')[0]}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    # The order's version grows with every change of its page: a later file replaces an earlier one.
    yield f"SEQUENCE:{opened.version[1]}"
    yield from _write_span(datetime.fromisoformat(window["earliest"]), datetime.fromisoformat(window["latest"]))
    title = gettext("Parcel from %(shop)s") % {"shop": opened.shop.name}
    yield f"SUMMARY:{_escape(title)}"
    if Grant.PIECES in opened.sight and told.get("contents"):
        pieces = "\n".join(f"{one['quantity']} × {one['title']}" for one in told["contents"])
        yield f"DESCRIPTION:{_escape(pieces)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _write_span(earliest: datetime, latest: datetime) -> Iterator[str]:
    # Twelve at night is the end of a day, as on the page.
    last = latest - timedelta(minutes=1) if latest.time() == time() and latest > earliest else latest
    if earliest.time() == time() and last.time().replace(second=0, microsecond=0) == _END_OF_DAY:
        yield f"DTSTART;VALUE=DATE:{earliest:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
        return
    yield f"DTSTART:{earliest:%Y%m%dT%H%M%S}"
    if latest > earliest:
        yield f"DTEND:{latest:%Y%m%dT%H%M%S}"


def _escape(text: str) -> str:
    plain = "".join(sign for sign in text if sign == "\n" or sign.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """The line in pieces of at most `LONGEST_LINE` octets; no sign is cut in two."""
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece += sign
        size += width
    yield piece
