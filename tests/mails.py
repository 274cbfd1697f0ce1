"""A real mail server for tests, and what arrived there."""

import email
import socket
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tracker.host.mail import PortalMail
from tracker.host.smtp import SmtpServer, SmtpTransport
from tracker.services.portal import Portal
from tracker.testing import sink


class Sink:
    """The mails that arrived, oldest first."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def mails(self) -> list[EmailMessage]:
        mails = []
        for path in sorted(self.folder.glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=default)
            assert isinstance(mail, EmailMessage)
            mails.append(mail)
        return mails

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails()]


@pytest.fixture
def box(portal: Portal, tmp_path: Path) -> Iterator[Sink]:
    """A mail server that the portal sends to."""
    folder = tmp_path / "mails"
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with sink.running(folder, listener):
        mail = PortalMail(SmtpTransport(SmtpServer("127.0.0.1", port, "none")), "portal@tracker.example")
        portal.contexts = replace(portal.contexts, mail=lambda: mail)
        yield Sink(folder, port)


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
