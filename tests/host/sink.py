"""A real SMTP server for tests: STARTTLS with a certificate made here, and refusals on demand."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificate(folder: Path, host: str) -> Path:
    """A file with a self-signed certificate for a host name or address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    try:
        subject: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Sink:
    """Keeps what arrives. `replies` maps a recipient to the server's answer; `final` is the answer to the mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.replies: dict[str, str] = {}
        self.final = "250 kept"
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.final.startswith("250"):
            self.mails.append((list(envelope.rcpt_tos), envelope.content))
        return self.final


@contextmanager
def mail_sink(certificate: Path | None = None, *, tls: bool = False, utf8: bool = True) -> Iterator[Sink]:
    """A running sink, with STARTTLS (or TLS from the first byte) where there is a certificate."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    sink = Sink()
    options = {"ssl_context": context} if tls else {"tls_context": context, "require_starttls": context is not None}
    controller = Controller(
        sink, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=utf8, server_hostname="sink", **options
    )
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()
