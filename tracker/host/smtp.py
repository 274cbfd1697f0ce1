"""Sending one mail to one recipient over a connection whose other end is verified."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tracker.sdk import AuthFailed, Receipt, Upstream, plain

Security = Literal["starttls", "tls", "none"]
LONGEST_REPLY = 300
NAME_OF_THIS_HOST = "tracker.invalid"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server. `ca_file` trusts a private authority besides nothing else; `timeout` is seconds per step.

    `security` is `starttls`, `tls` (from the first byte) or `none`, which only a loopback host may have.
    Raises `ValueError` for anything else.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    ca_file: Path | None = None
    hello: str = ""

    def __post_init__(self) -> None:
        if self.security not in ("starttls", "tls", "none"):
            raise ValueError(f"mail security is starttls, tls or none, not {self.security!r}")
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f"mail to {self.host} needs starttls or tls: without them passwords and mails are readable"
            )
        if not self.host or not 0 < self.port < 65536:
            raise ValueError("a mail server needs a host and a port from 1 to 65535")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name, without asking a resolver."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class SmtpTransport:
    """Sends composed mails, a connection each."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._tls = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)

    def send(self, sender: str, recipient: str, mail: bytes, *, utf8: bool = False) -> Receipt:
        """What the server made of a mail. `utf8` asks for SMTPUTF8; a server without it is a permanent refusal.

        Raises `Upstream` when there is no connection or the server says to come back, `AuthFailed` when it refuses
        our own user or our sender address.
        """
        with self._connected() as connection:
            if utf8 and not connection.has_extn("smtputf8"):
                return Receipt(False, "the mail server cannot write to such an address (no SMTPUTF8)", permanent=True)
            options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
            refusal = _judge(connection.mail(sender, options), "sender")
            if refusal is not None:
                raise AuthFailed(f"the mail server refuses the sender: {refusal.reply}")
            return (
                _judge(connection.rcpt(recipient), "recipient")
                or _judge(_hand_over(connection, mail), "mail")
                or Receipt(accepted=True, reply="accepted")
            )

    def check(self) -> None:
        """Connects and signs in, and sends nothing. Raises as `send` does."""
        with self._connected():
            pass

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A signed-in connection. Closing never raises: after the last 250 a broken QUIT must not send it twice."""
        connection: smtplib.SMTP | None = None
        try:
            connection = self._connect()
            yield connection
        except smtplib.SMTPResponseException as error:
            raise Upstream(f"the mail server answered {_reply(error.smtp_code, error.smtp_error)}") from None
        except smtplib.SMTPNotSupportedError:
            raise Upstream("the mail server does not offer what is configured (STARTTLS, sign-in)") from None
        except ssl.SSLError as error:
            raise Upstream(f"the mail server's certificate is not good: {error.reason or 'refused'}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Upstream(f"no connection to the mail server ({type(error).__name__})") from None
        finally:
            if connection is not None:
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        hello = server.hello or NAME_OF_THIS_HOST
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, hello, timeout=server.timeout, context=self._tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, hello, timeout=server.timeout)
        try:
            self._greet(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            connection.starttls(context=self._tls)
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            _sign_in(connection, self._server)


def _sign_in(connection: smtplib.SMTP, server: SmtpServer) -> None:
    try:
        connection.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise
        reply = _reply(error.smtp_code, error.smtp_error)
        raise AuthFailed(f"the mail server refuses our user: {reply}") from None


def _hand_over(connection: smtplib.SMTP, mail: bytes) -> tuple[int, bytes]:
    """The answer to the mail itself, or to the wish to send it."""
    try:
        return connection.data(mail)
    except smtplib.SMTPDataError as error:
        reply = error.smtp_error
        return error.smtp_code, reply if isinstance(reply, bytes) else reply.encode()


def _judge(answer: tuple[int, bytes], part: str) -> Receipt | None:
    """`None` where the server goes on. A 5xx is a permanent refusal; anything else is worth another try."""
    code, reply = answer
    if 200 <= code < 400:
        return None
    text = _reply(code, reply)
    if 500 <= code < 600:
        return Receipt(accepted=False, reply=text, permanent=True)
    raise Upstream(f"the mail server puts off the {part}: {text}")


def _reply(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return plain(f"{code} {text}", LONGEST_REPLY)
