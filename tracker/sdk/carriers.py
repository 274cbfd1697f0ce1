"""Carriers: who moves a parcel, how they are asked, and how their answers are read."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel

from .context import Context
from .doors import InboundRequest, Verdict
from .events import Parsed, Payload
from .instructions import Instruction, InstructionAnswer, InstructionKind
from .proofs import Proof


class NoSettings(BaseModel):
    """For a plugin that needs none."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One shape of tracking number: what a tidied number must match in full, and how its check digit is made.

    `pattern` is matched with `fullmatch` against upper-case letters and digits only. Its group `serial` is what the
    check runs over and its group `check` the check digit; `check` (the field) names the rule in
    `tracker.domain.checks`, `options` are that rule's parameters. `countries` narrows where such numbers begin; a group
    `country` in the pattern, two letters, must be one of them. `prefix` says that what the pattern fixes is this
    carrier's own. `borrowed` numbers are another carrier's, whose parcels this one moves or knows too: they are right
    for it, but nobody guesses it from them.
    """

    name: str
    pattern: str
    check: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    prefix: bool = False
    countries: tuple[str, ...] = ()
    borrowed: bool = False


def load_formats(path: Path) -> tuple[NumberFormat, ...]:
    """The formats of a TOML file: a list of tables `[[format]]` whose keys are the fields of `NumberFormat`.

    Raises `ValueError` for an entry that is none.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return tuple(NumberFormat(**_frozen(row)) for row in table.get("format", ()))
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} holds a format that is none: {error}") from error


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a carrier may be asked: `requests` in `per`, and `batch` numbers in one request."""

    requests: int = 60
    per: timedelta = timedelta(minutes=1)
    batch: int = 1


@dataclass(frozen=True, slots=True)
class Query:
    """One number to ask about. `carrier` is our id of who moves it; the others help carriers that want proof.

    `postcode` and `country` are the recipient's, filled only for carriers whose `inputs` name them.
    """

    number: str
    carrier: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A carrier's promise to send news of a number by itself, until `expires` (aware; `None`: until told to stop).

    `ref` is the carrier's own id for it, needed to renew and to end it.
    """

    number: str
    ref: str = ""
    expires: datetime | None = None
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A shipping label ready to print: a PDF or PNG."""

    body: bytes
    content_type: str = "application/pdf"


class Carrier:
    """Base of all carriers. The class attributes describe it; override what it can do.

    `names` maps a locale to the carrier's name and must hold `en`. `url` is the public tracking page with `{number}`
    in it (https only), and `{postcode}` where the page asks for it. `polls` says whether the worker shall ask by
    itself; it asks as often as the parcel's state calls for, never more often than `limits` allow.

    A vendor that knows other carriers' parcels names them in `covers`: our id of the carrier to the vendor's own word
    for it. It is asked (and subscribed to) for parcels of carriers that the shop cannot ask directly.
    """

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    countries: ClassVar[Sequence[str]] = ()
    formats: ClassVar[Sequence[NumberFormat]] = ()
    url: ClassVar[str] = ""
    polls: ClassVar[bool] = False
    aliases: ClassVar[Sequence[str]] = ()
    """Other names by which stores and files call it, former ones too."""
    listed: ClassVar[bool] = False
    """An entry of a directory: it gives its id up to any plugin that brings the carrier itself."""
    subscribes: ClassVar[bool] = False
    """Whether numbers are announced by `subscribe`, so that the carrier sends news by itself."""
    instructs: ClassVar[Sequence[InstructionKind]] = ()
    """What customers may ask of it through `instruct`. What is missing here becomes a task for the shop's staff."""
    proves: ClassVar[bool] = False
    """Whether `proofs` is to be asked once a parcel is delivered."""
    covers: ClassVar[Mapping[str, str]] = {}
    inputs: ClassVar[Sequence[str]] = ()
    """What it wants to know beside the number: `postcode`, `country`."""
    limits: ClassVar[Limits] = Limits()
    quickest: ClassVar[timedelta] = timedelta(minutes=10)
    """No number is asked for twice within this time, whatever its state."""
    slowest: ClassVar[timedelta] = timedelta(hours=12)
    """A parcel that still moves is asked for at least this often, unless the carrier fails to answer."""

    def parse(self, payload: Payload) -> Parsed:
        """Everything the payload says. Pure: no clock, no network. One bad field costs that field and a warning.

        Of scans without a readable time the portal warns by itself. Raises `BadPayload` only when nothing of the
        payload can be read.
        """
        raise NotImplementedError

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        """The carrier's answers for up to `limits.batch` numbers. Called in the worker, when `polls` is true.

        Raises the errors of `tracker.sdk.errors`.
        """
        raise NotImplementedError

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Whether a pushed message comes from the carrier. Pure, over the raw body; must not raise on nonsense.

        The shared secret is the field `push_secret` (a `SecretStr`) of the plugin's settings. What is valid goes to
        `parse` with `payload.mode == "push"`. A carrier that pushes nothing leaves this method alone.
        """
        raise NotImplementedError

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        """Asks the carrier to send news of these numbers to an address of ours; called again to renew. In the worker.

        Called when `subscribes` is true, at least once per number; the same number twice must do no harm.
        """
        raise NotImplementedError

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        """Ends what `subscribe` began, once a parcel is home. In the worker."""

    def label(self, query: Query, ctx: Context) -> Label:
        """The label of a shipment that was bought at this carrier. In the worker. Raises `NotFound`."""
        raise NotImplementedError

    def instruct(self, instruction: Instruction, ctx: Context) -> InstructionAnswer:
        """Asks the carrier for what a customer wants, and tells what it made of it. In the worker, at least once a key.

        Called for the kinds in `instructs` alone. Raises the errors of `tracker.sdk.errors`; `BadRequest` is a refusal,
        whose text the customer reads.
        """
        raise NotImplementedError

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        """Proofs of a delivery that do not come with the scans. In the worker, when `proves` is true; may be empty."""
        raise NotImplementedError

    def probe(self, ctx: Context) -> None:
        """Proves the settings by one call that changes nothing; raises the error that tells what is wrong with them."""
        raise NotImplementedError

    def public_url(self, number: str, postcode: str = "") -> str | None:
        """The carrier's own page for this number, or `None` where there is none."""
        filled = self.url.replace("{number}", quote(number, safe="")).replace("{postcode}", quote(postcode, safe=""))
        return filled or None
