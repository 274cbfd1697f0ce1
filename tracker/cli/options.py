"""Options that several commands share, and the portal they work on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tracker.services.portal import Portal
    from tracker.store.shops import Shop

F = TypeVar("F", bound=Callable[..., Any])


def plugins_options(command: F) -> F:
    """`--plugins` and `--block`, for commands that work without a configuration."""
    folders = click.option(
        "--plugins", envvar="TRACKER_PLUGINS", default="", metavar="FOLDERS", help="Further plugin folders."
    )
    block = click.option(
        "--block", "blocked", envvar="TRACKER_PLUGINS_BLOCK", default="", metavar="NAMES", help="Plugins to leave out."
    )
    return folders(block(command))


def shop_option(command: F) -> F:
    """`--shop`, by the short name that `tracker init` asked for."""
    return click.option("--shop", "slug", required=True, metavar="SHOP", help="The shop's short name.")(command)


def open_here() -> "Portal":
    """The portal of this machine's configuration. Raises what has a sentence."""
    from tracker.config import load_config
    from tracker.services.portal import open_portal

    return open_portal(load_config())


def find_shop(portal: "Portal", slug: str) -> "Shop":
    """The shop of a short name; a sentence that lists the shops there are otherwise."""
    from tracker.services import shops

    shop = shops.find(portal, slug)
    if shop is None:
        known = ", ".join(one.slug for one in shops.all_shops(portal))
        there = f"There are: {known}." if known else "There is none yet: run `tracker init`."
        raise click.ClickException(f"There is no shop {slug!r}. {there}")
    return shop
