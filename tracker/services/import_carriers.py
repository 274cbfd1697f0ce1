"""Whose parcel an imported row is about, and whether its number was typed right."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tracker.domain.csv_rows import Row
from tracker.domain.names import fold_name
from tracker.domain.numbers import find_shortest, verify
from tracker.i18n import choose_name
from tracker.store.orders import Order

from . import own_carriers, shipping
from .candidates import Ranking
from .matching import SURE, name_surely, names_of
from .portal import Portal
from .refusals import Refused


@dataclass(frozen=True, slots=True)
class Way:
    """A carrier as a row names it: our id, and name and link where it is none of ours."""

    carrier: str
    name: str = ""
    url: str = ""


class Misfit(Exception):
    """What a row says and cannot be used. `name` is the field, of which the file has its own title."""

    def __init__(self, name: str, value: str, reason: str, **details: str) -> None:
        super().__init__(reason)
        self.name, self.value, self.reason, self.details = name, value, reason, details


class Carriers:
    """The carriers of one shop, to read the rows of one file by."""

    def __init__(self, portal: Portal, shop: int) -> None:
        self._portal = portal
        self._ranking = Ranking(portal, shop)
        self._own = {row.folded: row for row in own_carriers.list_own(shop)}
        self._names = names_of(portal.registry)

    def choose(self, order: Order, row: Row) -> Way:
        """The carrier that a row names, or that its number does. Raises `Misfit`."""
        if not row.carrier:
            return self._guess(order, row)
        if own := self._own.get(fold_name(row.carrier)):
            if not row.keep and own_carriers.doubt(own, row.number):
                raise Misfit("number", row.number, "no_format", carrier=own.name)
            return Way(shipping.MANUAL, own.name, row.url or own_carriers.fill(own, row.number))
        found = self._names.find(row.carrier)
        if found is not None and found != shipping.MANUAL:
            return Way(found)
        if found or row.url:
            return Way(shipping.MANUAL, "" if found else row.carrier, row.url)
        raise Misfit("carrier", row.carrier, "unknown_carrier", hint=", ".join(self._nearest(row.carrier)))

    def read_number(self, carrier: str, row: Row) -> tuple[str, Misfit | None]:
        """The number as it is kept, and what is odd about it all the same. Raises `Misfit`.

        A wrong check digit, a number that is too short and one that is surely another carrier's are refused, unless
        the row asks to keep it. Not all shapes of all carriers are known: one that is merely unknown is kept.
        """
        try:
            number = shipping.check_number(self._portal, carrier, row.number)
        except Refused:
            raise Misfit("number", row.number, "not_a_number") from None
        formats = self._portal.registry.carriers[carrier].object.formats
        verdict = verify(number, formats) if formats and not row.keep else None
        if verdict is None or verdict.state == "ok":
            return number, None
        name = self._name(carrier)
        said = {"hint": verdict.message, "rule": verdict.text, **verdict.values}
        if verdict.state == "bad_check" or len(number) < find_shortest(formats):
            raise Misfit("number", row.number, verdict.state, carrier=name, **said)
        if other := name_surely(self._portal.registry, number):
            raise Misfit("number", row.number, "other_carrier", carrier=name, hint=self._name(other))
        return number, Misfit("number", row.number, "odd_number", carrier=name)

    def _guess(self, order: Order, row: Row) -> Way:
        found = self._ranking.rank(row.number, [order.country])
        if found and found[0].confidence >= SURE:
            return Way(found[0].carrier)
        if not found:
            raise Misfit("carrier", "", "no_carrier_no_hint")
        raise Misfit("carrier", "", "no_carrier", hint=", ".join(self._name(one.carrier) for one in found[:3]))

    def _nearest(self, word: str) -> Sequence[str]:
        carriers = self._portal.registry.carriers.values()
        known = {name.casefold(): name for one in carriers for name in one.object.names.values()}
        close = get_close_matches(word.casefold(), list(known), n=3, cutoff=0.5)
        return [known[name] for name in close] or [self._name(id) for id in self._ranking.used[:5]] or ["-"]

    def _name(self, carrier: str) -> str:
        return choose_name(dict(self._portal.carrier_names(carrier)))
