"""Addresses that people type into settings, checked before they are kept."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_CUT = set("\\\"'<>^`{|}")


def https_url(text: str) -> str:
    """The address itself where it is an absolute https address without credentials; raises `ValueError` otherwise.

    `javascript:`, `data:`, `//host`, backslashes, spaces and controls do not pass.
    """
    return _absolute(text, {"https"})


def api_url(text: str) -> str:
    """Like `https_url`, but plain http is allowed to this very machine, for trying things out."""
    parts = urlsplit(_absolute(text, {"http", "https"}))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("use an address that begins with https://")
    return text


def _absolute(text: str, schemes: set[str]) -> str:
    clean = text.isprintable() and not _CUT & set(text) and " " not in text
    try:
        parts = urlsplit(text) if clean else urlsplit("")
        odd = not (parts.netloc.isascii() and parts.hostname) or "@" in parts.netloc or parts.port == 0
    except ValueError:
        odd = True
    if not clean or odd or text.partition("://")[0].lower() not in schemes:
        raise ValueError("write a complete address that begins with https://, without spaces or a password in it")
    return text


HttpsUrl = Annotated[str, AfterValidator(https_url)]
"""A settings field for a link that a browser will open."""

ApiUrl = Annotated[str, AfterValidator(api_url)]
"""A settings field for an address that the worker will call."""

BaseUrl = Annotated[str, AfterValidator(lambda text: api_url(text).rstrip("/"))]
"""An `ApiUrl` that paths are added to: kept without slashes at its end."""
