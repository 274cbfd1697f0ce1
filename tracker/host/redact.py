"""Logs of plugins without secrets and without personal data."""

import logging
import re
import traceback
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

ROOT = "tracker.plugins"
SHORTEST_SECRET = 4
LONGEST_RECORD = 8000

_EMAIL = re.compile(r"[^\s<>\"'(),:;=@]{1,64}@[^\s<>\"'(),:;=@]{1,255}")
_PHONE = re.compile(
    r"\+\d[\d ().-]{6,18}\d"  # +82 10-1234-5678
    r"|\(\d{2,4}\) ?\d{3,4}[ .-]?\d{3,4}"  # (212) 555-0100
    r"|(?<![\w-])0\d{1,3}([ .-])\d{3,4}\1\d{3,4}(?![\w-])"  # 010-1234-5678
    r"|(?<![\w-])\d{3}([ .-])\d{3}\2\d{4}(?![\w-])"  # 212-555-0100
    r"|(?<!\w)01\d{8,9}(?!\w)"  # 01012345678
)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__)


def secrets_of(settings: object) -> list[str]:
    """The values of all secret fields in a settings model, however deep, longest first."""
    return sorted(set(_walk(settings)), key=len, reverse=True)


def _walk(value: object) -> Iterable[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, SecretBytes):
        yield value.get_secret_value().decode(errors="replace")
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name, None))
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _walk(item))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (text for item in value for text in _walk(item))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with secrets, e-mail addresses and what looks like a phone number replaced, cut at 8,000 characters."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[secret]")
    text = text[:LONGEST_RECORD]
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    return _PHONE.sub("[phone]", text)


class _Redactor(logging.Filter):
    """Replaces a record's message, arguments, extras and traceback by redacted text."""

    def __init__(self, secrets: list[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._clean(_message(record)), None
        if record.exc_info:
            record.exc_text = self._clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        for name in record.__dict__.keys() - _STANDARD:
            record.__dict__[name] = self._clean(str(record.__dict__[name]))
        return True

    def _clean(self, text: str) -> str:
        return redact(text, self._secrets)


def _message(record: logging.LogRecord) -> str:
    """A plugin's broken format string costs the arguments, not the record."""
    try:
        return record.getMessage()
    except Exception:
        return str(record.msg)


def plugin_logger(plugin: str, secrets: Iterable[str] = ()) -> logging.Logger:
    """A logger named `tracker.plugins.<plugin>` whose records are redacted before any handler sees them.

    It is not kept in logging's registry: two shops' loggers of one plugin hold different secrets.
    """
    logger = logging.Logger(f"{ROOT}.{plugin}")
    logger.parent = logging.getLogger(ROOT)
    logger.addFilter(_Redactor(list(secrets)))
    return logger


def describe(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """One redacted line about an exception: its class and up to 300 characters of its text."""
    text: Any = ""
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be read)"
    line = " ".join(redact(f"{type(error).__name__}: {text}", secrets).split())
    return line[:300].rstrip(": ")
