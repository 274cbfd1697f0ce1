"""What carriers tell beside scans: whose parcel it is, where, when it will come, and who brings it."""

from datetime import datetime, timedelta

import pytest

from tracker.sdk import (
    Covers,
    Event,
    Payload,
    Window,
    ZoneSource,
    find_contacts,
    find_names,
    read_place,
    read_point,
    read_window,
)


def test_a_vendors_word_leads_back_to_the_one_carrier_that_goes_by_it(tmp_path):
    (tmp_path / "covers.toml").write_text('[covers]\npost = "acme-post"\nair = "acme"\nsea = "acme"\n', "utf-8")
    covers = Covers.load(tmp_path / "covers.toml")
    assert (covers["air"], covers["sea"]) == ("acme", "acme")
    assert [covers.ours(word) for word in ("Acme-Post", "acme", "other", "")] == ["post", "", "", ""]


@pytest.mark.parametrize(
    ("latest", "earliest", "window"),
    [
        ("2026-03-04", None, ("04T00:00", "04T23:59")),
        ("2026-03-04T00:00:00Z", None, ("04T00:00", "04T23:59")),
        ("2026-03-04T17:30:00-05:00", None, ("04T00:00", "04T17:30")),
        ("2026-03-04T17:30:00", "2026-03-04T13:00:00", ("04T13:00", "04T17:30")),
        ("2026-03-06", "2026-03-04", ("04T00:00", "06T23:59")),
        (None, "2026-03-04T09:00:00+01:00", ("04T09:00", "04T23:59")),
        ("2026-03-03", "2026-03-04", None),
        ("soon", "", None),
        (5, [], None),
        (datetime(2026, 3, 4, 17, 30), datetime(2026, 3, 4, 13), ("04T13:00", "04T17:30")),
        (datetime(2026, 3, 4), None, ("04T00:00", "04T23:59")),
        (None, datetime(2026, 3, 4, 9), ("04T09:00", "04T23:59")),
    ],
)
def test_a_window_is_read_from_whatever_dates_there_are(latest, earliest, window):
    made = window and Window(*(datetime.fromisoformat(f"2026-03-{end}") for end in window))
    assert read_window(latest, earliest) == made


@pytest.mark.parametrize(
    ("latitude", "longitude", "point"),
    [
        (37.5, 127.0, (37.5, 127.0)),
        ("-33.86", "151", (-33.86, 151.0)),
        (0, 0, None),
        (91.0, 0.0, None),
        (10.0, 181.0, None),
        ("nan", "1", None),
        (float("nan"), 1.0, None),
        (None, 1.0, None),
        ([], {}, None),
        (True, 1.0, None),
        (10**400, 1, None),
    ],
)
def test_a_point_lies_on_earth_or_is_none(latitude, longitude, point):
    assert read_point(latitude, longitude) == point


@pytest.mark.parametrize(
    ("text", "names", "pieces"),
    [
        ("Signed for by: m.orlovska at the door", ["M.ORLOVSKA"], ("m.orlovska",)),
        ("Left with Kim", ["Ki", "", "KIM", "Kim"], ("Kim",)),
        ("Straße 1, signed by Groß", ["GROß"], ("Groß",)),
        ("Delivered", ["Kim"], ()),
    ],
)
def test_a_name_is_found_as_the_text_spells_it(text, names, pieces):
    assert find_names(text, names) == pieces


def test_a_place_is_told_from_near_to_far_without_what_is_not_there():
    row = {"city": " Wayne ", "state": "", "zip": 7470, "country": "US", "more": {"city": "x"}}
    assert read_place(row, "city", "state", "country") == "Wayne, US"
    assert read_place(row, "zip", "more", "nothing") == "7470"
    assert read_place(None, "city") == ""
    assert read_place({"city": "FORT WAYNE", "state": "IN"}, "city", "state", shouted=True) == "Fort Wayne, IN"
    assert read_place({"city": "Fort Wayne", "state": "IN"}, "city", "state", shouted=True) == "Fort Wayne, IN"
    assert read_place({"state": "IN"}, "city", "state", shouted=True) == "IN"


@pytest.mark.parametrize(
    ("text", "known", "pieces"),
    [
        ("배달 준비중 (담당: 김배달 010-1234-5678)", (), ("김배달", "010-1234-5678")),
        ("기사님：이준 +82 10 1234 5678", (), ("이준", "+82 10 1234 5678")),
        ("이준 배달완료", ("이준", "", "박없음"), ("이준",)),
        ("운송장 123456789012345678", (), ()),
        ("배달완료", (), ()),
    ],
)
def test_who_brings_a_parcel_in_korea_is_found_in_a_text(text, known, pieces):
    assert find_contacts(text, *known) == pieces


def test_an_offset_is_the_carriers_unless_told_otherwise():
    local, hour = datetime(2026, 3, 4), timedelta(hours=1)
    given = [Event(local), Event(local, offset=hour), Event(local, offset=hour, zone_source=ZoneSource.PLACE)]
    assert [event.zone_source for event in given] == [ZoneSource.UNKNOWN, ZoneSource.CARRIER, ZoneSource.PLACE]


def test_a_payload_names_its_number_where_one_alone_was_asked_for():
    assert [Payload(b"", numbers=numbers).number for numbers in ((), ("1",), ("1", "2"))] == ["", "1", ""]
