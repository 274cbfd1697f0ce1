"""What vendors cover are carriers that exist, and each vendor leads back to those that it alone can mean."""

import pytest

from tracker.host.loader import load

from .conftest import PLUGINS

CARRIERS = load([PLUGINS], installed=False).carriers
VENDORS = {id: CARRIERS[id].object.covers for id in ("aftership", "easypost", "shippo", "17track")}
SHARED = {"mydhl", "dhl_universal", "laposte", "colissimo"}
"""Carriers that some vendor has one word for: the number decides whose parcel its news is about."""


@pytest.mark.parametrize("covers", VENDORS.values(), ids=VENDORS)
def test_a_vendor_covers_carriers_that_exist_and_can_be_told_apart(covers):
    assert sorted(set(covers) - set(CARRIERS)) == []
    assert {carrier for carrier, word in covers.items() if covers.ours(word) != carrier} <= SHARED
    assert len(covers) >= 40


def test_the_big_carriers_are_covered_by_every_vendor():
    big = {
        "ups",
        "fedex",
        "usps",
        "mydhl",
        "dhl_parcel_de",
        "canadapost",
        "australiapost",
        "royalmail",
        "purolator",
        "dpd",
    }
    assert all(big <= set(covers) for covers in VENDORS.values())
