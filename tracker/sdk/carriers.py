"""Carriers: who moves a parcel, how they are asked, and how their answers are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

from pydantic import BaseModel

from .context import Context
from .events import Parsed, Payload


class NoSettings(BaseModel):
    """For a plugin that needs none."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One shape of tracking number: what a tidied number must match in full, and how its check digit is made.

    `pattern` is matched with `fullmatch` against upper-case letters and digits only. Its group `serial` is what the
    check runs over and its group `check` the check digit; `check` (the field) names the rule in
    `tracker.domain.checks`, `options` are that rule's parameters. `countries` narrows where such numbers begin.
    """

    name: str
    pattern: str
    check: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    prefix: bool = False
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a carrier may be asked: `requests` in `per`, and `batch` numbers in one request."""

    requests: int = 60
    per: timedelta = timedelta(minutes=1)
    batch: int = 1


class Carrier:
    """Base of all carriers. The class attributes describe it; override what it can do.

    `names` maps a locale to the carrier's name and must hold `en`. `url` is the public tracking page with `{number}`
    in it (https only). `polls` says whether the worker shall ask by itself; it asks as often as the parcel's state
    calls for, never more often than `limits` allow.
    """

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    countries: ClassVar[Sequence[str]] = ()
    formats: ClassVar[Sequence[NumberFormat]] = ()
    url: ClassVar[str] = ""
    polls: ClassVar[bool] = False
    limits: ClassVar[Limits] = Limits()
    quickest: ClassVar[timedelta] = timedelta(minutes=10)
    """No number is asked for twice within this time, whatever its state."""
    slowest: ClassVar[timedelta] = timedelta(hours=12)
    """A parcel that still moves is asked for at least this often, unless the carrier fails to answer."""

    def parse(self, payload: Payload) -> Parsed:
        """Everything the payload says. Pure: no clock, no network. One bad field costs that field and a warning.

        Raises `BadPayload` only when nothing of the payload can be read.
        """
        raise NotImplementedError

    def fetch(self, numbers: Sequence[str], ctx: Context) -> Iterable[Payload]:
        """The carrier's answers for up to `limits.batch` numbers. Called in the worker, when `polls` is true.

        Raises the errors of `tracker.sdk.errors`.
        """
        raise NotImplementedError

    def public_url(self, number: str) -> str | None:
        """The carrier's own page for this number, or `None` where there is none."""
        return self.url.replace("{number}", quote(number, safe="")) if self.url else None
