"""Tokens: one for each account, renewed by one caller at a time; and how OAuth gives them to clients."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .context import Context, HttpAnswer
from .errors import AuthFailed, BadPayload
from .http import check
from .reading import plain, read_json

MARGIN = 120.0
"""A token is renewed this many seconds before its maker forgets it."""
SHORTEST = 60.0
LONGEST = 8000
"""Characters of a token."""


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token of an account, kept until it ends or is refused. `make` gets a new one, and its life in seconds.

    `account` tells this account from any other, by address, name and secret; nothing of it is kept but its digest. Only
    one caller at a time gets a new token, over all threads and processes.
    """

    account: str
    make: Callable[[Context], tuple[str, float]]

    def use(self, ctx: Context, ask: Callable[[str], HttpAnswer], refuses: Callable[[HttpAnswer], bool]) -> HttpAnswer:
        """What `ask` answers with the token; where that `refuses` the token, what it answers with a new one."""
        for renewed in (False, True):
            used = self._renewals(ctx)
            answer = ask(self.read(ctx))
            if renewed or not refuses(answer):
                break
            if self._renewals(ctx) == used:  # else another worker has just done it
                ctx.memory.set(self._key("renewals"), used + 1)
        return answer

    def read(self, ctx: Context) -> str:
        """A token that is good for a while. Raises what `make` raises."""
        return ctx.memory.token(self._key(str(self._renewals(ctx))), lambda: self.make(ctx))

    def _renewals(self, ctx: Context) -> int:
        """How often a token was refused before its time; part of the key under which the next one is kept."""
        return int(ctx.memory.get(self._key("renewals")) or 0)

    def _key(self, what: str) -> str:
        return sha256(f"{self.account} {what}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Where to get a token, and for whom. `basic` sends id and secret as HTTP Basic, else they stand in the form.

    `json` sends the request as JSON instead of as a form; `extra` are further fields (a scope). `refuses` tells the
    answers that mean a token which is not good any more, where that is said otherwise than with a 401.
    """

    url: str
    client_id: str
    client_secret: str
    basic: bool = False
    json: bool = False
    extra: Mapping[str, str] | None = None
    refuses: Callable[[HttpAnswer], bool] = lambda answer: answer.status == 401

    def request(self, ctx: Context, method: str, url: str, **more: Any) -> HttpAnswer:
        """The answer to a request with the bearer token; where that is refused, once more with a new one.

        `more` are the arguments of `Http.request`. Tokens are kept per shop, plugin and credential; only one caller at
        a time asks for a new one, over all threads and processes.
        """
        headers = dict(more.pop("headers", None) or {})

        def ask(token: str) -> HttpAnswer:
            bearer = {"Authorization": f"Bearer {token}"}
            return ctx.worker_http().request(method, url, headers=headers | bearer, **more)

        return self._kept().use(ctx, ask, self.refuses)

    def token(self, ctx: Context) -> str:
        """A token that is good for a while. Raises `AuthFailed` where the credentials are refused."""
        return self._kept().read(ctx)

    def _kept(self) -> KeptToken:
        extra = sorted((self.extra or {}).items())  # a token for one scope is none for another
        secret = sha256(self.client_secret.encode()).hexdigest()
        return KeptToken(f"{self.url} {self.client_id} {secret} {extra}", self._make)

    def _make(self, ctx: Context) -> tuple[str, float]:
        fields = {"grant_type": "client_credentials", **(self.extra or {})}
        if not self.basic:
            fields |= {"client_id": self.client_id, "client_secret": self.client_secret}
        auth = (self.client_id, self.client_secret) if self.basic else None
        answer = ctx.worker_http().request(
            "POST",
            self.url,
            auth=auth,
            **{"json" if self.json else "form": fields},  # type: ignore[arg-type]
        )
        if answer.status == 400:
            raise AuthFailed("the client ID and secret were refused")
        told = read_json(check(answer).body)
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST or not (token.isascii() and token.isprintable()):
            raise BadPayload("the answer holds no access token")  # or one that no header can carry
        life = plain(told.get("expires_in"), 12)
        return token, max(float(life) - MARGIN if life.isascii() and life.isdigit() else SHORTEST, SHORTEST)
