"""Each call into a plugin leaves a line when that is asked for: who, for whom, how long, how it ended, and no more."""

import logging

import pytest

from tests.host.scripted import PAYLOAD, provider, raising
from tests.portals import make_config
from tracker.host.breaker import LIMIT
from tracker.host.calls import Calls
from tracker.host.errors import PluginBug
from tracker.host.registry import Listener
from tracker.host.trace import TracedCalls
from tracker.sdk import AuthFailed, InboundRequest, Parsed, PluginError, Query, Upstream, Verdict
from tracker.services.portal import open_portal

FIELDS = {"plugin", "provider", "method", "shop", "ms", "outcome"}
_PLAIN = set(logging.makeLogRecord({}).__dict__)


@pytest.fixture
def traced(ports, clock):
    return TracedCalls(ports.breakers, clock)


def lines(caplog):
    return [record for record in caplog.records if record.name == "tracker.trace"]


def breaks_off(*_):
    yield PAYLOAD
    raise Upstream("hush-hush-canary")


@pytest.mark.parametrize(
    ("method", "act", "outcome"),
    [
        ("parse", lambda *_: Parsed(), "ok"),
        ("fetch", lambda *_: [PAYLOAD], "ok"),
        ("fetch", raising(AuthFailed("no hush-hush-canary")), "auth"),
        ("fetch", breaks_off, "upstream"),
        ("fetch", raising(KeyError("hush-hush-canary")), "bug"),
        ("fetch", lambda *_: 7, "bug"),
        ("verify", lambda *_: Verdict(True), "ok"),
        ("verify", lambda *_: Verdict(False), "refused"),
        ("verify", raising(ValueError("hush-hush-canary")), "refused"),
    ],
)
def test_s32_a_call_leaves_one_line_without_what_went_in_or_came_out(traced, ctx, caplog, method, act, outcome):
    one, arguments = provider(act), {"parse": (1, PAYLOAD), "fetch": (1, [Query("1Z999")], ctx)}
    with caplog.at_level(logging.INFO, "tracker.trace"):
        try:
            if method == "verify":
                traced.verify(one, InboundRequest({"x": "hush-hush-canary"}, b"hush-hush-canary"), ctx)
            else:
                getattr(traced, method)(one, *arguments[method])
        except (PluginError, PluginBug):
            assert outcome not in ("ok", "refused")
    (line,) = lines(caplog)
    assert set(line.__dict__) - _PLAIN - {"message"} == FIELDS
    assert (line.plugin, line.provider, line.method, line.outcome) == ("plugin_x", "carrier:post", method, outcome)
    assert line.ms >= 0
    assert not any(word in str(line.__dict__) for word in ("hush", "1Z999"))


def test_a_call_that_is_not_made_for_the_sake_of_rest_says_so(traced, caplog):
    for _ in range(LIMIT):
        with pytest.raises(PluginBug):
            traced.parse(provider(raising(KeyError("x"))), 1, PAYLOAD)
    with caplog.at_level(logging.INFO, "tracker.trace"), pytest.raises(Upstream):
        traced.parse(provider(lambda *_: Parsed()), 1, PAYLOAD)
    assert [line.outcome for line in lines(caplog)] == ["resting"]


def test_a_listener_is_traced_too(traced, ctx, caplog):
    heard = []
    listeners = [
        Listener("tracker_shipment_changed", name, act, ("change",), f"hook:{name}")
        for name, act in (("good", heard.append), ("down", raising(Upstream("x"))), ("bad", raising(KeyError("x"))))
    ]
    with caplog.at_level(logging.INFO, "tracker.trace"):
        missed = traced.tell(listeners, 1, lambda _: ctx, change="news of hush-hush-canary")
    assert heard == ["news of hush-hush-canary"]
    assert [listener.plugin for listener, _error in missed] == ["down", "bad"]
    told = [(line.plugin, line.provider, line.method, line.outcome) for line in lines(caplog)]
    hook = "tracker_shipment_changed"
    assert told == [
        ("good", "hook:good", hook, "ok"), ("down", "hook:down", hook, "upstream"), ("bad", "hook:bad", hook, "bug"),
    ]  # fmt: skip
    assert "hush" not in str([line.__dict__ for line in lines(caplog)])


def test_loading_is_traced_too(shed, caplog):
    shed.good("good")
    shed.write("broken.py", "import nothing_of_that_name")
    with caplog.at_level(logging.INFO, "tracker.trace"):
        shed.load()
        assert lines(caplog) == []
        shed.load(trace=True)
    assert {(line.plugin, line.outcome) for line in lines(caplog)} == {("good", "ok"), ("broken", "import error")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_off_costs_nothing(database, instance, registry, monkeypatch):
    """The plain class is used as it is: there is not even a question whether to trace."""
    monkeypatch.setattr("tracker.services.portal.load", lambda *_, **__: registry)
    monkeypatch.setattr("tracker.services.portal.open_database", lambda *_: database)
    for setting, kind in (("0", Calls), ("1", TracedCalls)):
        portal = open_portal(make_config(database.url, instance, TRACE_PLUGINS=setting))
        assert type(portal.calls) is kind
