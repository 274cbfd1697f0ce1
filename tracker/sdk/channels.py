"""Channels: how a notice reaches a customer."""

from collections.abc import Mapping
from typing import ClassVar

from .context import Context, Message, Receipt


class Channel:
    """Base of all channels. `address` names the field of the buyer it writes to: `email` or `phone`."""

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    address: ClassVar[str] = "email"

    def probe(self, ctx: Context) -> None:
        """Proves the settings by one call that changes nothing; raises the error that tells what is wrong with them."""
        raise NotImplementedError

    def send(self, message: Message, ctx: Context) -> Receipt:
        """Hand the message over and tell what became of it. Called in the worker, at least once per key.

        Raises `Upstream` or `RateLimited` for another try later.
        """
        raise NotImplementedError
