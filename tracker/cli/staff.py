"""`tracker staff`: who may work in a shop."""

import secrets
import sys
from typing import TYPE_CHECKING

import click

from .options import find_shop, open_here, shop_option

if TYPE_CHECKING:
    from tracker.services.portal import Portal
    from tracker.services.staff import Shop

ROLES = ("owner", "staff", "marketer")


@click.command()
@click.argument("email")
@shop_option
@click.option("--role", type=click.Choice(ROLES), help="What they may do; `staff` for somebody new.")
@click.option("--new-password", is_flag=True, help="Replace a lost password and end all their sign-ins.")
def staff(email: str, slug: str, role: str | None, new_password: bool) -> None:
    """Let somebody work in a shop, or give them a new password.

    Asks for the password, or makes one and prints it once where nobody can be asked.

    \b
    Examples:
      tracker staff mina@example.com --shop tea-house --role marketer
      tracker staff mina@example.com --shop tea-house --new-password
    """
    from tracker.services import staff as people

    portal = open_here()
    shop = find_shop(portal, slug)
    person = people.find(email)
    if person is None:
        add_person(portal, shop, email, role or "staff")
        return
    if role or not people.role_in(shop, person):
        _grant(portal, shop, person.id, person.email, role or "staff")
    if new_password:
        password = _ask_password()
        people.set_password(portal, email, password.text)
        click.echo(f"{person.email} has a new password; all sign-ins are ended.{password.told}")
    elif not role:
        click.echo(f"{person.email} works in {shop.slug} as {people.role_in(shop, person)}.")


def add_person(portal: "Portal", shop: "Shop", email: str, role: str) -> None:
    """Makes a person with a role in a shop and says how they sign in."""
    from tracker.services import staff as people

    password = _ask_password()
    person = people.create(portal, email, password.text)
    people.grant(portal, shop.id, person.id, role)
    click.echo(f"{role.capitalize()}: {person.email} signs in at {portal.config.url}/desk/{password.told}")


def make_owner(portal: "Portal", shop: "Shop", email: str) -> None:
    """The owner of a shop; somebody who works there already keeps role and password."""
    from tracker.services import staff as people

    person = people.find(email)
    if person is None:
        add_person(portal, shop, email, "owner")
    elif people.role_in(shop, person):
        click.echo(f"Owner: {person.email} is there already.")
    else:
        _grant(portal, shop, person.id, person.email, "owner")


def _grant(portal: "Portal", shop: "Shop", person: int, email: str, role: str) -> None:
    from tracker.services import staff as people

    people.grant(portal, shop.id, person, role)
    click.echo(f"{role.capitalize()}: {email} may work in {shop.slug}, with the password they have.")


class _Password:
    """A password, and what is to be said of it: only one that was made here is printed."""

    def __init__(self, given: str) -> None:
        self.text = given or secrets.token_urlsafe(12)
        self.told = "" if given else f"\nPassword (shown this once): {self.text}"


def _ask_password() -> _Password:
    given = click.prompt("Password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else ""
    return _Password(given)
