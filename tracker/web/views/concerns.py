"""Something is wrong: a customer says what, sends photos, and follows the answers on one page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker.domain.concerns import LONGEST_TEXT, PHOTO_BYTES, PHOTOS_AT_ONCE, Check, State, offer
from tracker.domain.form_keys import make_key
from tracker.domain.tiers import Grant
from tracker.i18n import formats
from tracker.sdk import ConcernKind
from tracker.services import concerns, concerns_pages, photos
from tracker.services.concerns import Draft, File
from tracker.services.refusals import Refused
from tracker.web import customer, customer_words, pictures
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route

blueprint = customer.make_blueprint("concerns")
UPLOADS = (PHOTOS_AT_ONCE + 1) * PHOTO_BYTES
MOST_PIECES = 999


@customer_route(blueprint, "/concerns/new", Grant.CONCERN, methods=("GET", "POST"), limit=UPLOADS)
def raise_concern(visit: Visit) -> ResponseReturnValue:
    """First what is wrong, then what has to be known about it; a POST keeps it."""
    given: MultiDict[str, str] = request.form if request.method == "POST" else request.args
    kind = next((one for one in ConcernKind if one == given.get("kind", "")), None)
    if kind is None:
        return _choose_kind(visit, given.get("parcel", ""))
    if request.method != "POST":
        return _show_form(visit, kind, given, {})
    try:
        raised = concerns.raise_concern(portal(), visit.opened.shop.id, visit.opened.order, _read(visit, kind, given))
    except Refused as refused:
        return _show_form(visit, kind, given, {refused.field: str(refused)})
    return _go_to(visit, raised.number, joined=raised.joined)


@customer_route(blueprint, "/concerns/<int:number>", Grant.CONCERN, methods=("GET", "POST"), limit=UPLOADS)
def show(visit: Visit, number: int) -> ResponseReturnValue:
    """A concern with all that was said; a POST adds to it."""
    file = _find(visit, number)
    if request.method != "POST":
        return _show(visit, file, {}, {})
    try:
        uploads = _read_photos()
        concerns.add_remark(portal(), file, request.form.get("text", ""), uploads, request.form.get("key", ""))
    except Refused as refused:
        return make_response(_show(visit, file, request.form, {refused.field: str(refused)}), 422)
    return customer.go_back(visit, f"/concerns/{number}", "newest")


@customer_route(blueprint, "/concerns/<int:number>/close", Grant.CONCERN, methods=("POST",))
def close(visit: Visit, number: int) -> ResponseReturnValue:
    """It is solved, says the customer."""
    concerns.close(portal(), _find(visit, number))
    return customer.go_back(visit, f"/concerns/{number}")


@customer_route(blueprint, "/concerns/<int:number>/photos/<int:photo>", Grant.CONCERN)
def show_photo(visit: Visit, number: int, photo: int) -> ResponseReturnValue:
    """One photo, to whoever holds the order's link."""
    file = _find(visit, number)
    return send_photo(file.concern.shop_id, file.concern.id, photo)


def send_photo(shop: int, concern: int, photo: int, cache: str = "private, no-cache") -> Response:
    """A photo that a customer sent, as a file that can do nothing. 404 for every other one."""
    found = photos.find(shop, concern, photo)
    if found is None:
        abort(404)
    response = pictures.send(bytes(found.body), found.content_type, f"photo-{found.id}", cache)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _find(visit: Visit, number: int) -> File:
    file = concerns.find(visit.opened.shop.id, number, visit.opened.order)
    if file is None:
        abort(404)
    return file


def _choose_kind(visit: Visit, parcel: str) -> ResponseReturnValue:
    sheet = concerns_pages.open_sheet(visit.opened)
    chosen = [one for one in sheet.parcels if str(one.id) == parcel]
    first, others = offer([one.stands for one in chosen or sheet.parcels])
    return customer.render(
        visit, "customer/concern_kinds.html", first=first, others=others, words=customer_words, sheet=sheet,
        parcel=chosen[0].id if chosen else 0,
    )  # fmt: skip


