"""How a shop looks to its customers: who it is, its logo and its colours."""

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field

from tracker.i18n import locales, mark
from tracker.sdk import https_url, plain
from tracker.store import shops as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.shops import Shop

from . import pictures
from .portal import Portal
from .staff import Me

CHAIN = "shop"
MOST_ORIGINS = 20
LOGO_EDGE = 512
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?")


def _line(text: str) -> str:
    return plain(text, 1000)


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError(mark("This is not an e-mail address. Write one like name@example.com.")) from None


def _page(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"):
        https_url("https" + text[4:])
        return text
    return https_url(text)


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(mark("There is no such time zone. Write one like Asia/Seoul or Europe/Berlin."))
    return text


def _locale(text: str) -> str:
    if text not in locales():
        raise ValueError(mark("Choose one of the list."))
    return text


def _origins(origins: list[str]) -> list[str]:
    cleaned = [origin.lower().rstrip("/") for origin in origins]
    if any(len(origin) > 200 or not _ORIGIN.fullmatch(origin) for origin in cleaned):
        raise ValueError(mark("Write one address a line, like https://shop.example.com, without a path."))
    return list(dict.fromkeys(cleaned))


MAIL: dict[str, Any] = {"format": "email"}
Line = Annotated[str, AfterValidator(_line)]
Email = Annotated[str, AfterValidator(_email)]
Page = Annotated[str, AfterValidator(_page)]


class Details(BaseModel):
    """Who a shop is, as a marketer fills it in."""

    name: Line = Field(min_length=1, max_length=120, title=mark("Name of the shop"))
    home_url: Page = Field(default="", max_length=500, title=mark("Address of the shop"))
    support_email: Email = Field(default="", max_length=254, title=mark("Support: e-mail"), json_schema_extra=MAIL)
    support_phone: Line = Field(default="", max_length=40, title=mark("Support: phone"))
    support_url: Page = Field(default="", max_length=500, title=mark("Support: page"))
    sender: Email = Field(
        default="",
        max_length=254,
        title=mark("Sender of mails"),
        description=mark("An address that your mail server may send for. Empty: the portal’s own."),
        json_schema_extra=MAIL,
    )
    locale: Annotated[str, AfterValidator(_locale)] = Field(
        default="en",
        title=mark("Language"),
        description=mark("For customers whose own language is not known."),
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC",
        max_length=40,
        title=mark("Time zone"),
        description=mark("The shop’s own clock, like Asia/Seoul."),
    )
    origins: Annotated[list[str], AfterValidator(_origins)] = Field(
        default=[],
        max_length=MOST_ORIGINS,
        title=mark("Sites that may show the widget"),
        description=mark("One address a line, like https://shop.example.com. The widget stays blank everywhere else."),
    )
    show_people: bool = Field(
        default=False,
        title=mark("Show drivers’ and signers’ names and phone numbers"),
        description=mark("Some carriers write them into their messages. Unless this is on, they are never kept."),
    )


def read_details(shop: Shop) -> dict[str, Any]:
    """What `Details` holds for a shop now."""
    return {name: getattr(shop, name) for name in Details.model_fields}


def save_details(portal: Portal, shop: Shop, details: Details, *, me: Me) -> None:
    """Keeps who a shop is."""
    fields = details.model_dump()
    changed = sorted(name for name, value in fields.items() if getattr(shop, name) != value)
    if changed:
        _write(portal, shop.id, fields, me, "details", {"fields": changed})
    if "show_people" in changed and not details.show_people:
        key = f"hide-people:{shop.id}:{portal.now().isoformat()}"
        portal.owe("hide-people", key, {"shop": shop.id})


def save_theme(portal: Portal, shop: Shop, theme: Mapping[str, str], *, me: Me) -> None:
    """Keeps checked tokens."""
    if dict(theme) != shop.theme:
        _write(portal, shop.id, {"theme": dict(theme)}, me, "theme", {"theme": dict(theme)})


def save_logo(portal: Portal, shop: Shop, body: bytes, *, me: Me) -> str:
    """The digest of the new logo. Raises `Refused` for what is no picture, or too large a one."""
    content_type, encoded = pictures.redraw(body, edge=LOGO_EDGE, field="logo")
    digest = hashlib.sha256(encoded).hexdigest()
    with writing(shop.id):
        rows.add_asset(shop.id, digest, content_type, encoded, portal.now())
        _write(portal, shop.id, {"logo": digest}, me, "logo", {"digest": digest})
    return digest


def remove_logo(portal: Portal, shop: Shop, *, me: Me) -> None:
    """Shows the shop's name instead of a logo."""
    if shop.logo:
        _write(portal, shop.id, {"logo": ""}, me, "logo", {"digest": ""})


def _write(portal: Portal, shop: int, fields: Mapping[str, Any], me: Me, action: str, body: Mapping[str, Any]) -> None:
    with writing(shop):
        rows.write_shop(shop, fields)
        append_audit(shop, CHAIN, portal.now(), me.actor, action, body)
