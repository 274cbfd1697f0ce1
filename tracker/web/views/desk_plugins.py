"""Plugins in the desk: what there is, how it fares, its settings, its switch, and a test of the connection."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from tracker.i18n import current_locale
from tracker.i18n import gettext as _
from tracker.services import desk as service
from tracker.services import health, settings, switches, trials
from tracker.services.health import PluginFile
from tracker.services.settings import Filled
from tracker.services.staff import Shop
from tracker.web import desk, desk_plugin_words, forms, htmx, plugin_forms
from tracker.web.current import portal
from tracker.web.desk import desk_route, me

blueprint = desk.make_blueprint("desk_plugins")
ONE = "/plugins/<plugin>"


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"words": desk_plugin_words}


@desk_route(blueprint, "/plugins")
def list_plugins(shop: Shop) -> ResponseReturnValue:
    """All plugins by what they give, those that failed with the reason, and those that are blocked."""
    # What is at work comes first, and what is in trouble before that.
    files = sorted(health.list_plugins(portal(), shop), key=lambda one: (one.well, one.state != "on"))
    groups = {kind: [one for one in files if one.kind == kind] for kind in desk_plugin_words.KINDS}
    return render_template("desk/plugins/list.html", groups=groups, registry=portal().registry)


@desk_route(blueprint, ONE)
def show_plugin(shop: Shop, plugin: str) -> ResponseReturnValue:
    """One plugin in full."""
    return _show(shop, _open(shop, plugin))


@desk_route(blueprint, ONE, methods=("POST",))
def save_settings(shop: Shop, plugin: str) -> ResponseReturnValue:
    """Keeps the settings, or shows what is wrong beside its field; may make up a secret, which is shown this once."""
    _open(shop, plugin)
    typed, forget = plugin_forms.read(plugin)
    made = plugin_forms.find_makeable(plugin)
    if made:
        typed[made] = settings.make_secret()
    try:
        settings.save(portal(), shop, plugin, typed, me().actor, forget)
    except ValidationError as error:
        errors = forms.explain(error, settings.translate(portal(), plugin, current_locale()))
        return _show(shop, _open(shop, plugin), typed=typed, errors=errors)
    if made:
        return _show(shop, _open(shop, plugin), made=typed[made])
    flash(_("The settings are saved."))
    return _back(shop, plugin)


@desk_route(blueprint, ONE + "/switch", methods=("POST",))
def switch(shop: Shop, plugin: str) -> ResponseReturnValue:
    """Puts the plugin to work in this shop, or lays it off."""
    file = _open(shop, plugin)
    on = request.form.get("on") == "1"
    try:
        (switches.enable if on else switches.disable)(portal(), shop, plugin, me().actor)
    except settings.Refused as refused:
        flash(str(refused), "error")
    else:
        text = _("%(name)s is switched on.") if on else _("%(name)s is switched off.")
        flash(text % {"name": file.label})
    return _back(shop, plugin)


@desk_route(blueprint, ONE + "/trial", methods=("POST",))
def ask_trial(shop: Shop, plugin: str) -> ResponseReturnValue:
    """Has the worker test the connection; the page shows what it finds."""
    file = _open(shop, plugin)
    if not file.testable:
        flash(_("This plugin has nothing to test."), "error")
        return _back(shop, plugin)
    trials.ask(portal(), shop, plugin, me().actor)
    return redirect(url_for("desk_plugins.show_plugin", slug=shop.slug, plugin=plugin, _anchor="trial"), code=303)


@desk_route(blueprint, ONE + "/trial")
def show_trial(shop: Shop, plugin: str) -> ResponseReturnValue:
    """What the test found, for the page that waits for it; the whole page for everybody else."""
    file = _open(shop, plugin)
    if not htmx.request.wants_fragment:
        return _back(shop, plugin)
    return render_template("desk/plugins/trial.html", **_trial(shop, file))


def _open(shop: Shop, plugin: str) -> PluginFile:
    file = health.open_plugin(portal(), shop, plugin)
    if file is None:
        abort(404)
    return file


def _back(shop: Shop, plugin: str) -> ResponseReturnValue:
    return redirect(url_for("desk_plugins.show_plugin", slug=shop.slug, plugin=plugin), code=303)


def _trial(shop: Shop, file: PluginFile) -> dict[str, Any]:
    """What the fragment of the test needs."""
    model = settings.model_of(portal(), file.name)
    translate = settings.translate(portal(), file.name, current_locale())
    titles = {name: translate(field.title or name) for name, field in model.model_fields.items()}
    names = {f"{one.kind}:{one.id}": one.name for one in file.gives}
    trial = trials.find_latest(portal(), shop, file.name)
    told = [
        (one, desk_plugin_words.explain_finding(one, names.get(one.provider, one.provider), model, titles))
        for one in (trial.findings if trial else ())
    ]
    return {"file": file, "trial": trial, "told": told}


def _show(
    shop: Shop,
    file: PluginFile,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    made: str = "",
) -> ResponseReturnValue:
    filled: Filled = settings.read(portal(), shop, file.name)
    page = render_template(
        "desk/plugins/plugin.html",
        fields=plugin_forms.draw(file.name, filled, typed, errors),
        filled=filled,
        errors=errors or {},
        made=made,
        stuck=health.find_fresh_error(portal(), shop, file.name),
        deeds=service.list_deeds(portal(), shop.id, switches.chain_of(file.name)),
        **_trial(shop, file),
    )
    return make_response(page, 422 if errors else 200)
