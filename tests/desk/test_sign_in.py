"""Signing in: uniform, limited, revocable, and never by a session that was there before."""

import hashlib
import time
from datetime import timedelta

import pytest

from tests.desk.conftest import PASSWORD
from tracker.services import staff
from tracker.services.refusals import Refused
from tracker.store.kept import Rate
from tracker.store.staff import Session, Staff
from tracker.web import desk

EMAIL = "owner@demo.example"


@pytest.fixture
def owner(portal, shop):
    person = staff.create(portal, EMAIL, PASSWORD, "Olive")
    staff.grant(portal, shop.id, person.id, "owner")
    return person


def cookie_of(response):
    return next((line for line in response.headers.getlist("Set-Cookie") if line.startswith("tracker_desk=")), "")


def test_the_right_password_leads_to_the_shop(owner, browse):
    browser = browse()
    assert browser.sign_in(EMAIL).headers["Location"] == "/desk/"
    assert browser.get("/desk/").headers["Location"] == "/desk/demo/orders"


def test_address_is_folded(owner, browse):
    assert browse().sign_in("  Owner@Demo.EXAMPLE ").status_code == 303


def test_s34_unknown_wrong_and_disabled_look_the_same(portal, owner, browse):
    gone = staff.create(portal, "gone@demo.example", PASSWORD)
    Staff.update(disabled_at=portal.now()).where(Staff.id == gone.id).execute()
    answers = set()
    for email, password in ((EMAIL, "wrong password"), ("nobody@demo.example", PASSWORD), (gone.email, PASSWORD)):
        browser = browse()
        response = browser.sign_in(email, password)
        body = response.get_data(as_text=True).replace(email, "").replace(browser.token, "")
        answers.add((response.status_code, cookie_of(response), hashlib.sha256(body[:2000].encode()).hexdigest()))
    assert {status for status, _, _ in answers} == {401}
    assert {cookie for _, cookie, _ in answers} == {""}


def test_s34_a_stranger_costs_as_much_time_as_a_wrong_password(portal, shop, monkeypatch):
    from argon2 import PasswordHasher

    monkeypatch.setattr(staff, "_hasher", PasswordHasher())
    staff.create(portal, EMAIL, PASSWORD)

    def cost(email):
        began = time.perf_counter()
        with pytest.raises(staff.Wrong):
            staff.sign_in(portal, email, "wrong password", "")
        return time.perf_counter() - began

    cost(EMAIL)
    known, unknown = (min(cost(email) for _ in range(3)) for email in (EMAIL, "nobody@demo.example"))
    assert 0.5 < known / unknown < 2


def test_s34_the_strangers_hash_has_the_parameters_of_all_others():
    from argon2 import PasswordHasher

    assert not PasswordHasher().check_needs_rehash(staff._NOBODY)


@pytest.fixture
def quick_stranger(monkeypatch):
    """The hash that strangers cost is as cheap as all others of these tests, where only their number counts."""
    monkeypatch.setattr(staff, "_NOBODY", staff._hasher.hash("nobody"))


@pytest.mark.parametrize("email", [EMAIL, "nobody@demo.example"])
def test_s34_attempts_are_limited_per_account_known_or_not(portal, owner, clock, email, quick_stranger):
    for _ in range(staff.PER_ACCOUNT):
        with pytest.raises(staff.Wrong):
            staff.sign_in(portal, email, "wrong password", "")
    with pytest.raises(staff.TooMany):
        staff.sign_in(portal, email, PASSWORD, "")
    clock.advance(minutes=16)
    if email == EMAIL:
        assert staff.sign_in(portal, email, PASSWORD, "")


def test_s34_attempts_are_limited_per_address_over_all_accounts(portal, owner, quick_stranger):
    for number in range(staff.PER_ADDRESS):
        with pytest.raises(staff.Wrong):
            staff.sign_in(portal, f"p{number}@demo.example", "wrong password", "192.0.2.7")
    with pytest.raises(staff.TooMany):
        staff.sign_in(portal, EMAIL, PASSWORD, "192.0.2.7")
    assert staff.sign_in(portal, EMAIL, PASSWORD, "192.0.2.8")


def test_too_many_attempts_say_when_to_come_back(owner, browse):
    browser = browse()
    for _ in range(staff.PER_ACCOUNT):
        browser.sign_in(EMAIL, "wrong password")
    refused = browser.sign_in(EMAIL)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60 + 1


