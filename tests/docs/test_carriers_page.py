"""The operators' page of carriers says what the bundled plugins say of themselves."""

import re

import pytest

from tools.carrier_table import PAGE, fill, load_bundled
from tracker.host.registry import Registry
from tracker.sdk import Carrier

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bundled() -> Registry:
    return load_bundled()


def read_table(name: str) -> dict[str, str]:
    """The rows of a table by the id in them."""
    rows = TEXT.split(f"<!-- {name} -->", 1)[1].split(f"<!-- /{name} -->", 1)[0].splitlines()[3:]
    return {re.findall(r"`(\w+)`", row)[0]: row for row in rows}


def test_its_tables_are_those_of_the_plugins(bundled: Registry) -> None:
    assert fill(TEXT, bundled) == TEXT, "write them anew: .venv/bin/python -m tools.carrier_table"


def test_every_carrier_that_can_do_something_stands_there(bundled: Registry) -> None:
    told = read_table("carriers") | read_table("vendors")
    able = {id for id, one in bundled.carriers.items() if one.object.polls or type(one.object).verify != Carrier.verify}
    assert able - {"demo"} <= set(told)
    assert len(told) >= 25


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("ups", "asked · pushes · parcels are announced to it"),
        ("sendle", "labels"),
        ("cjlogistics", "number and link"),
        ("cjlogistics", "`delivery_tracker`"),
        ("dhl_universal", "wants the postcode"),
        ("hermes", "100 at once"),
    ],
)
def test_a_row_says_what_its_carrier_can_do(id: str, said: str) -> None:
    assert said in read_table("carriers")[id]


def test_fields_that_must_be_filled_in_are_told_from_those_that_need_not() -> None:
    row = read_table("settings")["ups"]
    assert row.endswith("| `client_id` `client_secret` (`push_secret`) (`contact_name`) (`contact_phone`) |")
    assert "developer.ups.com" in row


def test_what_is_read_otherwise_names_its_carriers(bundled: Registry) -> None:
    names = re.findall(r"^- \*\*(.+?)\*\*:", TEXT.split("## Read otherwise on purpose", 1)[1], re.MULTILINE)
    known = {one.object.names["en"] for one in bundled.carriers.values()}
    assert names
    assert set(names) <= known
