"""Recommenders: what to offer beside the news of an order, worked out ahead and handed over at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from .context import Context
from .statuses import Milestone


@dataclass(frozen=True, slots=True)
class Offer:
    """One article to show. Addresses begin with `https://`; an offer whose link does not is left out.

    `price` is in the smallest unit of `currency` (ISO 4217: 1990 and `EUR` are 19.90 euros); `None` shows none.
    """

    id: str
    title: str
    link_url: str
    text: str = ""
    image_url: str = ""
    price: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom offers are wanted, as far as a plugin may know: an order, and nothing about the person.

    `skus` are the articles of the order, as the shop numbers them.
    """

    locale: str
    milestone: Milestone
    skus: tuple[str, ...] = ()


class Recommender:
    """Base of all recommenders."""

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    every: ClassVar[timedelta] = timedelta(hours=6)
    """How often `refresh` is called, for each shop that has the recommender in a slot; not below ten minutes."""

    def offers(self, viewer: Viewer, limit: int, ctx: Context) -> Iterable[Offer]:
        """Up to `limit` offers, the best first; none hides the slot. No network: this runs while a page is made."""
        raise NotImplementedError

    def refresh(self, ctx: Context) -> None:
        """Prepares what `offers` answers from, and keeps it in `ctx.memory`. Called in the worker, with a network.

        Raises the errors of the SDK where it could not; it is tried again then.
        """
