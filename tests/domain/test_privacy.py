"""What carriers tell of people is hidden; what they tell of parcels is not."""

import pytest

from tracker.domain.privacy import mask


@pytest.mark.parametrize(
    ("text", "private", "shown"),
    [
        ("배송완료 (담당사원:김배송 010-0000-0000)", ("김배송",), "배송완료 (담당사원:●●● ●●●)"),
        ("Signed by ADA ITO", ("ADA ITO", "ADA"), "Signed by ●●●"),
        ("call 01012345678 or 02-123-4567", (), "call ●●● or ●●●"),
        ("+82 10-1234-5678", (), "●●●"),
        ("driver +420 603 123 456, 2 parcels", (), "driver ●●●, 2 parcels"),
        ("ring +1 (212) 555-0100 or +4915112345678", (), "ring ●●● or ●●●"),
        ("gate 5, +2 days, UTC+10:30", (), "gate 5, +2 days, UTC+10:30"),
        ("driver 603 123 456", ("603 123 456",), "driver ●●●"),
        ("parcel 4444-1375-8703 left hub 0123", (), "parcel 4444-1375-8703 left hub 0123"),
        ("2026-03-02 10:00", (), "2026-03-02 10:00"),
        ("Nothing", ("",), "Nothing"),
        ("A Ada ADA", ("A", "ada"), "A ●●● ●●●"),
        ("●" * 300, ("●●", "●●●"), "●" * 300),
    ],
)
def test_a_text_is_shown_without_its_people(text: str, private: tuple[str, ...], shown: str) -> None:
    assert mask(text, private) == shown
