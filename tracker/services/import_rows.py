"""Imported rows on their way into orders: which order, which carrier, and what of it is news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from tracker.domain.csv_problems import SHOWN, Problem
from tracker.domain.csv_rows import Header, Row
from tracker.domain.names import fold_name, match_carrier
from tracker.domain.numbers import CarrierFormats, rank, tidy, verify
from tracker.domain.states import SCANNED
from tracker.i18n import choose_name
from tracker.sdk import OrderMilestone, plain
from tracker.store.imports import find_orders
from tracker.store.orders import Order, find_order, load_lines
from tracker.store.shipments import Shipment, find_in_order, load_quantities
from tracker.store.shops import Shop

from . import own_carriers, shipping, wording
from .portal import Portal

SURE = 0.9
"""From this confidence on a number names its carrier by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of one parcel: `added`, `changed`, `unchanged` or `refused`.

    `refused` counts those of its rows that were refused while the others went in.
    """

    kind: str
    problems: tuple[Problem, ...] = ()
    refused: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """A carrier as a row names it: our id, and name and link where it is none of ours."""

    carrier: str
    name: str = ""
    url: str = ""


class _Refused(Exception):
    """`name` is the field, of which the file has its own title."""

    def __init__(self, name: str, value: str, reason: str, **details: str) -> None:
        super().__init__(reason)
        self.name, self.value, self.reason, self.details = name, value, reason, details


class Rows:
    """Puts rows into the orders of one shop."""

    def __init__(self, portal: Portal, shop: int, header: Header, actor: str, silent: bool) -> None:
        self._portal, self._shop, self._header, self._silent = portal, shop, header, silent
        self._actor = actor or "import"
        self._zone = ZoneInfo(Shop.get_by_id(shop).zone)
        self._words = wording.read_words(shop)
        self._carriers = {row.folded: row for row in own_carriers.list_own(shop)}
        self._names = {id: provider.object.names for id, provider in portal.registry.carriers.items()}
        self._orders: Mapping[str, list[Order]] = {}

    def prepare(self, rows: Sequence[Row]) -> None:
        """Looks up the orders of a batch at once. Call it outside of the transaction that `put` runs in."""
        self._orders = find_orders(self._shop, [row.order for row in rows], list(self._portal.registry.stores))

    def put(self, rows: Sequence[Row]) -> Outcome:
        """Writes the rows of one parcel; all of them or none."""
        rows = [self._read_word(row) for row in rows]
        left_out = [problem for row in rows for problem in row.problems]
        try:
            order = self._find_order(rows[0])
            good, quantities, strangers = self._read_quantities(order, rows)
            kind = self._write(order, good, quantities)
        except _Refused as refused:
            return Outcome("refused", tuple(self._problem(row, refused) for row in rows))
        except shipping.Refused as refused:
            hint = _Refused(refused.field, rows[0].number, "refused", hint=str(refused))
            return Outcome("refused", tuple(self._problem(row, hint) for row in rows))
        return Outcome(kind, (*left_out, *strangers), len(strangers))

    def _read_word(self, row: Row) -> Row:
        """The row with the status that the shop itself calls so, whatever others mean by the word."""
        own = self._words.get(fold_name(row.word)) if row.word else None
        if own is None:
            return row
        problems = tuple(problem for problem in row.problems if problem.reason != "unknown_status")
        return replace(row, custom=own[0], status=own[1], problems=problems)

    def _write(self, order: Order, rows: Sequence[Row], quantities: dict[str, int]) -> str:
        way = self._choose_carrier(rows[0])
        number = self._check_number(way.carrier, rows[0].number)
        shipped_at = self._instant("shipped_at", rows[0].shipped_at)
        for row in rows:  # refused before anything is written
            self._instant("status_at", row.status_at)
        before = find_in_order(self._shop, order.id, way.carrier, number)
        if before is not None:
            return "changed" if self._update(order, before, rows, quantities) else "unchanged"
        shipment, _ = shipping.add_shipment(
            self._portal, self._shop, order, way.carrier, number, actor=self._actor, quantities=quantities,
            shipped_at=shipped_at, carrier_name=way.name, url=way.url, silent=self._silent,
            handed_over=_is_handed_over(rows),
        )  # fmt: skip
        self._say(shipment, rows)
        self._complete(order, rows)
        return "added"

    def _update(self, order: Order, shipment: Shipment, rows: Sequence[Row], quantities: dict[str, int]) -> bool:
        """Whether the rows of a shipment that is there already held news."""
        if shipment.cancelled_at is not None:
            return False
        have = load_quantities(self._shop, order.id).get(shipment.id, {}) if quantities else {}
        pieces = {**have, **quantities}
        if pieces != have:
            shipping.add_shipment(
                self._portal, self._shop, order, shipment.carrier, shipment.number, actor=self._actor,
                quantities=pieces, silent=self._silent,
            )  # fmt: skip
        said = self._say(shipment, rows)
        return self._complete(order, rows) or said or pieces != have

    def _problem(self, row: Row, refused: _Refused) -> Problem:
        position = self._header.columns.get(refused.name)
        title = "" if position is None else self._header.titles[position]
        return Problem(row.line, title, plain(refused.value, SHOWN), refused.reason, refused.details)

    def _find_order(self, row: Row) -> Order:
        found = self._orders.get(row.order, [])
        if not found:
            raise _Refused("order", row.order, "no_order")
        if len(found) > 1:
            raise _Refused("order", row.order, "many_orders")
        order = find_order(self._shop, found[0].id)
        if order is None or order.deleted_at is not None:
            raise _Refused("order", row.order, "no_order")
        if order.milestone == OrderMilestone.CANCELLED:
            raise _Refused("order", row.order, "order_cancelled")
        return order

    def _choose_carrier(self, row: Row) -> _Way:
        if not row.carrier:
            return self._guess_carrier(row)
        if own := self._carriers.get(fold_name(row.carrier)):
            if own_carriers.doubt(own, row.number):
                raise _Refused("number", row.number, "no_format", carrier=own.name)
            return _Way(shipping.MANUAL, own.name, row.url or own_carriers.fill(own, row.number))
        found = match_carrier(row.carrier, self._names)
        if found is not None and found != shipping.MANUAL:
            return _Way(found)
        if found or row.url:
            return _Way(shipping.MANUAL, "" if found else row.carrier, row.url)
        raise _Refused("carrier", row.carrier, "unknown_carrier", hint=", ".join(self._nearest(row.carrier)))

    def _guess_carrier(self, row: Row) -> _Way:
        formats = [
            CarrierFormats(id, provider.object.formats, tuple(provider.object.countries))
            for id, provider in self._portal.registry.carriers.items()
        ]
        found = rank(tidy(row.number), formats)
        if found and found[0].confidence >= SURE and (len(found) == 1 or found[1].confidence < SURE):
            return _Way(found[0].carrier)
        if not found:
            raise _Refused("carrier", "", "no_carrier_no_hint")
        raise _Refused("carrier", "", "no_carrier", hint=", ".join(self._name(one.carrier) for one in found[:3]))

    def _nearest(self, word: str) -> list[str]:
        known = {name.casefold(): name for names in self._names.values() for name in names.values()}
        close = get_close_matches(word.casefold(), list(known), n=3, cutoff=0.5)
        return [known[name] for name in close] or [self._name(id) for id in list(self._names)[:5]]

    def _name(self, carrier: str) -> str:
        return choose_name(dict(self._names[carrier]))

    def _check_number(self, carrier: str, typed: str) -> str:
        try:
            number = shipping.check_number(self._portal, carrier, typed)
        except shipping.Refused:
            raise _Refused("number", typed, "not_a_number") from None
        formats = self._portal.registry.carriers[carrier].object.formats
        verdict = verify(number, formats) if formats else None
        if verdict is not None and verdict.state != "ok":
            said = {"hint": verdict.message, "rule": verdict.text, **verdict.values}
            raise _Refused("number", typed, verdict.state, carrier=self._name(carrier), **said)
        return number

    def _read_quantities(self, order: Order, rows: Sequence[Row]) -> tuple[list[Row], dict[str, int], list[Problem]]:
        """The rows whose article the order has, what they count, and a problem for each of the others."""
        if not any(row.sku for row in rows):
            return list(rows), {}, []
        lines = load_lines(self._shop, order.id)
        known = {line.ref.casefold(): line for line in reversed(lines)}
        known |= {line.sku.casefold(): line for line in reversed(lines) if line.sku}
        quantities: dict[str, int] = {}
        good, strangers = [], []
        for row in rows:
            line = known.get(row.sku.casefold())
            if row.sku and line is None:
                strangers.append(self._problem(row, _Refused("sku", row.sku, "unknown_sku")))
                continue
            good.append(row)
            if line is not None:
                count = row.quantity or max(line.quantity - line.cancelled, 1)
                quantities[line.ref] = quantities.get(line.ref, 0) + count
        if not good:
            raise _Refused("sku", rows[0].sku, "unknown_sku")
        return good, quantities, strangers

    def _instant(self, name: str, said: date | datetime | None) -> datetime | None:
        """An instant from a date by the shop's own clock: noon where no time is told, never later than now."""
        if said is None:
            return None
        now = self._portal.now()
        local = said if isinstance(said, datetime) else datetime.combine(said, time(12))
        instant = local if local.tzinfo else local.replace(tzinfo=self._zone)
        if instant > now + timedelta(hours=36):
            raise _Refused(name, str(said), "future_date")
        return min(instant, now)

    def _say(self, shipment: Shipment, rows: Sequence[Row]) -> bool:
        """Whether the file's status was news. The shop says a thing once, however often the file comes."""
        told = {one["code"] for one in shipment.state.get("events", ()) if one["source"] == "shop"}
        said = {shipping.code_of(row.status, row.custom): row for row in rows if row.status}
        news = {code: row for code, row in said.items() if code not in told}
        for row in news.values():
            assert row.status is not None
            at = self._instant("status_at", row.status_at)
            shipping.say(
                self._portal, self._shop, shipment, row.status, at, actor=self._actor, silent=self._silent,
                custom=row.custom,
            )  # fmt: skip
        return bool(news)

    def _complete(self, order: Order, rows: Sequence[Row]) -> bool:
        """Marks the order completed: where the file says so, or leaves it open and nothing is left to send."""
        wishes = {row.completed for row in rows}
        current = find_order(self._shop, order.id)
        if current is None or current.milestone == OrderMilestone.COMPLETED or False in wishes:
            return False
        if not _is_handed_over(rows):
            return False
        left = sum(line["open"] for line in current.view.get("lines", ()))
        if True not in wishes and left:
            return False
        shipping.complete_order(self._portal, self._shop, current, actor=self._actor)
        return True


def _is_handed_over(rows: Sequence[Row]) -> bool:
    """Whether the carrier has the parcel: a line in such a file means so, unless its status says otherwise."""
    said = next((row.status for row in reversed(rows) if row.status), None)
    return said is None or said.milestone in SCANNED
