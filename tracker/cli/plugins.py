"""`tracker plugins` and `tracker settings`."""

import sys
from collections.abc import Iterable

import click

from .options import find_shop, open_here, plugins_options, shop_option


@click.command()
@plugins_options
def plugins(plugins: str, blocked: str) -> None:
    """List what is loaded, and what failed and why.

    Bundled plugins lie in plugins/, a shop's own may lie there too or in the folders of TRACKER_PLUGINS. Exit code 1
    when a plugin failed.

    \b
    Example:
      tracker plugins
      tracker plugins --plugins ./my-plugins
    """
    from tracker.services import readout

    from .tables import console, table

    registry = readout.load_plugins(plugins, blocked)
    rows = [
        [name, loaded.plugin.version, loaded.plugin.label, " ".join(one.key for one in registry.providers(name))]
        for name, loaded in registry.plugins.items()
    ]
    out = console()
    out.print(table(["plugin", "version", "label", "gives"], rows))
    for name in registry.blocked:
        out.print(f"blocked {name} (TRACKER_PLUGINS_BLOCK)")
    for failure in registry.failures:
        click.echo(str(failure), err=True)
    if registry.failures:
        raise SystemExit(1)


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


def _pairs(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            if not sys.stdin.isatty():
                raise click.UsageError(f"{name}: write NAME=VALUE; there is nobody to ask for the value.")
            value = click.prompt(name, hide_input=True)
        yield name.strip(), value.strip()
