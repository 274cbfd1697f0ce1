"""DPD (Belgium, the Netherlands): tracking by the shipper web services, ParcelLifeCycleService 2.0 over SOAP."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    Carrier,
    Context,
    InvalidNumber,
    Parsed,
    Payload,
    Plugin,
    Query,
    hookimpl,
    load_formats,
)

from .reading import read_answer
from .soap import Account


class DpdSettings(BaseModel):
    """The account for DPD's shipper web services (wsshipper.dpd.be or wsshipper.dpd.nl)."""

    delis_id: str = Field(min_length=1, max_length=100, title="DELIS ID")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    base_url: ApiUrl = Field(default="https://wsshipper.dpd.be", title="Address of the web services")


PLUGIN = Plugin("dpd", "DPD", "1.0.0", settings=DpdSettings)


class Dpd(Carrier):
    id = "dpd"
    names: ClassVar = {"en": "DPD"}
    countries = ("AT", "BE", "CH", "CZ", "DE", "FR", "GB", "IE", "LU", "NL", "PL")
    url = "https://tracking.dpd.de/status/en_US/parcel/{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    polls = True

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body, payload.numbers[0] if payload.numbers else "")

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            yield Payload(_ask(query.number, ctx), "text/xml", numbers=(query.number,))

    def probe(self, ctx: Context) -> None:
        _account(ctx).log_in(ctx)


def _ask(number: str, ctx: Context) -> bytes:
    """The answer about one parcel. The token stands in the body and may be refused there: it is renewed once."""
    if not (number.isascii() and number.isalnum() and len(number) <= 28):
        raise InvalidNumber("DPD numbers are up to 28 letters and digits")
    account = _account(ctx)
    for _ in range(2):
        used = account.renewals(ctx)
        body = account.track(ctx, number)
        if not any(problem.kind == "auth" for problem in read_answer(body, number).errors):
            return body
        account.renew(ctx, used)
    raise AuthFailed("DPD refused the token that it had just given")


def _account(ctx: Context) -> Account:
    settings = ctx.settings
    assert isinstance(settings, DpdSettings)
    return Account(settings.base_url.rstrip("/"), settings.delis_id, settings.password.get_secret_value())


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Dpd()]
