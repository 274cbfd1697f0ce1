"""Proofs of delivery and pick-up points: kept as carriers tell them, got from where they lie, and let go again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.domain.proofs import date_proofs, name_address
from tracker.host.registry import Provider
from tracker.sdk import Carrier, Event, InvalidNumber, NotFound, Pickup, Proof, RateLimited, TrackingResult
from tracker.store import handovers
from tracker.store import proofs as rows
from tracker.store.database import writing
from tracker.store.orders import find_order
from tracker.store.outbox import key_of
from tracker.store.proofs import Draft
from tracker.store.shipments import Shipment, find_shipment, load_shipments, sharing_number
from tracker.store.shops import Shop, find_shop

from . import askers, pictures, polling, projections
from .portal import Portal
from .refusals import Refused

TOPIC = "proofs"
WAITS = (timedelta(minutes=2), timedelta(hours=4), timedelta(days=1))
"""When a carrier is asked for proofs after a delivery was told, as long as it has given none: photos come late."""
NEWS = timedelta(days=14)
"""Nobody asks for proofs of what was delivered longer ago when it is heard of."""
EDGE = 1280
KEEP = timedelta(days=90)
"""How long proofs and pick-up points are kept: as long as a link outlives the delivery."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer told beside scans, ready to be kept: proofs as drawn anew, and a pick-up point."""

    proofs: tuple[Draft, ...]
    proved_at: str
    pickup: dict[str, Any] | None
    as_of: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A proof to be shown: `photo` or `signature`, drawn anew by us."""

    kind: str
    content_type: str
    body: bytes


def draw(shop: Shop, carrier: str, number: str, result: TrackingResult, events: Sequence[Event]) -> Told | None:
    """What a result tells beside its `events`; `None` where that is nothing. Call it outside of any transaction.

    Signatures are somebody's: they are passed over unless the shop shows people.
    """
    if not result.proofs and result.pickup is None:
        return None
    newest = max((event.local for event in events if event.local), default=None)
    pickup = _as_json(result.pickup) if result.pickup else None
    return Told(_draw(shop, carrier, number, result.proofs), _wall(date_proofs(events)), pickup, _wall(newest))


def keep(portal: Portal, shop: int, carrier: str, number: str, told: Told) -> bool:
    """Keeps what was told, and owes what is to be got; whether pages change by it. Call it inside a transaction."""
    now, changed = portal.now(), False
    for draft in told.proofs:
        row = rows.add_proof(shop, carrier, number, draft, told.proved_at, now)
        if row is not None and row.state == "wanted":
            key = f"{key_of('proof', row.id, row.created_at)}:{_digest(row.url)[:16]}"
            portal.owe("proof", key, {"shop": shop, "proof": row.id})
        changed = changed or row is not None
    if told.pickup is not None:
        digest = _digest(json.dumps(told.pickup, sort_keys=True))
        changed = rows.add_pickup(shop, carrier, number, told.pickup, digest, told.as_of, now) or changed
    return changed


def refresh(portal: Portal, shop: int, carrier: str, number: str) -> None:
    """Brings the pages of all orders up to date that travel under a number. Call it inside a transaction."""
    for known in handovers.trace_back(shop, carrier, number):
        for order in {one.order_id for one in sharing_number(shop, *known)}:
            projections.refresh_order(portal, shop, order)


def get(portal: Portal, payload: Mapping[str, Any], key: str) -> None:  # noqa: ARG001
    """Gets the picture of one wanted proof. Raises `Upstream` and `RateLimited` for another try, for a day."""
    row = rows.find_proof(int(payload["shop"]), int(payload["proof"]))
    if row is None or row.state != "wanted" or portal.contexts.http is None:
        return
    late = portal.now() - row.created_at >= timedelta(days=1)
    body = None if late else pictures.get(portal.contexts.http(), row.url)
    drawn = _redraw(body) if body is not None else None
    with writing(row.shop_id):
        if drawn is None:
            rows.give_up(row.shop_id, row.id)
        else:
            rows.keep_picture(row.shop_id, row.id, *drawn)
            refresh(portal, row.shop_id, row.carrier, row.number)


def owe_asking(portal: Portal, shipment: Shipment, tries: int = 0) -> None:
    """Has the worker ask for proofs of a delivery, where the carrier can be asked. Call it inside a transaction."""
    now = portal.now()
    if shipment.delivered_at is None or now - shipment.delivered_at > NEWS or tries >= len(WAITS):
        return
    if askers.find_prover(portal, shipment.shop_id, shipment.carrier) is not None:
        key = f"{key_of(TOPIC, shipment.id, shipment.created_at)}:{shipment.revision}:{tries}"
        body = {"shop": shipment.shop_id, "shipment": shipment.id, "revision": shipment.revision, "tries": tries}
        portal.owe(TOPIC, key, body, now + WAITS[tries])


def ask(portal: Portal, payload: Mapping[str, Any], key: str) -> None:  # noqa: ARG001
    """Asks a carrier for the proofs of one delivery, and later again where it has none yet.

    Raises the errors of `tracker.sdk.errors` for another try.
    """
    shop, shipment = find_shop(int(payload["shop"])), find_shipment(int(payload["shop"]), int(payload["shipment"]))
    if shop is None or shipment is None or shipment.revision != payload["revision"] or not _can_prove(shipment):
        return
    prover = askers.find_prover(portal, shipment.shop_id, shipment.carrier)
    known = rows.own_proofs(shop.id, [shipment]).get(shipment.id, ())
    if prover is None or any(one.state != "gone" for one in known):
        return
    drafts = _draw(shop, shipment.carrier, shipment.number, _ask(portal, prover, shipment))
    proved_at = max(one["local"] for one in _deliveries(shipment))
    with writing(shop.id):
        if not drafts:
            owe_asking(portal, shipment, int(payload["tries"]) + 1)
        elif keep(portal, shop.id, shipment.carrier, shipment.number, Told(drafts, proved_at, None, "")):
            refresh(portal, shop.id, shipment.carrier, shipment.number)


def read(shop: int, order: int, shipment: int, proof: int) -> Picture | None:
    """A proof that an order's view shows of a parcel; `None` for every other, and once a shop hides people."""
    found = find_order(shop, order)
    parcels = found.view.get("parcels", ()) if found else ()
    shown = {one["id"] for parcel in parcels if parcel["id"] == shipment for one in parcel.get("proofs", ())}
    row, owner = (rows.find_proof(shop, proof), find_shop(shop)) if proof in shown else (None, None)
    if row is None or owner is None or row.state != "kept" or (row.kind == "signature" and not owner.show_people):
        return None
    return Picture(row.kind, row.content_type, bytes(row.body or b""))


