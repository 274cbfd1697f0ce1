"""`tracker link` and `tracker hooks`."""

import click

from .options import find_shop, open_here, shop_option


@click.command()
@click.argument("order")
@shop_option
@click.option("--shared", is_flag=True, help="A link to pass on: it shows less than the one in the customer's mails.")
@click.option("--lang", default="", metavar="LANGUAGE", help="Fix the page's language, e.g. ko.")
def link(order: str, slug: str, shared: bool, lang: str) -> None:
    """Print the tracking address of an order.

    ORDER is the number that the customer knows. The address is the one in the customer's mails: whoever has it sees
    the order.

    \b
    Example:
      tracker link 1001 --shop tea-house
    """
    from tracker.services import links, shops

    portal = open_here()
    shop = find_shop(portal, slug)
    found = shops.find_orders(portal, shop, order)
    if not found:
        raise click.ClickException(f"{slug} has no order {order}. `tracker sync` brings existing orders in.")
    if len(found) > 1:
        click.echo(f"{len(found)} orders have this number; this is the newest.", err=True)
    tier, recipient = ("shared", "") if shared else ("mail", found[0].email)
    click.echo(links.address(portal, links.issue(portal, shop.id, found[0], recipient, tier), lang))


@click.command()
@shop_option
def hooks(slug: str) -> None:
    """Print the addresses and secrets for a shop's inbound webhooks.

    Enter both where the store asks for a webhook's delivery URL and secret.

    \b
    Example:
      tracker hooks --shop tea-house
    """
    from tracker.services import doors

    portal = open_here()
    for door in doors.list_doors(portal, find_shop(portal, slug)):
        missing = f"not set: tracker settings {door.plugin} --shop {slug} {doors.SECRET}"
        click.echo(f"{door.name}\n  address  {door.address}\n  secret   {door.secret or missing}")
