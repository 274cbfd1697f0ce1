"""`tracker import-csv` and `tracker sync`: what comes in because somebody asks for it."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import find_shop, open_here, shop_option

if TYPE_CHECKING:
    from tracker.services.imports import Import

SHOWN = 20


@click.command("import-csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@shop_option
@click.option("--silent", is_flag=True, help="Write to no customer about what the file says.")
def import_csv(file: Path, slug: str, silent: bool) -> None:
    """Bring shipments in from a CSV file.

    The headers of ParcelPanel, Advanced Shipment Tracking and AfterShip are recognised; others are mapped by name:
    order number, carrier, tracking number, and where there are any SKU, quantity, date, status, tracking link. Yes
    under "Keep number" keeps a number that looks mistyped. Rows that cannot be used are told by line; the others go
    in. The same file again adds nothing. Exit code 1 when rows were refused.

    \b
    Example:
      tracker import-csv shipments.csv --shop tea-house
    """
    from rich.progress import Progress

    from tracker.services import imports

    portal = open_here()
    shop = find_shop(portal, slug)
    with Progress(transient=True) as bar:
        task = bar.add_task(file.name, total=file.stat().st_size)
        try:
            done = imports.import_file(
                portal, shop.id, file, actor="cli", silent=silent,
                progress=lambda row: bar.update(task, completed=row.done_bytes),
            )  # fmt: skip
        except imports.BadFile as error:
            raise click.ClickException(imports.describe_file(error)) from None
    _report(done)
    if done.state == "dead":
        raise click.ClickException(done.error)
    if done.refused:
        raise SystemExit(1)


@click.command()
@shop_option
@click.option(
    "--since", default="", metavar="DATE", help="Orders changed since this day (UTC); else since the last run."
)
@click.option("--store", default="", metavar="STORE", help="Which store, where the shop has several.")
def sync(since: str, slug: str, store: str) -> None:
    """Bring existing orders in from a store, silently.

    Nobody is written to about what the store knew already. Running it again changes nothing.

    \b
    Example:
      tracker sync --shop tea-house --since 2026-01-01
    """
    from rich.console import Console

    from tracker.services import doors
    from tracker.services import sync as service

    portal = open_here()
    shop = find_shop(portal, slug)
    chosen = store or doors.only_store(portal, shop)
    with Console(stderr=True).status(f"Asking {chosen}") as status:
        counts = service.sync(
            portal, shop.id, chosen, _instant(since) if since else None,
            progress=lambda so_far: status.update(f"{so_far.orders} orders so far"),
        )  # fmt: skip
    click.echo(f"{counts.orders} orders: {counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged.")
    for warning in counts.warnings[:SHOWN]:
        click.echo(f"  {warning}", err=True)


def _report(done: "Import") -> None:
    from tracker.services import imports

    click.echo(
        f"{done.rows} rows: {done.added} added, {done.changed} changed, {done.unchanged} unchanged, "
        f"{done.refused} refused."
    )
    for problem in done.problems[:SHOWN]:
        where = f"line {problem['line']}" + (f", {problem['column']}" if problem["column"] else "")
        click.echo(f"  {where}: {imports.describe(problem)}", err=True)
    if len(done.problems) > SHOWN:
        click.echo(f"  ... and {done.refused - SHOWN} more; the desk lists them under Imports.", err=True)


def _instant(day: str) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), time(), UTC)
    except ValueError:
        raise click.BadParameter(f"{day!r} is no date. Write it as 2026-03-01.", param_hint="--since") from None
