"""Updates: messages that say that there is an answer to what a customer asked or reported."""

from tracker.store.orders import Order

from .portal import Portal

TOPIC = "update"
KINDS = frozenset({"instruction", "concern"})


def owe_update(portal: Portal, shop: int, order: Order, kind: str, ref: int) -> None:
    """Owes an order's customer one message about an `instruction` (`ref` is its id) or a `concern` (its number).

    Call it once for every change that its customer has to hear of, in the `writing(shop)` that made the change. What
    changes again before the message leaves is told once. Who is written to, how and whether is decided when it leaves.
    Raises `ValueError` for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no update about {kind!r}")
    now = portal.now()
    key = f"{TOPIC}:{shop}.{kind}.{ref}:{now.timestamp():.3f}"
    portal.owe(TOPIC, key, {"shop": shop, "order": order.id, "kind": kind, "ref": ref}, now + portal.notice_hold)
