"""Recording: from new statements to states, notices and audit entries, in one transaction."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker import crash
from tracker.domain.epochs import Frame, heard
from tracker.domain.fold import fold
from tracker.domain.lateness import find_deadline, find_stall, find_turn
from tracker.domain.notices import judge
from tracker.domain.numbers import tidy
from tracker.domain.polling import AFTERMATH
from tracker.domain.privacy import mask
from tracker.domain.statements import Forecast, Source, Statement
from tracker.domain.states import State
from tracker.sdk import Event, TrackingResult
from tracker.store import events, handovers, notices
from tracker.store.database import writing
from tracker.store.events import NOBODY, Origin
from tracker.store.handovers import Numbered
from tracker.store.orders import Order
from tracker.store.outbox import key_of
from tracker.store.shipments import Shipment, sharing_number
from tracker.store.shops import Shop

from . import askers, evidence, instructions, mapping, news, polling, projections, proofs, subscriptions
from .portal import Portal
from .proofs import Told

log = logging.getLogger(__name__)
MOST_TOLD = 1000
"""A carrier that has told more of one number is not listened to any more: no parcel lives so long."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A shipment with the fold of everything said about its number, and with what that was made of.

    `told` is all that was told of the number, of other parcels too; `onward` are the numbers that it went on as.
    """

    shipment: Shipment
    state: State
    told: Sequence[events.Told]
    onward: Sequence[Numbered]


def record_result(
    portal: Portal, shop: Shop, carrier: str, result: TrackingResult, origin: Origin = NOBODY, silent: bool = False
) -> int:
    """Records what a carrier's answer says about one number; tells how many statements were new.

    The shop's own rules for the carrier's words go before the plugin's, and what tells of people is hidden unless the
    shop shows it.
    """
    events = [_hide_people(event, shop) for event in mapping.apply(portal, shop.id, carrier, result.events)]
    statements = [Statement(Source.CARRIER, event) for event in events]
    newest = max((event.local for event in events if event.local), default=None)
    forecasts = [Forecast(result.estimated, newest)] if result.estimated else []
    number = tidy(result.number) or result.number
    to, beside = _read_successor(result), proofs.draw(shop, carrier, number, result, events)
    return record(
        portal, shop.id, carrier, number, statements, forecasts, to=to, origin=origin, silent=silent, beside=beside
    )


def _hide_people(event: Event, shop: Shop) -> Event:
    text = event.text if shop.show_people else mask(event.text, event.private)
    return event if text == event.text and not event.private else replace(event, text=text, private=())


def _read_successor(result: TrackingResult) -> Numbered | None:
    to = result.successor
    return (to.carrier, tidy(to.number)) if to and to.carrier and tidy(to.number) else None


def record(
    portal: Portal,
    shop: int,
    carrier: str,
    number: str,
    statements: Iterable[Statement],
    forecasts: Iterable[Forecast] = (),
    *,
    to: Numbered | None = None,
    origin: Origin = NOBODY,
    silent: bool = False,
    beside: Told | None = None,
) -> int:
    """Adds statements about a number and brings every shipment under it up to date; tells how many were new.

    `to` is the number at another carrier that it goes on as. Statements about a number that no shipment has yet stay
    where they are until one has. With `silent`, nobody is written to about what is recorded now. `beside` is what was
    told beside them.
    """
    told = list(statements)
    with writing(shop):
        now = portal.now()
        if told and told[0].source is Source.CARRIER and events.is_full(shop, carrier, number, MOST_TOLD):
            log.warning("a number has no end of scans; no more are kept", extra={"shop": shop, "carrier": carrier})
            return 0
        added = events.add_statements(shop, carrier, number, told, now, origin)
        added += sum(events.add_forecast(shop, carrier, number, forecast, now) for forecast in forecasts)
        added += to is not None and handovers.add_handover(shop, carrier, number, to, now)
        more = beside is not None and proofs.keep(portal, shop, carrier, number, beside)
        if added:
            refresh_number(portal, shop, carrier, number, silent=silent)
        if more:
            proofs.refresh(portal, shop, carrier, number)
        crash.point("recorded")
        return added


def refresh_number(portal: Portal, shop: int, carrier: str, number: str, *, silent: bool = False) -> None:
    """Folds everything said about a number anew, for each shipment that has it. Call it inside a transaction.

    A shipment whose number goes on as this one has it too.
    """
    for known in handovers.trace_back(shop, carrier, number):
        for folded in fold_number(portal, shop, *known):
            _save_state(portal, folded, silent)


def fold_number(portal: Portal, shop: int, carrier: str, number: str) -> list[Folded]:
    """Each shipment under a number, with the fold of everything said about it by now. Nothing is saved."""
    shipments = sharing_number(shop, carrier, number)
    if not shipments:
        return []
    numbers = handovers.follow(shop, carrier, number)
    told = [one for known in numbers for one in events.load_told(shop, *known)]
    statements = [one.statement for one in told]
    forecasts = [one for known in numbers for one in events.load_forecasts(shop, *known)]
    return [
        Folded(one, fold(statements, _frame(one, shipments), portal.now(), forecasts), told, numbers[1:])
        for one in shipments
    ]


def fold_shipment(portal: Portal, shipment: Shipment) -> Folded | None:
    """One shipment with the fold of everything said about its number by now. Nothing is saved."""
    folded = fold_number(portal, shipment.shop_id, shipment.carrier, shipment.number)
    return next((one for one in folded if one.shipment.id == shipment.id), None)


def _frame(shipment: Shipment, shipments: Sequence[Shipment]) -> Frame:
    others = tuple(other.order.placed_at for other in shipments if other.order_id != shipment.order_id)
    return Frame(shipment.order.placed_at, others, shipment.cancelled_at is not None)


def _save_state(portal: Portal, folded: Folded, silent: bool) -> None:
    shipment, state, now = folded.shipment, folded.state, portal.now()
    before = news.status_of(shipment)
    facts = evidence.take_statements(shipment, state, folded.told)
    changed = _copy_state(folded, now)
    if changed:
        shipment.ask_at = _when_to_ask(portal, shipment, now)
        if state.final:
            subscriptions.owe_end(portal, shipment, now + AFTERMATH)
            proofs.owe_asking(portal, shipment)
        news.owe_change(portal, shipment, before, state.since.statement.event.utc if state.since else None)
        facts += evidence.tell_status(before, news.status_of(shipment), state)
    if changed or facts:
        shipment.save()
        evidence.append(shipment, now, facts)
    if changed:
        instructions.follow(portal, shipment)
        projections.refresh(portal, shipment.order)
    _owe_notices(portal, shipment, state, now, silent)


def _copy_state(folded: Folded, now: datetime) -> bool:
    shipment, state = folded.shipment, folded.state
    view = state.as_json()
    if folded.onward:
        view["onward"] = [list(each) for each in folded.onward]
    near, turns_at = find_turn(state.window, state.scans, now)
    fields = {
        "state": view,
        "milestone": view["milestone"],
        "reason": view["reason"],
        "delayed": view["delayed"],
        "action_required": view["action_required"],
        "custom": state.custom,
        "last_event_at": max((one.at for one in heard(state.scans)), default=None),
        "delivered_at": state.delivered_at,
        "late_after": None if state.final or state.status.delayed else find_deadline(state.window, state.scans),
        "stalls_at": None if state.stalled else find_stall(state.status.milestone, state.scans),
        "near": near,
        "turns_at": turns_at,
    }
    changed = {name: value for name, value in fields.items() if getattr(shipment, name) != value}
    for name, value in changed.items():
        setattr(shipment, name, value)
    return bool(changed)


def _when_to_ask(portal: Portal, shipment: Shipment, now: datetime) -> datetime | None:
    asker = askers.find_asker(portal, shipment.shop_id, shipment.carrier)
    due = polling.when_to_ask(shipment, asker.object if asker else None, shipment.ask_failures, now)
    return min(due, shipment.ask_at) if due and shipment.ask_at else due


def _owe_notices(portal: Portal, shipment: Shipment, state: State, now: datetime, silent: bool) -> None:
    order: Order = shipment.order
    if not order.email or order.deleted_at is not None:
        return
    owed = {str(moment): judge(moment, state, now) or _keep_quiet(shipment, at) for moment, at in state.moments.items()}
    for row in notices.sync_notices(shipment.shop_id, shipment, "email", order.email, owed, now, silent):
        payload = {"shop": shipment.shop_id, "notice": row}
        portal.owe("notice", key_of("notice", row, now), payload, now + portal.notice_hold)


def _keep_quiet(shipment: Shipment, at: datetime) -> str:
    """What happened before a shipment was silently taken over is no news to its customer, whenever we hear of it."""
    return "silent" if shipment.silent and at < shipment.created_at else ""
