"""Doors: requests that stores and carriers send by themselves, and whether they may come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InboundRequest:
    """A request at one of our doors before anything is believed. Header names are lower case.

    `known` is true when the request carries the key of the address that the portal made for this shop and carrier
    (`Carrier.subscribe` gets that address): enough proof for a sender that signs nothing.
    """

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may come in. `delivery` is the sender's idempotency key, empty where there is none.

    A `valid` verdict with `keep` false is answered with 200 and leaves no row (a ping, a handshake); `reply` is then
    the answer's body, plain text or JSON, where the sender waits for a word.
    """

    valid: bool
    reason: str = ""
    delivery: str = ""
    keep: bool = True
    reply: str = ""
