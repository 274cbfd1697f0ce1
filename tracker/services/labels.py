"""Labels: asked of the carrier by the worker, kept for a while, and handed to staff to be printed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tracker.domain.audit import chain_of_shipment
from tracker.host.errors import PluginBug
from tracker.host.registry import Provider
from tracker.i18n import gettext as _
from tracker.sdk import Carrier, PluginError, RateLimited, Upstream
from tracker.store import labels as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.labels import Label
from tracker.store.shipments import Shipment, find_shipment

from . import polling
from .plugins import is_enabled
from .portal import Portal
from .refusals import Refused

__all__ = ["Label", "Refused", "ask", "gives_labels", "load", "read", "run"]

TOPIC = "label"
PATIENCE = timedelta(minutes=15)
"""For so long a carrier that does not answer is asked again; then somebody has to press the button once more."""


def gives_labels(portal: Portal, shipment: Shipment) -> bool:
    """Whether the carrier of a shipment can be asked for its label."""
    return shipment.cancelled_at is None and _find_maker(portal, shipment) is not None


def ask(portal: Portal, shipment: Shipment, actor: str) -> None:
    """Has the worker get the label of a shipment; asking again while it is at it changes nothing. Raises `Refused`."""
    if not gives_labels(portal, shipment):
        raise Refused(_("This carrier gives no labels to print."))
    now, shop = portal.now(), shipment.shop_id
    with writing(shop):
        known = load(portal, shop, [shipment]).get(shipment.id)
        if known and known.state == "asked" and now - known.asked_at < PATIENCE:
            return
        key = f"{TOPIC}:{shipment.id}:{secrets.token_hex(8)}"
        rows.begin_label(shop, shipment.id, shipment.revision, key, now)
        append_audit(shop, chain_of_shipment(shipment.id), now, actor, "label-asked", {"number": shipment.number})
        portal.owe(TOPIC, key, {"shop": shop, "shipment": shipment.id})


def run(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Gets one label and keeps it, or why there is none.

    Raises `Upstream` and `RateLimited` for another try, as long as somebody may still be waiting.
    """
    shop, shipment = int(payload["shop"]), find_shipment(int(payload["shop"]), int(payload["shipment"]))
    row = rows.load_labels(shop, [shipment.id]).get(shipment.id) if shipment else None
    if shipment is None or row is None or row.key != key or row.state != "asked":
        return
    maker = _find_maker(portal, shipment)
    if maker is None or row.revision != shipment.revision:
        rows.note_label(shop, shipment.id, key, "bad_request: the shipment has changed since", failed=True)
        return
    try:
        ctx = portal.contexts.make(shop, maker.plugin, worker=True)
        query = polling.make_query(shipment, shipment.carrier, shipment.number, maker.object)
        label = portal.calls.label(maker, shop, query, ctx)
    except (PluginError, PluginBug) as error:
        later = isinstance(error, Upstream | RateLimited) and portal.now() - row.asked_at < PATIENCE
        rows.note_label(shop, shipment.id, key, f"{error.kind}: {error}", failed=not later)
        if later:
            raise
        return
    rows.keep_label(shop, shipment.id, key, label.content_type, label.body, portal.now())


def load(portal: Portal, shop: int, shipments: Sequence[Shipment]) -> dict[int, Label]:  # noqa: ARG001
    """The labels of shipments, without their bytes, by shipment; none that was asked for under a former number."""
    found = rows.load_labels(shop, [one.id for one in shipments])
    return {one.id: found[one.id] for one in shipments if one.id in found and found[one.id].revision == one.revision}


def read(portal: Portal, shipment: Shipment) -> Label | None:  # noqa: ARG001
    """The label of a shipment with its bytes; `None` unless it is ready."""
    row = rows.read_label(shipment.shop_id, shipment.id)
    return row if row and row.state == "ready" and row.revision == shipment.revision else None


def _find_maker(portal: Portal, shipment: Shipment) -> Provider[Carrier] | None:
    """Whom to ask for a label: the carrier itself, else a vendor that sells its labels."""
    every = portal.registry.carriers
    own = [every[shipment.carrier]] if shipment.carrier in every else []
    vendors = [one for one in every.values() if shipment.carrier in one.object.covers]
    return next((one for one in (*own, *vendors) if _makes_labels(portal, shipment.shop_id, one)), None)


def _makes_labels(portal: Portal, shop: int, provider: Provider[Carrier]) -> bool:
    return type(provider.object).label is not Carrier.label and is_enabled(portal, shop, provider.plugin)
