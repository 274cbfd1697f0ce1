"""What the desk calls things, and how it writes times: in the reader's language, by the shop's own clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_timedelta
from flask import g

from tracker.i18n import current_locale, gettext, mark

from .desk_concerns_words import words_for_concerns
from .desk_custom import custom, custom_said
from .desk_plugin_words import explain_label
from .desk_reasons import REASONS
from .desk_tasks_words import words_for_tasks

SHIPMENTS: Mapping[str, str] = {
    "pending": mark("Pending"),
    "info_received": mark("Announced to carrier"),
    "picked_up": mark("Picked up"),
    "in_transit": mark("In transit"),
    "out_for_delivery": mark("Out for delivery"),
    "available_for_pickup": mark("Ready for collection"),
    "attempt_failed": mark("Delivery attempt failed"),
    "delivered": mark("Delivered"),
    "exception": mark("Problem"),
    "returning": mark("On its way back"),
    "returned": mark("Returned"),
    "cancelled": mark("Cancelled"),
    "expired": mark("No news for long"),
    "unknown": mark("Unknown"),
}
ORDERS: Mapping[str, str] = {
    "placed": mark("Placed"),
    "confirmed": mark("Processing"),
    "packed": mark("Packed"),
    "cancelled": mark("Cancelled"),
    "completed": mark("Completed (handed over)"),
}
STATES: Mapping[str, str] = {
    "-": mark("No shipment"),
    "not_shipped": mark("Nothing delivered yet"),
    "partially_shipped": mark("Partly delivered"),
    "shipped": mark("All delivered"),
}
SOURCES: Mapping[str, str] = {"carrier": mark("carrier"), "shop": mark("shop"), "portal": mark("portal")}
MOMENTS: Mapping[str, str] = {
    "shipped": mark("Shipped"),
    "delayed": mark("Delayed"),
    "out_for_delivery": mark("Out for delivery"),
    "attempt_failed": mark("Delivery attempt failed"),
    "available_for_pickup": mark("Ready for collection"),
    "delivered": mark("Delivered"),
    "returning": mark("On its way back"),
}
NOTICES: Mapping[str, str] = {
    "held": mark("Waiting to be sent"),
    "sending": mark("Being sent"),
    "sent": mark("Sent"),
    "superseded": mark("Not sent"),
    "failed": mark("Failed"),
}
WHYS: Mapping[str, str] = {
    "old": mark("The news was too old to write about."),
    "overtaken": mark("Newer news had come before it could leave."),
    "silent": mark("It was recorded without telling the customer."),
    "deleted": mark("The order was deleted in the store."),
    "corrected": mark("The shipment was corrected before it could leave."),
    "readdressed": mark("The order’s e-mail address had changed."),
    "unwanted": mark("The customer does not want such news."),
    "paused": mark("The customer has paused all news."),
    "erased": mark("The customer had their data erased."),
}
ROLES: Mapping[str, str] = {"owner": mark("Owner"), "staff": mark("Staff"), "marketer": mark("Marketer")}
SURFACES: Mapping[str, str] = {"page": mark("Tracking page"), "widget": mark("Widget"), "mail": mark("Mails")}
SLOTS: Mapping[str, str] = {
    "above": mark("On the page, above the news"),
    "below": mark("On the page, below the news"),
    "widget": mark("In the widget"),
    "mail": mark("In mails"),
}
FONTS: Mapping[str, str] = {
    "system": mark("Plain (that of the device)"),
    "serif": mark("With serifs"),
    "rounded": mark("Rounded"),
    "mono": mark("Like a typewriter"),
}
SCHEMES: Mapping[str, str] = {
    "auto": mark("As the customer’s device"),
    "light": mark("Always light"),
    "dark": mark("Always dark"),
}
ACTIONS: Mapping[str, str] = {
    "added": mark("added the shipment"),
    "edited": mark("changed the shipment"),
    "cancelled": mark("cancelled the shipment"),
    "said": mark("said a status by hand"),
    "reported": mark("reported the status"),
    "milestone": mark("marked the order"),
    "told": mark("reported the order"),
    "deleted": mark("deleted the order"),
    "status": mark("brought the status up to date"),
    "shipment-refused": mark("reported a shipment that was refused"),
    "link-revoked": mark("ended a link"),
    "link-issued": mark("made a link"),
    "label-asked": mark("asked for a label"),
    "details": mark("changed the shop's details"),
    "theme": mark("changed the colours"),
    "logo": mark("changed the logo"),
    "slot": mark("changed the offer"),
    "embed-key": mark("renewed the embed key"),
    "embed-key-shown": mark("looked at the embed key"),
    "tiers": mark("changed who sees what"),
    "shared": mark("shared the page"),
    "share-ended": mark("ended the shared link"),
    "notice": mark("sent a mail"),
    "erased": mark("had their data erased"),
    "erasure-asked": mark("asked to have their data erased"),
    "erasure-withdrawn": mark("withdrew the wish to have their data erased"),
    "concern-raised": mark("raised a concern"),
    "concern-remark": mark("added to a concern"),
    "concern-reopened": mark("opened a concern again"),
    "concern-taken": mark("took a concern"),
    "concern-answered": mark("answered a concern"),
    "concern-closed": mark("closed a concern"),
    "rated": mark("rated the delivery"),
    "answer-hours": mark("changed the promise of an answer"),
    "instruction": mark("moved a wish of the customer on"),
}
ASKED: Mapping[str, str] = {
    "not_found": mark("The carrier does not know this number yet. It is asked again by itself."),
    "invalid_number": mark("The carrier says that this is none of its numbers. Compare it with the label."),
    "auth": mark("The carrier does not let us in. Whoever runs the portal has to correct its credentials."),
    "rate_limit": mark("The carrier has been asked often enough for now. It is asked again by itself."),
    "upstream": mark("The carrier does not answer at the moment. It is asked again by itself."),
    "parse": mark("The carrier’s answer could not be read. It is asked again by itself."),
}
MATCHES: Mapping[str, str] = {
    "code-equals": mark("the code is"),
    "code-contains": mark("the code contains"),
    "text-equals": mark("the text is"),
    "text-contains": mark("the text contains"),
}
KINDS: Mapping[str, str] = {
    "equals": mark("is"),
    "any": mark("contains"),
    "starts": mark("begins with"),
    "matches": mark("fits the pattern"),
}
_ALL: Mapping[str, Mapping[str, str]] = {
    "shipment": SHIPMENTS,
    "order": ORDERS,
    "state": STATES,
    "source": SOURCES,
    "moment": MOMENTS,
    "notice": NOTICES,
    "why": WHYS,
    "role": ROLES,
    "surface": SURFACES,
    "slot": SLOTS,
    "action": ACTIONS,
    "font": FONTS,
    "scheme": SCHEMES,
    "match": MATCHES,
    "kind": KINDS,
    "reason": REASONS,
}


def word(kind: str, value: object) -> str:
    """What a value of a closed set is called; a value that is not in it stands for itself."""
    known = _ALL[kind].get(str(value))
    return gettext(known) if known else str(value)


def explain_asking(error: str) -> tuple[str, str]:
    """What a carrier's refusal means for staff, and what it said itself, for whoever runs the portal."""
    kind, _colon, said = error.partition(": ")
    sentence = ASKED.get(kind)
    return (gettext(sentence), said) if sentence else (gettext("The carrier could not be asked."), error)


