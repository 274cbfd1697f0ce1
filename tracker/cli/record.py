"""`tracker record`: a carrier's real answer as a sample for its plugin."""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import find_shop, open_here

if TYPE_CHECKING:
    from tracker.services.portal import Portal
    from tracker.services.recorder import Recorded
    from tracker.store.shops import Shop

MOST_NAMES = 1000


@click.command()
@click.argument("carrier")
@click.argument("number")
@click.option("--shop", "slug", default="", metavar="SHOP", help="Whose credentials to ask with; the only shop's else.")
@click.option("--of", "moved_by", default="", metavar="CARRIER", help="Who moves it, where a vendor is asked.")
@click.option("--postcode", default="", help="The recipient's, for carriers that ask for it.")
@click.option("--country", default="", metavar="CODE", help="The recipient's, for carriers that ask for it.")
@click.option("--number-as", default="", metavar="NUMBER", help="A made-up number to put in the place of the real one.")
@click.option(
    "--into", "folder", type=click.Path(path_type=Path), default=Path("samples"), show_default=True,
    help="The plugin's folder of samples.",
)  # fmt: skip
@click.option("--name", default="", help="The sample's name; its status otherwise.")
def record(
    carrier: str, number: str, slug: str, moved_by: str, postcode: str, country: str, number_as: str, folder: Path,
    name: str,
) -> None:  # fmt: skip
    """Ask a carrier about a parcel and keep its answer as a sample, without the people.

    Secrets, names, phone numbers, mail and street addresses, pictures and references are blanked, and where they stood
    is told. Read both files before you commit them: a machine does not know everybody's name.

    \b
    Examples:
      tracker record ups 1Z999AA10123456784 --shop tea-house --into plugins/ups/samples
      tracker record ups 1Z999AA10123456784 --number-as 1Z0000000000000000 --name delivered
    """
    from tracker.sdk import Query
    from tracker.services import recorder

    if name and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name):
        raise click.UsageError(f"--name {name!r}: use lower-case letters, digits, - and _.")
    portal = open_here()
    query = Query(number, moved_by, postcode, country.upper())
    for recorded in recorder.record(portal, _choose_shop(portal, slug), carrier, query, number_as):
        _write(portal, carrier, recorded, folder, name)
    if not number_as:
        click.echo("The tracking number stays as it is. --number-as puts a made-up one in its place.")


def _choose_shop(portal: "Portal", slug: str) -> "Shop":
    from tracker.services import shops

    known = [one.slug for one in shops.all_shops(portal)]
    if not slug and len(known) > 1:
        raise click.UsageError(f"Say whose credentials to ask with: --shop {' or '.join(known)}.")
    return find_shop(portal, slug or "".join(known))


def _write(portal: "Portal", carrier: str, recorded: "Recorded", folder: Path, name: str) -> None:
    from tracker.testing.readings import write_reading

    folder.mkdir(parents=True, exist_ok=True)
    sample = _free(folder, name or recorded.title, recorded.kind)
    told = dict(recorded.told)
    if len(list(portal.registry.providers(portal.registry.carriers[carrier].plugin))) > 1:
        told["reader"] = carrier  # the plugin brings several, and reads each sample with one of them
    with sample.open("xb") as file:
        file.write(recorded.payload.body)
    click.echo(f"{sample}: {recorded.title}")
    if recorded.parsed is None:
        click.echo("  It cannot be read yet, so it has no reading.", err=True)
    else:
        click.echo(f"{write_reading(sample, recorded.parsed, told)}: its reading")
    _tell(recorded)


def _tell(recorded: "Recorded") -> None:
    """Where something was blanked, and never what."""
    places = Counter((re.sub(r"\[[0-9]*\]", "", path), kind) for path, kind in recorded.blanked.items())
    for (path, kind), _ in sorted(places.items()):
        click.echo(f"  blanked {path or 'the whole'} ({kind})")
    if not places:
        click.echo("  Nothing was blanked: no field of it sounds like a person or a secret.")
    if recorded.changed:
        click.echo(
            f"  {recorded.changed} events are read otherwise since: a rule read what was blanked. Write made-up words "
            "of the same meaning there.",
            err=True,
        )


def _free(folder: Path, name: str, kind: str) -> Path:
    """A file that is not there yet: nobody's sample is written over."""
    names = (f"{name}{f'_{n}' if n > 1 else ''}" for n in range(1, MOST_NAMES))
    free = (one for one in names if not list(folder.glob(f"{one}.*")))
    return folder / f"{next(free)}.{kind}"