def forget(portal: Portal, shop: int, order: int) -> int:  # noqa: ARG001
    """Lets all proofs and pick-up points of an order's parcels go for good; tells how many.

    Call it inside a transaction, and refresh the order's projection after it.
    """
    shipments = load_shipments(shop, order)
    proofs = [row.id for own in rows.own_proofs(shop, shipments).values() for row in own]
    pickups = [row.id for own in rows.own_pickups(shop, shipments).values() for row in own]
    return rows.drop_proofs(shop, proofs) + rows.drop_pickups(shop, pickups)


def let_go(portal: Portal, shop: int) -> int:
    """Deletes some of what has been kept long enough; tells how much."""
    before, count = portal.now() - KEEP, 0
    for carrier, number in rows.find_old(shop, before, BATCH):
        with writing(shop):
            count += rows.purge(shop, carrier, number, before)
            refresh(portal, shop, carrier, number)
    return count


def hide_people(portal: Portal, payload: Mapping[str, Any], key: str) -> None:  # noqa: ARG001
    """Lets the signatures of a shop go that shows nobody any more."""
    shop = find_shop(int(payload["shop"]))
    while shop is not None and not shop.show_people and (found := rows.find_kind(shop.id, "signature", BATCH)):
        with writing(shop.id):
            rows.drop_proofs(shop.id, [row.id for row in found])
            for carrier, number in dict.fromkeys((row.carrier, row.number) for row in found):
                refresh(portal, shop.id, carrier, number)


def _draw(shop: Shop, carrier: str, number: str, told: Sequence[Proof]) -> tuple[Draft, ...]:
    """The proofs as they are to be kept. What is here already is not drawn once more."""
    wanted = {
        _digest(one.body or name_address(one.url)): one for one in told if shop.show_people or one.kind != "signature"
    }
    known = rows.known_digests(shop.id, carrier, number, list(wanted)) if wanted else set()
    drafts = []
    for digest, one in wanted.items():
        if not one.body:
            drafts.append(Draft(one.kind, digest, "wanted", one.url))
            continue
        drawn = None if digest in known else _redraw(one.body)
        drafts.append(Draft(one.kind, digest, "kept", "", *drawn) if drawn else Draft(one.kind, digest, "gone"))
    return tuple(drafts)


def _redraw(body: bytes) -> tuple[str, bytes] | None:
    try:
        return pictures.redraw(body, edge=EDGE)
    except Refused:
        return None


def _ask(portal: Portal, prover: Provider[Carrier], shipment: Shipment) -> Sequence[Proof]:
    shop, limits = shipment.shop_id, prover.object.limits
    wait = portal.ports.rates.take(shop, prover.key, limits.requests, limits.per, portal.now())
    if wait > 0:
        raise RateLimited("its turn comes later", wait)
    ctx = portal.contexts.make(shop, prover.plugin, worker=True)
    query = polling.make_query(shipment, shipment.carrier, shipment.number, prover.object)
    try:
        return portal.calls.proofs(prover, shop, query, ctx)
    except (NotFound, InvalidNumber):
        return ()


def _can_prove(shipment: Shipment) -> bool:
    """Whether what the carrier says now of the number is about this delivery: nobody has got it after it."""
    span = shipment.state.get("span")
    if shipment.order.erased_at is not None:
        return False
    return bool(_deliveries(shipment)) and (span is None or span[1].startswith("9999"))


def _deliveries(shipment: Shipment) -> list[dict[str, Any]]:
    told = shipment.state.get("events", ()) if shipment.milestone == "delivered" else ()
    return [one for one in told if one["milestone"] == "delivered" and one["source"] == "carrier"]


def _as_json(pickup: Pickup) -> dict[str, Any]:
    return {
        **asdict(pickup),
        "hours": list(pickup.hours),
        "until": _wall(pickup.until) or None,
        "point": list(pickup.point) if pickup.point else None,
    }


def _wall(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _digest(told: bytes | str) -> str:
    return hashlib.sha256(told if isinstance(told, bytes) else told.encode()).hexdigest()