def choices(kind: str) -> list[tuple[str, str]]:
    """A closed set as the options of a selection."""
    return [(value, gettext(name)) for value, name in _ALL[kind].items()]


def when(instant: datetime | None, zone: str = "") -> str:
    """An instant by the shop's clock, or an empty text."""
    if instant is None:
        return ""
    return _format(instant.astimezone(ZoneInfo(zone or _zone())))


def clock(instant: datetime | None) -> str:
    """The time of day of an instant by the shop's clock, or an empty text."""
    return f"{instant.astimezone(ZoneInfo(_zone())):%H:%M}" if instant else ""


def span(length: timedelta) -> str:
    """A length of time in its largest unit: 1 minute, 6 hours."""
    return format_timedelta(length, locale=current_locale(), threshold=1.0)


def wall_clock(local: str | None, offset: int | None) -> str:
    """A carrier's time as it stands at the place; the distance from UTC only where it is known."""
    if not local:
        return gettext("Time not given")
    text = _format(datetime.fromisoformat(local))
    return text if offset is None else f"{text} ({_utc(offset)})"


def words_for_templates() -> dict[str, Any]:
    """What every desk template may use besides what its view hands over."""
    return {
        "word": word,
        "custom": custom,
        "custom_said": custom_said,
        "when": when,
        "clock": clock,
        "span": span,
        "wall_clock": wall_clock,
        "explain_asking": explain_asking,
        "explain_label": explain_label,
        "me": g.get("me"),
        "shop": g.get("shop"),
        "role": g.get("role", ""),
        **words_for_tasks(),
        **words_for_concerns(),
    }


def _format(local: datetime) -> str:
    return f"{format_skeleton('yMMMd', local, locale=current_locale())} {local:%H:%M}"


def _zone() -> str:
    shop = g.get("shop")
    return shop.zone if shop else "UTC"


def _utc(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
