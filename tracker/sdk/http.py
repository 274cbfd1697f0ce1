"""Reading an HTTP answer: which of our errors its status stands for, and how long the other side asks to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .context import HttpAnswer
from .errors import AuthFailed, BadRequest, NotFound, RateLimited, Upstream

LONGEST_WAIT = 86_400.0
"""Seconds. A longer `Retry-After` is taken as this much."""

_TRANSIENT = frozenset({408, 421, 423, 425})


def check(answer: HttpAnswer, now: datetime) -> HttpAnswer:
    """The same answer where its status is 2xx.

    Raises `AuthFailed` (401, 403), `NotFound` (404), `RateLimited` (429), `Upstream` (3xx, 5xx and the passing 4xx)
    or `BadRequest` (any other 4xx). The error's text holds the status alone, nothing of the body.
    """
    status = answer.status
    if 200 <= status < 300:
        return answer
    text = f"answered with status {status}"
    if status in (401, 403):
        raise AuthFailed(text)
    if status == 404:
        raise NotFound(text)
    if status == 429:
        raise RateLimited(text, retry_after(answer, now))
    if 400 <= status < 500 and status not in _TRANSIENT:
        raise BadRequest(text)
    raise Upstream(text)


def retry_after(answer: HttpAnswer, now: datetime) -> float | None:
    """Seconds that the answer's `Retry-After` asks for, from 0 to `LONGEST_WAIT`; `None` where it says nothing usable.

    `now` is aware; it is needed for the form that names a date.
    """
    value = answer.headers.get("retry-after", "").strip()[:64]
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max((date - now).total_seconds(), 0.0), LONGEST_WAIT)
