"""The doors for machines: verify, keep, answer. What a delivery says is read later, by the worker."""

import json
from collections.abc import Mapping

from tracker import crash
from tracker.domain.numbers import tidy
from tracker.sdk import InboundRequest, Payload, Verdict
from tracker.store import inbox
from tracker.store.database import transaction
from tracker.store.inbox import Inbox
from tracker.store.shipments import note_answer
from tracker.store.shops import find_door

from . import looks, orders, recording
from .portal import Portal

KEPT_HEADERS = ("content-type", "x-wc-webhook-topic", "x-wc-webhook-event", "x-wc-webhook-source", "retry-after")
"""What `parse` may need of a request; nothing that proves who sent it is kept."""


def receive_store(portal: Portal, slug: str, store: str, headers: Mapping[str, str], body: bytes) -> Verdict | None:
    """Judges a delivery from a store and keeps it when it is genuine and news. Header names are lower case.

    `None` where there is no such door: no shop of this short name, or no plugin that brings this store. Raises
    `SettingsMissing` when the shop has not set it up.
    """
    provider = portal.registry.stores.get(store)
    door = find_door(slug, provider.plugin) if provider and looks.can_be(slug) else None
    if provider is None or door is None:
        return None
    shop, sealed = door
    ctx = portal.contexts.make(shop, provider.plugin, values=json.loads(portal.box.open(sealed)) if sealed else {})
    verdict = portal.calls.verify(provider, InboundRequest(headers, body), ctx)
    if verdict.valid and verdict.keep:
        with transaction():
            kept = {name: headers[name][:200] for name in KEPT_HEADERS if name in headers}
            inbox.receive(
                shop, provider.key, verdict.delivery, body, now=portal.now(), headers=kept,
                content_type=headers.get("content-type", "application/json"),
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
    payload = Payload(bytes(row.body), row.content_type, row.mode, row.headers, tuple(row.numbers))
    if kind == "store":
        return _process_orders(portal, row, name, payload)
    return _process_scans(portal, row, name, payload)


def _process_orders(portal: Portal, row: Inbox, store: str, payload: Payload) -> list[str]:
    parsed = portal.calls.parse_orders(portal.registry.stores[store], row.shop_id, payload)
    for told in parsed.orders:
        orders.accept(portal, row.shop_id, store, told, row.silent)
    return list(parsed.warnings)


def _process_scans(portal: Portal, row: Inbox, carrier: str, payload: Payload) -> list[str]:
    parsed = portal.calls.parse(portal.registry.carriers[carrier], row.shop_id, payload)
    for result in parsed.results:
        recording.record_result(portal, row.shop_id, carrier, result, row.silent)
    for problem in parsed.errors:
        for number in [problem.number] if problem.number else row.numbers:
            note_answer(row.shop_id, carrier, tidy(number), f"{problem.kind}: {problem.detail}")
    return list(parsed.warnings)
