"""Passes: what opens an order, and everything that does not, without telling why."""

import hmac
from datetime import UTC, datetime, timedelta

import pytest

from tests.portals import make_order, make_shop
from tracker.domain.tiers import ALL, Grant
from tracker.sdk import OrderDeleted, StoreOrder
from tracker.services import links, orders, passes

SOON = timedelta(hours=1)


@pytest.fixture
def key(portal, shop):
    return passes.renew_key(portal, shop.id)


@pytest.fixture
def order(portal, shop):
    return make_order(portal, shop)


@pytest.fixture(autouse=True)
def forgetful():
    links._waiting.clear()


def sign(key, *parts):
    """A pass as a shop's server writes it: three lines that know nothing of ours."""
    told = "~".join(map(str, parts))
    return f"{told}~{hmac.new(key.encode(), told.encode(), 'sha256').hexdigest()}"


def ends(clock, **ahead):
    return int((clock.now + timedelta(**ahead)).timestamp())


def test_a_pass_that_the_shops_server_signed_opens_its_order(portal, shop, order, key, clock):
    opened = links.follow(portal, sign(key, "demo", order.ref, "account", ends(clock, hours=1)))
    assert (opened.order, opened.shop.slug, opened.tier, opened.sight) == (order.id, "demo", "account", ALL)
    named = links.follow(portal, sign(key, "demo", f"woocommerce:{order.ref}", "mail", ends(clock, days=300)))
    assert (named.order, named.tier, named.sight) == (order.id, "mail", ALL - {Grant.SIGNATURE})
    made = passes.make(portal, fresh(shop), order.ref, "account", clock.now + SOON)
    assert made == sign(key, "demo", order.ref, "account", ends(clock, hours=1))


def fresh(shop):
    return type(shop).get_by_id(shop.id)


def forgeries(clock, key, other_key, ref):
    """Passes that open nothing, by what is wrong with them."""
    good = ("demo", ref, "account", ends(clock, hours=1))
    token = sign(key, *good)
    told, mac = token.rpartition("~")[::2]
    yield "no key at all", sign("", *good)
    yield "a guessed key", sign("secret", *good)
    yield "another shop's key", sign(other_key, *good)
    yield "another shop's name", sign(key, "other", *good[1:])
    yield "no such shop", sign(key, "nobody", *good[1:])
    yield "another tier", token.replace("~account~", "~mail~")
    yield "another order", token.replace(ref, "ref-1002")
    yield "a later end", token.replace(str(good[3]), str(good[3] + 1))
    yield "another store", sign(key, "demo", f"shopify:{ref}", *good[2:])
    yield "no such order", sign(key, "demo", "ref-9999", *good[2:])
    yield "the shared tier", sign(key, *good[:2], "shared", good[3])
    yield "no such tier", sign(key, *good[:2], "owner", good[3])
    yield "just over", sign(key, *good[:3], ends(clock))
    yield "long over", sign(key, *good[:3], ends(clock, days=-30))
    yield "an account for weeks", sign(key, *good[:3], ends(clock, days=8))
    yield "a mail for years", sign(key, *good[:2], "mail", ends(clock, days=402))
    yield "for ever", sign(key, *good[:3], "99999999999")
    yield "an end of few digits", sign(key, *good[:3], "1")
    yield "an end of many", sign(key, *good[:3], "1" * 30)
    yield "an end below zero", sign(key, *good[:3], f"-{good[3]}")
    yield "an end with a sign", sign(key, *good[:3], f"+{good[3]}")
    yield "an end in other digits", sign(key, *good[:3], str(good[3]).replace("1", "１"))
    yield "an end with a point", sign(key, *good[:3], f"{good[3]}.0")
    yield "a part missing", sign(key, *good[:3])
    yield "a part more", sign(key, *good, "x")
    yield "capitals in the hash", f"{told}~{mac.upper()}"
    yield "half of the hash", f"{told}~{mac[:32]}"
    yield "no hash", f"{told}~"
    yield "another hash", f"{told}~{'0' * 64}"
    yield "a newline behind", token + "\n"
    yield "a space before", " " + token
    yield "capitals in the shop", sign(key, "Demo", *good[1:])
    yield "a path in the order", sign(key, "demo", "../ref-1001", *good[2:])
    yield "a percent sign", sign(key, "demo", "ref%2D1001", *good[2:])
    yield "letters from elsewhere", sign(key, "demo", "réf-1001", *good[2:])
    yield "a zero", sign(key, "demo", "ref-1001\0", *good[2:])
    yield "an empty order", sign(key, "demo", "", *good[2:])
    yield "an empty store", sign(key, "demo", f":{ref}", *good[2:])
    yield "an order too long", sign(key, "demo", "r" * 65, *good[2:])
    yield "a shop too long", sign(key, "d" * 41, *good[1:])
    yield "much too long", sign(key, "demo", "r" * 10_000, *good[2:])