def test_signing_in_rightly_uses_up_no_attempt(portal, owner):
    secrets = {staff.sign_in(portal, EMAIL, PASSWORD, "192.0.2.7") for _ in range(staff.PER_ACCOUNT * 2)}
    assert len(secrets) == staff.PER_ACCOUNT * 2


def test_limits_keep_no_address_of_a_person(portal, owner):
    staff.sign_in(portal, EMAIL, PASSWORD, "192.0.2.7")
    assert not [row.name for row in Rate.select() if "demo.example" in row.name]


def test_s33_the_cookie_is_for_the_desk_alone_and_out_of_reach_of_scripts(owner, browse):
    cookie = cookie_of(browse().sign_in(EMAIL))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/desk", f"Max-Age={7 * 24 * 3600}"):
        assert part in cookie
    assert "Secure" not in cookie


def test_s33_over_https_the_cookie_never_leaves_unencrypted(portal, owner, app):
    object.__setattr__(portal.config, "url", "https://localhost")
    from tests.desk.conftest import Browser

    app.config["TRUSTED_HOSTS"] = ["localhost"]
    browser = Browser(app.test_client())
    browser.get("/desk/sign-in", base_url="https://localhost")
    data = {"email": EMAIL, "password": PASSWORD}
    assert "Secure" in cookie_of(browser.post("/desk/sign-in", data, base_url="https://localhost"))


def test_s33_the_table_holds_a_digest_and_never_the_secret(owner, browse):
    browser = browse()
    browser.sign_in(EMAIL)
    secret = browser.client.get_cookie("tracker_desk", path="/desk").value
    row = Session.get()
    assert len(secret) >= 43
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()


def test_s33_signing_in_again_begins_a_new_session_and_ends_the_one_before(portal, owner, browse):
    browser = browse()
    browser.sign_in(EMAIL)
    first = browser.client.get_cookie("tracker_desk", path="/desk").value
    browser.get("/desk/me")
    assert browser.post("/desk/sign-in", {"email": EMAIL, "password": PASSWORD}).status_code == 303
    second = browser.client.get_cookie("tracker_desk", path="/desk").value
    assert first != second
    assert staff.resume(portal, first) is None
    assert staff.resume(portal, second)


def test_s33_a_secret_that_a_stranger_planted_opens_nothing(portal, owner, browse):
    browser = browse()
    browser.client.set_cookie("tracker_desk", "planted", path="/desk")
    browser.sign_in(EMAIL)
    assert browser.client.get_cookie("tracker_desk", path="/desk").value != "planted"
    assert staff.resume(portal, "planted") is None


def test_s33_signing_out_ends_the_session_itself(portal, owner, browse):
    browser = browse()
    browser.sign_in(EMAIL)
    secret = browser.client.get_cookie("tracker_desk", path="/desk").value
    browser.get("/desk/me")
    assert browser.post("/desk/sign-out").status_code == 303
    assert staff.resume(portal, secret) is None


def test_s33_sessions_end_when_they_are_old_or_idle(portal, owner, clock):
    secret = staff.sign_in(portal, EMAIL, PASSWORD, "")
    clock.advance(hours=11)
    assert staff.resume(portal, secret)
    clock.advance(hours=11)
    assert staff.resume(portal, secret), "using it keeps it"
    clock.advance(hours=13)
    assert staff.resume(portal, secret) is None
    busy = staff.sign_in(portal, EMAIL, PASSWORD, "")
    for _ in range(17):
        clock.advance(hours=10)
        last = staff.resume(portal, busy)
    assert last is None, "seven days are the end, however busy"


def test_a_page_that_refreshes_itself_keeps_no_session_alive(portal, owner, clock):
    secret = staff.sign_in(portal, EMAIL, PASSWORD, "")
    for _ in range(3):
        clock.advance(hours=5)
        found = staff.resume(portal, secret, touch=False)
    assert found is None


def test_s33_a_new_password_ends_every_session(portal, owner):
    secret = staff.sign_in(portal, EMAIL, PASSWORD, "")
    staff.set_password(portal, EMAIL, "another long password")
    assert staff.resume(portal, secret) is None
    assert staff.sign_in(portal, EMAIL, "another long password", "")


def test_s33_a_role_that_is_taken_away_counts_at_once(portal, owner, shop, enter):
    browser = enter(shop, "staff")
    person = Staff.get(Staff.email == "staff@demo.example")
    staff.grant(portal, shop.id, person.id, "marketer")
    assert browser.get("/desk/demo/orders").status_code == 403


