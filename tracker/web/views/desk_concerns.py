"""Concerns in the desk: the list by who waits longest, one concern with its order, and the answer."""

from collections.abc import Mapping

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.concerns import LONGEST_TEXT, MOST_ANSWER_HOURS, State
from tracker.domain.form_keys import make_key
from tracker.i18n import gettext as _
from tracker.services import concern_desk as service
from tracker.services import concerns
from tracker.services import desk as orders
from tracker.services.concerns import File
from tracker.services.desk import Shop
from tracker.services.refusals import Refused
from tracker.web import desk, htmx
from tracker.web.current import portal
from tracker.web.desk import desk_route, me

from .concerns import send_photo

blueprint = desk.make_blueprint("desk_concerns")
ONE = "/concerns/<int:concern>"


@desk_route(blueprint, "/concerns", "staff")
def list_concerns(shop: Shop) -> ResponseReturnValue:
    """Concerns, those that wait first; only the rows when htmx refreshes them."""
    return _show_list(shop, {})


@desk_route(blueprint, "/concerns/hours", methods=("POST",))
def set_hours(shop: Shop) -> ResponseReturnValue:
    """Sets within how many hours the shop promises an answer."""
    try:
        service.set_hours(portal(), shop.id, request.form.get("hours", "").strip(), me=me())
    except Refused as refused:
        return make_response(_show_list(shop, {refused.field: str(refused)}), 422)
    flash(_("The promise is saved. It counts for what customers write from now on."))
    return redirect(url_for("desk_concerns.list_concerns", slug=shop.slug), code=303)


@desk_route(blueprint, ONE, "staff")
def show_concern(shop: Shop, concern: int) -> ResponseReturnValue:
    """One concern: what was said, and how its order stands. Only the talk when htmx refreshes it."""
    return _show(shop, _find(shop, concern), {})


@desk_route(blueprint, ONE + "/take", "staff", methods=("POST",))
def take_concern(shop: Shop, concern: int) -> ResponseReturnValue:
    """Whoever is signed in sees to it."""
    service.take(portal(), _find(shop, concern), me=me())
    return _to_concern(shop, concern)


@desk_route(blueprint, ONE + "/answer", "staff", methods=("POST",))
def answer_concern(shop: Shop, concern: int) -> ResponseReturnValue:
    """Answers the customer, and closes the concern where that button was pressed."""
    file, form = _find(shop, concern), request.form
    done = "done" in form
    try:
        service.answer(portal(), file, form.get("text", ""), me=me(), key=form.get("key", ""), done=done)
    except Refused as refused:
        return make_response(_show(shop, file, {refused.field: str(refused)}), 422)
    flash(_("The answer is on the customer’s page, and a mail about it is on its way."))
    return _to_concern(shop, concern)


@desk_route(blueprint, ONE + "/close", "staff", methods=("POST",))
def close_concern(shop: Shop, concern: int) -> ResponseReturnValue:
    """Closes a concern without another word."""
    concerns.close(portal(), _find(shop, concern), me().actor)
    flash(_("The concern is closed. The customer can open it again by writing."))
    return _to_concern(shop, concern)


@desk_route(blueprint, ONE + "/photos/<int:photo>", "staff")
def show_concern_photo(shop: Shop, concern: int, photo: int) -> ResponseReturnValue:
    """A photo that the customer sent."""
    return send_photo(shop.id, _find(shop, concern).concern.id, photo, "no-store")


def _find(shop: Shop, number: int) -> File:
    file = concerns.find(shop.id, number)
    if file is None:
        abort(404)
    return file


def _to_concern(shop: Shop, number: int) -> ResponseReturnValue:
    return redirect(url_for("desk_concerns.show_concern", slug=shop.slug, concern=number), code=303)


def _show_list(shop: Shop, wrong: Mapping[str, str]) -> str:
    args = request.args
    page = int(args["page"]) if args.get("page", "").isdecimal() and len(args["page"]) < 5 else 1
    listed = service.list_concerns(portal(), shop.id, args.get("which", ""), me(), page)
    template = "desk/concerns_rows.html" if htmx.request.wants_fragment else "desk/concerns.html"
    return render_template(
        template, listed=listed, now=portal().now(), wrong=wrong, most=MOST_ANSWER_HOURS,
        hours=request.form.get("hours", "")[:6] or shop.answer_hours,
    )  # fmt: skip


def _show(shop: Shop, file: File, wrong: Mapping[str, str]) -> str:
    order = orders.open_order(portal(), shop.id, file.order.id)
    if order is None:
        abort(404)
    about = file.concern.shipment_id
    shipments = [one for one in order.shipments if one.shipment.id == about or (about is None and not _is_off(one))]
    template = "desk/concerns_talk.html" if htmx.request.wants_fragment else "desk/concerns_one.html"
    return render_template(
        template, file=file, concern=file.concern, order=file.order, shipments=shipments, states=State, wrong=wrong,
        now=portal().now(), key=make_key(), typed=request.form.get("text", "")[: LONGEST_TEXT * 2],
        longest=LONGEST_TEXT, others=[one for one in service.list_of_order(shop.id, file.order.id)
                                      if one.id != file.concern.id],
    )  # fmt: skip


def _is_off(one: orders.ShipmentFile) -> bool:
    return one.shipment.cancelled_at is not None
