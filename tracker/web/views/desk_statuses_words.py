"""Words of carriers: what nobody understood, the shop's rules for it, and the rules that the plugins bring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.mapping import FIELDS, KINDS, LONGEST, Rule
from tracker.i18n import gettext as _
from tracker.sdk import Milestone, Status
from tracker.services import carrier_words as service
from tracker.services.refusals import Refused
from tracker.services.staff import Shop
from tracker.services.words import REASONS
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_carriers import describe_choices, read_carrier
from tracker.web.desk_words import choices, word

blueprint = desk.make_blueprint("desk_statuses_words")
MATCHES = tuple(f"{field}-{kind}" for field in FIELDS for kind in KINDS)


@dataclass(slots=True)
class RuleForm:
    """A rule as typed."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.get(name, "")


@desk_route(blueprint, "/words", "staff")
def list_words(shop: Shop) -> ResponseReturnValue:
    """What carriers said that nobody understood, and the shop's own rules."""
    return render_template(
        "desk/statuses_words.html",
        unread=service.list_unread(portal(), shop.id),
        rules=service.list_rules(shop.id),
        name_of=lambda carrier: service.name_carrier(portal(), carrier),
        milestones=choices("shipment"),
        longest=LONGEST,
    )


@desk_route(blueprint, "/words/new", "staff")
def show_new(shop: Shop) -> ResponseReturnValue:
    """The form for a rule, filled with what the address names."""
    typed = {name: request.args.get(name, "")[:LONGEST] for name in ("carrier", "match", "value", "milestone")}
    return _show_form(shop, RuleForm({**typed, "carrier": service.name_carrier(portal(), typed["carrier"])}))


@desk_route(blueprint, "/words/new", "staff", methods=("POST",))
def add(shop: Shop) -> ResponseReturnValue:
    """Keeps a rule, or shows what is wrong beside its field."""
    form = RuleForm({name: value.strip()[:300] for name, value in request.form.items()})
    carrier, rule = _read(shop, form)
    if rule is not None:
        try:
            kept = service.add_rule(portal(), shop.id, carrier, rule, me=me())
        except Refused as refused:
            form.errors[refused.field] = str(refused)
        else:
            said = {"value": kept.value, "word": word("shipment", kept.status.milestone)}
            flash(_("From now on “%(value)s” is read as: %(word)s.") % said)
            return _back(shop)
    return _show_form(shop, form)


@desk_route(blueprint, "/words/<int:rule>/remove", "staff", methods=("POST",))
def remove(shop: Shop, rule: int) -> ResponseReturnValue:
    """Forgets a rule."""
    if not service.remove_rule(portal(), shop.id, rule, me=me()):
        abort(404)
    flash(_("The rule is removed. What it read so far stays as it was read."))
    return _back(shop)


@desk_route(blueprint, "/words/bundled", "staff")
def show_bundled(shop: Shop) -> ResponseReturnValue:
    """The rules that a carrier's plugin brings, as a table."""
    typed = request.args.get("carrier", "").strip()[:120]
    carrier, error = read_carrier(shop, typed) if typed else ("", "")
    page = render_template(
        "desk/statuses_bundled.html",
        typed=service.name_carrier(portal(), carrier) if carrier else typed,
        error=error,
        carrier=carrier,
        rules=service.list_bundled(portal(), carrier) if carrier else (),
        carriers=describe_choices(shop, own=False),
    )
    return make_response(page, 422 if error else 200)


def _read(shop: Shop, form: RuleForm) -> tuple[str, Rule | None]:
    carrier, error = read_carrier(shop, form.get("carrier"))
    if error or not carrier:
        form.errors["carrier"] = error or _("Choose one of the list.")
    if form.get("match") not in MATCHES:
        form.errors["match"] = _("Choose one of the list.")
    if form.get("milestone") not in list(Milestone):
        form.errors["milestone"] = _("Choose one of the list.")
    if form.errors:
        return carrier, None
    status = Status(
        Milestone(form.get("milestone")), form.get("reason"), "delayed" in form.typed, "action_required" in form.typed
    )
    looked_at, _dash, kind = form.get("match").partition("-")
    return carrier, Rule(looked_at, kind, form.get("value"), status)


def _show_form(shop: Shop, form: RuleForm) -> ResponseReturnValue:
    values: dict[str, Any] = {
        "form": form,
        "carriers": describe_choices(shop, own=False),
        "matches": [(one, word("match", one)) for one in MATCHES],
        "milestones": choices("shipment"),
        "reasons": [(reason, f"{word('reason', reason)}: {_(sentence)}") for reason, sentence in REASONS.items()],
        "longest": LONGEST,
    }
    page = render_template("desk/statuses_rule.html", **values)
    return make_response(page, 422 if form.errors else 200)


def _back(shop: Shop) -> ResponseReturnValue:
    return redirect(url_for("desk_statuses_words.list_words", slug=shop.slug), code=303)
