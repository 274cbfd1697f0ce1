"""bpost: tracking by the tracked-mail service of its Shipping Manager (an XML answer for each item)."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Query,
    Rules,
    TrackingResult,
    ZoneSource,
    check,
    hookimpl,
    load_formats,
    part,
    read_time,
    read_xml,
    rows,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
NOBODYS = "323200000000000000000000"
"""A number of the right shape to prove an account with."""


class BpostSettings(BaseModel):
    """The account of bpost's Shipping Manager."""

    account_id: str = Field(min_length=1, max_length=50, title="Account ID")
    passphrase: SecretStr = Field(min_length=1, max_length=200, title="Passphrase")
    base_url: ApiUrl = Field(default="https://api.parcel.bpost.cloud", title="Address of the API")


PLUGIN = Plugin("bpost", "bpost", "1.0.0", settings=BpostSettings)


class Bpost(Carrier):
    id = "bpost"
    names: ClassVar = {"en": "bpost"}
    countries = ("BE",)
    url = "https://track.bpost.cloud/btr/web/#/search?itemCode={number}&postalCode={postcode}"
    formats = load_formats(HERE / "formats.toml")
    polls = True

    def parse(self, payload: Payload) -> Parsed:
        data = read_xml(payload.body)
        asked = payload.numbers[0] if payload.numbers else ""
        if trouble := part(data, "systemException") or part(data, "businessException"):
            return Parsed(errors=(_problem(data, trouble, asked),))
        if "itemTracking" not in data:
            raise BadPayload("neither an item nor an exception of bpost")
        item = part(data, "itemTracking")
        number = word(item, "itemCode", limit=64) or asked
        events = tuple(map(_event, rows(item, "stateInfo")))
        if not events:
            return Parsed(errors=(Problem("not_found", "bpost tells no state of it", number),))
        unread = tuple(f"{event.code} has no readable time" for event in events if event.local is None)
        return Parsed((TrackingResult(number, events),), warnings=unread)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            answer = _ask(query.number, ctx)
            yield Payload(answer.body, "application/xml", headers=answer.headers, numbers=(query.number,))

    def probe(self, ctx: Context) -> None:
        _ask(NOBODYS, ctx)


def _ask(number: str, ctx: Context) -> HttpAnswer:
    """An item, or an exception in bpost's own words; every other answer raises what its status means."""
    settings = ctx.settings
    assert isinstance(settings, BpostSettings)
    answer = ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/services/trackedmail/item/{quote(number, safe='')}/trackingInfo",
        auth=(settings.account_id, settings.passphrase.get_secret_value()),
    )
    return answer if answer.status in (400, 404, 500) and b"Exception" in answer.body else check(answer)


def _problem(data: dict[str, Any], trouble: dict[str, Any], asked: str) -> Problem:
    text = word(trouble, "message", limit=300)
    if "systemException" in data:
        return Problem("upstream", text, asked)
    low = text.lower()
    unknown = "not found" in low or "unknown" in low or "does not exist" in low
    return Problem("not_found" if unknown else "bad_request", text, asked)


def _event(row: dict[str, Any]) -> Event:
    """One state. Its words are a state and a step ("Sorted - sorted_out"); no place is told."""
    code, text = word(row, "stateCode", limit=60), word(row, "stateDescription", limit=300)
    status, rule = RULES.read(text=text, code=code, group=code[:1])
    local, offset = read_time(row.get("time"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    return Event(local, status, offset, source, code, text, rule=rule)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Bpost()]
