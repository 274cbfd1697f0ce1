"""Proofs of delivery and pick-up points that plugins hand over, as input: sizes, addresses and texts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice

from tracker.sdk import Pickup, Proof

from .checks import is_public_url
from .values import Wrong, check_point, clean, cut, expect, items_of

KINDS = ("photo", "signature")
MOST_PROOFS, LARGEST_PROOF, LONGEST_URL = 10, 5_000_000, 2000
MOST_LINES, NAME, ADDRESS, LINE, CODE = 14, 120, 300, 120, 40
FIRST_YEAR, LAST_YEAR = 2000, 2100


def check_proofs(value: object, warnings: list[str]) -> tuple[Proof, ...]:
    """The proofs of one answer that can be kept; a warning for each that cannot. Raises `Wrong`."""
    told = [_read_proof(one, warnings) for one in cut(items_of(value), MOST_PROOFS, "proofs", warnings)]
    return tuple(one for one in told if one is not None)


def check_proofs_given(value: object) -> tuple[Proof, ...]:
    """What a carrier answered when it was asked for proofs. Raises `Wrong`."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise Wrong(f"{type(value).__name__} where proofs belong")
    return check_proofs(list(islice(value, MOST_PROOFS)), [])


def check_pickup(value: object, warnings: list[str]) -> Pickup | None:
    """Where a parcel waits, as far as it can be kept; `None` where neither a name nor an address is. Raises `Wrong`."""
    pickup = expect(value, Pickup)
    if pickup.until is not None and expect(pickup.until, datetime).tzinfo is not None:
        raise Wrong("a pickup whose until has a zone; it is the wall clock there")
    if pickup.point is not None:
        check_point(pickup.point)
    hours = [clean(line, LINE) for line in cut(items_of(pickup.hours), MOST_LINES, "lines of hours", warnings)]
    name, address = clean(pickup.name, NAME), clean(pickup.address, ADDRESS)
    if not name and not address:
        warnings.append("a pickup without a name and an address is left out")
        return None
    sane = pickup.until is not None and FIRST_YEAR <= pickup.until.year < LAST_YEAR
    return replace(
        pickup,
        name=name,
        address=address,
        hours=tuple(line for line in hours if line),
        until=pickup.until if sane else None,
        code=clean(pickup.code, CODE),
    )


def _read_proof(value: object, warnings: list[str]) -> Proof | None:
    proof = expect(value, Proof)
    if proof.kind not in KINDS:
        raise Wrong(f"a proof of the unknown kind {proof.kind!r:.40}")
    body, url = expect(proof.body, bytes), expect(proof.url, str)
    if len(body) > LARGEST_PROOF:
        warnings.append(f"a {proof.kind} of more than {LARGEST_PROOF:,} bytes is left out")
    elif body:
        return Proof(proof.kind, body)
    elif len(url) <= LONGEST_URL and is_public_url(url):
        return Proof(proof.kind, url=url)
    else:
        warnings.append(f"a {proof.kind} is left out: it has neither a picture nor an https address")
    return None
