"""The desk's door: sign in, sign out, choose a shop, see where one is signed in."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import STAFF, name_of
from tracker.i18n import gettext as _
from tracker.services import staff
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import me, own_route

blueprint = desk.make_blueprint("desk_start")


@blueprint.get("/desk/sign-in")
def show_sign_in() -> ResponseReturnValue:
    """The form; whoever is signed in goes on."""
    if desk.find_me():
        return redirect(desk.own_path(request.args.get("next", "")) or url_for("desk_start.home"), code=303)
    return _form()


@blueprint.post("/desk/sign-in")
def sign_in() -> ResponseReturnValue:
    """Signs in and goes on to `next`, or says that it did not work; never why."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    before = request.cookies.get(desk.COOKIE, "")
    try:
        secret = staff.sign_in(portal(), email, password, request.remote_addr or "", before)
    except staff.Wrong:
        return _form(email, _("Address and password do not belong together. Try again."), 401)
    except staff.TooMany as refused:
        minutes = max(1, -(-int(refused.seconds) // 60))
        response = make_response(
            _form(email, _("Too many attempts. Wait %(minutes)d minutes, then try again.") % {"minutes": minutes}, 429)
        )
        response.headers["Retry-After"] = str(int(refused.seconds) + 1)
        return response
    goal = desk.own_path(request.form.get("next", "")) or url_for("desk_start.home")
    return desk.begin(make_response(redirect(goal, code=303)), secret)


@own_route(blueprint, "/")
def home() -> ResponseReturnValue:
    """The first screen of the one shop a person works in, or the choice between several."""
    shops = staff.shops_of(me())
    if len(shops) == 1:
        shop, role = shops[0]
        return redirect(url_for(start_of(role), slug=shop.slug), code=303)
    return render_template("desk/home.html", shops=[(shop, role, start_of(role)) for shop, role in shops])


@own_route(blueprint, "/me")
def show_me() -> ResponseReturnValue:
    """A person's sign-ins and language."""
    return render_template(
        "desk/me.html",
        sessions=staff.sign_ins(portal(), me()),
        languages=[(code, name_of(code)) for code in STAFF],
        shops=[(shop, role, start_of(role)) for shop, role in staff.shops_of(me())],
    )


@own_route(blueprint, "/me/language", methods=("POST",))
def set_language() -> ResponseReturnValue:
    """Keeps the language a person wants the desk in."""
    staff.set_locale(portal(), me(), request.form.get("locale", ""))
    return redirect(url_for("desk_start.show_me"), code=303)


@own_route(blueprint, "/sign-out", methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Ends this sign-in."""
    staff.sign_out(portal(), me())
    return _leave()


@own_route(blueprint, "/me/sign-out-everywhere", methods=("POST",))
def sign_out_everywhere() -> ResponseReturnValue:
    """Ends all sign-ins of a person, this one too."""
    staff.sign_out_everywhere(portal(), me())
    return _leave()


@own_route(blueprint, "/me/sessions/<int:session>/end", methods=("POST",))
def end_session(session: int) -> ResponseReturnValue:
    """Ends one of a person's sign-ins."""
    if not staff.sign_out(portal(), me(), session):
        abort(404)
    if session == me().session:
        return _leave()
    flash(_("That sign-in has ended."))
    return redirect(url_for("desk_start.show_me"), code=303)


def start_of(role: str) -> str:
    """The endpoint of the first screen of a role."""
    return "desk_look.show_look" if role == "marketer" else "desk_orders.list_orders"


def _form(email: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    goal = desk.own_path(request.values.get("next", ""))
    return make_response(render_template("desk/sign_in.html", email=email[:254], error=error, next=goal), status)


def _leave() -> ResponseReturnValue:
    return desk.end(make_response(redirect(url_for("desk_start.show_sign_in"), code=303)))
