"""Tests of a connection: asked for by a page, made by the worker, once, and kept in words that tell no secret."""

from datetime import timedelta

import pytest

from tests.acme import SETTINGS, add_acme
from tests.portals import make_shop
from tracker.services import heartbeat, settings, trials, work
from tracker.store.audit import load_audit
from tracker.store.outbox import Outbox
from tracker.store.trials import Trial


@pytest.fixture(autouse=True)
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


def fill_in(portal, shop, client_id="fine"):
    settings.save(portal, shop, "acme", {**SETTINGS, "client_id": client_id}, "test")


def findings(portal, shop):
    return [(one.provider, one.kind, one.said) for one in trials.find_latest(portal, shop, "acme").findings]


@pytest.mark.parametrize(
    ("client_id", "kind", "said"),
    [
        ("fine", "", ""),
        ("wrong", "auth", "no entry with [secret]"),
        ("away", "upstream", "acme answered HTTP 503"),
        ("busy", "rate_limit", "slow down"),
        ("odd", "parse", "not JSON"),
        ("gone", "not_found", "no such thing"),
        (
            "inside",
            "barred",
            "this address may not be called: use a public http(s) address, or have the operator allow it",
        ),
        ("bug", "bug", "carrier:acme of plugin acme broke in probe: KeyError: '[secret]'"),
    ],
)
def test_the_worker_finds_out_and_tries_once(portal, shop, clock, client_id, kind, said):
    fill_in(portal, shop, client_id)
    assert trials.ask(portal, shop, "acme", "staff:1")
    assert trials.find_latest(portal, shop, "acme").answered_at is None
    clock.advance(seconds=3)
    work.run_outbox(portal)
    assert findings(portal, shop) == [("carrier:acme", kind, said)]
    assert trials.find_latest(portal, shop, "acme").answered_at == clock()
    assert Outbox.get(Outbox.topic == "trial").state == "done"
    assert load_audit(shop.id, "plugin:acme")[-1].action == "tested"


def test_settings_that_are_not_complete_are_named_and_nobody_is_asked(portal, shop):
    trials.ask(portal, shop, "acme", "staff:1")
    work.run_outbox(portal)
    assert findings(portal, shop) == [("carrier:acme", "settings", "client_id, client_secret")]


def test_a_second_press_while_the_first_is_under_way_asks_for_nothing(portal, shop, clock):
    fill_in(portal, shop)
    assert trials.ask(portal, shop, "acme", "staff:1")
    assert not trials.ask(portal, shop, "acme", "staff:1")
    assert trials.ask(portal, make_shop(portal, "other"), "acme", "staff:1")
    clock.advance(minutes=3)
    assert trials.ask(portal, shop, "acme", "staff:1")
    assert Outbox.select().where(Outbox.topic == "trial").count() == 3


def test_an_answer_to_an_older_question_is_not_taken_for_that_to_the_newer(portal, shop, clock):
    fill_in(portal, shop, "wrong")
    trials.ask(portal, shop, "acme", "staff:1")
    older = Trial.get().key
    clock.advance(minutes=3)
    trials.ask(portal, shop, "acme", "staff:1")
    trials.run(portal, {"shop": shop.id, "plugin": "acme"}, older)
    assert trials.find_latest(portal, shop, "acme").answered_at is None


def test_what_has_no_test_is_not_tested(portal, shop):
    assert not trials.ask(portal, shop, "manual", "staff:1")
    assert not trials.ask(portal, shop, "nobody", "staff:1")
    assert trials.find_latest(portal, shop, "manual") is None
    assert Trial.select().count() == 0


def test_a_page_can_tell_when_nobody_is_at_it(portal, shop, clock):
    heartbeat.beat(portal)
    trials.ask(portal, shop, "acme", "staff:1")
    assert not trials.find_latest(portal, shop, "acme").slow
    clock.advance(seconds=90)
    assert trials.find_latest(portal, shop, "acme").slow
    heartbeat.beat(portal)
    assert not trials.find_latest(portal, shop, "acme").slow
    clock.now += timedelta(minutes=2)
    heartbeat.beat(portal)
    assert trials.find_latest(portal, shop, "acme").slow


def test_a_plugin_that_went_away_meanwhile_is_no_error(portal, shop, registry):
    trials.ask(portal, shop, "acme", "staff:1")
    portal.registry = registry
    work.run_outbox(portal)
    assert Outbox.get(Outbox.topic == "trial").state == "done"
    assert trials.find_latest(portal, shop, "acme").findings == ()
