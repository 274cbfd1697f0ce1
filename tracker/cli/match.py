"""`tracker match`: whose number is this?"""

import json
from functools import partial

import click

from tracker.services import matching, readout

from .batch import answer_lines
from .options import plugins_options


@click.command()
@click.argument("number", required=False)
@click.option("--country", "countries", multiple=True, metavar="CODE", help="A country on its way, e.g. KR.")
@click.option("--shop", "slug", default="", metavar="SHOP", help="Prefer the carriers that this shop uses.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--batch", is_flag=True, help="Read JSON lines from standard input and answer one line each, in order.")
@plugins_options
def match(
    number: str | None, countries: tuple[str, ...], slug: str, as_json: bool, batch: bool, plugins: str, blocked: str
) -> None:
    """Name the carriers that a tracking number may belong to, best first.

    \b
    Examples:
      tracker match "1z 999 aa1 01 2345 6784"
      tracker match 123456789012 --country KR --json
      echo '{"number": "1Z999AA10123456784", "countries": ["US"]}' | tracker match --batch
    """
    registry = readout.load_plugins(plugins, blocked)
    if batch:
        answer_lines(partial(matching.match_line, registry))
        return
    if not number:
        raise click.UsageError("Give a tracking number, or use --batch.")
    found = matching.match(registry, number, countries, _used_by(slug) if slug else ())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    from .tables import show_candidates

    show_candidates(found, matching.list_mistyped(registry, number))


def _used_by(slug: str) -> list[str]:
    from tracker.services import shops

    from .options import find_shop, open_here

    portal = open_here()
    return shops.carriers_in_use(portal, find_shop(portal, slug))