def test_sessions_are_listed_and_ended_one_by_one(owner, browse):
    here, there = browse(), browse()
    here.sign_in(EMAIL)
    there.sign_in(EMAIL)
    page = here.get("/desk/me").get_data(as_text=True)
    assert page.count("last used") == 2
    other = Session.select().order_by(Session.id.desc()).get()
    assert here.post(f"/desk/me/sessions/{other.id}/end").status_code == 303
    assert there.get("/desk/me").status_code == 303
    assert here.get("/desk/me").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(shop, enter):
    mine, theirs = enter(shop, "owner"), enter(shop, "staff")
    session = Session.select().join(Staff).where(Staff.email == "staff@demo.example").get()
    assert mine.post(f"/desk/me/sessions/{session.id}/end").status_code == 404
    assert theirs.get("/desk/me").status_code == 200


def test_signing_out_everywhere_ends_them_all(owner, browse):
    browsers = [browse() for _ in range(3)]
    for browser in browsers:
        browser.sign_in(EMAIL)
    browsers[0].get("/desk/me")
    browsers[0].post("/desk/me/sign-out-everywhere")
    assert [browser.get("/desk/me").status_code for browser in browsers] == [303, 303, 303]


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/desk/", "//evil.example/desk", "/\\evil.example", "https:evil.example", "/desk/../t/x",
        "\\\\evil.example/desk", "/deskevil", "javascript:alert(1)", "/t/abc", "/desk/\nSet-Cookie: x",
        " //evil.example", "/desk//../..//evil", "//evil.example@localhost/desk/", "/%2f/evil.example", "desk/x",
        "//[", "https://[::1", "//[/desk/", "///[", "/\t/[",
    ],
)  # fmt: skip
def test_s10_next_leads_to_the_desk_only(owner, browse, goal):
    browser = browse()
    assert browser.sign_in(EMAIL, next=goal).headers["Location"] == "/desk/"


def test_s10_next_brings_people_back_to_where_they_were(owner, browse):
    browser = browse()
    asked = browser.get("/desk/demo/orders?q=ada%20ito").headers["Location"]
    assert asked.startswith("/desk/sign-in?next=")
    assert 'value="/desk/demo/orders?q=ada%20ito"' in browser.get(asked).get_data(as_text=True)
    assert browser.sign_in(EMAIL, next="/desk/demo/orders?q=ada%20ito").headers["Location"].endswith("?q=ada%20ito")


def test_a_person_of_several_shops_chooses(portal, owner, shop, other_shop, browse):
    staff.grant(portal, other_shop.id, owner.id, "marketer")
    browser = browse()
    browser.sign_in(EMAIL)
    page = browser.get("/desk/").get_data(as_text=True)
    assert "/desk/demo/orders" in page
    assert "/desk/other/look" in page


@pytest.mark.parametrize(("email", "password", "field"), [
    ("no address", PASSWORD, "email"), ("a@b@c", PASSWORD, "email"), ("x@y.example", "short", "password"),
    ("x@y.example", "x" * 201, "password"), (EMAIL.upper(), PASSWORD, "email"),
])  # fmt: skip
def test_a_person_that_cannot_be_is_refused_by_field(portal, owner, email, password, field):
    with pytest.raises(Refused) as refused:
        staff.create(portal, email, password)
    assert refused.value.field == field


def test_hashing_has_room_for_two(monkeypatch):
    monkeypatch.setattr(staff, "_PATIENCE", 0.05)
    assert staff._room.acquire(timeout=1)
    assert staff._room.acquire(timeout=1)
    try:
        with pytest.raises(staff.TooMany):
            staff._verify(staff._NOBODY, "x")
    finally:
        staff._room.release()
        staff._room.release()


def test_an_outdated_hash_is_made_anew_at_sign_in(portal, owner, monkeypatch):
    from argon2 import PasswordHasher

    before = Staff.get_by_id(owner.id).password
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    staff.sign_in(portal, EMAIL, PASSWORD, "")
    assert Staff.get_by_id(owner.id).password != before
    assert staff.sign_in(portal, EMAIL, PASSWORD, "")


def test_the_language_of_the_desk_is_the_persons(owner, browse):
    browser = browse()
    browser.sign_in(EMAIL)
    browser.get("/desk/me")
    browser.post("/desk/me/language", {"locale": "ko"})
    assert 'lang="ko"' in browser.get("/desk/me", headers={"Accept-Language": "en"}).get_data(as_text=True)


def test_life_and_idle_are_what_the_guide_says():
    assert (timedelta(days=7), timedelta(hours=12)) == (staff.LIFE, staff.IDLE)
    assert desk.PATH == "/desk"
