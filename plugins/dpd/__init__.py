"""DPD (Belgium, the Netherlands): tracking by the shipper web services, ParcelLifeCycleService 2.0 over SOAP."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    Context,
    HttpAnswer,
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
    base_url: BaseUrl = Field(default="https://wsshipper.dpd.be", title="Address of the web services")


PLUGIN = Plugin("dpd", "DPD", "1.0.0", settings=DpdSettings)


class Dpd(ApiCarrier):
    id = "dpd"
    names: ClassVar = {"en": "DPD"}
    countries = ("AT", "BE", "CH", "CZ", "DE", "FR", "GB", "IE", "LU", "NL", "PL")
    url = "https://tracking.dpd.de/status/en_US/parcel/{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    lengths = (1, 28)
    explains = (500,)

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        return _account(ctx).track(ctx, queries[0].number)

    def probe(self, ctx: Context) -> None:
        _account(ctx).log_in(ctx)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)


def _account(ctx: Context) -> Account:
    settings = ctx.settings_as(DpdSettings)
    return Account(settings.base_url, settings.delis_id, settings.password.get_secret_value())


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Dpd()]
