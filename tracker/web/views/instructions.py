"""What a customer wants done with a parcel, or with an order that nobody has sent yet: one form, one POST."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flask import abort, make_response, request
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.domain.form_keys import is_key, make_key
from tracker.domain.instruction_forms import FIELDS, read_form
from tracker.domain.instructions import FARTHEST
from tracker.domain.postcodes import WITH_REGIONS
from tracker.domain.tiers import Grant
from tracker.sdk import InstructionKind
from tracker.services import instructions
from tracker.services import instructions_words as words
from tracker.services.instructions import NotHere, Situation, TooLate
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route, go_back, make_blueprint, render

blueprint = make_blueprint("instructions")
ANSWER = "/parcels/<int:shipment>/answer"
LONGEST = 400
"""Of what is typed into one field, this much is read and comes back."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as typed. `key` stays the same from one try to the next, so that two presses are one instruction."""

    key: str
    kind: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def get(self, kind: str, name: str) -> str:
        """What was typed into a field of a kind."""
        return self.typed.get(f"{kind}-{name}", "")

    def error(self, kind: str, name: str) -> str:
        """What is wrong with a field of a kind."""
        return self.errors.get(f"{kind}-{name}", "")


@customer_route(blueprint, ANSWER, Grant.ACT)
def show_answer(visit: Visit, shipment: int) -> ResponseReturnValue:
    """What can be asked of a parcel's carrier."""
    return _show(visit, shipment)


@customer_route(blueprint, ANSWER, Grant.ACT, methods=("POST",))
def answer(visit: Visit, shipment: int) -> ResponseReturnValue:
    """Takes what a customer wants done with a parcel."""
    return _take(visit, shipment)


@customer_route(blueprint, "/change", Grant.ACT)
def show_change(visit: Visit) -> ResponseReturnValue:
    """What can be asked of the shop before anything was sent."""
    return _show(visit, None)


@customer_route(blueprint, "/change", Grant.ACT, methods=("POST",))
def change(visit: Visit) -> ResponseReturnValue:
    """Takes what a customer wants done before anything was sent."""
    return _take(visit, None)


def _show(visit: Visit, shipment: int | None) -> ResponseReturnValue:
    situation = _find(visit, shipment)
    if situation is None:
        return _close(visit, None, 200)
    asked = request.args.get("kind", "")
    only = situation.offers[0] if len(situation.offers) == 1 else ""
    return _draw(visit, situation, Form(make_key(), asked if asked in situation.offers else only))


def _take(visit: Visit, shipment: int | None) -> ResponseReturnValue:
    situation = _find(visit, shipment)
    key = _read_key()
    kind = request.form.get("kind", "")
    if situation is not None and not situation.standing:
        form = Form(key, kind, {name: text[:LONGEST] for name, text in request.form.items()})
        if kind not in situation.offers:
            return _refuse(visit, situation, form, {"kind": "choose"})
        read = read_form(InstructionKind(kind), form.typed, situation.today, situation.order.country)
        if read.said is None:
            return _refuse(visit, situation, form, read.errors)
        try:
            instructions.give(portal(), visit.opened, shipment, read.said, key)
        except TooLate:
            situation = _find(visit, shipment)
        else:
            return _go_on(visit, shipment)
    # The second press of a button finds what the first one has left.
    elif instructions.is_given(visit.opened, key):
        return _go_on(visit, shipment)
    return _close(visit, situation, 409)


def _find(visit: Visit, shipment: int | None) -> Situation | None:
    try:
        return instructions.find_situation(portal(), visit.opened, shipment)
    except NotHere:
        abort(404)


def _read_key() -> str:
    """The form's own key; a form that was tampered with has none, and counts as one of its own."""
    key = request.form.get("key", "")
    return key if is_key(key) else make_key()


def _go_on(visit: Visit, shipment: int | None) -> ResponseReturnValue:
    return go_back(visit, anchor=f"parcel-{shipment}" if shipment else "instructions")


def _refuse(visit: Visit, situation: Situation, form: Form, faults: Mapping[str, str]) -> ResponseReturnValue:
    errors = {name: words.explain(fault) for name, fault in faults.items()}
    return _draw(visit, situation, Form(form.key, form.kind, form.typed, errors))


def _draw(visit: Visit, situation: Situation, form: Form) -> ResponseReturnValue:
    if situation.standing or not situation.offers:
        return _close(visit, situation, 200)
    country = situation.order.country
    page = render(
        visit,
        "customer/answer.html",
        situation=situation,
        form=form,
        action=visit.address(_path(situation)),
        before=words.tell(instructions.describe(situation.unsent)) if situation.unsent else None,
        choices=[(str(kind), words.label(kind, situation.stage), words.note(kind)) for kind in situation.offers],
        fields={str(kind): FIELDS[kind] for kind in situation.offers},
        first_day=situation.today.isoformat(),
        last_day=(situation.today + FARTHEST).isoformat(),
        country=i18n.country_names().get(country, ""),
        with_region=country in WITH_REGIONS,
        next_day=(situation.today + timedelta(days=1)).isoformat(),
    )
    return make_response(page, 422 if form.errors else 200)


def _close(visit: Visit, situation: Situation | None, status: int) -> ResponseReturnValue:
    standing = situation.standing if situation else None
    told = words.tell(instructions.describe(standing), visit.opened.shop.zone) if standing else None
    return make_response(render(visit, "customer/answer_closed.html", told=told), status)


def _path(situation: Situation) -> str:
    return f"/parcels/{situation.shipment.id}/answer" if situation.shipment else "/change"
