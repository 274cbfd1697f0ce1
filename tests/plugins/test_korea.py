"""Korea: six carriers from a table, their check digits, and pages that no odd number reaches."""

import pytest
from tracker_plugins.korea import tracker_register_carriers

from tracker.domain.numbers import verify

CARRIERS = {carrier.id: carrier for carrier in tracker_register_carriers()}


def test_the_table_brings_six_carriers_that_cannot_be_asked():
    assert list(CARRIERS) == ["cjlogistics", "hanjin", "lotte", "logen", "koreapost", "kdexp"]
    for carrier in CARRIERS.values():
        assert not carrier.polls
        assert set(carrier.names) == {"en", "ko"}
        assert carrier.public_url("601234567890").startswith("https://")


@pytest.mark.parametrize(
    ("carrier", "number", "expected"),
    [
        ("cjlogistics", "123456789011", "ok"),  # 345678901 mod 7 = 1
        ("cjlogistics", "123456789013", "bad_check"),
        ("cjlogistics", "1234567890", "ok"),
        ("hanjin", "123456789013", "ok"),  # 12345678901 mod 7 = 3
        ("hanjin", "123456789011", "bad_check"),
        ("hanjin", "1234567891", "ok"),  # 123456789 mod 7 = 1
        ("lotte", "123456789013", "ok"),
        ("lotte", "123456789014", "bad_check"),
        ("logen", "12345678903", "ok"),  # 1234567890 mod 7 = 3
        ("logen", "12345678904", "bad_check"),
        ("koreapost", "6012345678901", "ok"),
        ("koreapost", "1234567890123", "ok"),
        ("koreapost", "EE123456785KR", "ok"),
        ("koreapost", "EE123456784KR", "bad_check"),
        ("koreapost", "EE123456785JP", "no_format"),
        ("kdexp", "3102273430319", "ok"),
        ("kdexp", "310227343031", "no_format"),
    ],
)
def test_numbers_are_checked_by_each_carriers_rule(carrier, number, expected):
    assert verify(number, CARRIERS[carrier].formats).state == expected


@pytest.mark.parametrize("number", ["3102273-430319", "1+1", "alert(1)", "３１０２２７３", "", "12a"])
def test_kyungdongs_page_is_reached_with_digits_alone(number):
    assert CARRIERS["kdexp"].public_url(number) is None
    assert CARRIERS["kdexp"].public_url("3102273430319").endswith("barcode=3102273430319")


def test_international_mail_has_a_page_of_its_own():
    assert "Ems" in CARRIERS["koreapost"].public_url("EE123456785KR")
    assert "Dom" in CARRIERS["koreapost"].public_url("6012345678901")
    assert CARRIERS["koreapost"].public_url("EE<x>") is None
