"""`tracker plugins` and `tracker settings`."""

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from .options import find_shop, open_here, plugins_options, shop_option

if TYPE_CHECKING:
    from tracker.host.registry import Registry

MOST_GIVEN = 6
"""So many of what a plugin gives stand in the table; the directory of carriers alone gives hundreds."""


@click.group(invoke_without_command=True)
@plugins_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def plugins(ctx: click.Context, plugins: str, blocked: str, as_json: bool) -> None:
    """List what is loaded, and what failed and why.

    Bundled plugins lie in plugins/, a shop's own may lie there too or in the folders of TRACKER_PLUGINS. Exit code 1
    when a plugin failed.

    \b
    Examples:
      tracker plugins
      tracker plugins --plugins ./my-plugins --json
      tracker plugins carriers --json
      tracker plugins disable demo --shop tea-house
    """
    ctx.obj = (plugins, blocked)
    if ctx.invoked_subcommand is not None:
        return
    registry = _load(ctx)
    if as_json:
        click.echo(json.dumps(_describe(registry), ensure_ascii=False, indent=2))
    else:
        _show(registry)
    if registry.failures:
        raise SystemExit(1)


@plugins.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all names, and the address of the tracking page.")
@click.pass_context
def carriers(ctx: click.Context, as_json: bool) -> None:
    """List every carrier that a plugin knows, by its id.

    \b
    Example:
      tracker plugins carriers --json
    """
    from tracker.services import directory

    from .tables import console, table

    known = directory.list_carriers(_load(ctx))
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
        return
    rows = [
        [
            one["id"],
            one["names"]["en"],
            " ".join(one["countries"]),
            one["plugin"],
            _yes(one["polls"]),
            _yes(one["pushes"]),
        ]
        for one in known
    ]
    console().print(table(["id", "name", "countries", "plugin", "asked", "pushes"], rows))


@plugins.command()
@click.argument("name")
@shop_option
def enable(name: str, slug: str) -> None:
    """Put a plugin to work in a shop, once its settings are filled in.

    \b
    Example:
      tracker plugins enable demo --shop tea-house
    """
    from tracker.services import switches

    portal = open_here()
    switches.enable(portal, find_shop(portal, slug), name, "cli")
    click.echo(f"{name} is on in {slug}.")


@plugins.command()
@click.argument("name")
@shop_option
def disable(name: str, slug: str) -> None:
    """Lay a plugin off in a shop: it is not asked, not offered, and takes nothing in. Its settings stay.

    \b
    Example:
      tracker plugins disable demo --shop tea-house
    """
    from tracker.services import switches

    portal = open_here()
    switches.disable(portal, find_shop(portal, slug), name, "cli")
    click.echo(f"{name} is off in {slug}.")


@click.command()
@click.argument("plugin")
@click.argument("pairs", nargs=-1, metavar="[NAME=VALUE]...")
@shop_option
@click.option("--stdin", "from_stdin", is_flag=True, help="Read lines of NAME=VALUE from standard input too.")
def settings(plugin: str, pairs: tuple[str, ...], slug: str, from_stdin: bool) -> None:
    """Show or set a plugin's settings in a shop.

    Without NAME=VALUE it shows them. NAME alone asks for the value without showing it, which is the way for secrets:
    what stands on a command line can be read by others. NAME= takes a value away.

    \b
    Examples:
      tracker settings ups --shop tea-house client_id=abc client_secret
      tracker settings woocommerce --shop tea-house --stdin < woocommerce.txt
    """
    from tracker.services import settings as service

    portal = open_here()
    shop = find_shop(portal, slug)
    service.model_of(portal, plugin)
    lines = [line.strip() for line in sys.stdin] if from_stdin else []
    changes = dict(_pairs([*pairs, *(line for line in lines if line and not line.startswith("#"))]))
    if changes:
        service.change(portal, shop, plugin, changes, "cli")
        click.echo(f"{plugin}: {', '.join(changes)} set for {slug}.")
        return
    from .tables import console, table

    rows = [[name, value, label] for name, (value, label) in service.describe(portal, shop, plugin).items()]
    console().print(table(["setting", "value", "what it is"], rows) if rows else f"{plugin} has no settings.")


def _load(ctx: click.Context) -> "Registry":
    from tracker.services import readout

    return readout.load_plugins(*ctx.obj)


def _show(registry: "Registry") -> None:
    from .tables import console, table

    rows = [
        [name, loaded.plugin.version, loaded.plugin.label, _shorten(_gives(registry, name))]
        for name, loaded in registry.plugins.items()
    ]
    out = console()
    out.print(table(["plugin", "version", "label", "gives"], rows))
    for name in registry.blocked:
        out.print(f"blocked {name} (TRACKER_PLUGINS_BLOCK)")
    for failure in registry.failures:
        click.echo(str(failure), err=True)


def _describe(registry: "Registry") -> dict[str, Any]:
    return {
        "plugins": [
            {
                "name": name,
                "version": loaded.plugin.version,
                "label": loaded.plugin.label,
                "origin": loaded.origin,
                "gives": _gives(registry, name),
            }
            for name, loaded in registry.plugins.items()
        ],
        "failures": [
            {
                "plugin": one.plugin,
                "phase": one.phase,
                "reason": str(one.reason),
                "detail": one.detail,
                "remedy": one.remedy,
            }
            for one in registry.failures
        ],
        "blocked": list(registry.blocked),
    }


def _gives(registry: "Registry", plugin: str) -> list[str]:
    heard = [one.hook for each in registry.listeners.values() for one in each if one.plugin == plugin]
    return [*(one.key for one in registry.providers(plugin)), *heard]


def _shorten(given: list[str]) -> str:
    more = len(given) - MOST_GIVEN
    return " ".join(given[:MOST_GIVEN]) + (f" and {more} more" if more > 0 else "")


def _yes(whether: bool) -> str:
    return "yes" if whether else ""


def _pairs(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            if not sys.stdin.isatty():
                raise click.UsageError(f"{name}: write NAME=VALUE; there is nobody to ask for the value.")
            value = click.prompt(name, hide_input=True)
        yield name.strip(), value.strip()
