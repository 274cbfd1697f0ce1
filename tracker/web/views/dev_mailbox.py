"""The mails that went out into the local sink. For developers: only on this machine, and only with a sink."""

import ipaddress
from pathlib import Path

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.services import mailbox
from tracker.web import security
from tracker.web.current import portal

blueprint = Blueprint("dev_mailbox", __name__)

_LIST_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'"
# A mail's styles stand in its text, since mail programs take no others. The sandbox keeps scripts and our origin away.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' https: data:; frame-ancestors 'self'; base-uri 'none'"
)


@blueprint.get("/dev/mailbox")
def list_mails() -> ResponseReturnValue:
    """The mails, newest first."""
    return _page("dev/mailbox.html", mails=mailbox.list_mails(_folder()))


@blueprint.get("/dev/mailbox/<name>")
def show_mail(name: str) -> ResponseReturnValue:
    """One mail: as a mail program shows it, as text, and its headers."""
    return _page("dev/mail.html", letter=_letter(name))


@blueprint.get("/dev/mailbox/<name>/html")
def show_html(name: str) -> ResponseReturnValue:
    """A mail's HTML by itself, for the frame of its page."""
    security.allow_framing(("'self'",))
    # Links open beside the mailbox; a frame in a sandbox could not show the page they lead to.
    response = make_response('<!doctype html><base target="_blank">' + _letter(name).html)
    response.headers["Content-Security-Policy"] = _MAIL_POLICY
    return response


def _page(template: str, **values: object) -> ResponseReturnValue:
    response = make_response(render_template(template, **values))
    response.headers["Content-Security-Policy"] = _LIST_POLICY
    return response


def _folder() -> Path:
    """The sink's folder; 404 for everybody but this machine, and where there is no sink."""
    where = mailbox.folder(portal())
    if where is None or not _is_here(request.remote_addr or ""):
        abort(404)
    return where


def _letter(name: str) -> mailbox.Letter:
    letter = mailbox.open_mail(_folder(), name)
    if letter is None:
        abort(404)
    return letter


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
