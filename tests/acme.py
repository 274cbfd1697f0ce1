"""Acme Post: a carrier in a plugin folder of its own that can do all a carrier can, as its settings and numbers say."""

from pathlib import Path
from typing import Any

from tracker.host.context import ContextMaker
from tracker.host.loader import load
from tracker.host.registry import Registry
from tracker.services.portal import Portal

HUSH = "hush-hush-canary"
SETTINGS = {"client_id": "fine", "client_secret": HUSH}
PDF = b"%PDF-1.4 a label"
SOURCE = """
from typing import Literal

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    AuthFailed, BadPayload, Carrier, InvalidNumber, Label, NotFound, Parsed, Payload, Plugin, RateLimited, Subscription,
    Upstream, Verdict, hookimpl, push_secret, same,
)


class AcmeSettings(BaseModel):
    client_id: str = Field(min_length=2, max_length=60, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=60, title="Client secret")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=60, title="Secret of its messages")
    region: Literal["eu", "us"] = Field(default="eu", title="Region")
    pace: float = Field(default=1.5, gt=0, title="Pace")
    express: bool = Field(default=False, title="Express too")


PLUGIN = Plugin("acme", "Acme <Post>", "2.1", settings=AcmeSettings)
TROUBLE = {
    "wrong": AuthFailed("no entry with hush-hush-canary"), "away": Upstream("acme answered HTTP 503"),
    "busy": RateLimited("slow down", 30), "odd": BadPayload("not JSON"), "gone": NotFound("no such thing"),
    "bug": KeyError("hush-hush-canary"),
}


def act(word):
    if word in TROUBLE:
        raise TROUBLE[word]


class Acme(Carrier):
    id = "acme"
    names = {"en": "Acme Post", "ko": "애크미"}
    polls = subscribes = True
    inputs = ("postcode",)
    asked = []

    def parse(self, payload):
        return Parsed()

    def fetch(self, queries, ctx):
        act(ctx.settings.client_id)
        return [Payload(b"{}")]

    def verify(self, request, ctx):
        return Verdict(same(request.headers.get("x-acme", ""), push_secret(ctx)), "no secret")

    def subscribe(self, queries, address, ctx):
        self.asked.append(("subscribe", queries[0].number))
        return [Subscription(query.number, "s1") for query in queries]

    def unsubscribe(self, subscription, ctx):
        self.asked.append(("unsubscribe", subscription.number))

    def probe(self, ctx):
        act(ctx.settings.client_id)
        if ctx.settings.client_id == "inside":
            ctx.worker_http().request("GET", "http://127.0.0.1:9/")

    def label(self, query, ctx):
        self.asked.append(query)
        act(query.number.lower())
        return Label(b"%PDF-1.4 a label")


class Broker(Carrier):
    id = "broker"
    names = {"en": "Broker"}
    covers = {"lotte-like": "x", "ups": "ups"}

    def parse(self, payload):
        return Parsed()

    def label(self, query, ctx):
        return Label(b"\\x89PNG of a broker", "image/png")


@hookimpl
def tracker_register_carriers():
    return [Acme(), Broker()]
"""


def add_acme(portal: Portal, folder: Path) -> None:
    """Puts the plugin `acme` into a portal, besides all bundled ones."""
    shed = folder / "plugins-of-mine"
    shed.mkdir()
    (shed / "acme.py").write_text(SOURCE)
    more = load([shed], installed=False)
    assert not more.failures, more.failures
    known, both = portal.registry, Registry(plugins={**portal.registry.plugins, **more.plugins})
    for shelf, old, new in zip(both.shelves(), known.shelves(), more.shelves(), strict=True):
        shelf.update(old)
        shelf.update(new)
    both.listeners = known.listeners
    portal.registry = both
    portal.contexts = ContextMaker(both, portal.ports, portal.contexts.http, portal.contexts.mail, portal.clock)


def asked(portal: Portal) -> list[object]:
    """What the carrier was asked besides for answers, as it keeps it itself."""
    carrier: Any = portal.registry.carriers["acme"].object
    kept: list[object] = carrier.asked
    return kept
