"""Isolation: what a plugin raises or returns stays where it belongs."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.host.scripted import PAYLOAD, provider, raising
from tracker.host.breaker import LIMIT, REST
from tracker.host.calls import MOST_PAYLOADS, Calls
from tracker.host.errors import PluginBug, Resting, SettingsMissing
from tracker.host.http import SafeHttp
from tracker.host.registry import Listener, Provider
from tracker.sdk import (
    Event,
    InboundRequest,
    Message,
    Parsed,
    Payload,
    Problem,
    RateLimited,
    Receipt,
    Status,
    StoreParsed,
    TrackingResult,
    Upstream,
    Verdict,
    Window,
)

NOW = datetime(2026, 3, 2, 9, 0)
EVENT = Event(NOW, code="X", text="Scanned", place="Wayne, NJ, US")


def test_a_good_result_comes_back_as_it_is(calls):
    parsed = Parsed((TrackingResult("1Z", (EVENT,), Window(NOW, NOW)),))
    assert calls.parse(provider(lambda _: parsed), 1, PAYLOAD) == parsed


def test_expected_errors_pass_as_they_are(calls, ctx):
    with pytest.raises(RateLimited) as caught:
        calls.fetch(provider(raising(RateLimited("slow down", 7))), 1, ["1"], ctx)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("y"), RecursionError(), MemoryError(), SystemExit(2), GeneratorExit()]
)
def test_r26_anything_else_is_a_bug_of_the_plugin(calls, error):
    with pytest.raises(PluginBug) as caught:
        calls.parse(provider(raising(error)), 1, PAYLOAD)
    assert (caught.value.plugin, caught.value.provider, caught.value.method) == ("plugin_x", "carrier:post", "parse")
    assert type(error).__name__ in caught.value.detail


def test_an_error_whose_text_cannot_be_read_is_a_bug_too(calls):
    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    with pytest.raises(PluginBug, match="cannot be read"):
        calls.parse(provider(raising(Nasty())), 1, PAYLOAD)


def test_the_operator_can_still_stop_the_worker(calls):
    with pytest.raises(KeyboardInterrupt):
        calls.parse(provider(raising(KeyboardInterrupt())), 1, PAYLOAD)


def changed(event=EVENT, **fields):
    """An event with fields that its type forbids."""
    copy = Event(event.local, event.status, event.offset, event.zone_source, event.code, event.text, event.place)
    for name, value in fields.items():
        object.__setattr__(copy, name, value)
    return copy


@pytest.mark.parametrize(
    "returned",
    [
        None, {}, [], "text", Parsed(results=None), Parsed(results="ab"), Parsed(results=("1Z",)),
        Parsed((TrackingResult(7),)), Parsed((TrackingResult("1", ({},)),)), Parsed((TrackingResult("1", 5),)),
        Parsed((TrackingResult("1", (changed(local="2026"),)),)), Parsed((TrackingResult("1", (changed(text=5),)),)),
        Parsed((TrackingResult("1", (changed(status="delivered"),)),)),
        Parsed((TrackingResult("1", (changed(status=Status("delivered")),)),)),
        Parsed((TrackingResult("1", (changed(offset=9),)),)),
        Parsed((TrackingResult("1", (changed(offset=timedelta(hours=30)),)),)),
        Parsed((TrackingResult("1", (changed(zone_source="guess"),)),)),
        Parsed((TrackingResult("1", (), Window(NOW, "later")),)),
        Parsed((TrackingResult("1", (), Window(NOW, NOW - timedelta(1))),)),
        Parsed((TrackingResult("1", (), Window(NOW.replace(tzinfo=UTC), NOW.replace(tzinfo=UTC))),)),
        Parsed((TrackingResult("1", (), None, ("ups", "1")),)),
        Parsed(errors=(Problem("strange"),)), Parsed(errors=("not_found",)), Parsed(warnings=(b"x",)),
    ],
)  # fmt: skip
def test_r26_a_result_of_the_wrong_type_is_a_bug(calls, returned):
    with pytest.raises(PluginBug):
        calls.parse(provider(lambda _: returned), 1, PAYLOAD)


def test_r26_a_huge_result_is_cut_with_a_warning(calls):
    others = [TrackingResult(str(number)) for number in range(2, 1002)]
    many = Parsed((TrackingResult("1", (EVENT,) * 2001), *others), (), ("w",) * 500)
    parsed = calls.parse(provider(lambda _: many), 1, PAYLOAD)
    assert len(parsed.results) == 1000
    assert len(parsed.results[0].events) == 2000
    assert len(parsed.warnings) == 102
    assert "only the first 2000" in parsed.warnings[-1]


def test_r26_scans_without_a_readable_time_are_kept_and_told(calls):
    events = (EVENT, changed(local=None, code="X1"), changed(local=None, code="", text="Sorted"))
    parsed = calls.parse(provider(lambda _: Parsed((TrackingResult("1", events),), (), ("w",))), 1, PAYLOAD)
    assert parsed.results[0].events == events
    assert parsed.warnings == ("w", "1: no readable time of X1, Sorted")


def test_s08_texts_are_cleaned_as_foreign_text(calls):
    nasty = "a\x00b\u0085\u2028c\u202ed\ud800 e\u0301" + "x" * 400
    event = changed(text=nasty, place=nasty, code=nasty)
    parsed = calls.parse(provider(lambda _: Parsed((TrackingResult(" 1Z\n", (event,)),), (), (nasty,))), 1, PAYLOAD)
    (result,) = parsed.results
    assert result.number == "1Z"
    assert result.events[0].text.startswith("a b cd é")
    assert [len(result.events[0].text), len(result.events[0].place), len(result.events[0].code)] == [299, 119, 59]
    assert parsed.warnings[0].startswith("a b cd é")


def test_a_number_that_is_too_long_is_left_out_and_never_cut(calls):
    parsed = calls.parse(provider(lambda _: Parsed((TrackingResult("1" * 65), TrackingResult("2")))), 1, PAYLOAD)
    assert [result.number for result in parsed.results] == ["2"]
    assert "left out" in parsed.warnings[0]


# --- the breaker -----------------------------------------------------------------------------------------------------


def break_it(calls, times, shop=1):
    for _ in range(times):
        with pytest.raises(PluginBug):
            calls.parse(provider(raising(ValueError())), shop, PAYLOAD)


def test_five_bugs_in_a_row_rest_the_provider_for_that_shop_alone(calls, clock):
    break_it(calls, LIMIT)
    good = provider(lambda _: Parsed())
    with pytest.raises(Resting) as caught:
        calls.parse(good, 1, PAYLOAD)
    assert caught.value.until == clock() + REST
    assert calls.parse(good, 2, PAYLOAD) == Parsed()
    assert calls.parse(Provider("carrier", "other", "p", good.object), 1, PAYLOAD) == Parsed()


def test_four_bugs_and_a_good_call_begin_anew(calls):
    break_it(calls, LIMIT - 1)
    calls.parse(provider(lambda _: Parsed()), 1, PAYLOAD)
    break_it(calls, LIMIT - 1)
    assert calls.parse(provider(lambda _: Parsed()), 1, PAYLOAD) == Parsed()


def test_an_expected_error_is_no_failure(calls, ctx):
    for _ in range(3 * LIMIT):
        with pytest.raises(Upstream):
            calls.fetch(provider(raising(Upstream("down"))), 1, ["1"], ctx)


def test_after_the_rest_there_is_one_try_over_all_processes(ports, clock):
    one, other = Calls(ports.breakers, clock), Calls(ports.breakers, clock)
    break_it(one, LIMIT)
    clock.advance(seconds=61)
    tried = []

    def act(_):
        tried.append(1)
        with pytest.raises(Resting):
            other.parse(provider(lambda _: Parsed()), 1, PAYLOAD)
        raise ValueError

    with pytest.raises(PluginBug):
        one.parse(provider(act), 1, PAYLOAD)
    assert tried == [1]
    for calls in (one, other):
        with pytest.raises(Resting):
            calls.parse(provider(act), 1, PAYLOAD)


def test_a_good_try_ends_the_rest(ports, clock):
    one, other = Calls(ports.breakers, clock), Calls(ports.breakers, clock)
    break_it(one, LIMIT)
    clock.advance(seconds=61)
    assert one.parse(provider(lambda _: Parsed()), 1, PAYLOAD) == Parsed()
    assert other.parse(provider(lambda _: Parsed()), 1, PAYLOAD) == Parsed()
    break_it(other, LIMIT - 1)
    assert other.parse(provider(lambda _: Parsed()), 1, PAYLOAD) == Parsed()


# --- fetch and pages -------------------------------------------------------------------------------------------------


def test_answers_before_an_error_are_kept(calls, ctx):
    def act(*_):
        yield PAYLOAD
        raise Upstream("gone")

    fetched = calls.fetch(provider(act), 1, ["1"], ctx)
    assert fetched.payloads == (PAYLOAD,)
    assert str(fetched.error) == "gone"


def test_r26_a_fetch_without_end_is_cut_off(calls, ctx):
    given = []

    def act(*_):
        while True:
            given.append(1)
            yield PAYLOAD

    with pytest.raises(PluginBug, match="no end"):
        calls.fetch(provider(act), 1, ["1"], ctx)
    assert len(given) == MOST_PAYLOADS + 1


def test_r26_a_fetch_without_end_in_bytes_is_cut_off(calls, ctx):
    big = Payload(b"x" * 5_000_000)
    with pytest.raises(PluginBug, match="no end"):
        calls.fetch(provider(lambda *_: (big for _ in range(900))), 1, ["1"], ctx)


@pytest.mark.parametrize("returned", [None, 5, [b"raw"], [Payload("text")]])
def test_a_fetch_that_answers_anything_else_is_a_bug(calls, ctx, returned):
    with pytest.raises(PluginBug):
        calls.fetch(provider(lambda *_: returned), 1, ["1"], ctx)


def test_pages_of_orders_come_one_by_one_and_the_callers_error_is_not_the_plugins(calls, ctx, ports):
    def act(*_):
        yield PAYLOAD
        yield PAYLOAD

    store = provider(act, "store")

    def read():
        for _ in calls.orders_since(store, 1, NOW.replace(tzinfo=UTC), ctx):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()
    assert len(list(calls.orders_since(store, 1, NOW.replace(tzinfo=UTC), ctx))) == 2
    assert ports.breakers.state(1, "store:post").failures == 0


def test_each_page_has_the_whole_budget_of_the_network(calls, ctx):
    http = SafeHttp(budget=0.2, resolve=lambda *_, **__: time.sleep(0.15) or [])

    def act(_, ctx):
        for _ in range(3):
            with pytest.raises(Upstream, match="no usable answer"):
                ctx.http.request("GET", "http://shop.example/")
            yield PAYLOAD

    pages = calls.orders_since(provider(act, "store"), 1, NOW.replace(tzinfo=UTC), replace(ctx, http=http))
    assert len(list(pages)) == 3


def test_a_page_that_breaks_is_a_bug(calls, ctx):
    def act(*_):
        yield PAYLOAD
        raise KeyError("id")

    pages = calls.orders_since(provider(act, "store"), 1, NOW.replace(tzinfo=UTC), ctx)
    assert next(pages) == PAYLOAD
    with pytest.raises(PluginBug, match="orders_since"):
        next(pages)


# --- doors and pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [raising(ValueError()), lambda *_: True, lambda *_: Verdict("yes"), lambda *_: None])
def test_s06_what_a_plugin_cannot_judge_stays_outside_and_closes_no_door(calls, ctx, act, ports):
    for _ in range(2 * LIMIT):
        assert calls.verify(provider(act, "store"), InboundRequest({}, b""), ctx).valid is False
    verdict = calls.verify(provider(lambda *_: Verdict(True), "store"), InboundRequest({}, b""), ctx)
    assert verdict.valid


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://a.example/", "//evil", "https://a\r\n.example", 5, "https://u@a.example"]
)
def test_s09_a_dangerous_public_url_is_dropped(calls, url):
    assert calls.public_url(provider(lambda _: url), 1, "1Z") is None


def test_a_public_url_and_a_block_never_break_a_page(calls, ctx):
    for _ in range(2 * LIMIT):
        assert calls.public_url(provider(raising(ValueError())), 1, "1Z") is None
        assert calls.context(provider(raising(ValueError()), "block"), 1, None, ctx) is None
    assert calls.public_url(provider(lambda n, _: f"https://a.example/{n}"), 2, "1Z") == "https://a.example/1Z"


@pytest.mark.parametrize("returned", [5, ["a"], {1: "a"}, {"a b": 1}])
def test_a_blocks_variables_have_plain_names(calls, ctx, returned):
    assert calls.context(provider(lambda *_: returned, "block"), 1, None, ctx) is None
    assert calls.context(provider(lambda *_: {"title": "Hi"}, "block"), 1, None, ctx) == {"title": "Hi"}


def test_a_receipt_is_checked_and_cleaned(calls, ctx):
    message = Message("k", "a@b.example", "s", "t")
    receipt = calls.send(provider(lambda *_: Receipt(True, "250\r\nok"), "channel"), 1, message, ctx)
    assert receipt.reply == "250 ok"
    with pytest.raises(PluginBug):
        calls.send(provider(lambda *_: True, "channel"), 1, message, ctx)


def test_a_fulfilment_is_told_and_what_comes_back_does_not_matter(calls, ctx):
    told = []
    calls.push_fulfilment(provider(lambda *said: told.append(said) or "whatever", "store"), 1, None, ctx)
    assert told == [(None, ctx)]


def test_orders_of_a_wrong_type_are_a_bug(calls):
    with pytest.raises(PluginBug):
        calls.parse_orders(provider(lambda _: Parsed(), "store"), 1, PAYLOAD)
    assert calls.parse_orders(provider(lambda _: StoreParsed(), "store"), 1, PAYLOAD) == StoreParsed()


def test_an_isolated_call_costs_close_to_a_plain_one(calls):
    """20 events are checked in some 60 microseconds; the bound leaves room for a busy machine."""
    import timeit

    parsed = Parsed((TrackingResult("1Z", (EVENT,) * 20),))
    quick = provider(lambda _: parsed)
    took = min(timeit.repeat(lambda: calls.parse(quick, 1, PAYLOAD), number=200, repeat=5)) / 200
    assert took < 0.001, f"{took * 1e6:.0f} us"


def listener(function, plugin="one", arguments=("change", "ctx")):
    return Listener("tracker_shipment_changed", plugin, function, arguments, f"hook:{plugin}")


def test_one_listener_failing_stops_no_other_and_each_gets_its_own_context(calls):
    told = []
    listeners = [
        listener(lambda change, ctx: told.append((change, ctx)), "first"),
        listener(raising(ValueError("broken")), "second"),
        listener(raising(Upstream("down")), "third"),
        listener(raising(SystemExit()), "fourth"),
        listener(told.append, "fifth", ("ctx",)),
    ]
    missed = calls.tell(listeners, 1, lambda plugin: f"context of {plugin}", change="news")
    assert told == [("news", "context of first"), "context of fifth"]
    assert [(one.plugin, getattr(error, "kind", "")) for one, error in missed] == [
        ("second", "bug"), ("third", "upstream"), ("fourth", "bug"),
    ]  # fmt: skip


def test_a_listener_that_breaks_again_and_again_rests(calls):
    asked = []

    def act(change, ctx):
        asked.append(change)
        raise ValueError

    for _ in range(LIMIT + 3):
        calls.tell([listener(act)], 1, lambda _: None, change="news")
    assert len(asked) == LIMIT
    assert not calls.tell([listener(lambda change, ctx: None)], 2, lambda _: None, change="news")


def test_a_listener_whose_settings_are_missing_is_not_called(calls):
    def missing(plugin):
        raise SettingsMissing(plugin, ["url"])

    ((_, error),) = calls.tell([listener(lambda change, ctx: pytest.fail("called"))], 1, missing, change="news")
    assert isinstance(error, SettingsMissing)
