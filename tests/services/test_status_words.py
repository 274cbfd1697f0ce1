"""The status column of imported files, in the words of the systems that they come from, on both databases."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.portals import make_order
from tracker.host.registry import Provider
from tracker.sdk import Milestone, Status, Term, Vocabulary
from tracker.services import imports
from tracker.services.portal import Portal
from tracker.services.status_words import StatusWords, agree
from tracker.store.plugins import write_switch
from tracker.store.shipments import load_shipments
from tracker.store.shops import Shop

UPS = "1Z999AA10123456784"


def bring(portal: Portal, shop: Shop, folder: Path, status: str, titles: str = "") -> imports.Import:
    path = folder / "file.csv"
    titles = titles or "Order number,Tracking number,Courier,Status"
    path.write_text(f"{titles}\n1001,{UPS},UPS,{status}\n", "utf-8")
    return imports.import_file(portal, shop.id, path, actor="staff:1")


def state(shop: Shop, order_id: int) -> tuple[str, str, bool]:
    found = load_shipments(shop.id, order_id)[0].state
    return found["milestone"], found["reason"], found["delayed"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("InTransit_003", ("in_transit", "arrived_hub", False)),
        ("AfterShip: Exception_017", ("in_transit", "weather", True)),
        ("17track:delivered", ("delivered", "", False)),
        ("clickpost: 14", ("returned", "", False)),
    ],
)
def test_a_file_may_speak_the_words_of_another_system(
    portal: Portal, shop: Shop, tmp_path: Path, word: str, expected: tuple[str, str, bool]
) -> None:
    order = make_order(portal, shop)
    row = bring(portal, shop, tmp_path, word)
    assert (row.added, row.problems) == (1, [])
    assert state(shop, order.id) == expected


def test_a_word_that_systems_read_differently_is_left_out_and_told(portal: Portal, shop: Shop, tmp_path: Path) -> None:
    order = make_order(portal, shop)
    row = bring(portal, shop, tmp_path, "failure")
    assert [problem["reason"] for problem in row.problems] == ["unknown_status"]
    assert row.added == 1
    assert state(shop, order.id)[0] == "picked_up", "the line alone says that it was handed over"


def test_whose_export_it_is_decides(portal: Portal, shop: Shop, tmp_path: Path) -> None:
    order = make_order(portal, shop)
    titles = "Order number,Tracking number,Courier,Status,Mark order as Completed"
    assert bring(portal, shop, tmp_path, "pickup,", titles).problems == []
    assert state(shop, order.id)[0] == "out_for_delivery", "ParcelPanel's word for it"


def test_words_are_read_by_the_vocabularies_that_the_shop_has_not_switched_off(portal: Portal, shop: Shop) -> None:
    assert StatusWords(portal, shop.id).read("malomo: failure") == Status(
        Milestone.ATTEMPT_FAILED, action_required=True
    )
    assert StatusWords(portal, shop.id).read("AfterShip: Pending") == Status(Milestone.PENDING)
    write_switch(shop.id, "words", False, portal.now())
    assert StatusWords(portal, shop.id).read("malomo: failure") is None
    assert StatusWords(portal, shop.id).read("easypost: failure") == Status(Milestone.EXCEPTION)


@pytest.mark.parametrize("word", ["", ":", "aftership:", ":delivered", "nobody: delivered", "Packed", "dokan: shipped"])
def test_what_is_no_word_for_a_parcel_is_none(portal: Portal, shop: Shop, word: str) -> None:
    assert StatusWords(portal, shop.id).read(word) is None


def test_a_vocabulary_that_breaks_costs_the_others_nothing(portal: Portal, shop: Shop) -> None:
    class Broken(Vocabulary):
        id, names, terms = "broken", {"en": "Broken"}, (Term("x", Status(Milestone.PENDING)),)

        def import_(self, code: str, parent: str = "") -> Status:
            raise RuntimeError(code + parent)

    class Odd(Broken):
        def import_(self, code: str, parent: str = "") -> str:  # type: ignore[override]
            return "delivered"

    portal.registry.vocabularies["broken"] = Provider("vocabulary", "broken", "words", Broken())
    portal.registry.vocabularies["odd"] = Provider("vocabulary", "odd", "words", Odd())
    try:
        assert StatusWords(portal, shop.id).read("AvailableForPickup") == Status(
            Milestone.AVAILABLE_FOR_PICKUP, action_required=True
        )
    finally:
        del portal.registry.vocabularies["broken"], portal.registry.vocabularies["odd"]


def test_readings_are_taken_as_far_as_they_agree() -> None:
    late = Status(Milestone.IN_TRANSIT, "weather", delayed=True)
    assert agree([]) is None
    assert agree([late, late]) == late
    assert agree([late, replace(late, reason="other"), Status(Milestone.IN_TRANSIT)]) == Status(Milestone.IN_TRANSIT)
    assert agree([late, Status(Milestone.EXCEPTION)]) is None
