"""What carriers tell beside scans: proofs of delivery, and where a parcel waits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from tracker.domain.states import UNEXPECTED

from .base import Row
from .fields import UTCDateTimeField
from .handovers import Numbered
from .shipments import Shipment
from .shops import Shop

MOST_KEPT = 10
"""Proofs of one kind that are kept of one answer's parcel."""


class Proof(Row):
    """A photo or signature that a carrier gave of a number.

    `state` is `wanted` (only its address is known), `kept`, or `gone` (it cannot be had, or was let go: the row stays,
    so that nobody asks for it again). `as_of` is the wall clock of the scan that it was told along with: a number that
    is used again has proofs of its own. It is empty where the answer told of several parcels.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    kind = peewee.CharField(10)
    digest = peewee.CharField(64)
    state = peewee.CharField(10)
    url = peewee.TextField(default="")
    content_type = peewee.CharField(40, default="")
    body = peewee.BlobField(null=True)
    as_of = peewee.CharField(19, default="")
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "kind", "digest"), True),)


class Pickup(Row):
    """Where a number waits to be collected, as a carrier told it: `body` holds the fields of `tracker.sdk.Pickup`."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    digest = peewee.CharField(64)
    body = peewee.JSONField(default=dict)
    as_of = peewee.CharField(19, default="")
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proof as it is to be kept. `digest` names what the carrier gave: its bytes, or its address."""

    kind: str
    digest: str
    state: str
    url: str = ""
    content_type: str = ""
    body: bytes | None = None


_SHOWN = (Proof.id, Proof.carrier, Proof.number, Proof.kind, Proof.state, Proof.as_of)


def known_digests(shop: int, carrier: str, number: str, digests: Collection[str]) -> set[str]:
    """Which of these proofs are here already, in whatever state."""
    where = _is_at(Proof, shop, (carrier, number)) & Proof.digest.in_(list(digests))
    return {row.digest for row in Proof.select(Proof.digest).where(where)}


def add_proof(shop: int, carrier: str, number: str, draft: Draft, as_of: str, now: datetime) -> Proof | None:
    """Keeps a proof; the row where there is something to do or to show that was not before, else `None`.

    One that is told again belongs to the oldest scan it was told along with, and its newer address counts.
    """
    here = _is_at(Proof, shop, (carrier, number)) & (Proof.kind == draft.kind)
    row: Proof | None = Proof.get_or_none(here & (Proof.digest == draft.digest))
    if row is None:
        if Proof.select(Proof.id).where(here & (Proof.as_of == as_of)).count() >= MOST_KEPT:
            return None
        return Proof.create(
            shop=shop, carrier=carrier, number=number, kind=draft.kind, digest=draft.digest, state=draft.state,
            url=draft.url, content_type=draft.content_type, body=draft.body, as_of=as_of, created_at=now,
        )  # fmt: skip
    news: dict[str, Any] = {"as_of": as_of} if as_of < row.as_of else {}
    if draft.url and row.url and draft.url != row.url and row.state != "kept":
        news |= {"url": draft.url, "state": "wanted"}
    if not news:
        return None
    Proof.update(news).where((Proof.shop == shop) & (Proof.id == row.id)).execute()
    return find_proof(shop, row.id)


def add_pickup(
    shop: int, carrier: str, number: str, body: Mapping[str, Any], digest: str, as_of: str, now: datetime
) -> bool:
    """Keeps where a number waits; True where that is news."""
    here = _is_at(Pickup, shop, (carrier, number)) & (Pickup.digest == digest)
    row: Pickup | None = Pickup.get_or_none(here)
    if row is None:
        Pickup.create(
            shop=shop, carrier=carrier, number=number, digest=digest, body=dict(body), as_of=as_of, created_at=now
        )
        return True
    # Told again later it holds again: the parcel may have been elsewhere in between.
    return as_of > row.as_of and bool(Pickup.update(as_of=as_of).where(here).execute())


def find_proof(shop: int, proof: int) -> Proof | None:
    """A proof with all there is of it."""
    return Proof.get_or_none((Proof.shop == shop) & (Proof.id == proof))


def keep_picture(shop: int, proof: int, content_type: str, body: bytes) -> None:
    """Keeps the picture that a proof's address led to."""
    news = {"state": "kept", "content_type": content_type, "body": body, "url": ""}
    Proof.update(news).where((Proof.shop == shop) & (Proof.id == proof)).execute()


def drop_proofs(shop: int, proofs: Collection[int]) -> int:
    """Lets proofs go and remembers that they were there. An address that may get another one stays known by nobody."""
    gone = {"state": "gone", "content_type": "", "body": None, "url": ""}
    return int(Proof.update(gone).where((Proof.shop == shop) & Proof.id.in_(list(proofs))).execute())


