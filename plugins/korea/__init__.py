"""Korea's six big parcel carriers: their names, numbers and pages.

None of them can be asked without a contract; a vendor that covers them is (`delivery_tracker`, `sweettracker`).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.sdk import Carrier, NumberFormat, Plugin, hookimpl

PLUGIN = Plugin("korea", "Korea: CJ Logistics, Hanjin, Lotte, Logen, Korea Post, Kyungdong", "1.0.0")
TABLE = tomllib.loads((Path(__file__).parent / "carriers.toml").read_text(encoding="utf-8"))


class Korean(Carrier):
    """A carrier of the table. `digits_only` is set where the carrier's page runs whatever else stands in its address.

    `mail_url` is the page for numbers of the postal S10 shape, which begin and end with letters.
    """

    mail_url = ""
    digits_only = False

    def public_url(self, number: str, postcode: str = "") -> str | None:
        if self.digits_only and not (number.isascii() and number.isdigit()):
            return None
        if self.mail_url and number[:1].isalpha():
            return self.mail_url.replace("{number}", number) if number.isascii() and number.isalnum() else None
        return super().public_url(number, postcode)


def _carrier(id_: str, row: Mapping[str, Any]) -> Carrier:
    shapes = tuple(NumberFormat(**shape, countries=("KR",)) for shape in row["formats"])
    made: type[Korean] = type(id_, (Korean,), {**row, "id": id_, "countries": ("KR",), "formats": shapes})
    return made()


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [_carrier(id_, row) for id_, row in TABLE.items()]
