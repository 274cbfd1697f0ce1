"""Canada Post: its tracking web service (REST, XML).

Fields: "Get Tracking Details - REST" and "Get Signature Image" of its developer program.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Problems,
    Proof,
    Query,
    Rules,
    TrackingResult,
    check,
    collect,
    find_names,
    hookimpl,
    load_formats,
    part,
    pick,
    read_clock,
    read_place,
    read_proof,
    read_window,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {
        **dict.fromkeys(["001", "002", "004"], "not_found"),
        **dict.fromkeys(["E002", "AA001", "AA002", "AA003", "AA004"], "auth"),
        "Server": "rate_limit",
    },
    {"rate_limit": ["SLM Monitor"], "not_found": ["no pin history"]},
)
PROVINCES = frozenset(["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"])
HOURS = {
    "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip
"""Canada Post tells zones by their English abbreviations. Abroad the same letters mean other zones."""
OFFSETS = {name: timedelta(hours=hours) for name, hours in HOURS.items()}


class CanadaPostSettings(BaseModel):
    """The API key of a member of Canada Post's developer program: a user name and a password."""

    username: str = Field(min_length=1, max_length=200, title="User name of the API key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of the API key")
    language: Literal["en-CA", "fr-CA"] = Field(default="en-CA", title="Language of the texts")
    base_url: BaseUrl = Field(default="https://soa-gw.canadapost.ca", title="Address of the API")


PLUGIN = Plugin("canadapost", "Canada Post", "1.0.0", settings=CanadaPostSettings)


class CanadaPost(ApiCarrier):
    id = "canadapost"
    names: ClassVar = {"en": "Canada Post", "fr": "Postes Canada"}
    countries = ("CA",)
    proves = True
    url = "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    # Each key has a throttle of its own, which the developer program shows and raises; who goes over it is shut out
    # for up to a minute. A pause between any two calls keeps clear of it.
    limits = Limits(requests=1, per=timedelta(milliseconds=25))
    lengths = (11, 16)
    nobody = "0000000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        number = queries[0].number
        # What was left at the door has a number of its own, of 15 digits.
        kind = "dnc" if len(number) == 15 and number.isdigit() else "pin"
        return _get(ctx, f"/vis/track/{kind}/{number}/detail", "application/vnd.cpc.track-v2+xml")

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        """The picture of a signature, which Canada Post keeps for 45 days."""
        path = f"/vis/signatureimage/{quote(query.number, safe='')}"
        answer = check(_get(ctx, path, "application/vnd.cpc.track+xml"))
        told = [read_proof("signature", pick(root, "image")) for root in read_xml(answer.body).values()]
        return [one for one in told if one]

    def parse(self, payload: Payload) -> Parsed:
        return collect(_read_answer(read_xml(payload.body), payload.number), "neither tracking-detail nor messages")


def _get(ctx: Context, path: str, accept: str) -> HttpAnswer:
    settings = ctx.settings_as(CanadaPostSettings)
    auth = (settings.username, settings.password.get_secret_value())
    headers = {"Accept": accept, "Accept-Language": settings.language}
    return ctx.worker_http().request("GET", settings.base_url + path, headers=headers, auth=auth)


def _read_answer(data: Any, asked: str) -> Iterator[TrackingResult | Problem]:
    for root in (data, *rows(data, "wrapper")):
        if parcel := part(root, "tracking-detail"):
            yield _read_parcel(parcel, asked)
            return
        for message in rows(root, "messages", "message"):
            yield PROBLEMS.read(word(message, "code"), word(message, "description"), asked)


def _read_parcel(parcel: dict[str, Any], asked: str) -> TrackingResult:
    events = tuple(map(_read_event, rows(parcel, "significant-events", "occurrence")))
    window = read_window(word(parcel, "changed-expected-date") or word(parcel, "expected-delivery-date"))
    return TrackingResult(asked or word(parcel, "pin"), events, window)  # a card left at the door has its own number


def _read_event(row: dict[str, Any]) -> Event:
    code, text = word(row, "event-identifier"), word(row, "event-description", limit=300)
    status, rule = RULES.read(back=text, code=code.lstrip("0"), text=text)
    in_canada = word(row, "event-province") in PROVINCES
    return Event(
        read_clock(row.get("event-date"), row.get("event-time")),
        status,
        OFFSETS.get(word(row, "event-time-zone")) if in_canada else None,
        code=code,
        text=text,
        place=read_place(row, "event-retail-name", "event-site", "event-province"),
        rule=rule,
        private=find_names(text, (word(row, "signatory-name"),)),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [CanadaPost()]
