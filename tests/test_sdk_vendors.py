"""What vendors of other carriers' parcels need: the way back from their words, and windows out of their dates."""

from datetime import datetime

import pytest

from tracker.sdk import Covers, Window, find_names, read_point, read_window


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
