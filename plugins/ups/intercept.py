"""UPS Delivery Intercept (v2): what the shipper may still ask of a parcel under way, and what UPS makes of it.

Document: github.com/UPS-API/api-documentation (DeliveryIntercept.yaml). UPS asks for a name and a phone number of
whoever asks, which is the shop. Where a change costs something, UPS wants the account to be set up for paying it.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from tracker.sdk import (
    Address,
    AuthFailed,
    BadPayload,
    BadRequest,
    HttpAnswer,
    Instruction,
    InstructionAnswer,
    InstructionKind,
    InvalidNumber,
    check,
    part,
    read_json,
    rows,
    word,
)

KINDS = (
    InstructionKind.ANOTHER_DAY,
    InstructionKind.AWAY,
    InstructionKind.ANOTHER_ADDRESS,
    InstructionKind.SEND_BACK,
)
FUTURE, ADDRESS, RETURN = "FD", "AA", "RS"
"""The request types of UPS for these."""
NOT_WANTED = "KR"
WEB = "72"
"""Of UPS's sources the one that stands for an application on the web."""
PARTS = {"morning": "Morning preferred", "afternoon": "Afternoon preferred", "evening": "Evening preferred"}
Json = dict[str, Any]


def name(instruction: Instruction) -> str:
    """The id of a request: fourteen characters, the same ones for the same instruction."""
    return sha256(instruction.key.encode()).hexdigest()[:14]


def write(instruction: Instruction, contact: str, phone: str, client: str) -> tuple[str, Json]:
    """Where an instruction goes at UPS, and what is sent there.

    Raises `InvalidNumber` for parcels that UPS takes no changes of, `AuthFailed` where the shop's contact is missing.
    """
    number = instruction.number
    if not (len(number) == 18 and number.startswith("1Z") and number.isascii() and number.isalnum()):
        raise InvalidNumber("UPS takes changes of parcels with a 1Z number alone")
    if not (contact and phone):
        raise AuthFailed("fill in the contact for delivery changes in the settings of UPS")
    path, kind, more = _ASKED[instruction.kind](instruction)
    body = {
        "transactionId": name(instruction),
        "source": WEB,
        "loc": "en_US",
        "clientIP": client,
        "trackingNumber": number,
        "requestType": kind,
        "requesterContactInfo": {"name": contact, "telephone": phone},
    }
    return f"/api/deliveryintercept/v2/{path}/{number}", body | more


def read(answer: HttpAnswer) -> InstructionAnswer:
    """What UPS made of it. Raises `BadRequest` with its words where it will not do it.

    A request that it does not understand is for staff to look at, and so is one that it has nothing to say about.
    """
    if answer.status == 400:
        faults = rows(part(read_json(answer.body)), "response", "errors")
        said = "; ".join(f"{word(one, 'code')} {word(one, 'message')}" for one in faults)
        raise BadPayload(f"UPS does not take this change: {said or 'HTTP 400'}")
    told = part(read_json(check(answer).body))
    if told.get("success") is True:
        return InstructionAnswer("accepted", "", word(told, "transactionId", limit=80))
    words = [word(one, "errorMessage") for one in rows(told, "errors")]
    if told.get("success") is False and any(words):
        raise BadRequest("; ".join(filter(None, words)))
    raise BadPayload("UPS does not say whether it takes the change")


def _reschedule(instruction: Instruction) -> tuple[str, str, Json]:
    if instruction.day is None:
        raise BadRequest("A day is needed.")
    note = {"specialInstructions": PARTS[instruction.part]} if instruction.part in PARTS else {}
    return "reschedule", FUTURE, {"deliveryDate": f"{instruction.day:%Y%m%d}", **note}


def _redirect(instruction: Instruction) -> tuple[str, str, Json]:
    to = instruction.address or Address()
    known = {
        "addressLine1": to.street[:50],
        "addressLine2": to.extra[:35],
        "city": to.city[:30],
        "state": to.region[:5],
        "postalCode": to.postcode,
        "countryCode": to.country,
    }
    entry: Json = {"addressInfo": {key: value for key, value in known.items() if value}, "nameOrCompanyName": to.name}
    return "redirect/address", ADDRESS, {"newDeliveryAddress": entry}


def _send_back(_: Instruction) -> tuple[str, str, Json]:
    return "return", RETURN, {"reasonForReturn": NOT_WANTED}


_ASKED: Mapping[InstructionKind, Callable[[Instruction], tuple[str, str, Json]]] = {
    InstructionKind.ANOTHER_DAY: _reschedule,
    InstructionKind.AWAY: _reschedule,
    InstructionKind.ANOTHER_ADDRESS: _redirect,
    InstructionKind.SEND_BACK: _send_back,
}