def test_no_forged_or_odd_pass_opens_anything(portal, shop, order, key, clock):
    other = make_shop(portal, "other", name="Other Shop")
    make_order(portal, other)
    make_order(portal, shop, "1002")
    other_key = passes.renew_key(portal, other.id)
    assert links.follow(portal, sign(key, "demo", order.ref, "account", ends(clock, hours=1)))
    wrong = list(forgeries(clock, key, other_key, order.ref))
    assert len({token for _what, token in wrong}) == len(wrong)
    for what, token in wrong:
        assert links.follow(portal, token) is None, what
    # The other shop's own pass opens the other shop's order, which is called the same.
    theirs = links.follow(portal, sign(other_key, "other", order.ref, "account", ends(clock, hours=1)))
    assert theirs.shop.slug == "other"


def test_a_shop_without_a_key_takes_no_pass(portal, shop, order, clock):
    assert passes.show_key(portal, shop) == ""
    assert links.follow(portal, sign("", "demo", order.ref, "account", ends(clock, hours=1))) is None
    with pytest.raises(LookupError):
        passes.make(portal, shop, order.ref, "account", clock.now + SOON)


def test_a_pass_ends_by_itself(portal, order, key, clock):
    token = sign(key, "demo", order.ref, "account", ends(clock, hours=1))
    clock.advance(minutes=59)
    assert links.follow(portal, token)
    clock.advance(minutes=1)
    assert links.follow(portal, token) is None


def test_what_is_taken_from_a_shops_clock_that_runs_fast_is_an_hour_at_most(portal, order, key, clock):
    for ahead, opens in ((timedelta(days=7, minutes=59), True), (timedelta(days=7, hours=1, seconds=1), False)):
        token = sign(key, "demo", order.ref, "account", int((clock.now + ahead).timestamp()))
        assert bool(links.follow(portal, token)) is opens


def test_a_reference_that_two_stores_use_names_no_order_until_it_names_its_store(portal, shop, order, key, clock):
    twin = orders.accept(
        portal, shop.id, "shopify",
        StoreOrder(ref=order.ref, number="9001", placed_at=clock.now, changed_at=clock.now, milestone="confirmed"),
    )  # fmt: skip
    when = ends(clock, hours=1)
    assert links.follow(portal, sign(key, "demo", order.ref, "account", when)) is None
    assert links.follow(portal, sign(key, "demo", f"woocommerce:{order.ref}", "account", when)).order == order.id
    assert links.follow(portal, sign(key, "demo", f"shopify:{order.ref}", "account", when)).order == twin.id


def test_a_deleted_order_is_opened_by_no_pass(portal, shop, order, key, clock):
    token = sign(key, "demo", order.ref, "account", ends(clock, hours=1))
    orders.accept(portal, shop.id, "woocommerce", OrderDeleted(order.ref))
    assert links.follow(portal, token) is None


def test_a_renewed_key_lets_the_one_before_count_for_a_week(portal, shop, order, key, clock):
    old = sign(key, "demo", order.ref, "mail", ends(clock, days=300))
    clock.advance(days=1)
    second = passes.renew_key(portal, shop.id)
    assert passes.show_key(portal, fresh(shop)) == second != key
    assert links.follow(portal, old)
    assert links.follow(portal, sign(second, "demo", order.ref, "mail", ends(clock, days=300)))
    clock.advance(days=6, hours=23)
    assert links.follow(portal, old)
    clock.advance(hours=1)
    assert links.follow(portal, old) is None


def test_a_key_renewed_twice_ends_the_first_and_one_renewed_at_once_ends_all(portal, shop, order, key, clock):
    tokens = [sign(key, "demo", order.ref, "mail", ends(clock, days=300))]
    for _ in range(2):
        tokens.append(sign(passes.renew_key(portal, shop.id), "demo", order.ref, "mail", ends(clock, days=300)))
    assert [bool(links.follow(portal, token)) for token in tokens] == [False, True, True]
    last = passes.renew_key(portal, shop.id, at_once=True)
    assert [bool(links.follow(portal, token)) for token in tokens] == [False] * 3
    assert links.follow(portal, sign(last, "demo", order.ref, "mail", ends(clock, days=300)))


def test_a_key_is_kept_sealed_and_another_portals_key_ring_opens_it_not(portal, shop, order, key, clock):
    token = sign(key, "demo", order.ref, "account", ends(clock, hours=1))
    assert key not in str(fresh(shop).__data__)
    assert len(key) >= 43
    type(shop).update(embed_keys="v1:nonsense").execute()
    assert links.follow(portal, token) is None
    assert passes.show_key(portal, fresh(shop)) == ""


def test_s02_hashes_are_compared_in_one_time(portal, order, key, clock, monkeypatch):
    seen = []
    compare = hmac.compare_digest
    monkeypatch.setattr(passes.hmac, "compare_digest", lambda one, other: seen.append(other) or compare(one, other))
    token = sign(key, "demo", order.ref, "account", ends(clock, hours=1))
    assert links.follow(portal, token)
    assert links.follow(portal, token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert len(seen) == 2


def test_far_ends_are_no_trouble_for_any_clock(portal, order, key, clock):
    for when in (10**9, 99_999_999_999):
        assert links.follow(portal, sign(key, "demo", order.ref, "mail", when)) is None
    assert datetime.fromtimestamp(99_999_999_999, UTC).year > 5000
