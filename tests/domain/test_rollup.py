"""The order roll-up, with the cases that the rule's first authors left open."""

import pytest

from tracker.domain.rollup import Parcel, Piece, count_open, count_shippable, roll_up
from tracker.sdk import Milestone

TWO = [Piece("a", 2), Piece("b", 1)]
DELIVERED, MOVING, CANCELLED = Milestone.DELIVERED, Milestone.IN_TRANSIT, Milestone.CANCELLED


@pytest.mark.parametrize(
    ("parcels", "state"),
    [
        ([], "-"),
        ([Parcel(CANCELLED)], "-"),
        ([Parcel(MOVING)], "not_shipped"),
        ([Parcel(MOVING), Parcel(CANCELLED)], "not_shipped"),
        ([Parcel(DELIVERED)], "shipped"),
        ([Parcel(DELIVERED), Parcel(MOVING)], "partially_shipped"),
        ([Parcel(DELIVERED), Parcel(CANCELLED)], "shipped"),
        ([Parcel(DELIVERED, {"a": 1})], "partially_shipped"),
        ([Parcel(DELIVERED, {"a": 2})], "partially_shipped"),
        ([Parcel(DELIVERED, {"a": 2, "b": 1})], "shipped"),
        ([Parcel(DELIVERED, {"a": 1}), Parcel(DELIVERED, {"a": 1, "b": 1})], "shipped"),
        ([Parcel(DELIVERED, {"a": 5, "b": 1})], "shipped"),
        ([Parcel(DELIVERED, {"a": 2, "b": 1}), Parcel(Milestone.RETURNED, {"a": 1})], "shipped"),
    ],
)
def test_the_state_of_an_order_follows_from_its_parcels(parcels: list[Parcel], state: str) -> None:
    assert roll_up(TWO, parcels) == state


def test_an_order_without_lines_waits_for_all_its_parcels() -> None:
    assert roll_up([], [Parcel(DELIVERED, {"x": 1}), Parcel(MOVING, {"y": 1})]) == "partially_shipped"


def test_what_is_virtual_refunded_or_cancelled_needs_no_parcel() -> None:
    assert [count_shippable(3, 1, True), count_shippable(3, 5, True), count_shippable(3, 0, False)] == [2, 0, 0]
    assert roll_up([Piece("a", 1), Piece("card", 0)], [Parcel(DELIVERED, {"a": 1})]) == "shipped"


def test_what_is_in_no_parcel_yet_is_still_to_come() -> None:
    assert count_open(TWO, [Parcel(MOVING, {"a": 1}), Parcel(CANCELLED, {"b": 1})]) == {"a": 1, "b": 1}
    assert count_open(TWO, [Parcel(MOVING)]) == {"a": 0, "b": 0}
