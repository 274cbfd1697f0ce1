"""Imported rows on their way into orders: which order, which carrier, and what of it is news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.csv_problems import SHOWN, Problem
from tracker.domain.csv_rows import Header, Row
from tracker.domain.names import fold_name
from tracker.domain.states import SCANNED
from tracker.sdk import OrderMilestone, plain
from tracker.store.imports import find_orders
from tracker.store.orders import Order, find_order, load_lines
from tracker.store.shipments import Shipment, find_in_order, load_quantities
from tracker.store.shops import Shop

from . import shipping, wording
from .import_carriers import Carriers, Misfit
from .portal import Portal
from .refusals import Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of one parcel: `added`, `changed`, `unchanged` or `refused`.

    `refused` counts those of its rows that were refused while the others went in.
    """

    kind: str
    problems: tuple[Problem, ...] = ()
    refused: int = 0


class Rows:
    """Puts rows into the orders of one shop."""

    def __init__(self, portal: Portal, shop: int, header: Header, actor: str, silent: bool) -> None:
        self._portal, self._shop, self._header, self._silent = portal, shop, header, silent
        self._actor = actor or "import"
        self._zone = ZoneInfo(Shop.get_by_id(shop).zone)
        self._words = wording.read_words(shop)
        self._carriers = Carriers(portal, shop)
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
            kind, odd = self._write(order, good, quantities)
        except Misfit as refused:
            return Outcome("refused", tuple(self._problem(row, refused) for row in rows))
        except Refused as refused:
            hint = Misfit(refused.field, rows[0].number, "refused", hint=str(refused))
            return Outcome("refused", tuple(self._problem(row, hint) for row in rows))
        return Outcome(kind, (*left_out, *strangers, *odd), len(strangers))

    def _read_word(self, row: Row) -> Row:
        """The row with the status that the shop itself calls so, whatever others mean by the word."""
        own = self._words.get(fold_name(row.word)) if row.word else None
        if own is None:
            return row
        problems = tuple(problem for problem in row.problems if problem.reason != "unknown_status")
        return replace(row, custom=own[0], status=own[1], problems=problems)

    def _write(self, order: Order, rows: Sequence[Row], quantities: dict[str, int]) -> tuple[str, tuple[Problem, ...]]:
        """What became of the rows, and what is odd about their number all the same."""
        way = self._carriers.choose(order, rows[0])
        number, doubt = self._carriers.read_number(way.carrier, rows[0])
        odd = (replace(self._problem(rows[0], doubt), kept=True),) if doubt else ()
        shipped_at = self._instant("shipped_at", rows[0].shipped_at)
        for row in rows:  # refused before anything is written
            self._instant("status_at", row.status_at)
        before = find_in_order(self._shop, order.id, way.carrier, number)
        if before is not None:
            return "changed" if self._update(order, before, rows, quantities) else "unchanged", odd
        shipment, _ = shipping.add_shipment(
            self._portal, self._shop, order, way.carrier, number, actor=self._actor, quantities=quantities,
            shipped_at=shipped_at, carrier_name=way.name, url=way.url, silent=self._silent,
            handed_over=_is_handed_over(rows),
        )  # fmt: skip
        self._say(shipment, rows)
        self._complete(order, rows)
        return "added", odd

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

    def _problem(self, row: Row, refused: Misfit) -> Problem:
        position = self._header.columns.get(refused.name)
        title = "" if position is None else self._header.titles[position]
        return Problem(row.line, title, plain(refused.value, SHOWN), refused.reason, refused.details)

    def _find_order(self, row: Row) -> Order:
        found = self._orders.get(row.order, [])
        if not found:
            raise Misfit("order", row.order, "no_order")
        if len(found) > 1:
            raise Misfit("order", row.order, "many_orders")
        order = find_order(self._shop, found[0].id)
        if order is None or order.deleted_at is not None:
            raise Misfit("order", row.order, "no_order")
        if order.milestone == OrderMilestone.CANCELLED:
            raise Misfit("order", row.order, "order_cancelled")
        return order

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
                strangers.append(self._problem(row, Misfit("sku", row.sku, "unknown_sku")))
                continue
            good.append(row)
            if line is not None:
                count = row.quantity or max(line.quantity - line.cancelled, 1)
                quantities[line.ref] = quantities.get(line.ref, 0) + count
        if not good:
            raise Misfit("sku", rows[0].sku, "unknown_sku")
        return good, quantities, strangers

    def _instant(self, name: str, said: date | datetime | None) -> datetime | None:
        """An instant from a date by the shop's own clock: noon where no time is told, never later than now."""
        if said is None:
            return None
        now = self._portal.now()
        local = said if isinstance(said, datetime) else datetime.combine(said, time(12))
        instant = local if local.tzinfo else local.replace(tzinfo=self._zone)
        if instant > now + timedelta(hours=36):
            raise Misfit(name, str(said), "future_date")
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
