"""The words customers read for milestones, reasons and flags. A table; nothing is decided here but which row."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.states import PRESUMED
from tracker.i18n import gettext, mark


@dataclass(frozen=True, slots=True)
class Words:
    """What a milestone is called, and what it means, in a calm sentence."""

    label: str
    sentence: str


MILESTONES: Mapping[str, Words] = {
    "pending": Words(mark("Being prepared"), mark("The shop is getting this parcel ready.")),
    "info_received": Words(mark("Announced to the carrier"), mark("The carrier knows of it and waits for it.")),
    "picked_up": Words(mark("Picked up"), mark("The carrier has it.")),
    "in_transit": Words(mark("On its way"), mark("It is travelling towards you.")),
    "out_for_delivery": Words(mark("Out for delivery"), mark("It is on the vehicle that brings it to you.")),
    "available_for_pickup": Words(mark("Ready to collect"), mark("It waits for you at the pick-up point.")),
    "attempt_failed": Words(
        mark("Delivery attempted"), mark("It could not be handed over. It is usually tried again.")
    ),
    "delivered": Words(mark("Delivered"), mark("It has arrived.")),
    "exception": Words(mark("Held up"), mark("Something came in its way. We keep watching.")),
    "returning": Words(mark("On its way back"), mark("It is going back to the shop.")),
    "returned": Words(mark("Back at the shop"), mark("It was brought back to the shop.")),
    "cancelled": Words(mark("Cancelled"), mark("This parcel will not be sent.")),
    "expired": Words(
        mark("No news for a long time"), mark("The carrier has been silent for weeks. Please ask the shop.")
    ),
    "unknown": Words(mark("Under way"), mark("There is no news that we can read yet.")),
}

REASONS: Mapping[str, str] = {
    "absent": mark("Nobody was there to take it."),
    "address": mark("The address needs a correction."),
    "appointment": mark("A day for the delivery has to be agreed."),
    "business_closed": mark("The place was closed."),
    "contact_carrier": mark("The carrier asks you to get in touch."),
    "customs": mark("It is with customs."),
    "customs_started": mark("It is with customs."),
    "customs_cleared": mark("Customs have let it through."),
    "collected": mark("It was collected."),
    "damaged": mark("It was damaged on the way."),
    "disposed": mark("The carrier has disposed of it."),
    "documents": mark("Papers are missing."),
    "held": mark("The carrier is holding it."),
    "inaccessible": mark("The driver could not reach the place."),
    "investigation": mark("The carrier is searching for it."),
    "lost": mark("The carrier is searching for it."),
    "missorted": mark("It took a wrong turn and is being sent on."),
    "natural_disaster": mark("A natural disaster is holding it up."),
    "neighbor": mark("A neighbour took it."),
    "not_collected": mark("It was not collected in time."),
    "notice_left": mark("A note was left for you."),
    "payment_due": mark("Something has to be paid first."),
    "recipient_moved": mark("The recipient has moved."),
    "refused": mark("It was not accepted."),
    "rescheduled": mark("Another day was agreed."),
    "security": mark("It is being checked."),
    "signed": mark("It was signed for."),
    "undeliverable": mark("It cannot be delivered."),
    "verification": mark("The carrier could not make sure of the address or of who takes it."),
    "weather": mark("Bad weather is holding it up."),
    "weather_delay": mark("Bad weather is holding it up."),
}

SCANS: Mapping[str, str] = {
    "arrived_country": mark("Arrived in the country"),
    "arrived_destination": mark("At the depot that delivers it"),
    "arrived_hub": mark("Arrived at a depot"),
    "awaiting_carrier": mark("Waits for the carrier"),
    "collected": mark("Collected"),
    "customs": mark("With customs"),
    "customs_cleared": mark("Through customs"),
    "customs_started": mark("With customs"),
    "delay": mark("Takes longer"),
    "departed_hub": mark("Left a depot"),
    "departed_origin": mark("Left the country"),
    "forwarded": mark("Sent on"),
    "held": mark("Kept for now"),
    "inspection": mark("Being checked"),
    "label": mark("Label made"),
    "missorted": mark("Took a wrong turn"),
    "neighbor": mark("Given to a neighbour"),
    "presumed": mark("Counted as delivered"),
    "processed": mark("Sorted"),
    "processing": mark("Being sorted"),
    "rescheduled": mark("Another day was set"),
    "transferred": mark("Handed on"),
    "weather": mark("Held up by the weather"),
}
"""What a scan is called that moves nothing but tells more than its milestone."""
PLAIN = frozenset({"info_received", "in_transit", "delivered"})
"""Milestones whose scans are called by their reason. Of the others the milestone is the news."""
_PROBABLY = Words(mark("Probably delivered"), mark("The carrier counts it as delivered, but there is no scan of it."))

STEPS: Mapping[str, str] = {
    "ordered": mark("Ordered"),
    "picked_up": mark("With the carrier"),
    "in_transit": mark("On its way"),
    "out_for_delivery": mark("Out for delivery"),
    "delivered": mark("Delivered"),
}
"""The way of a parcel in five steps, first to last."""

ORDERS: Mapping[str, Words] = {
    "placed": Words(mark("We have your order"), mark("The shop has it and will prepare it.")),
    "confirmed": Words(mark("Your order is being prepared"), mark("The shop is getting it ready.")),
    "packed": Words(mark("Packed and ready to go"), mark("The carrier will fetch it next.")),
    "cancelled": Words(mark("This order was cancelled"), mark("Nothing will be sent.")),
    "completed": Words(mark("Handed over"), mark("The shop has handed your order over.")),
}


def label(milestone: str, reason: str = "") -> str:
    """What a milestone is called; a delivery that nobody saw is not called one."""
    return gettext(_find(milestone, reason).label)


def scan_label(milestone: str, reason: str = "") -> str:
    """What a line of the timeline is called: by its reason where that says more."""
    return gettext(SCANS[reason] if is_finer(milestone, reason) else _find(milestone).label)


def is_finer(milestone: str, reason: str) -> bool:
    """Whether a line of the timeline is called by its reason."""
    return milestone in PLAIN and reason in SCANS


def explain(milestone: str, reason: str) -> str:
    """Why something went wrong, for a line of the timeline; empty where the line says so itself, or nobody knows."""
    known = REASONS.get(reason)
    return gettext(known) if known and milestone not in PLAIN else ""


def sentence(milestone: str, reason: str = "") -> str:
    """What a milestone means; where the reason is a known one, why."""
    known = REASONS.get(reason)
    return gettext(known) if known else gettext(_find(milestone, reason).sentence)


def why(reason: str) -> str:
    """The sentence of a reason; empty for one that nobody knows."""
    return gettext(REASONS[reason]) if reason in REASONS else ""


def order_words(milestone: str) -> tuple[str, str]:
    """An order's headline and sentence before it has any parcel."""
    words = ORDERS.get(milestone, ORDERS["placed"])
    return gettext(words.label), gettext(words.sentence)


def step_label(step: str) -> str:
    """What a step is called."""
    return gettext(STEPS[step])


def _find(milestone: str, reason: str = "") -> Words:
    if milestone == "delivered" and reason == PRESUMED:
        return _PROBABLY
    return MILESTONES.get(milestone, MILESTONES["unknown"])
