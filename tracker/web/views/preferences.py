"""What a customer hears of, how and when; what is kept of them, to take along or to have erased. Without an account."""

from flask import Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from tracker.domain.preferences import FOREVER, find_zone
from tracker.domain.tiers import Grant
from tracker.i18n import formats, locales, name_of
from tracker.i18n import gettext as _
from tracker.services import erasure, exports, lookups, preferences
from tracker.services.preferences import Change, Mine
from tracker.web import customer
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route
from tracker.web.preferences_words import explain_kinds, explain_pause

blueprint = customer.make_blueprint("preferences")
ONE_CLICK = "List-Unsubscribe"


@customer_route(blueprint, "/preferences", Grant.PREFERENCES, methods=("GET", "POST"))
def show_preferences(visit: Visit) -> ResponseReturnValue:
    """The one page of them. What is wrong comes back as it was typed."""
    mine = preferences.load(portal(), visit.opened)
    if mine is None:
        return customer.render(visit, "customer/preferences_none.html")
    if not visit.opened.sent:
        return _close(visit, mine)
    change = Change()
    if request.method == "POST":
        change = preferences.read_form(request.form, mine, portal().now())
        if not change.wrong:
            preferences.save(portal(), mine, change)
            return customer.go_back(visit, "/preferences", "saved")
    return make_response(_render(visit, mine, change), 422 if change.wrong else 200)


@customer_route(blueprint, "/preferences/link", Grant.PREFERENCES, methods=("GET", "POST"))
def mail_link(visit: Visit) -> ResponseReturnValue:
    """Mails the order's link to the address on file: whoever reads it there may see and change what is kept of it."""
    mine = preferences.load(portal(), visit.opened)
    if mine is None:
        return customer.render(visit, "customer/preferences_none.html")
    if request.method != "POST":
        return customer.go_back(visit, "/preferences")
    wait = lookups.owe_link(portal(), mine.order)
    if wait:
        raise TooManyRequests(retry_after=int(wait) + 1)
    return customer.render(visit, "customer/preferences_closed.html", mine=mine, asked=True)


@customer_route(blueprint, "/preferences/export", Grant.PREFERENCES)
def export(visit: Visit) -> ResponseReturnValue:
    """Everything that is kept, as a file."""
    mine = preferences.load(portal(), visit.opened)
    if mine is None:
        abort(404)
    answer = Response(exports.write(portal(), visit.opened, mine), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@customer_route(blueprint, "/preferences/erase", Grant.PREFERENCES, methods=("GET", "POST"))
def erase(visit: Visit) -> ResponseReturnValue:
    """What goes and what stays, and only then the button. The worker erases; the link ends with it."""
    mine = preferences.load(portal(), visit.opened)
    if mine is None:
        return customer.render(visit, "customer/preferences_none.html")
    if not visit.opened.sent:
        return _close(visit, mine)
    if request.method == "POST":
        when = request.form.get("when", "")
        if when == "keep":
            erasure.withdraw(portal(), mine)
            return customer.go_back(visit, "/preferences/erase")
        if when in ("now", "arrived"):
            erasure.ask(portal(), mine, at_once=when == "now")
            mine = preferences.load(portal(), visit.opened) or mine
    waits = erasure.awaits(portal(), mine.order)
    return customer.render(
        visit, "customer/preferences_erase.html", mine=mine, waits=waits,
        # The worker may be quicker than another request: then the link would lead nowhere.
        going=request.method == "POST" and (mine.at_once or not waits),
    )  # fmt: skip


@customer_route(blueprint, "/unsubscribe", Grant.PREFERENCES, methods=("GET", "POST"))
def unsubscribe(visit: Visit) -> ResponseReturnValue:
    """The address in a mail's head: a mail program ends the news with one POST (RFC 8058), a person with a button."""
    mine = preferences.load(portal(), visit.opened)
    if mine is not None and not visit.opened.sent:
        return _close(visit, mine)
    if request.method == "POST":
        if request.form.get(ONE_CLICK) != "One-Click":
            abort(400)
        preferences.unsubscribe(portal(), visit.opened)
        mine = preferences.load(portal(), visit.opened)
    ended = mine is None or preferences.is_unsubscribed(mine.wishes)
    return customer.render(visit, "customer/preferences_unsubscribe.html", mine=mine, ended=ended)


def _close(visit: Visit, mine: Mine) -> Response:
    """What holds for all orders under an address: whoever has just typed it in at the shop shows by mail it is theirs.

    A pass shows only whose order it is.
    """
    page = customer.render(visit, "customer/preferences_closed.html", mine=mine, asked=False)
    return make_response(page, 403 if request.method == "POST" else 200)


def _render(visit: Visit, mine: Mine, change: Change) -> str:
    form = request.form if change.wrong else None
    ways = [*mine.channels, (preferences.NOT_AT_ALL, _("Not at all"))]
    wishes = mine.wishes
    end = wishes.paused_until if wishes.paused_until and wishes.paused_until > portal().now() else None
    until = formats.format_day(end.astimezone(find_zone(visit.opened.shop.zone))) if end and end != FOREVER else ""
    zone = wishes.zone or visit.opened.shop.zone
    zones = preferences.list_zones()
    return customer.render(
        visit, "customer/preferences.html", mine=mine, wrong=change.wrong, ways=ways, form=form, paused=end is not None,
        kinds=explain_kinds(mine, form), pauses=explain_pause(end is not None), until=until,
        languages_known=[("", _("As with my order")), *((name, name_of(name)) for name in locales())], zone=zone,
        zones=[(name, name.replace("_", " ")) for name in (zones if zone in zones else [zone, *zones])],
        all_orders=exports.gets_all(visit.opened),
    )  # fmt: skip
