"""The shop's own statuses: made, changed, ordered and archived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.wording import MILESTONES, ORDER, SHIPMENT
from tracker.i18n import gettext as _
from tracker.i18n import locales, name_of
from tracker.services import custom_statuses as service
from tracker.services import themes
from tracker.services.custom_statuses import CustomStatus, Draft
from tracker.services.icons import ICONS
from tracker.services.staff import Shop
from tracker.services.wording import CustomWord, list_custom
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_words import word

blueprint = desk.make_blueprint("desk_statuses")
ROLES = ("staff", "marketer")
BLANK = Draft(SHIPMENT, "", {}, "#0b6b5d", "dot")


@dataclass(frozen=True, slots=True)
class Line:
    """A status in the list: how it looks, and what is advised about it."""

    row: CustomStatus
    look: CustomWord
    advice: Sequence[str]
    first: bool
    last: bool


@desk_route(blueprint, "/statuses", *ROLES)
def list_statuses(shop: Shop) -> ResponseReturnValue:
    """All statuses of the shop, those of shipments and those of orders, and the archived ones."""
    looks, rows = list_custom(shop.id), service.list_statuses(shop.id)
    live = [row for row in rows if row.archived_at is None]
    kin = {stage: [row for row in live if row.stage == stage] for stage in (SHIPMENT, ORDER)}
    lines = [_describe(shop, row, kin[row.stage], looks[row.key]) for row in live]
    return render_template(
        "desk/statuses.html",
        lines=lines,
        crowds={stage: service.advise_count(len(every)) for stage, every in kin.items()},
        archived=[(row, looks[row.key]) for row in rows if row.archived_at is not None],
    )


@desk_route(blueprint, "/statuses/new", *ROLES)
def show_new(shop: Shop) -> ResponseReturnValue:
    """The form for a new status."""
    return _show_form(shop, BLANK, None, {})


@desk_route(blueprint, "/statuses/new", *ROLES, methods=("POST",))
def create(shop: Shop) -> ResponseReturnValue:
    """Keeps a new status, or shows what is wrong beside its field."""
    stage, _colon, milestone = request.form.get("milestone", "").partition(":")
    draft, problems = _read(shop, stage, milestone)
    if problems:
        return _show_form(shop, draft, None, problems)
    service.create(portal(), shop, draft, me=me())
    flash(_("The status is saved. Staff can say it from now on."))
    return _back(shop)


@desk_route(blueprint, "/statuses/<key>/edit", *ROLES)
def show_edit(shop: Shop, key: str) -> ResponseReturnValue:
    """The form of one status."""
    row = _find(shop, key)
    return _show_form(shop, _draft_of(row), row, {})


@desk_route(blueprint, "/statuses/<key>/edit", *ROLES, methods=("POST",))
def edit(shop: Shop, key: str) -> ResponseReturnValue:
    """Keeps the changes of a status, or shows what is wrong beside its field."""
    row = _find(shop, key)
    draft, problems = _read(shop, row.stage, row.milestone)
    if problems:
        return _show_form(shop, draft, row, problems)
    service.change(portal(), shop, key, draft, me=me())
    flash(_("The status is saved. It reads so wherever it was said, too."))
    return _back(shop)


@desk_route(blueprint, "/statuses/<key>/archive", *ROLES, methods=("POST",))
def archive(shop: Shop, key: str) -> ResponseReturnValue:
    """Takes a status out of what can be said, or brings it back."""
    row = _find(shop, key)
    away = "back" not in request.form
    service.archive(portal(), shop.id, row.key, away, me=me())
    flash(_("The status is archived. Parcels that have it keep it.") if away else _("The status is back."))
    return _back(shop)


@desk_route(blueprint, "/statuses/<key>/move", *ROLES, methods=("POST",))
def move(shop: Shop, key: str) -> ResponseReturnValue:
    """Moves a status up or down in the list."""
    service.move(portal(), shop.id, _find(shop, key).key, "up" in request.form, me=me())
    return _back(shop)


def _read(shop: Shop, stage: str, milestone: str) -> tuple[Draft, Mapping[str, themes.Problem]]:
    form = request.form
    words = {locale: form.get(f"word-{locale}", "") for locale in locales()}
    draft = service.tidy(Draft(stage, milestone, words, form.get("colour", "")[:40], form.get("icon", "")))
    problems = service.check(shop, draft)
    if "use" in form and any(problem.field == "colour" for problem in problems):
        colour = next(problem.proposal for problem in problems if problem.field == "colour")
        draft = Draft(stage, milestone, draft.words, colour, draft.icon)
        problems = service.check(shop, draft)
    return draft, {problem.field: problem for problem in problems}


def _show_form(
    shop: Shop, draft: Draft, row: CustomStatus | None, problems: Mapping[str, themes.Problem]
) -> ResponseReturnValue:
    groups = [
        (stage, [(f"{stage}:{one}", word(stage, one)) for one in MILESTONES[stage]]) for stage in (SHIPMENT, ORDER)
    ]
    page = render_template(
        "desk/statuses_form.html",
        draft=draft,
        row=row,
        problems=problems,
        said={field: problem.message for field, problem in problems.items()},
        groups=groups,
        languages=[(locale, name_of(locale), locale == shop.locale) for locale in locales()],
        icons=ICONS,
        shades=themes.fit(draft.colour),
        longest=service.LONGEST,
    )
    return make_response(page, 422 if problems else 200)


def _describe(shop: Shop, row: CustomStatus, kin: Sequence[CustomStatus], look: CustomWord) -> Line:
    advice = service.advise(shop.id, _draft_of(row), row.key)
    return Line(row, look, advice, row is kin[0], row is kin[-1])


def _draft_of(row: CustomStatus) -> Draft:
    return Draft(row.stage, row.milestone, row.words, row.colour, row.icon)


def _find(shop: Shop, key: str) -> CustomStatus:
    row = service.find_status(shop.id, key) if key.isascii() and len(key) <= service.LONGEST_KEY else None
    if row is None:
        abort(404)
    return row


def _back(shop: Shop) -> ResponseReturnValue:
    return redirect(url_for("desk_statuses.list_statuses", slug=shop.slug), code=303)
