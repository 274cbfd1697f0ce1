"""Projections: what pages are made from, refreshed in the transaction that changes something."""

from typing import Any

from tracker.domain.polling import is_silent
from tracker.domain.rollup import Parcel, Piece, count_open, count_shippable, roll_up
from tracker.domain.states import FINAL
from tracker.sdk import Milestone, OrderState
from tracker.store import concerns, instructions, proofs, ratings
from tracker.store.orders import Line, Order, find_order, load_lines
from tracker.store.shipments import Shipment, load_quantities, load_shipments

from .portal import Portal


def refresh_order(portal: Portal, shop: int, order_id: int) -> Order | None:
    """Brings an order's derived state and its page's projection up to date; the order, or `None` if it is not there.

    `version` grows only when something a reader could see has changed.
    """
    order = find_order(shop, order_id)
    if order is not None:
        refresh(portal, order)
    return order


def refresh(portal: Portal, order: Order) -> None:
    """The same for an order as it was read in this very `writing`."""
    lines, shipments = load_lines(order.shop_id, order.id), load_shipments(order.shop_id, order.id)
    quantities = load_quantities(order.shop_id, order.id)
    pieces = [Piece(line.ref, count_shippable(line.quantity, line.cancelled, line.shippable)) for line in lines]
    parcels = [Parcel(Milestone(one.milestone), quantities.get(one.id, {})) for one in shipments]
    order.state = str(roll_up(pieces, parcels))
    live = [one for one in shipments if one.cancelled_at is None]
    order.trouble = any(one.state.get("trouble", False) for one in live)
    order.delivered_at = _delivered_at(order, live)
    view = _view(portal, order, lines, shipments, quantities, count_open(pieces, parcels))
    if view != order.view:
        order.view = view
        order.version += 1
    order.save()


def _delivered_at(order: Order, live: list[Shipment]) -> Any:
    instants = [one.delivered_at for one in live if one.delivered_at]
    return max(instants) if order.state == OrderState.SHIPPED and instants else None


def _view(
    portal: Portal,
    order: Order,
    lines: list[Line],
    shipments: list[Shipment],
    quantities: dict[int, dict[str, int]],
    left: dict[str, int],
) -> dict[str, Any]:
    titles = {line.ref: (line.ref, line.title) for line in lines}
    answers = instructions.project(order.shop_id, order.id)
    stars = ratings.project(order.shop_id, shipments)
    found = proofs.project(order.shop_id, shipments)
    return {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "milestone": order.milestone,
        "word": order.word,
        "state": order.state,
        "trouble": order.trouble,
        "lines": [_line(line, left.get(line.ref, 0)) for line in lines],
        "parcels": [
            {
                **_parcel(portal, one, [(titles[ref], count) for ref, count in quantities.get(one.id, {}).items()]),
                **found[one.id],
                "instructions": [each for each in answers if each["shipment"] == one.id],
                "rating": stars.get(one.id),
            }
            for one in shipments
        ],
        "instructions": [each for each in answers if each["shipment"] is None],
        "concerns": concerns.project(order.shop_id, order.id),
    }


def _line(line: Line, left: int) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "cancelled": line.cancelled,
        "shippable": line.shippable,
        "open": left,
        "image": line.image_url,
    }


def _parcel(portal: Portal, shipment: Shipment, contents: list[tuple[tuple[str, str], int]]) -> dict[str, Any]:
    names = {"en": shipment.carrier_name} if shipment.carrier_name else portal.carrier_names(shipment.carrier)
    return {
        "id": shipment.id,
        "carrier": shipment.carrier,
        "names": names,
        "number": shipment.number,
        "url": shipment.url or portal.carrier_url(shipment.shop_id, shipment.carrier, shipment.number),
        "cancelled": shipment.cancelled_at is not None,
        "contents": [{"ref": ref, "title": title, "quantity": count} for (ref, title), count in contents],
        **shipment.state,
        "near": shipment.near,
        "silence": _silence(shipment),
        "onward": [
            {
                "names": dict(portal.carrier_names(carrier)),
                "number": number,
                "url": portal.carrier_url(shipment.shop_id, carrier, number),
            }
            for carrier, number in shipment.state.get("onward", ())
        ],
    }


def _silence(shipment: Shipment) -> dict[str, str | None] | None:
    """Since when a carrier's system has not answered, and of when what is known is; `None` while it does.

    What it told by itself since then is news all the same.
    """
    since, heard = shipment.failing_since, shipment.last_event_at
    if since is None or not is_silent(shipment.ask_failures) or shipment.state.get("milestone") in FINAL:
        return None
    if heard is not None and heard > since:
        return None
    return {"since": since.isoformat(), "as_of": shipment.answered_at.isoformat() if shipment.answered_at else None}
