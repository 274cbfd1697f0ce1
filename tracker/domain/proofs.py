"""Which parcel something belongs to that a carrier told beside scans: its number may be used again."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from tracker.sdk import Event, Milestone

from .epochs import ENDS, NEW_LABEL, ORDER, REST, STARTS

SIGNED = frozenset(
    {"expires", "signature", "sig", "policy", "key-pair-id", "awsaccesskeyid", "se", "sp", "sv", "sr", "st"}
)
"""Fields of an address by which a store of files lets somebody in for a while. They change with each answer."""


def date_proofs(events: Iterable[Event]) -> datetime | None:
    """The wall clock of the delivery that proofs in an answer are about, else of its newest scan.

    `None` where its scans are of several parcels, or have no date: nobody can tell then whose delivery is proved.
    """
    told = sorted(
        (one.local, ORDER[one.status.milestone], one.status.milestone) for one in events if one.local is not None
    )
    ended = False
    for (before, _, milestone), (after, _, following) in pairwise(told):
        ended = ended or milestone in ENDS
        gap = after - before
        if gap >= REST or (ended and following in STARTS and gap >= NEW_LABEL):
            return None
    delivered = [local for local, _, milestone in told if milestone is Milestone.DELIVERED]
    return max(delivered or [local for local, _, _ in told], default=None)


def name_address(url: str) -> str:
    """An address without what lets in for a while: equal for the same picture, answer after answer."""
    parts = urlsplit(url)
    fields = [
        f"{name}={value}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in SIGNED and not name.lower().startswith(("x-amz-", "x-goog-"))
    ]
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{'&'.join(fields)}"
