"""The local mail sink's mails, for the developer's page. A portal with a real mail server has none."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from tracker.sdk import plain

from .portal import Portal

MOST = 200
HEAD = 16_384
_NAME = re.compile(r"\d{13}-[0-9a-f]{8}")
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in the list. `name` is its file's, and its address under the mailbox's page."""

    name: str
    arrived_at: datetime
    recipient: str
    sender: str
    subject: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in full. `html` is empty where it has none."""

    mail: Mail
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def folder(portal: Portal) -> Path | None:
    """Where the mails lie; `None` where there is no sink, or where others than this machine could read it."""
    if not portal.config.mailbox or urlsplit(portal.config.url).hostname not in _LOCAL:
        return None
    return Path(portal.config.mailbox)


def list_mails(where: Path) -> list[Mail]:
    """The mails in a folder, newest first."""
    names = sorted((path.stem for path in where.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    return [mail for name in names[:MOST] if (mail := _read_head(where, name))]


def open_mail(where: Path, name: str) -> Letter | None:
    """One mail, or `None` where there is none of that name."""
    mail = _read_head(where, name) if _NAME.fullmatch(name) else None
    if mail is None:
        return None
    message = _parse((where / f"{name}.eml").read_bytes())
    headers = tuple((key, plain(str(value), 500)) for key, value in message.items())
    return Letter(mail, headers, _part(message, "plain"), _part(message, "html"))


def _read_head(where: Path, name: str) -> Mail | None:
    try:
        with (where / f"{name}.eml").open("rb") as file:
            message = _parse(file.read(HEAD))
    except FileNotFoundError:
        return None
    arrived = datetime.fromtimestamp(int(name[:13]) / 1000, UTC)
    told = (plain(str(message.get(key, "")), 300) for key in ("X-Envelope-To", "From", "Subject"))
    return Mail(name, arrived, *told)


def _parse(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