def _show_form(visit: Visit, kind: ConcernKind, given: Mapping[str, str], wrong: dict[str, str]) -> Response:
    sheet = concerns_pages.open_sheet(visit.opened)
    parcel = given.get("parcel", "") or (str(sheet.parcels[0].id) if len(sheet.parcels) == 1 else "")
    key = given.get("key", "") if request.method == "POST" else ""
    page = customer.render(
        visit, "customer/concern_form.html", kind=kind, sheet=sheet, parcel=parcel, given=given, wrong=wrong,
        words=customer_words, key=key or make_key(), checks=list(Check),
        living=sheet.find_living(kind, parcel), **_field_facts(wrong), ticked=_ticked(given),
    )  # fmt: skip
    return make_response(page, 422 if wrong else 200)


def _show(visit: Visit, file: File, given: Mapping[str, str], wrong: dict[str, str]) -> str:
    sheet = concerns_pages.open_sheet(visit.opened)
    number = file.concern.shipment_id
    return customer.render(
        visit, "customer/concern.html", file=file, concern=file.concern, words=customer_words, given=given, wrong=wrong,
        key=make_key(), joined="joined" in request.args, states=State,
        **_read_due(file.concern.due_at, visit.opened.shop.zone),
        parcel=next((one for one in sheet.parcels if one.id == number), None) if len(sheet.parcels) > 1 else None,
        **_field_facts(wrong), pieces=visit.opened.sight & {Grant.PIECES},
    )  # fmt: skip


def _read_due(due: datetime | None, zone: str) -> dict[str, object]:
    """Until when an answer is due, as a day, and whether that day is over: nobody told its customer of an hour."""
    if due is None:
        return {"due": "", "overdue": False}
    day, now = customer_words.last_day(due, zone), portal().now()
    return {"due": formats.format_day(day), "overdue": customer_words.last_day(now, zone) > day}


def _read(visit: Visit, kind: ConcernKind, form: MultiDict[str, str]) -> Draft:
    parcel = form.get("parcel", "")
    if parcel and not (parcel.isascii() and parcel.isdecimal() and len(parcel) < 10):
        raise Refused(concerns_pages.not_listed(), "parcel")
    return Draft(
        kind=kind,
        shipment=int(parcel) if parcel else None,
        text=form.get("text", ""),
        checks=form.getlist("checks"),
        pieces=_read_pieces(form) if Grant.PIECES in visit.opened.sight else {},
        photos=_read_photos(),
        key=form.get("key", ""),
    )


def _read_pieces(form: MultiDict[str, str]) -> dict[str, int]:
    """How many of each line are missing, by the line's reference; what is no number counts as none."""
    typed = {name.removeprefix("piece:"): value.strip() for name, value in form.items() if name.startswith("piece:")}
    return {
        ref: min(int(value), MOST_PIECES)
        for ref, value in typed.items()
        if value.isascii() and value.isdecimal() and len(value) <= 6
    }


def _read_photos() -> Sequence[bytes]:
    files = [one for one in request.files.getlist("photos") if one.filename]
    # One byte more than may be is enough to know that it is too many.
    return [one.stream.read(PHOTO_BYTES + 1) for one in files[: PHOTOS_AT_ONCE + 1]]


def _field_facts(wrong: Mapping[str, str]) -> dict[str, Any]:
    """What the fields of both forms say. A browser hands over a file once: `again` where it has to be chosen anew."""
    sent = bool(wrong) and any(one.filename for one in request.files.getlist("photos"))
    return {"longest": LONGEST_TEXT, "most": PHOTOS_AT_ONCE, "size": PHOTO_BYTES // 1_000_000, "again": sent}


def _ticked(given: Any) -> list[str]:
    return list(given.getlist("checks")) if isinstance(given, MultiDict) else []


def _go_to(visit: Visit, number: int, *, joined: bool) -> Response:
    address = visit.address(f"/concerns/{number}")
    if joined:
        address += ("&" if "?" in address else "?") + "joined=1"
    return redirect(address, code=303)  # type: ignore[return-value]
