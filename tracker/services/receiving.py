"""The doors for machines: verify, keep, answer. What a delivery says is read later, by the worker."""

import json
from collections.abc import Mapping
from hashlib import sha256

from tracker import crash
from tracker.domain.numbers import tidy
from tracker.host.registry import Provider
from tracker.sdk import Carrier, InboundRequest, Payload, StoreConnector, TrackingResult, Verdict
from tracker.store import inbox
from tracker.store.database import transaction
from tracker.store.erasing import find_parcels
from tracker.store.events import Origin
from tracker.store.inbox import Inbox
from tracker.store.shipments import ask_soon, carriers_of, note_answer
from tracker.store.shops import find_door, find_shop

from . import askers, erasure, looks, orders, push_doors, recording
from .portal import Portal

KEPT_HEADERS = ("content-type", "x-wc-webhook-topic", "x-wc-webhook-event", "x-wc-webhook-source", "retry-after")
"""What `parse` may need of a request; nothing that proves who sent it is kept."""


def receive_store(portal: Portal, slug: str, store: str, headers: Mapping[str, str], body: bytes) -> Verdict | None:
    """Judges a delivery from a store and keeps it when it is genuine and news. Header names are lower case.

    `None` where there is no such door: no shop of this short name, or no plugin that brings this store. Raises
    `SettingsMissing` when the shop has not set it up.
    """
    return _receive(portal, slug, portal.registry.stores.get(store), InboundRequest(headers, body))


def receive_carrier(
    portal: Portal, slug: str, carrier: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, str]
) -> Verdict | None:
    """Judges what a carrier sends by itself, and keeps it when it is genuine and news; else as `receive_store`."""
    provider = portal.registry.carriers.get(carrier)
    if provider is None or type(provider.object).verify is Carrier.verify:
        return None
    known = push_doors.knows(portal, slug, carrier, query.get(push_doors.KEY, ""))
    return _receive(portal, slug, provider, InboundRequest(headers, body, query, known))


def _receive(
    portal: Portal, slug: str, provider: Provider[StoreConnector] | Provider[Carrier] | None, request: InboundRequest
) -> Verdict | None:
    door = find_door(slug, provider.plugin) if provider and looks.can_be(slug) else None
    if provider is None or door is None or door.refused:
        return None
    shop, values = door.shop, json.loads(portal.box.open(door.sealed)) if door.sealed else {}
    ctx = portal.contexts.make(shop, provider.plugin, values=values)
    verdict = portal.calls.verify(provider, request, ctx)
    if verdict.valid and verdict.keep:
        with transaction():
            kept = {name: request.headers[name][:200] for name in KEPT_HEADERS if name in request.headers}
            inbox.receive(
                shop, provider.key, verdict.delivery, request.body, now=portal.now(), headers=kept,
                content_type=request.headers.get("content-type", "application/json"),
            )  # fmt: skip
            portal.queue.wake("inbox")
            crash.point("received")
        crash.point("acknowledged")
    return verdict


def process(portal: Portal, row: Inbox) -> list[str]:
    """Reads one kept delivery and records what it says; the warnings it left. Raises `PluginError` or a bug.

    Recording the same delivery twice changes nothing, so a worker that dies half-way costs nothing.
    """
    kind, _, name = row.source.partition(":")
    payload = Payload(bytes(row.body), row.content_type, row.mode, row.headers, tuple(row.numbers), row.carrier)
    if kind == "store":
        return _process_orders(portal, row, name, payload)
    return _process_scans(portal, row, name, payload)


def _process_orders(portal: Portal, row: Inbox, store: str, payload: Payload) -> list[str]:
    parsed = portal.calls.parse_orders(portal.registry.stores[store], row.shop_id, payload)
    accepted = [orders.accept(portal, row.shop_id, store, told, row.silent) for told in parsed.orders]
    erasure.tidy_up(portal, row.shop_id, row.id, [order.id for order in accepted if order])
    return list(parsed.warnings)


def _process_scans(portal: Portal, row: Inbox, asker: str, payload: Payload) -> list[str]:
    provider = portal.registry.carriers[asker]
    parsed = portal.calls.parse(provider, row.shop_id, payload)
    shop = find_shop(row.shop_id)
    assert shop is not None  # the row would have gone with it
    shows_people = shop.show_people
    loaded = portal.registry.plugins[provider.plugin].plugin
    origin = Origin(f"{loaded.name} {loaded.version}"[:100], sha256(row.body).hexdigest())
    parcels = find_parcels(shop.id, [tidy(result.number) for result in parsed.results])
    erased = {number for number, _order, is_erased in parcels if is_erased}
    for result in parsed.results:
        # Nothing of people is taken in of parcels whose customer had their data erased.
        shop.show_people = shows_people and tidy(result.number) not in erased
        carrier = _find_mover(portal, shop.id, provider, payload, result)
        if result.ask:
            _ask_soon(portal, shop.id, carrier, tidy(result.number))
        recording.record_result(portal, shop, carrier, result, origin, row.silent)
    # By number: a long list of complaints that names none of them concerns each, and only one of them is kept.
    said = {
        tidy(number): f"{problem.kind}: {problem.detail}"
        for problem in parsed.errors
        for number in ([problem.number] if problem.number else row.numbers)
    }
    for number, error in said.items():
        note_answer(row.shop_id, payload.carrier or asker, number, error)
    erasure.tidy_up(portal, shop.id, row.id, [order for _number, order, _erased in parcels])
    return list(parsed.warnings)


def _ask_soon(portal: Portal, shop: int, carrier: str, number: str) -> None:
    asker = askers.find_asker(portal, shop, carrier)
    if asker is not None and ask_soon(shop, carrier, number, portal.now(), asker.object.quickest):
        portal.queue.wake("polls")


def _find_mover(portal: Portal, shop: int, asker: Provider[Carrier], payload: Payload, result: TrackingResult) -> str:
    """Whose parcel a result is about: as it says, as was asked, or else the one that the shop has under this number.

    Where the shop has several carriers' parcels under it, nobody can tell. And nobody is believed about parcels of a
    carrier that it does not cover.
    """
    named, covered = result.carrier or payload.carrier, asker.object.covers
    if named == asker.id or not covered:
        return asker.id
    if named in covered and named in portal.registry.carriers:
        return named
    mine = [one for one in carriers_of(shop, tidy(result.number)) if one in covered]
    return mine[0] if len(mine) == 1 else asker.id
