"""`tracker verify`: whether a delivery report, or what the portal itself has recorded, is still what it was."""

from typing import BinaryIO

import click

from .options import find_shop, open_here


@click.command()
@click.argument("report", required=False, type=click.File("rb"))
@click.option("--head", default="", metavar="HASH", help="The head that stands in the mail about the delivery.")
@click.option("--shop", "slug", default="", metavar="SHOP", help="Look through all that is recorded of a shop instead.")
def verify(report: BinaryIO | None, head: str, slug: str) -> None:
    """Check a delivery report, or that nothing recorded was changed.

    A REPORT holds when it is unchanged and one of its entries has the hash that --head gives. What comes after that
    entry fits to it, but the head does not speak for it. docs/verify_report.py does the same on a machine without
    Tracker. Exit code 1 when the report does not hold, or a chain of the shop is broken.

    \b
    Examples:
      tracker verify delivery-report-1Z12345E0291980793.json --head 0f3c...
      tracker verify --shop tea
    """
    if report is not None and head and not slug:
        _check_report(report, head)
    elif slug and report is None and not head:
        _check_shop(slug)
    else:
        raise click.UsageError("Give a REPORT and its --head, or a --shop.")


def _check_report(report: BinaryIO, head: str) -> None:
    from tracker.domain import reports

    known = reports.read_head(head)
    if known is None:
        raise click.BadParameter(
            "a head is 64 digits of 0-9 and a-f; copy it whole from the mail.", param_hint="--head"
        )
    verdict = reports.check(report.read(reports.MOST_BYTES + 1), known)
    click.echo(verdict.said)
    if not verdict.holds:
        raise SystemExit(1)


def _check_shop(slug: str) -> None:
    from tracker.services import reports

    portal = open_here()
    seen = broken = 0
    for chain, position in reports.check_chains(find_shop(portal, slug)):
        seen += 1
        if position is not None:
            broken += 1
            click.echo(f"{chain} was changed: entry {position + 1} does not fit.")
    if broken:
        click.echo(f"{broken} of {seen} chains are broken. Compare with a backup from before that.")
        raise SystemExit(1)
    click.echo(f"{seen} chains, none broken.")
