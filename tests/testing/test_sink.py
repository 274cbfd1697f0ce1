import smtplib
import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from tracker.testing import sink


def send(port: int, subject: str, recipient: str = "ada@example.com") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", recipient, subject
    mail.set_content("Text")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
        connection.send_message(mail)


def test_every_mail_becomes_a_file_with_its_envelope(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, sink.running(tmp_path / "box", listener):
        port = listener.getsockname()[1]
        send(port, "first")
        send(port, "second")
    files = sorted((tmp_path / "box").glob("*.eml"))
    assert len(files) == 2
    assert b"X-Envelope-To: ada@example.com" in files[0].read_bytes()
    assert b"Subject: first" in files[0].read_bytes()


def test_nothing_listens_after_the_block(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with sink.running(tmp_path, listener):
            send(port, "one")
    with pytest.raises(OSError, match="refused"):
        send(port, "too late")
