"""Evidence: what a shop can show of a shipment long afterwards, and what others can check."""

from tracker.store.audit import find_head

from .portal import Portal


def chain_of(shipment: int) -> str:
    """The name of a shipment's chain in the audit record."""
    return f"shipment:{shipment}"


def head(_portal: Portal, shop: int, shipment_id: int) -> str:
    """The hash of the newest entry of a shipment's chain, 64 hexadecimal digits; empty where there is none yet.

    Whoever has it can tell later that nothing up to that entry was changed.
    """
    return find_head(shop, chain_of(shipment_id))
