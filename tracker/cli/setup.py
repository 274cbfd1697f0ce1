"""`tracker init`, `migrate`, `backup` and `restore`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import find_shop, open_here
from .staff import make_owner

if TYPE_CHECKING:
    from tracker.services.portal import Portal


@click.command()
@click.option("--url", default="", help="The portal's public address, e.g. https://track.example.com.")
@click.option("--database", default="", help="postgresql://... instead of a SQLite file.")
@click.option("--shop", "slug", default="", help="Short name of the first shop, e.g. tea-house.")
@click.option("--shop-name", default="", help="Its name as customers read it.")
@click.option("--shop-url", default="", help="Its own site, whose pages may show the widget.")
@click.option("--language", default="en", show_default=True, help="Language of customers nothing is known about.")
@click.option("--owner", default="", help="E-mail address of the person who owns the shop.")
def init(url: str, database: str, slug: str, shop_name: str, shop_url: str, language: str, owner: str) -> None:
    """Write a first configuration, make the tables, the first shop and its owner.

    Asks for what no option names. What is there already stays as it is, so that it can be run again.

    \b
    Example:
      tracker init --url https://track.example.com --shop tea-house --owner me@example.com
    """
    _configure(url, database)
    from tracker.config import load_config
    from tracker.services import schema, shops

    config = load_config()
    config.instance.mkdir(parents=True, exist_ok=True)
    applied = schema.bring_up_to_date(config)
    click.echo(f"Database: {len(applied)} migrations applied." if applied else "Database: up to date.")
    portal = open_here()
    if slug or not shops.all_shops(portal):
        slug = slug or _ask("Short name of the shop (as in its addresses)", "--shop")
        _make_shop(portal, slug, shop_name, shop_url, language)
        make_owner(portal, find_shop(portal, slug), owner or _ask("E-mail address of its owner", "--owner"))
    click.echo("Next: `tracker run` and, beside it, `tracker worker`. `tracker doctor` checks both.")


@click.command()
def migrate() -> None:
    """Bring the tables to the shape that this version needs.

    Several processes may call it at once: one does it, the others wait. Take a backup first.

    \b
    Example:
      tracker migrate
    """
    from tracker.config import load_config
    from tracker.services import schema

    applied = schema.bring_up_to_date(load_config())
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("Nothing to do: the tables are up to date.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database into a file while everything runs.

    FILE must not exist yet. It holds personal data and can be read by its owner alone. TRACKER_KEYS is not in it:
    keep that too.

    \b
    Example:
      tracker backup /var/backups/tracker-2026-03-02.sqlite3
    """
    from tracker.config import load_config
    from tracker.services import schema

    size = schema.copy(load_config(), file)
    click.echo(f"{file}: {size:,} bytes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put a backup in the place of the database.

    Stop `tracker run` and `tracker worker` first. The former file stays beside it as .before.

    \b
    Example:
      tracker restore /var/backups/tracker-2026-03-02.sqlite3
    """
    from tracker.config import load_config
    from tracker.services import schema

    click.echo(f"{schema.put_back(load_config(), file)} is that of the backup now.")


def _configure(url: str, database: str) -> None:
    """Writes the file unless the environment or a file says it all already."""
    from tracker.services import install

    path = Path(os.environ.get("TRACKER_CONFIG", "instance/tracker.env"))
    if path.exists() or os.environ.get("TRACKER_KEYS"):
        click.echo(f"Configuration: {path} stays as it is." if path.exists() else "Configuration: from TRACKER_*.")
        return
    url = url or os.environ.get("TRACKER_URL") or _ask("Public address of the portal", "--url", "http://localhost:8000")
    install.write_configuration(
        path, {"TRACKER_URL": url, "TRACKER_KEYS": install.new_key(), "TRACKER_DATABASE": database}
    )
    click.echo(f"Configuration: {path} written, with fresh keys. Keep a copy of it.")


def _make_shop(portal: "Portal", slug: str, name: str, home_url: str, language: str) -> None:
    from tracker.services import shops

    if shops.find(portal, slug):
        click.echo(f"Shop: {slug} is there already.")
        return
    shop = shops.create(portal, slug, name, locale=language, home_url=home_url)
    click.echo(f"Shop: {shop.slug} made.")


def _ask(question: str, option: str, default: str | None = None) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{option} is missing, and there is nobody to ask.")
    answer: str = click.prompt(question, default=default)
    return answer
