"""Proofs and pick-up points of a plugin, as input."""

from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import pytest

from tracker.host.proofs import CODE, LARGEST_PROOF, MOST_PROOFS, check_proofs_given
from tracker.host.results import check_parsed
from tracker.host.values import Wrong
from tracker.sdk import Parsed, Pickup, Proof, TrackingResult

PHOTO = Proof("photo", b"\x89PNG")


def tell(**fields: Any) -> tuple[TrackingResult, tuple[str, ...]]:
    parsed = check_parsed(Parsed((TrackingResult("N1", **fields),)))
    return parsed.results[0], parsed.warnings


@pytest.mark.parametrize(
    ("proof", "warning"),
    [
        (Proof("photo", b"x" * (LARGEST_PROOF + 1)), "more than 5,000,000 bytes"),
        (Proof("photo"), "neither a picture nor an https address"),
        (Proof("photo", url="http://carrier.example/1.jpg"), "neither"),
        (Proof("signature", url="https://user@carrier.example/1.jpg"), "neither"),
        (Proof("photo", url="https://carrier.example/" + "x" * 2000), "neither"),
        (Proof("photo", url="file:///etc/passwd"), "neither"),
    ],
)
def test_a_proof_that_cannot_be_kept_is_left_out_with_a_warning(proof: Proof, warning: str) -> None:
    result, warnings = tell(proofs=(proof, PHOTO))
    assert result.proofs == (PHOTO,)
    assert warning in warnings[0]


def test_no_answer_brings_more_proofs_than_can_be_meant() -> None:
    result, warnings = tell(proofs=(PHOTO,) * 11)
    assert (len(result.proofs), warnings) == (MOST_PROOFS, ("11 proofs: only the first 10 are kept",))
    assert len(check_proofs_given(repeat(PHOTO))) == MOST_PROOFS


@pytest.mark.parametrize(
    "fields",
    [
        {"proofs": "photo"},
        {"proofs": ("https://carrier.example/1.jpg",)},
        {"proofs": (Proof("video", b"x"),)},
        {"proofs": (Proof("photo", "text"),)},
        {"proofs": (Proof("photo", url=None),)},
        {"pickup": "the corner shop"},
        {"pickup": Pickup("Kiosk", hours="Mo-Fr 8-18")},
        {"pickup": Pickup("Kiosk", until=datetime(2026, 3, 4, tzinfo=UTC))},
        {"pickup": Pickup("Kiosk", until="2026-03-04")},
        {"pickup": Pickup("Kiosk", point=(91.0, 0.0))},
        {"pickup": Pickup("Kiosk", code=1234)},
    ],
    ids=str,
)
def test_r26_what_is_of_another_type_is_the_plugins_bug(fields: dict[str, object]) -> None:
    with pytest.raises(Wrong):
        tell(**fields)


def test_what_a_pickup_says_is_foreign_text_of_bounded_length() -> None:
    told = Pickup(
        "  Kiosk\x00 am\nMarkt ", "x" * 400, ("Mo\t8–18", "", *["Di 8–18"] * 20), datetime(9999, 1, 1), "1" * 99
    )
    pickup, warnings = tell(pickup=told)[0].pickup, tell(pickup=told)[1]
    assert pickup == Pickup("Kiosk am Markt", "x" * 300, ("Mo 8–18", *["Di 8–18"] * 12), None, "1" * CODE)
    assert warnings == ("22 lines of hours: only the first 14 are kept",)
    assert tell(pickup=Pickup("\x00 ", code="1"))[0].pickup is None


def test_whatever_is_no_list_of_proofs_is_a_bug_of_who_was_asked() -> None:
    for answer in (None, b"picture", "picture", 7, [None], [Proof("photo", b"x"), "x"]):
        with pytest.raises(Wrong):
            check_proofs_given(answer)
