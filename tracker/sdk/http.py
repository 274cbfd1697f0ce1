"""What an HTTP status means to a plugin."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .context import HttpAnswer
from .errors import AuthFailed, BadRequest, NotFound, PluginError, RateLimited, Upstream

LONGEST_WAIT = 86_400.0
_ERRORS: dict[int, type[PluginError]] = {401: AuthFailed, 403: AuthFailed, 404: NotFound, 410: NotFound, 408: Upstream}


def check(answer: HttpAnswer) -> HttpAnswer:
    """The same answer when its status is 2xx; otherwise raises the error of `tracker.sdk.errors` that fits.

    The message names the host and the status, never the query or the body, which may hold secrets.
    """
    if 200 <= answer.status < 300:
        return answer
    message = f"{urlsplit(answer.url).hostname or 'the other side'} answered HTTP {answer.status}"
    if answer.status == 429:
        raise RateLimited(message, retry_after(answer))
    if error := _ERRORS.get(answer.status):
        raise error(message)
    raise (BadRequest if 400 <= answer.status < 500 else Upstream)(message)


def retry_after(answer: HttpAnswer) -> float | None:
    """Seconds to wait from the Retry-After header (seconds or a date), 0 to one day; `None` where it says nothing."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    then, sent = _instant(text), _instant(answer.headers.get("date", ""))
    if then is None or sent is None:
        return None
    return min(max((then - sent).total_seconds(), 0.0), LONGEST_WAIT)


def _instant(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
