"""The portal's own mail: composed by Flask-Mail, sent by our own transport. The only module that imports either."""

import hashlib
import re
from email import message_from_bytes, policy
from email.encoders import encode_quopri
from email.message import EmailMessage
from email.message import Message as Part

import flask
import flask_mail

from tracker.sdk import BadRequest, Message, Receipt, plain

from .smtp import SmtpTransport

LONGEST_SUBJECT = 200
LONGEST_NAME = 60
LONGEST_ADDRESS = 254
LONGEST_SENDER = 2000
LONGEST_WAY = 900
LONGEST_LINE = 900
"""A mail server takes lines of 998 bytes, and some lines grow by a few on their way."""
STAND_IN = "recipient@tracker.invalid"

# Flask-Mail's own `as_bytes` folds long headers anew, and that puts spaces into a shop's name of several encoded words.
_WIRE = policy.compat32.clone(linesep="\r\n")

# One mailbox and nothing else: no comma, no angle, no quote, no comment, no control.
_ADDRESS = re.compile(r"[^\s,;:<>()\[\]\\\"@\x00-\x20\x7f-\x9f]{1,64}@[^\s,;:<>()\[\]\\\"@\x00-\x20\x7f-\x9f]{1,253}")
_WAY = re.compile(r"https?://[!-;=?-~]+")
_NAMED = re.compile(r"(?P<name>.*)<(?P<address>[^<>]*)>")
_IN_NAME = str.maketrans("", "", '<>"\\')
HEADERS = frozenset(
    {"content-type", "mime-version", "subject", "from", "to", "date", "message-id", "reply-to", "auto-submitted"}
    | {"content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post"}
)


class PortalMail:
    """`tracker.sdk.Mail`: one mail to one recipient from `sender` ("Shop <mail@shop.example>") where it names none."""

    def __init__(self, transport: SmtpTransport, sender: str) -> None:
        self._transport, self._sender = transport, sender
        self._app = flask.Flask("tracker.mail")
        self._app.config["MAIL_DEFAULT_SENDER"] = sender
        flask_mail.Mail(self._app)

    def send(self, message: Message) -> Receipt:
        """The receipt of one mail. An address that is none is a permanent refusal.

        Raises `Upstream` for another try later, `AuthFailed` or `BadRequest` for what the operator must mend.
        """
        recipient = wire_address(message.recipient)
        if recipient is None:
            return Receipt(accepted=False, reply="this is not one e-mail address", permanent=True)
        name, sender = split_sender(message.sender or self._sender)
        message_id = make_message_id(message.key, sender)
        raw = self._compose(message, _mailbox(name, sender), recipient, message_id)
        receipt = self._transport.send(sender, recipient, raw, utf8=not recipient.isascii())
        return Receipt(receipt.accepted, receipt.reply, message_id, receipt.permanent)

    def _compose(self, message: Message, sender: str, recipient: str, message_id: str) -> bytes:
        with self._app.app_context():
            mail = flask_mail.Message(
                subject=plain(message.subject, LONGEST_SUBJECT),
                recipients=[recipient if recipient.isascii() else STAND_IN],
                body=message.text,
                html=message.html or None,
                sender=sender,
                reply_to=_reply_to(message.reply_to),
                extra_headers={"Auto-Submitted": "auto-generated", **_unsubscribe(message.unsubscribe)},
            )
            mail.msgId = message_id
            built = mail._message()
        _wrap_long_lines(built)
        composed = built.as_bytes(policy=_WIRE)
        return _checked(composed, recipient)


def wire_address(text: str) -> str | None:
    """An address as it is written on the wire, its domain in ASCII; `None` for what is not exactly one address."""
    text = text.strip(" ")
    if len(text) > LONGEST_ADDRESS or not text.isprintable() or not _ADDRESS.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if local[0] == "." or local[-1] == "." or ".." in text or ascii_domain.strip(".-") != ascii_domain:
        return None
    return f"{local}@{ascii_domain}"


def split_sender(text: str) -> tuple[str, str]:
    """Name and address of a sender. Raises `BadRequest` where there is no ASCII address in it."""
    text = plain(text, LONGEST_SENDER)
    named = _NAMED.fullmatch(text)
    name, given = (named["name"], named["address"]) if named else ("", text)
    address = wire_address(given)
    if address is None or not address.isascii():
        raise BadRequest("the sender's address is not one that mail can come from; correct it in the settings")
    return plain(name.translate(_IN_NAME), LONGEST_NAME), address


def _mailbox(name: str, address: str) -> str:
    """As Flask-Mail reads it. It encodes the name itself, in words short enough for a header."""
    return f'"{name}" <{address}>' if name else address


def make_message_id(key: str, sender: str) -> str:
    """The same for the same key and sender's domain: a mail that leaves twice is one mail to the reader's program."""
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _reply_to(text: str) -> str | None:
    """A reply address, or none: a bad one must cost itself and not the notice."""
    if not text:
        return None
    try:
        name, address = split_sender(text)
    except BadRequest:
        return None
    return _mailbox(name, address)


def _unsubscribe(address: str) -> dict[str, str]:
    """The headers by which a reader's program ends such mails with one POST (RFC 8058); none for a bad address."""
    if len(address) > LONGEST_WAY or not _WAY.fullmatch(address):
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _wrap_long_lines(mail: Part) -> None:
    """Has parts with longer lines than a mail server takes (RFC 5321) written in a way that breaks them."""
    for part in mail.walk():
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and any(len(line) > LONGEST_LINE for line in body.splitlines()):
            del part["Content-Transfer-Encoding"]
            part.set_payload(body)
            encode_quopri(part)


def _checked(composed: bytes, recipient: str) -> bytes:
    """The composed mail with its true recipient, after a look at what a reader will see in its headers (S-13)."""
    mail = message_from_bytes(composed, policy=policy.SMTP)
    names = [name.lower() for name, _ in mail.items()]
    if len(names) != len(set(names)) or not set(names) <= HEADERS or not isinstance(mail, EmailMessage):
        raise BadRequest("the mail's headers are not as they were meant")
    if recipient.isascii():
        return composed
    mail.policy = policy.SMTPUTF8
    mail.replace_header("To", recipient)
    return mail.as_bytes()
