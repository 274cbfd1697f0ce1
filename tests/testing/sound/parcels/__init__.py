"""A carrier that keeps every promise there is: it is asked, it pushes, it subscribes, it prints labels, it proves
deliveries."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Carrier,
    ClientCredentials,
    Context,
    Event,
    InboundRequest,
    Instruction,
    InstructionAnswer,
    InstructionKind,
    Label,
    NumberFormat,
    Parsed,
    Payload,
    Pickup,
    Plugin,
    Proof,
    Query,
    Rules,
    Subscription,
    TrackingResult,
    Verdict,
    ZoneSource,
    check,
    hookimpl,
    part,
    pick,
    push_secret,
    read_json,
    read_proof,
    read_time,
    rows,
    signed,
    word,
)  # fmt: skip

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))


class Settings(BaseModel):
    client_id: str
    client_secret: SecretStr
    push_secret: SecretStr = SecretStr("")
    base_url: ApiUrl = "https://api.parcels.example"


PLUGIN = Plugin("parcels", "Parcels", "1.0.0", settings=Settings)


class Parcels(Carrier):
    id = "parcels"
    names = {"en": "Parcels"}
    url = "https://parcels.example/track/{number}"
    formats = (NumberFormat("parcels", "PA[0-9]{8}"),)
    polls = True
    subscribes = True
    proves = True
    instructs = (InstructionKind.SAFE_PLACE, InstructionKind.SEND_BACK)

    def parse(self, payload: Payload) -> Parsed:
        told = read_json(payload.body)
        if not isinstance(told, dict) or not word(told, "number"):
            raise BadPayload("no number in the answer")
        events = tuple(self._event(scan) for scan in rows(told, "scans"))
        photo, place = read_proof("photo", told.get("photo")), word(told, "waits_at")
        pickup = Pickup(place) if place else None
        proofs = (photo,) if photo else ()
        return Parsed((TrackingResult(word(told, "number"), events, proofs=proofs, pickup=pickup),))

    def _event(self, scan: dict[str, Any]) -> Event:
        local, offset = read_time(scan.get("at"))
        source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
        code, text = word(scan, "code"), word(scan, "text")
        status, rule = RULES.read(code=code, text=text)
        return Event(local, status, offset, source, code, text, word(scan, "place"), rule)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            answer = check(self._ask(ctx, "GET", f"/parcels/{quote(query.number, safe='')}"))
            yield Payload(answer.body, numbers=(query.number,))

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        given = request.headers.get("x-parcels-signature", "")
        return Verdict(signed(push_secret(ctx), request.body, given, encoding="hex"))

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        for query in queries:
            body = {"number": query.number, "address": address}
            told = part(read_json(check(self._ask(ctx, "POST", "/subscriptions", json=body)).body))
            if not word(told, "id"):
                raise BadPayload("no id in the answer")
            yield Subscription(query.number, word(told, "id"), ctx.now + timedelta(days=14))

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        answer = self._ask(ctx, "DELETE", f"/subscriptions/{quote(subscription.ref, safe='')}")
        if answer.status != 404:
            check(answer)

    def label(self, query: Query, ctx: Context) -> Label:
        answer = check(self._ask(ctx, "GET", f"/labels/{quote(query.number, safe='')}"))
        if not answer.body.startswith(b"%PDF-"):
            raise BadPayload("the label is no PDF")
        return Label(answer.body)

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        told = read_json(check(self._ask(ctx, "GET", f"/proofs/{quote(query.number, safe='')}")).body)
        photo = read_proof("photo", pick(told, "photo"))
        return [photo] if photo else []

    def instruct(self, instruction: Instruction, ctx: Context) -> InstructionAnswer:
        path = f"/parcels/{quote(instruction.number, safe='')}/wishes"
        body = {"key": instruction.key, "wish": str(instruction.kind), "words": instruction.text}
        told = part(read_json(check(self._ask(ctx, "POST", path, json=body)).body))
        if word(told, "state") not in ("taken", "no"):
            raise BadPayload("no state in the answer")
        state = "accepted" if word(told, "state") == "taken" else "refused"
        return InstructionAnswer(state, word(told, "why"), word(told, "id"))

    def probe(self, ctx: Context) -> None:
        check(self._ask(ctx, "GET", "/account"))

    def _ask(self, ctx: Context, method: str, path: str, **more: Any) -> Any:
        settings = ctx.settings
        secret = settings.client_secret.get_secret_value()
        account = ClientCredentials(f"{settings.base_url}/token", settings.client_id, secret)
        return account.request(ctx, method, f"{settings.base_url}{path}", **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Parcels()]
