"""The orders that the made-up shop begins with: one for each thing that can happen to a parcel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .catalogue import BY_SKU


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who ordered. `language` is what the shop says of them, empty where it does not know."""

    first: str
    last: str
    email: str
    city: str
    postcode: str
    state: str = "CA"
    country: str = "US"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One order: who, what, and how its parcels' story goes.

    `script` is a script of the demo carrier, empty for an order without a parcel. `hour` is where its story stands a
    few seconds after the start, and runs on in real time from there; `None` begins anew and runs fast. `parcels` says
    what is in each. `by_file` parcels come with a CSV file, the others from the shop.
    """

    number: int
    tells: str
    buyer: Buyer
    lines: Mapping[str, int]
    script: str = ""
    hour: float | None = None
    parcels: tuple[Mapping[str, int], ...] = ()
    by_file: bool = False

    @property
    def whole(self) -> tuple[Mapping[str, int], ...]:
        """What is in each parcel: everything in one where nothing else is said."""
        return self.parcels or ((self.lines,) if self.script else ())


MINA = Buyer("Mina", "Okafor", "mina@customer.example", "Berkeley", "94704")
JUNO = Buyer("Juno", "Reyes", "juno@customer.example", "Berkeley", "94702")
SOLE = Buyer("Sole", "Anders", "sole@customer.example", "Berkeley", "94703")
PIA = Buyer("Pia", "Lindqvist", "pia@customer.example", "Berkeley", "94705")
THEO = Buyer("Theo", "Marsh", "theo@customer.example", "Berkeley", "94707")
IVO = Buyer("Ivo", "Castell", "ivo@customer.example", "Oakland", "94610")
NELL = Buyer("Nell", "Varga", "nell@customer.example", "Albany", "94706")
HARU = Buyer("김하루", "", "haru@customer.example", "서울", "04524", "", "KR", "ko")

CAST = (
    Part(1001, "On its way, moving fast", MINA, {"TEA-SEJAK-50": 2, "CUP-ASH-2": 1}, "on_its_way"),
    Part(1002, "Delayed by weather", JUNO, {"POT-SIDE-1": 1}, "delayed", 30),
    Part(1003, "A delivery failed", SOLE, {"TRAY-OAK-1": 1, "WHISK-01": 1}, "failed_attempt", 34),
    Part(1004, "Partly delivered: two parcels", PIA, {"CUP-ASH-2": 2, "TEA-PERSIM-40": 3}, "partly_delivered", 32,
         parcels=({"CUP-ASH-2": 2}, {"TEA-PERSIM-40": 3}), by_file=True),
    Part(1005, "Sent back", THEO, {"POT-SIDE-1": 1, "TEA-SEJAK-50": 1}, "returned", 60),
    Part(1006, "Delivered", IVO, {"WHISK-01": 1}, "delivered", 32, by_file=True),
    Part(1007, "Just placed", NELL, {"TEA-PERSIM-40": 2}),
    Part(1009, "Waits to be collected", NELL, {"CUP-ASH-2": 1}, "to_collect", 38),
    Part(1008, "With customs, for a customer in Korea", HARU, {"TEA-SEJAK-50": 1, "TRAY-OAK-1": 1}, "abroad", 44),
)  # fmt: skip


def order_fields(buyer: Buyer, lines: Mapping[str, int]) -> dict[str, Any]:
    """The fields of a WooCommerce order for a buyer and what is bought."""
    address = {
        "first_name": buyer.first, "last_name": buyer.last, "company": "", "address_1": "7 Sample Street",
        "address_2": "", "city": buyer.city, "state": buyer.state, "postcode": buyer.postcode,
        "country": buyer.country, "phone": "",
    }  # fmt: skip
    total = sum(BY_SKU[sku].price * count for sku, count in lines.items())
    fields: dict[str, Any] = {
        "lines": [
            {"name": BY_SKU[sku].name, "sku": sku, "quantity": count, "price": BY_SKU[sku].price / 100}
            for sku, count in lines.items()
        ],
        "billing": {**address, "email": buyer.email, "phone": ""},
        "shipping": address,
        "total": f"{total / 100:.2f}",
    }
    if buyer.language:
        fields["meta_data"] = [{"id": 1, "key": "wpml_language", "value": buyer.language}]
    return fields
