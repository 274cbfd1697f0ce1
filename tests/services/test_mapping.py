"""A shop's own rules for carriers' words, on both databases."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.portals import make_order, make_shop, scan
from tracker.domain.epochs import Frame
from tracker.domain.fold import fold
from tracker.domain.mapping import LONGEST, Rule
from tracker.domain.statements import Source, Statement
from tracker.sdk import UNKNOWN, Milestone, Status, TrackingResult
from tracker.services import carrier_words, mapping, provenance, recording, shipping
from tracker.services.refusals import Refused
from tracker.services.staff import Me
from tracker.store.audit import load_audit
from tracker.store.events import Origin
from tracker.store.mapping import write_rule
from tracker.store.shipments import find_shipment

NUMBER = "DEMOTEST1"
ME = Me(7, "ada@example.com", "Ada", "en", "token", "digest")
HELD = Status(Milestone.EXCEPTION, "customs", action_required=True)


@pytest.fixture
def other_shop(portal):
    return make_shop(portal, "other")


def rule(value="XY", field="code", kind="equals", status=HELD):
    return Rule(field, kind, value, status)


def add(portal, shop, *rules, carrier="demo"):
    for one in rules:
        carrier_words.add_rule(portal, shop.id, carrier, one, me=ME)


def odd(code="XY", text="Vehicle stands at the quay", **more):
    return replace(scan("unknown", text=text, **more), status=UNKNOWN, code=code)


def tell(portal, shop, *events, number=NUMBER, carrier="demo"):
    result = TrackingResult(number, events)
    return recording.record_result(portal, shop, carrier, result, Origin("Demo 1.0.0", "ab" * 32))


@pytest.mark.parametrize(
    ("wanted", "code", "text", "fits"),
    [
        (rule("XY"), "xy", "", True),
        (rule("XY"), "XYZ", "", False),
        (rule("XY", kind="contains"), "AXYZ", "", True),
        (rule("at  the QUAY", "text", "contains"), "", "Stands at the quay.", True),
        (rule("Stands at the quay", "text"), "", " stands  at the quay ", True),
        (rule("Stands", "text"), "", "stands at the quay", False),
        (rule(" ", "text", "contains"), "", "anything", False),
        (rule("부두", "text", "contains"), "", "부두 도착", True),
    ],
)
def test_a_rule_fits_whole_values_or_parts_whatever_the_case(wanted, code, text, fits):
    assert wanted.fits(replace(odd(), code=code, text=text)) is fits


def test_the_shops_rules_go_before_the_plugins_and_name_themselves(portal, shop, other_shop):
    add(portal, shop, rule("XY"))
    add(portal, shop, rule("delivered", "text", "contains", Status(Milestone.AVAILABLE_FOR_PICKUP)))
    told = [odd(), scan("delivered", text="Delivered to the locker", code="D1"), scan("in_transit")]
    read = mapping.apply(portal, shop.id, "demo", told)
    assert [one.status for one in read] == [HELD, Status(Milestone.AVAILABLE_FOR_PICKUP), told[2].status]
    assert [one.rule for one in read] == ["shop: code = XY", "shop: text contains delivered", ""]
    assert mapping.apply(portal, shop.id, "ups", told) == told
    assert mapping.apply(portal, other_shop.id, "demo", told) == told


def test_the_most_exact_rule_decides_whenever_it_was_written(portal, shop):
    part, long = rule("quay", "text", "contains"), rule("at the quay", "text", "contains", Status(Milestone.RETURNING))
    whole, code = rule("stands at the quay", "text", status=Status(Milestone.PICKED_UP)), rule("XY", "code", "contains")
    ranked = [code, whole, long, part]
    told = odd(text="Stands at the quay")
    for left in (4, 3, 2, 1):
        for order in permutations(ranked[-left:]):
            found = min((one for one in order if one.fits(told)), key=lambda one: one.rank)
            assert found is ranked[-left]
    add(portal, shop, part, whole)
    assert mapping.apply(portal, shop.id, "demo", [told])[0].status.milestone is Milestone.PICKED_UP


def test_a_rule_reads_what_is_recorded_from_then_on_and_its_reading_outweighs_the_old_one(portal, shop):
    shipment, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", NUMBER, actor="t")
    tell(portal, shop, scan("in_transit", "2026-03-02T10:00"), odd(at="2026-03-02T12:00"))
    assert find_shipment(shop.id, shipment.id).milestone == "in_transit"
    add(portal, shop, rule())
    assert find_shipment(shop.id, shipment.id).milestone == "in_transit"
    tell(portal, shop, scan("in_transit", "2026-03-02T10:00"), odd(at="2026-03-02T12:00"))
    row = find_shipment(shop.id, shipment.id)
    assert (row.milestone, row.reason, row.action_required) == ("exception", "customs", True)
    assert [event["milestone"] for event in row.state["events"] if event["source"] == "carrier"] == [
        "in_transit", "exception"
    ]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_r01_readings_by_plugin_and_by_shop_give_one_state_in_any_order(clock, order):
    plugin = replace(scan("in_transit", code="XY"), rule="code = XY")
    own = replace(plugin, status=Status(Milestone.EXCEPTION), rule="shop: code = XY")
    again = replace(plugin, rule="shop: text = moving")
    said = [Statement(Source.CARRIER, one) for one in (plugin, own, again)]
    assert len({one.digest for one in said}) == 3
    state = fold([said[at] for at in order], Frame(clock().replace(hour=0)), clock.advance(days=1))
    assert len(state.scans) == 1
    assert state.status.milestone is Milestone.IN_TRANSIT


def test_a_muted_code_says_nothing_any_more(portal, shop):
    shipment, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", NUMBER, actor="t")
    add(portal, shop, rule("DEL", status=UNKNOWN))
    tell(portal, shop, scan("in_transit", "2026-03-02T10:00"), scan("delivered", "2026-03-02T12:00"))
    assert find_shipment(shop.id, shipment.id).milestone == "in_transit"


def test_what_nobody_understood_is_ranked_by_volume_until_a_rule_reads_it(portal, shop, clock):
    for count, code, text in ((3, "AA", "Odd"), (2, "BB", "Odder"), (1, "", "Just words"), (1, "", "Other words")):
        tell(portal, shop, *(odd(code, text, at=f"2026-03-02T1{hour}:00") for hour in range(count)), number=code or "1")
        clock.advance(minutes=1)
    tell(portal, shop, scan("in_transit"))
    found = carrier_words.list_unread(portal, shop.id)
    assert [(one.code, one.times) for one in found[:2]] == [("AA", 3), ("BB", 2)]
    assert sorted((one.text, one.times) for one in found[2:]) == [("Just words", 1), ("Other words", 1)]
    assert [one.last.minute for one in found[:2]] == [0, 1]
    add(portal, shop, rule("AA"))
    add(portal, shop, rule("other", "text", "contains"))
    assert [(one.code, one.text) for one in carrier_words.list_unread(portal, shop.id)] == [
        ("BB", "Odder"), ("", "Just words"),
    ]  # fmt: skip


def test_the_same_rule_again_takes_the_place_of_the_first_and_both_are_in_the_record(portal, shop):
    add(portal, shop, rule("XY"), rule("xy", status=Status(Milestone.DELIVERED)))
    rows = carrier_words.list_rules(shop.id)
    assert [(one.value, one.milestone, one.by) for one in rows] == [("xy", "delivered", "staff:7")]
    assert carrier_words.remove_rule(portal, shop.id, rows[0].id, me=ME)
    assert not carrier_words.remove_rule(portal, shop.id, rows[0].id, me=ME)
    assert [entry.action for entry in load_audit(shop.id, "shop")] == ["rule-added", "rule-added", "rule-removed"]


def test_a_rule_of_another_shop_is_not_there(portal, shop, other_shop):
    add(portal, shop, rule())
    number = carrier_words.list_rules(shop.id)[0].id
    assert not carrier_words.remove_rule(portal, other_shop.id, number, me=ME)
    assert carrier_words.list_rules(other_shop.id) == []


@pytest.mark.parametrize(
    ("wrong", "carrier", "field"),
    [
        (rule(), "nobody", "carrier"),
        (rule(field="place"), "demo", "match"),
        (rule(kind="matches"), "demo", "match"),
        (rule(" \u202e "), "demo", "value"),
        (rule("x" * (LONGEST + 1)), "demo", "value"),
        (rule(status=Status(Milestone.EXCEPTION, "made_up")), "demo", "reason"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field(portal, shop, wrong, carrier, field):
    with pytest.raises(Refused) as refused:
        add(portal, shop, wrong, carrier=carrier)
    assert refused.value.field == field
    assert carrier_words.list_rules(shop.id) == []


def test_a_shop_has_only_so_many_rules(portal, shop, monkeypatch):
    monkeypatch.setattr(carrier_words, "MOST", 2)
    add(portal, shop, rule("A"), rule("B"))
    with pytest.raises(Refused, match="Remove some"):
        add(portal, shop, rule("C"))


def test_the_longest_rule_still_has_its_whole_name_beside_the_event(portal, shop):
    add(portal, shop, rule("x" * LONGEST, "text", "contains"))
    tell(portal, shop, odd(text="y" + "x" * LONGEST))
    shipment, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", NUMBER, actor="t")
    entry = next(one for one in shipment.state["events"] if one["source"] == "carrier")
    reading = provenance.find(provenance.trace(shop.id, shipment), entry)
    assert reading.rule == f"shop: text contains {'x' * LONGEST}"


def test_each_entry_tells_how_it_was_read(portal, shop):
    shipment, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", NUMBER, actor="t")
    write_rule(shop.id, "demo", rule(), "staff:7", portal.now())
    tell(portal, shop, replace(scan("in_transit"), rule="code = IN_"), odd(at="2026-03-02T12:00"))
    row = find_shipment(shop.id, shipment.id)
    readings = provenance.trace(shop.id, row)
    found = [provenance.find(readings, one) for one in row.state["events"]]
    assert [(one.rule, one.own, one.plugin) for one in found] == [
        ("code = IN_", False, "Demo 1.0.0"), ("shop: code = XY", True, "Demo 1.0.0"), ("", False, ""),
    ]  # fmt: skip
    assert all(one.payload == "ab" * 32 for one in found if one.rule)


def test_bundled_rules_can_be_read_where_a_plugin_shows_them(portal):
    rules = carrier_words.list_bundled(portal, "ups")
    assert len(rules) > 50
    assert {"delivered"} <= {str(one.status.milestone) for one in rules}
    words = {rule.word: rule.status.reason for rule in carrier_words.list_bundled(portal, "aftership")}
    assert words["Exception_013"] == "lost", "a vendor is read by its vocabulary"
    assert carrier_words.list_bundled(portal, "manual") == ()
    assert carrier_words.list_bundled(portal, "nobody") == ()
