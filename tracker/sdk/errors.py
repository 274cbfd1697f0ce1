"""The errors a plugin may raise on purpose. Anything else that escapes a plugin is shown as a bug in it."""

from typing import ClassVar


class PluginError(Exception):
    """Base of the errors that tell what went wrong outside the plugin. `kind` is the word kept and shown."""

    kind: ClassVar[str] = "upstream"


class NotFound(PluginError):
    """The other side does not know the number yet; it may appear later."""

    kind = "not_found"


class InvalidNumber(PluginError):
    """The other side says that such a number cannot exist."""

    kind = "invalid_number"


class AuthFailed(PluginError):
    """The credentials were refused. Asking again changes nothing until somebody corrects them."""

    kind = "auth"


class RateLimited(PluginError):
    """Too many requests. `retry_after` is the number of seconds the other side asked for, where it did."""

    kind = "rate_limit"

    def __init__(self, message: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Upstream(PluginError):
    """The other side is down, slow or broken; worth another try later."""

    kind = "upstream"


class BadPayload(PluginError):
    """The answer is not in the shape that its documents describe."""

    kind = "parse"


class BadRequest(PluginError):
    """The other side refused our request for a reason that the caller must mend."""

    kind = "bad_request"


KINDS: dict[str, type[PluginError]] = {
    cls.kind: cls for cls in (NotFound, InvalidNumber, AuthFailed, RateLimited, Upstream, BadPayload, BadRequest)
}
