"""Tasks in the desk: what customers want done that waits for a person, and what the shop wants to be asked about."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.instructions import OFFERS, Wish
from tracker.i18n import gettext as _
from tracker.i18n import mark
from tracker.sdk import InstructionKind
from tracker.services import instructions_words, tasks
from tracker.services.desk import Shop
from tracker.services.tasks import Task
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route, me

blueprint = desk.make_blueprint("desk_tasks")
PARTS = ("", "under-way", "ended")
WISHES = (
    (str(Wish.OFFER), mark("Offer it")),
    (str(Wish.APPROVE), mark("Offer it, and ask us first")),
    (str(Wish.CARRIER), mark("Offer it where the carrier takes it by itself")),
    (str(Wish.OFF), mark("Do not offer it")),
)


@desk_route(blueprint, "/tasks", "staff")
def list_tasks(shop: Shop) -> ResponseReturnValue:
    """What waits for somebody; in its other parts what carriers deal with, and what has ended."""
    part = request.args.get("part", "")
    if part not in PARTS:
        abort(404)
    return render_template("desk/tasks.html", tasks=tasks.list_tasks(portal(), shop.id, part), part=part)


@desk_route(blueprint, "/tasks/<int:task>", "staff")
def show_task(shop: Shop, task: int) -> ResponseReturnValue:
    """What one customer wants, in full."""
    return render_template("desk/tasks_one.html", task=_find(shop, task))


@desk_route(blueprint, "/tasks/<int:task>", "staff", methods=("POST",))
def settle(shop: Shop, task: int) -> ResponseReturnValue:
    """Says yes or no, or that it is done."""
    found = _find(shop, task)
    deeds = {"approve": tasks.approve, "refuse": tasks.refuse, "done": tasks.finish}
    deed = deeds.get(request.form.get("deed", ""))
    if deed is None:
        return make_response(render_template("desk/tasks_one.html", task=found), 422)
    if deed(portal(), shop.id, task, request.form.get("word", ""), me=me()):
        flash(_("The customer is told."))
    else:
        flash(_("It was settled before. This is how it stands."), "error")
    return redirect(url_for("desk_tasks.show_task", slug=shop.slug, task=task), code=303)


@desk_route(blueprint, "/tasks/wishes")
def show_wishes(shop: Shop) -> ResponseReturnValue:
    """Which wishes of customers the shop takes, and which it wants to be asked about."""
    kinds = dict.fromkeys(kind for kinds in OFFERS.values() for kind in kinds)
    rows = [(str(kind), instructions_words.label(kind)) for kind in kinds]
    options = [(wish, _(text)) for wish, text in WISHES]
    return render_template("desk/tasks_wishes.html", kinds=rows, options=options, wishes=tasks.load_wishes(shop.id))


@desk_route(blueprint, "/tasks/wishes", methods=("POST",))
def save_wishes(shop: Shop) -> ResponseReturnValue:
    """Keeps what the shop wants; what is not on the list is left as it is."""
    known = {wish for wish, _text in WISHES}
    told = {kind: request.form.get(str(kind), "") for kind in InstructionKind}
    chosen = {kind: Wish(wish) for kind, wish in told.items() if wish in known}
    if chosen:
        tasks.save_wishes(portal(), shop.id, chosen, me=me())
    flash(_("Saved."))
    return redirect(url_for("desk_tasks.show_wishes", slug=shop.slug), code=303)


def _find(shop: Shop, task: int) -> Task:
    found = tasks.find_task(portal(), shop.id, task)
    if found is None:
        abort(404)
    return found