def give_up(shop: int, proof: int) -> None:
    """Keeps that an address leads to no picture; another address of the same one may."""
    Proof.update(state="gone").where((Proof.shop == shop) & (Proof.id == proof)).execute()


def own_proofs(shop: int, shipments: Sequence[Shipment]) -> dict[int, list[Proof]]:
    """The proofs of each shipment's own parcel, whatever their state, without pictures; by shipment.

    Their order is the same in whatever order they were told.
    """
    found: dict[int, list[Proof]] = _sort(Proof.select(*_SHOWN, Proof.digest), shop, shipments)
    return {id: sorted(rows, key=lambda row: (row.as_of, row.kind, row.digest)) for id, rows in found.items()}


def own_pickups(shop: int, shipments: Sequence[Shipment]) -> dict[int, list[Pickup]]:
    """Where each shipment's own parcel was told to wait, the latest last; by shipment."""
    found: dict[int, list[Pickup]] = _sort(Pickup.select(), shop, shipments)
    return {id: sorted(rows, key=_rank) for id, rows in found.items()}


def project(shop: int, shipments: Sequence[Shipment]) -> dict[int, dict[str, Any]]:
    """What the page may show of each shipment: `{"proofs": [{"id", "kind"}], "pickup": {...} or None}`.

    `pickup` holds the fields of `tracker.sdk.Pickup`, `until` as ISO text, until the parcel is home or on its way back.
    """
    proofs = own_proofs(shop, shipments)
    pickups = own_pickups(shop, [one for one in shipments if one.milestone not in UNEXPECTED])
    return {
        one.id: {
            "proofs": [{"id": row.id, "kind": row.kind} for row in proofs.get(one.id, ()) if row.state == "kept"],
            "pickup": pickups[one.id][-1].body if one.id in pickups else None,
        }
        for one in shipments
    }


def find_old(shop: int, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Carriers and numbers of up to `limit` proofs and pick-up points that were told before an instant."""
    found: set[tuple[str, str]] = set()
    for model in (Proof, Pickup):
        where = (model.shop == shop) & (model.created_at < before)
        found |= {
            (row.carrier, row.number) for row in model.select(model.carrier, model.number).where(where).limit(limit)
        }
    return sorted(found)


def purge(shop: int, carrier: str, number: str, before: datetime) -> int:
    """Deletes what was told of a number before an instant; tells how much."""
    old = [_is_at(model, shop, (carrier, number)) & (model.created_at < before) for model in (Proof, Pickup)]
    return sum(int(model.delete().where(where).execute()) for model, where in zip((Proof, Pickup), old, strict=True))


def find_kind(shop: int, kind: str, limit: int) -> list[Proof]:
    """Up to `limit` proofs of a kind that are kept or wanted, without pictures."""
    where = (Proof.shop == shop) & (Proof.kind == kind) & (Proof.state != "gone")
    return list(Proof.select(*_SHOWN).where(where).order_by(Proof.id).limit(limit))


def drop_pickups(shop: int, pickups: Collection[int]) -> int:
    """Deletes pick-up points."""
    return int(Pickup.delete().where((Pickup.shop == shop) & Pickup.id.in_(list(pickups))).execute())


def _sort(query: Any, shop: int, shipments: Sequence[Shipment]) -> dict[int, list[Any]]:
    """The rows of a query that are about each shipment's own parcel; by shipment."""
    numbers = {one.id: list(_numbers(one)) for one in shipments}
    wanted = sorted({number for each in numbers.values() for _, number in each})
    if not wanted:
        return {}
    model = query.model
    rows = list(query.where((model.shop == shop) & model.number.in_(wanted)).order_by(model.id))
    found = {one.id: [row for row in rows if _is_own(row, one, numbers[one.id])] for one in shipments}
    return {id: own for id, own in found.items() if own}


def _numbers(shipment: Shipment) -> Iterator[Numbered]:
    yield shipment.carrier, shipment.number
    onward: Iterable[Sequence[str]] = shipment.state.get("onward", ())
    yield from ((carrier, number) for carrier, number in onward)


def _is_own(row: Any, shipment: Shipment, numbers: Sequence[Numbered]) -> bool:
    """Whether it was told of this parcel, and not of another that has, had or will have its number."""
    if (row.carrier, row.number) not in numbers:
        return False
    span = shipment.state.get("span")
    return span is None or bool(span[0] <= row.as_of < span[1])


def _rank(row: Pickup) -> tuple[Any, ...]:
    """Told with the newest scan; of those the one that says most, and holds longest."""
    body = row.body
    return (row.as_of, sum(1 for value in body.values() if value), body.get("until") or "", row.digest)


def _is_at(model: type[Proof] | type[Pickup], shop: int, numbered: Numbered) -> peewee.Expression:
    where: peewee.Expression = (model.shop == shop) & (model.carrier == numbered[0]) & (model.number == numbered[1])
    return where
